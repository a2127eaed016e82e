"""Runs a WSGI app: PEP 3333, in the caller's thread.

https://peps.python.org/pep-3333/
"""

from __future__ import annotations

from ..model import Headers, Response
from . import Runner
from .answered import Answered, whole
from .environ import ErrorLog, environ_at_a_glance, environ_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import ThreadPoolExecutor
    from types import TracebackType
    from typing import Any

    from ..errors import AppProtocolError
    from ..model import Glance, Plain, Request
    from .environ import Environ

    ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]
    WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


# How many requests of callers with a loop run at once. asyncio's own pool has a thread for each processor and four
# more, so that a few requests which wait for a database would hold up all others. Starlette has as many for endpoints.
_THREADS = 40


class WsgiRunner(Runner):
    """One WSGI app. Nothing is kept between two requests, so it is reentrant and has nothing to start."""

    def __init__(self, app: WsgiApp) -> None:
        self.app = app
        # Threads for callers that have a loop, and the process that they are of.
        self._threads: tuple[ThreadPoolExecutor, int] | None = None
        # Imported with the first deadline: a platform may have none.
        self._run_within: Callable[[float, _Exchange], Plain | Response] | None = None

    def start(self) -> None:
        """WSGI knows no startup."""

    def stop(self) -> None:
        """WSGI knows no shutdown. Requests that are under way are finished."""
        threads, self._threads = self._threads, None
        if threads is not None:
            from os import getpid

            pool, process = threads
            if process == getpid():  # a child leaves its parent's alone, whose locks somebody may have held
                pool.shutdown(wait=False)

    def __call__(self, request: Request, remaining: float | None = None) -> Response:
        errors = ErrorLog()
        exchange = _Exchange(self.app, request.method, environ_of(request, errors), errors)
        return whole(exchange.run() if remaining is None else self._within(remaining, exchange))

    def at_a_glance(self, asked: tuple[Glance, object, object], remaining: float | None) -> Plain | Response:
        seen, event, context = asked
        errors = ErrorLog()
        exchange = _Exchange(self.app, seen[0], environ_at_a_glance(seen, event, context, errors), errors)
        return exchange.run() if remaining is None else self._within(remaining, exchange)

    async def invoke(self, request: Request, remaining: float | None = None) -> Response:
        """The same for a caller that has a loop, which goes on meanwhile: in a thread, and in the caller's context."""
        from asyncio import get_running_loop
        from contextvars import copy_context

        loop, context = get_running_loop(), copy_context()
        while True:
            pool = self._pool()
            try:
                answer = loop.run_in_executor(pool, lambda: context.run(self, request, remaining))
            except RuntimeError:
                if pool is self._pool():
                    raise  # the interpreter ends
            else:
                return await answer

    def _pool(self) -> ThreadPoolExecutor:
        from os import getpid

        if self._threads is None or self._threads[1] != getpid():  # a child has none of its parent's threads
            from concurrent.futures import ThreadPoolExecutor

            self._threads = ThreadPoolExecutor(_THREADS, "fcbridge WSGI"), getpid()
        return self._threads[0]

    def _within(self, remaining: float, exchange: _Exchange) -> Plain | Response:
        if self._run_within is None:
            from .deadline import run_within

            self._run_within = run_within
        return self._run_within(remaining, exchange)


class _Exchange:
    """One request and what the app has answered so far. ``response`` is there once the body is complete."""

    # Of the class until they change: one of these is made for each request.
    status = 0
    headers: dict[str, str] | Headers | None = None  # a mapping, where it says all that there is to say
    chunks: list[bytes] | None = None  # of a body that comes in pieces
    sent = False  # a server that streams would have sent the headers by now
    response: Plain | Response | None = None

    def __init__(self, app: WsgiApp, method: str, environ: Environ, errors: ErrorLog) -> None:
        self.app = app
        self.method = method
        self.environ = environ
        self.errors = errors

    def run(self) -> Plain | Response:
        try:
            result: Any = self.app(self.environ, self.start_response)
            if result.__class__ is list and len(result) == 1 and type(result[0]) is bytes and self.chunks is None:
                # What most apps return. A list has no close().
                body, headers = result[0], self.headers
                if isinstance(headers, dict) and headers.get("content-length") in (None, str(len(body))):
                    self.response = self.status, headers, body  # as _finished() has it, without the call
                    return self.response
                return self._finished(body)
            try:
                self._collect(result)
                response = self._finished(b"".join(self.chunks or ()))  # of a single chunk it is that chunk, not a copy
            finally:
                _close(result)
        finally:
            if self.errors.pending:
                self.errors.flush()
        return response

    def start_response(self, status: Any, headers: Any, exc_info: ExcInfo | None = None) -> Callable[[bytes], None]:
        if exc_info:
            try:
                if self.sent:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # it holds this frame
        elif self.status:
            raise _broken(
                "The app called start_response a second time.",
                hint="only an error handler may do that, and it passes sys.exc_info() as the third argument",
            )
        code = _codes.get(status) if isinstance(status, str) else None
        fields = _answered.plain(headers) if headers.__class__ is list else None
        self.status, self.headers = code or _code(status), _checked(headers) if fields is None else fields
        return self.write

    def write(self, chunk: bytes) -> None:
        """The callable that start_response returns. Its first call sends the headers, whatever it writes."""
        _check_chunk(chunk)
        self.sent = True
        if self.chunks is None:
            self.chunks = []
        self.chunks.append(chunk)

    def _collect(self, result: Iterable[bytes]) -> None:
        try:
            chunks = iter(result)
        except TypeError:
            if hasattr(type(result), "__iter__"):
                raise
            raise _no_iterable(result) from None
        if self.chunks is None:
            self.chunks = []
        append = self.chunks.append
        for chunk in chunks:
            if type(chunk) is not bytes:
                _check_chunk(chunk, result)
            if not self.status:
                raise _broken(
                    "The app yielded a part of the body before it called start_response.", hint=_START_RESPONSE
                )
            if chunk:
                self.sent = True
                append(chunk)
        if not self.status:
            raise _broken("The app did not call start_response.", hint=_START_RESPONSE)

    def _finished(self, body: bytes) -> Plain | Response:
        headers = self.headers
        if isinstance(headers, dict):
            length = headers.get("content-length")
            announced = [] if length is None or length == str(len(body)) else [length]
        elif isinstance(headers, Headers):
            announced = headers.get_all("content-length")
        else:
            raise _broken("The app did not call start_response.", hint=_START_RESPONSE)
        for length in announced:
            if self._announces_wrongly(length, len(body)):
                raise _broken(
                    f"The app announced a Content-Length that is not the {len(body)} bytes of its body.",
                    hint="leave the header out, or set it after the last middleware that changes the body",
                )
        if isinstance(headers, Headers):
            self.response = Response(self.status, headers, body)
        else:
            self.response = self.status, headers, body
        return self.response

    def _announces_wrongly(self, length: str, measured: int) -> bool:
        # PEP 3333, "Handling the Content-Length Header". A wrong length is a body cut short, or two responses in one.
        # After HEAD and in a 304 it tells of a body that is not there (RFC 9110 section 8.6).
        return length.strip() != str(measured) and self.method != "HEAD" and self.status not in (204, 304)


