"""An app sees of its loop, its task and its context what it sees under uvicorn, whoever calls the handler from where.

Each probe of the app in ``probes`` is asked through a real uvicorn on loopback and through the handler, and the answers
are the same.
"""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fcbridge import Handler, bridge
from fcbridge.model import Headers, Request
from fcbridge.registry import gateway
from fcbridge.runners.eventloop import EventLoop
from tests.apps import context

from .probes import PROBES, app
from .traces import Traces

ROOT = Path(__file__).parents[2]
# Of one connection, of the server, or of how the length of a body is told.
INCOMPARABLE = ("date", "server", "connection", "content-length", "transfer-encoding")


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: str

    @classmethod
    def of(cls, status: int, pairs: list[tuple[str, str]], body: bytes) -> Answer:
        headers = sorted((name.lower(), value) for name, value in pairs if name.lower() not in INCOMPARABLE)
        if ("content-encoding", "gzip") in headers:
            body = gzip.decompress(body)  # what is compressed has a time in it
        return cls(status, headers, body.decode("utf-8"))


Ask = Callable[[str, int], Answer]


def answers(ask: Ask, name: str) -> list[Answer]:
    return [ask(name, step) for step in range(PROBES[name].steps)]


# -- under uvicorn ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def uvicorn() -> Generator[Ask]:
    """uvicorn in a process of its own, in the main thread as its command line runs it."""
    program = [sys.executable, "-m", "tests.runners.probes.server"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "adapters")])}
    with subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline())
            yield lambda name, step: _asked_of(port, name, step)
        finally:
            process.kill()


def _asked_of(port: int, name: str, step: int) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request(
            "GET", f"/{name}?step={step}", headers={"host": "api.example.com", "accept-encoding": "gzip"}
        )
        response = connection.getresponse()
        return Answer.of(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


# -- through the handler ----------------------------------------------------------------------------------------------


Call = Callable[[Handler, Any, Any], Any]


def plainly(handler: Handler, event: Any, context: Any) -> Any:
    before = Traces.now()
    payload = handler(event, context)
    assert Traces.now() == before
    return payload


def in_another_thread(handler: Handler, event: Any, context: Any) -> Any:
    """Whose hooks for generators are its own."""

    def called() -> Any:
        sys.set_asyncgen_hooks(_ignored, _ignored)
        payload = plainly(handler, event, context)
        assert sys.get_asyncgen_hooks() == (_ignored, _ignored)
        return payload

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(called).result()


def within_a_loop(handler: Handler, event: Any, context: Any) -> Any:
    """A synchronous call in a thread that has a running loop."""

    async def main() -> Any:
        task = asyncio.current_task()
        payload = plainly(handler, event, context)
        assert asyncio.current_task() is task
        return payload

    return asyncio.run(main())


def awaited(handler: Handler, event: Any, context: Any) -> Any:
    async def main() -> Any:
        task, before = asyncio.current_task(), Traces.now()
        payload = await handler.invoke(event, context)
        assert asyncio.current_task() is task
        assert Traces.now() == before
        return payload

    return asyncio.run(main())


def _ignored(_: object) -> None: ...


class Way(NamedTuple):
    gateway: str
    call: Call
    context: Any = None
    overlapped: bool = False


WAYS = {
    "main thread": Way("aws-rest", plainly),
    "main thread, with a deadline": Way("fc3-http", plainly, context(timeout="60")),
    "another thread": Way("fc3-http", in_another_thread),
    "after an overlap": Way("aws-http-v2", plainly, overlapped=True),
    "after an overlap, with a deadline": Way("fc3-http", plainly, context(timeout="60"), overlapped=True),
    "within a loop": Way("aws-rest", within_a_loop),
    "await invoke": Way("fc3-http", awaited),
}


def event_of(way: Way, path: str, query: str = "") -> Any:
    headers = Headers([("host", "api.example.com"), ("accept-encoding", "gzip")])
    return gateway(way.gateway).compose(Request("GET", path, query, headers, client=("203.0.113.24", 0)))


def overlap(handler: Handler, way: Way) -> None:
    """Two invocations that wait for each other, after which the loop has a thread of its own."""
    threads = [threading.Thread(target=handler, args=(event_of(way, "/meeting"), way.context)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def handling(way: Way) -> Generator[Ask]:
    bridged: Any = app
    with bridge(bridged) as handler:
        if way.overlapped:
            overlap(handler, way)

        def ask(name: str, step: int) -> Answer:
            payload = way.call(handler, event_of(way, f"/{name}", f"step={step}"), way.context)
            content = payload if isinstance(payload, str) else json.dumps(payload)
            response = gateway(way.gateway).read(content.encode("utf-8"))
            return Answer.of(response.status, list(response.headers), bytes(response.body))

        yield ask


@pytest.fixture(scope="module", params=WAYS)
def through_the_handler(request: pytest.FixtureRequest) -> Generator[Ask]:
    with handling(WAYS[request.param]) as ask:
        yield ask


# -- side by side -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_sees_what_it_sees_under_uvicorn(name: str, through_the_handler: Ask, uvicorn: Ask) -> None:
    expected = answers(uvicorn, name)
    assert {answer.status for answer in expected} == {PROBES[name].status}
    assert answers(through_the_handler, name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "callbacks_of_a_request_that_never_suspends_are_called",
        "a_timer_that_is_due_has_been_called_by_the_next_request",
        "the_request_s_own_task_calls_back_when_it_is_done",
    ],
)
def test_an_engine_that_does_not_turn_its_loop_is_found_out(
    name: str, uvicorn: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EventLoop, "waits", lambda events: False)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    way = WAYS["main thread"]
    with handling(way) as ask:
        ask("current_task_never_suspended", 0)
        assert answers(ask, name) != answers(uvicorn, name)
