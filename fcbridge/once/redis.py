"""A store in Redis, or what speaks its protocol: for all instances of a function, wherever they run.

Each claim is one hash, and each verb one script on it, which Redis runs with nothing in between
(https://redis.io/docs/latest/develop/programmability/eval-intro/). Times are in microseconds.
"""

from __future__ import annotations

import os

from ..errors import MissingExtra, StoreUnavailable
from .protocol import Claim
from .terms import RETENTION, Terms, packed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    import redis

# The clock is the server's, which all share; ARGV[1] is one of a test. A token is the time of its claim, or one more
# than the last: so it grows even when Redis has dropped the hash. It is written with all its digits, which a Lua number
# shows only if asked.
_NOW = """
local now = tonumber(ARGV[1])
if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000000 + time[2]
end
local function digits(number) return string.format('%.0f', number) end
"""

# ARGV: now, lease, what lives on after it, and a word by which a claim is known again whose answer was lost.
_BEGIN = f"""{_NOW}
local had = redis.call('HMGET', KEYS[1], 'state', 'token', 'until', 'word')
local state, token, ends = had[1], tonumber(had[2] or 0), tonumber(had[3] or 0)
if state == 'claimed' and had[4] == ARGV[4] then return {{'new', digits(token), '0'}} end
if ends > now then
    if state == 'done' then return {{'done', '0', '0'}} end
    return {{'busy', '0', digits(ends - now)}}
end
token = math.max(token + 1, now)
redis.call('HSET', KEYS[1], 'state', 'claimed', 'token', digits(token), 'until', digits(now + ARGV[2]), 'word', ARGV[4])
redis.call('PEXPIRE', KEYS[1], digits(math.ceil((ARGV[2] + ARGV[3]) / 1000)))
return {{'new', digits(token), '0'}}
"""

# ARGV: now, token, retention.
_DONE = f"""{_NOW}
local had = redis.call('HMGET', KEYS[1], 'state', 'token')
if had[2] ~= ARGV[2] or had[1] == 'free' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'done', 'until', digits(now + ARGV[3]))
redis.call('PEXPIRE', KEYS[1], digits(math.ceil(ARGV[3] / 1000)))
return 1
"""

# The hash stays, so that the next token is a greater one.
_FORGET = """
local had = redis.call('HMGET', KEYS[1], 'state', 'token')
if had[2] ~= ARGV[2] or had[1] ~= 'claimed' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'free', 'until', '0')
return 1
"""


class RedisStore:
    """Knows what has been done from a Redis server: ``RedisStore("redis://localhost:6379/0")``, or a client of yours.

    ``lease`` is how long a claim lasts, in seconds; without it, as long as the invocation may still run. ``retention``
    is how long an event is known as done, after which Redis drops it by itself. Functions that share a server have a
    ``namespace`` each, which is the beginning of their keys. ``patience`` is how long to wait for the server, and
    belongs to the URL: a client of yours has its own.

    Raises MissingExtra where the package redis is not installed.
    """

    def __init__(
        self,
        server: str | redis.Redis,
        *,
        lease: float | None = None,
        retention: float = RETENTION,
        namespace: str = "fcbridge",
        patience: float = 10.0,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._terms = Terms(lease, retention, namespace)
        self._clock = clock
        try:
            from redis import Redis, RedisError
        except ImportError:
            raise MissingExtra("RedisStore needs the package redis.", hint='pip install "fcbridge[redis]"') from None
        self._errors = RedisError
        self._owned = isinstance(server, str)
        # It connects when it is first used, and in a forked process anew.
        client: Any = server
        if isinstance(server, str):
            made: Any = Redis
            client = made.from_url(server, socket_timeout=patience, socket_connect_timeout=patience)
        self._client = client
        self._begin, self._done, self._forget = map(client.register_script, (_BEGIN, _DONE, _FORGET))

    def begin(self, key: str, remaining: float | None = None) -> Claim:
        """Claim an event; see ``Store``."""
        terms = self._terms
        lease, retention = _microseconds(terms.lent(remaining)), _microseconds(terms.retention)
        answer = self._run(self._begin, key, [self._now(), lease, retention, os.urandom(8).hex()])
        state, token, wait = map(_text, answer)
        return Claim(key, state, int(token), int(wait) / 1e6)

    def done(self, claim: Claim) -> bool:
        """Mark it; see ``Store``."""
        retention = _microseconds(self._terms.retention)
        return bool(self._run(self._done, claim.key, [self._now(), claim.token, retention]))

    def forget(self, claim: Claim) -> bool:
        """Give it back; see ``Store``."""
        return bool(self._run(self._forget, claim.key, [self._now(), claim.token]))

    def close(self) -> None:
        """Close the connections, where the client is the store's own; the next use opens them again."""
        if self._owned:
            self._client.close()

    def _now(self) -> int | str:
        return "" if self._clock is None else _microseconds(self._clock())

    def _run(self, script: Any, key: str, arguments: Sequence[object]) -> Any:
        name = f"{self._terms.namespace}:".encode() + packed(key)
        try:
            return script(keys=[name], args=arguments)
        except self._errors as error:
            raise StoreUnavailable(
                f"The store of events that are done answers with {type(error).__name__}: {error}.",
                hint="RedisStore wants a Redis server of version 5 or later, at the URL that it was given",
            ) from error


def _text(part: Any) -> Any:
    """A part of an answer, which a client of yours may have decoded already."""
    return part.decode() if isinstance(part, bytes) else part


def _microseconds(seconds: float) -> int:
    return int(seconds * 1_000_000)
