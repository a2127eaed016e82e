"""WSGI apps behind ``wsgiref.validate``, which raises AssertionError for whatever the runner does wrong."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.validate import validator

from fcbridge.model import Headers, Request, Response
from fcbridge.runners.wsgi import WsgiRunner

Environ = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]
App = Callable[[Environ, StartResponse], Iterable[bytes]]

TEXT = [("Content-Type", "text/plain")]


def answer(app: App, request: Request | None = None, remaining: float | None = None) -> Response:
    """What the runner makes of the app's answer, with the validator between the two."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return WsgiRunner(validated(app))(request or Request(), remaining)


def validated(app: App) -> App:
    """``app`` behind the validator.

    The validator wants ``read`` to have a size (PEP 3333 does not say that it is optional), and frameworks call it
    without one where ``wsgi.input_terminated`` allows it: not the runner's business, so a shim stands behind.
    """

    def with_input(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"] = _Input(environ["wsgi.input"])
        return app(environ, start_response)

    return validator(with_input)


def environ_of(request: Request) -> Environ:
    """The environ that an app gets."""
    seen: Environ = {}

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        seen.update(environ)
        seen["body"] = environ["wsgi.input"].read()
        start_response("200 OK", TEXT)
        return []

    answer(app, request)
    return seen


def post(body: bytes, *headers: tuple[str, str], **fields: Any) -> Request:
    return Request("POST", headers=Headers(headers), body=body, **fields)


class Body:
    """An iterable that counts how often it was closed."""

    def __init__(self, *chunks: Any, fails: BaseException | None = None, fails_in_close: bool = False) -> None:
        self.chunks = chunks
        self.fails = fails
        self.fails_in_close = fails_in_close
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield from self.chunks
        if self.fails is not None:
            raise self.fails

    def close(self) -> None:
        self.closed += 1
        if self.fails_in_close:
            raise OSError("close")


class _Input:
    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.stream.read(size)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.stream)
