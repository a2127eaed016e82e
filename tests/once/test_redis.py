from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from fcbridge.errors import MissingExtra, StoreUnavailable
from fcbridge.once import RedisStore
from tests.services.redis import RedisServer


def connected(server: RedisServer, **options: Any) -> Any:
    made: Any = Redis  # whose options have no types
    return made.from_url(server.url, **options)


@pytest.fixture
def client(redis: RedisServer) -> Any:
    with connected(redis) as client:
        yield client


def test_redis_drops_by_itself_what_is_no_longer_needed(redis: RedisServer, client: Any, key: str) -> None:
    store = RedisStore(redis.url, lease=30, retention=100, namespace="expiry")
    name = f"expiry:{key}"
    claim = store.begin(key)
    assert 129_000 < client.pttl(name) <= 130_000  # the lease, and as long again as what is done is known
    store.done(claim)
    assert 99_000 < client.pttl(name) <= 100_000
    store.close()


def test_its_clock_is_that_of_the_server(redis: RedisServer, client: Any, key: str) -> None:
    store = RedisStore(redis.url, lease=30, namespace="clock")
    before = client.time()
    token = store.begin(key).token
    after = client.time()

    assert before[0] * 1_000_000 + before[1] <= token <= after[0] * 1_000_000 + after[1]
    assert 0 < store.begin(key).wait <= 30
    store.close()


@pytest.mark.parametrize("decoded", [False, True])
def test_a_client_may_be_given(redis: RedisServer, key: str, decoded: bool) -> None:
    with connected(redis, decode_responses=decoded) as client:
        store = RedisStore(client)
        claim = store.begin(key)
        assert (claim.state, store.begin(key).state, store.done(claim)) == ("new", "busy", True)
        store.close()
        assert client.ping()  # which stays its owner's


def test_a_claim_whose_answer_was_lost_is_known_again(
    redis: RedisServer, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client asks again where the connection breaks, and would find its own claim to be busy."""
    store = RedisStore(redis.url)
    monkeypatch.setattr("os.urandom", bytes)

    assert store.begin(key).token == store.begin(key).token > 0
    store.close()


def test_scripts_that_the_server_has_lost_are_sent_again(redis: RedisServer, client: Any, key: str) -> None:
    store = RedisStore(redis.url)
    claim = store.begin(key)
    client.script_flush()

    assert store.done(claim)
    store.close()


def test_a_server_that_is_away_is_told_and_used_again_when_it_is_back(tmp_path: Path, key: str) -> None:
    with RedisServer(tmp_path) as server:
        store = RedisStore(server.url)
        claim = store.begin(key)
        server.kill()
        with pytest.raises(StoreUnavailable, match="ConnectionError") as caught:
            store.done(claim)
        assert "a Redis server" in (caught.value.hint or "")

        server.restart()
        assert store.begin(key).state == "busy"  # it keeps its claims in a file
        assert store.done(claim)
        store.close()


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(MissingExtra) as caught:
        RedisStore("redis://127.0.0.1:6379/0")
    assert caught.value.hint == 'pip install "fcbridge[redis]"'
