"""The Django sample in a process of its own, as an httpx transport.

Django's settings and registry of apps hold for a whole process and for good, so this sample cannot be one of several.
"""

from __future__ import annotations

import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from typing import TYPE_CHECKING

import httpx

from fcbridge.testing import Client

from .folder import SAMPLES, statuses

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from typing import TypeAlias

    from fcbridge import Handler

    Asked: TypeAlias = "tuple[str, str, list[tuple[bytes, bytes]], bytes]"
    Answered: TypeAlias = "tuple[int, list[tuple[bytes, bytes]], bytes]"

SAMPLE = "django-notes"


class OwnProcess(httpx.BaseTransport):
    """``handler`` in one of the sample's modules, behind a gateway."""

    def __init__(self, module: str, gateway: str) -> None:
        spawn = get_context("spawn")
        self._connection, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs, module, gateway))
        self._process.start()
        theirs.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._connection.send((request.method, str(request.url), request.headers.raw, request.read()))
        # EOFError: the process is gone, and its traceback is on stderr.
        status, headers, body = self._connection.recv()
        return httpx.Response(status, headers=headers, content=body)

    def close(self) -> None:
        self._connection.close()
        self._process.join()
        assert self._process.exitcode == 0


def example_statuses(module: str) -> dict[str, int]:
    """:func:`statuses` of the handler in one of the sample's modules."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(_statuses, module).result()


def _serve(connection: Connection[Answered, Asked], module: str, gateway: str) -> None:
    with Client(_handler(module), gateway=gateway) as client:
        while True:
            try:
                method, url, headers, body = connection.recv()
            except EOFError:
                return
            answer = client.send(httpx.Request(method, url, headers=headers, content=body))
            connection.send((answer.status_code, answer.headers.raw, answer.content))


def _statuses(module: str) -> dict[str, int]:
    return statuses(_handler(module), SAMPLE)


def _handler(module: str) -> Handler:
    warnings.simplefilter("error")
    sys.path.insert(0, str(SAMPLES / SAMPLE))
    handler: Handler = import_module(module).handler
    # The default one takes half a second for a password, which is its point.
    import_module("django.conf").settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return handler