_START_RESPONSE = "call start_response(status, headers) before the first part of the body"


def _close(result: object) -> None:
    close = getattr(result, "close", None)
    if close is not None:
        try:
            close()
        except Exception:
            # The response is complete, or a worse error than this one is on its way out.
            from logging import getLogger

            getLogger("fcbridge.wsgi").exception("The app's response raised in close()")


# -- what the app says ------------------------------------------------------------------------------------------------

_codes: dict[str, int] = {"200 OK": 200}
_CACHE_ENTRIES = 128


def _code(status: object) -> int:
    if not isinstance(status, str):
        raise _broken(f"The app's status is of type {_kind(status)}.", hint=_STATUS)
    digits, space = status[:3], status[3:4]
    if len(digits) != 3 or not digits.isascii() or not digits.isdigit() or digits[0] == "0" or space != " ":
        raise _broken("The app's status is not three digits, a space and a reason.", hint=_STATUS)
    if digits[0] == "1":
        raise _broken(
            "The app's status is an interim one (1xx), and no final one can follow.", hint="see RFC 9110 section 15.2"
        )
    if any(letter < " " or "\x7f" <= letter < "\xa0" or letter > "\xff" for letter in status):
        raise _broken(
            "The app's status has a control character or one that is not in latin-1.", hint="change the reason phrase"
        )
    if len(_codes) < _CACHE_ENTRIES:
        _codes[status] = int(digits)
    return int(digits)


_STATUS = 'start_response takes a str such as "200 OK"'


_answered = Answered()


def _checked(headers: Any) -> Headers:
    """The header fields one by one, without the hop-by-hop ones."""
    if not issubclass(type(headers), list):
        raise _broken(f"The app's response headers are of type {_kind(headers)}.", hint=_HEADERS)
    for pair in headers:
        _check_pair(pair)
    fields = _answered.checked(headers, [name for name, _ in headers])
    for name, value in fields:
        if not value.isascii():
            _check_latin1(name, value)
    return fields


_HEADERS = 'start_response takes a list of tuples such as ("Content-Type", "text/plain")'


def _check_pair(pair: Any) -> None:
    if not issubclass(type(pair), tuple):
        raise _broken(f"The app's response headers hold a {_kind(pair)}, not a tuple.", hint=_HEADERS)
    if len(pair) != 2:
        raise _broken(f"The app's response headers hold a tuple of {len(pair)}, not a pair.", hint=_HEADERS)
    name, value = pair
    if not isinstance(name, str) or not isinstance(value, str):
        wrong = value if isinstance(name, str) else name
        raise _broken(f"The app's response headers hold a {_kind(wrong)}, not a str.", hint=_HEADERS)


def _check_latin1(name: str, value: str) -> None:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise _broken(
            f"The app's response header {name!r} has characters that are not in latin-1.",
            hint='send UTF-8 as value.encode().decode("latin-1"), or percent-encode it (RFC 8187)',
        ) from None


def _check_chunk(chunk: Any, body: object = None) -> None:
    if isinstance(chunk, bytes):
        return
    if isinstance(body, (bytes, bytearray, str)):
        hint = "return a list with the body in it, as bytes: [body]"
    elif isinstance(chunk, str):
        hint = "encode it: body.encode()"
    else:
        hint = "yield bytes"
    raise _broken(f"The app's body has a part of type {_kind(chunk)}.", hint=hint)


def _no_iterable(result: object) -> AppProtocolError:
    if hasattr(type(result), "__await__"):
        hint = 'it looks like ASGI: use interface="asgi3", or leave interface away'
    else:
        hint = "return a list of bytes; [] is an empty body"
    return _broken(f"The app returned {_kind(result)}, which is no iterable of bytes.", hint=hint)


def _kind(value: object) -> str:
    return type(value).__name__


def _broken(message: str, hint: str | None = None) -> AppProtocolError:
    from ..errors import AppProtocolError  # with the first one: most instances raise none

    return AppProtocolError(message, hint=hint)
