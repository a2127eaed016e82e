"""The response's side of PEP 3333."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import pytest

from fcbridge.errors import AppProtocolError
from fcbridge.model import Headers, Request, Response
from fcbridge.runners.wsgi import WsgiRunner

from .wsgi_apps import TEXT, Body, Environ, StartResponse, answer


def answering(result: Any, status: Any = "200 OK", headers: Any = TEXT) -> Any:
    """An app that always answers this."""

    def app(environ: Environ, start_response: StartResponse) -> Any:
        start_response(status, headers)
        return result

    return app


def unvalidated(result: Any = (), status: Any = "200 OK", headers: Any = TEXT) -> Any:
    """The runner's own judgement of an app that the validator would not let pass."""
    return WsgiRunner(answering(result, status, headers))(Request())


# -- the body ---------------------------------------------------------------------------------------------------------


def test_status_headers_and_body_become_the_response() -> None:
    response = answer(answering([b"hello"], "201 Created", [*TEXT, ("X-Tag", "a"), ("x-tag", "b")]))
    assert response.status == 201
    assert response.headers.pairs == [("content-type", "text/plain"), ("x-tag", "a"), ("x-tag", "b")]
    assert response.body == b"hello"


def test_repeated_set_cookie_lines_stay_apart() -> None:
    headers = [*TEXT, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    assert answer(answering([], headers=headers)).headers.get_all("set-cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize("result", [[], (), [b""], iter([]), iter([b"", b""])])
def test_a_body_may_be_empty(result: Any) -> None:
    assert answer(answering(result)).body == b""


def test_chunks_are_joined_in_order() -> None:
    assert answer(answering(iter([b"a", b"", b"b", b"c"]))).body == b"abc"


def test_a_single_chunk_is_not_copied() -> None:
    chunk = bytes(1_000_000)
    assert WsgiRunner(answering([chunk]))(Request()).body is chunk


def test_what_write_takes_comes_before_what_is_yielded() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", TEXT)
        write(b"a")
        write(b"b")
        return [b"c"]

    assert answer(app).body == b"abc"


def test_write_may_be_called_while_the_body_is_iterated() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        write = start_response("200 OK", TEXT)
        yield b"a"
        write(b"b")
        yield b"c"

    assert answer(app).body == b"abc"


def test_start_response_may_be_called_by_the_first_step_of_the_iterator() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response("202 Accepted", TEXT)
        yield b"a"

    assert answer(app).status == 202


def test_a_generator_may_end_without_a_chunk() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", TEXT)
        yield from ()

    assert answer(app).body == b""


def test_the_body_after_head_is_left_to_others() -> None:
    assert answer(answering([b"hello"]), Request("HEAD")).body == b"hello"


@pytest.mark.parametrize(
    ("result", "hint"),
    [
        (["text"], "encode it"),
        (b"bytes", r"\[body\]"),
        ("text", r"\[body\]"),
        ([bytearray(b"a")], "yield bytes"),
        ([memoryview(b"a")], "yield bytes"),
        ([None], "yield bytes"),
        (None, "list of bytes"),
        (7, "list of bytes"),
    ],
)
def test_a_body_that_is_no_iterable_of_bytes_is_an_error_with_its_cure(result: Any, hint: str) -> None:
    with pytest.raises(AppProtocolError, match=hint):
        unvalidated(result)


def test_write_takes_bytes_only() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", TEXT)("text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        return []

    with pytest.raises(AppProtocolError, match="type str"):
        WsgiRunner(app)(Request())


def test_a_coroutine_is_closed_and_taken_for_what_it_is() -> None:
    async def app(environ: Environ, start_response: StartResponse) -> None: ...

    with pytest.raises(AppProtocolError, match="asgi3"):
        WsgiRunner(app)(Request())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_type_error_of_the_apps_own_iter_is_not_covered_up() -> None:
    class Broken:
        def __iter__(self) -> Any:
            raise TypeError("mine")

    with pytest.raises(TypeError, match="mine"):
        unvalidated(Broken())


# -- Content-Length ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", ["4", "6", "-5", "5x", ""])
def test_a_content_length_that_is_not_the_bodys_is_an_error(length: str) -> None:
    with pytest.raises(AppProtocolError, match="Content-Length"):
        answer(answering([b"hello"], headers=[*TEXT, ("Content-Length", length)]))


def test_a_right_content_length_is_kept() -> None:
    response = answer(answering([b"he", b"llo"], headers=[*TEXT, ("Content-Length", "5")]))
    assert response.headers.get("content-length") == "5"


@pytest.mark.parametrize(("method", "status"), [("HEAD", "200 OK"), ("GET", "304 Not Modified")])
def test_a_content_length_may_tell_of_a_body_that_is_not_there(method: str, status: str) -> None:
    app = answering([], status, [("Content-Length", "5"), *(TEXT if method == "HEAD" else [])])
    assert answer(app, Request(method)).headers.get("content-length") == "5"


# -- close ------------------------------------------------------------------------------------------------------------


def test_the_body_is_closed_once() -> None:
    body = Body(b"a")
    assert answer(answering(body)).body == b"a"
    assert body.closed == 1


def test_the_body_is_closed_once_when_it_raises() -> None:
    body = Body(b"a", fails=KeyError("mine"))
    with pytest.raises(KeyError, match="mine"):
        answer(answering(body))
    assert body.closed == 1


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_the_body_is_closed_once_when_the_process_is_to_end(kind: type[BaseException]) -> None:
    body = Body(b"a", fails=kind())
    with pytest.raises(kind):
        answer(answering(body))
    assert body.closed == 1


@pytest.mark.parametrize("chunks", [(), (b"a",), (b"",)])
def test_the_body_is_closed_once_when_start_response_was_never_called(chunks: tuple[bytes, ...]) -> None:
    body = Body(*chunks)
    with pytest.raises(AppProtocolError, match="start_response"):
        WsgiRunner(lambda environ, start_response: body)(Request())
    assert body.closed == 1


@pytest.mark.parametrize("chunk", ["text", None])
def test_the_body_is_closed_once_when_a_chunk_is_wrong(chunk: Any) -> None:
    body = Body(chunk)
    with pytest.raises(AppProtocolError):
        unvalidated(body)
    assert body.closed == 1


def test_an_error_in_close_does_not_cost_the_response(caplog: pytest.LogCaptureFixture) -> None:
    body = Body(b"a", fails_in_close=True)
    assert answer(answering(body)).body == b"a"
    assert body.closed == 1
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("fcbridge.wsgi", "ERROR")
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], OSError)


def test_an_error_in_close_does_not_hide_the_one_before(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(KeyError, match="first"):
        answer(answering(Body(fails=KeyError("first"), fails_in_close=True)))
    assert [record.name for record in caplog.records] == ["fcbridge.wsgi"]


def test_an_app_that_raises_raises() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", TEXT)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        answer(app)


# -- start_response ---------------------------------------------------------------------------------------------------


def test_start_response_twice_is_an_error() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", TEXT)
        start_response("200 OK", TEXT)
        return []

    with pytest.raises(AppProtocolError, match="second time"):
        answer(app)


def test_exc_info_replaces_status_and_headers() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [*TEXT, ("X-Old", "1")])
        try:
            raise ValueError("mine")
        except ValueError:
            start_response("500 Oops", TEXT, sys.exc_info())
        return [b"error page"]

    response = answer(app)
    assert (response.status, response.headers.get("x-old"), response.body) == (500, None, b"error page")


def test_exc_info_replaces_the_headers_after_an_empty_chunk() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", TEXT)
        yield b""
        try:
            raise ValueError("mine")
        except ValueError:
            start_response("500 Oops", TEXT, sys.exc_info())
        yield b"error page"

    assert answer(app).status == 500


def test_exc_info_comes_back_out_of_start_response_after_a_chunk() -> None:
    seen: list[object] = []

    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", TEXT)
        yield b"a"
        try:
            raise ValueError("mine")
        except ValueError as error:
            try:
                start_response("500 Oops", TEXT, sys.exc_info())
            except ValueError as again:
                seen.append(again is error)
                raise

    with pytest.raises(ValueError, match="mine") as caught:
        answer(app)
    assert seen == [True]
    assert caught.traceback[-1].name in ("app", "start_response")


@pytest.mark.parametrize("written", [b"a", b""])
def test_exc_info_comes_back_out_of_start_response_after_a_write(written: bytes) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", TEXT)(written)
        try:
            raise ValueError("mine")
        except ValueError:
            start_response("500 Oops", TEXT, sys.exc_info())
        return []

    with pytest.raises(ValueError, match="mine"):
        answer(app)


def test_exc_info_may_come_with_the_first_call() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            raise ValueError("mine")
        except ValueError:
            start_response("500 Oops", TEXT, sys.exc_info())
        return []

    assert answer(app).status == 500


@pytest.mark.parametrize("chunk", [b"a", b""])
def test_a_chunk_before_start_response_is_an_error(chunk: bytes) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        yield chunk
        start_response("200 OK", TEXT)

    with pytest.raises(AppProtocolError, match="before it called start_response"):
        WsgiRunner(app)(Request())


@pytest.mark.parametrize("status", ["200 OK", "200 ", "404 Not Found", "299 \xe9", "999 Custom"])
def test_a_status_is_three_digits_a_space_and_a_reason(status: str) -> None:
    for _ in range(2):  # checked, and then remembered
        assert answer(answering([], status)).status == int(status[:3])


@pytest.mark.parametrize(
    "status",
    [
        "", "200", "OK", "2OO OK", "20 OK", "2000 OK", " 200 OK", "200\tOK", "-20 OK", "+20 OK", "２００ OK", "020 OK",
        "100 Continue", "101 Switching Protocols", "200 OK\r\nX-Evil: 1", "200 \0", "200 \x7f", "200 \x85", "200 ✓",
        200, b"200 OK", None, ["200 OK"],
    ],
)  # fmt: skip
def test_any_other_status_is_an_error(status: Any) -> None:
    with pytest.raises(AppProtocolError, match="status"):
        unvalidated(status=status)


@pytest.mark.parametrize(
    "headers",
    [
        None, (), {"a": "b"}, iter([("a", "b")]), ["ab"], [["a", "b"]], [("a",)], [("a", "b", "c")], [(b"a", "b")],
        [("a", b"b")], [("a", 1)], [("a", None)], [None], [("", "b")], [("a b", "c")], [("a:", "c")],
        [("caf\xe9", "c")], [("a", "b\r\nc: d")], [("a", "b\n")], [("a", "b\0")], [("a", "✓")],
    ],
)  # fmt: skip
def test_headers_that_are_no_list_of_pairs_of_str_are_an_error(headers: Any) -> None:
    with pytest.raises(AppProtocolError):
        unvalidated(headers=headers)


def test_the_message_of_a_bad_header_has_its_name_and_not_its_value() -> None:
    with pytest.raises(AppProtocolError) as caught:
        unvalidated(headers=[("X-Token", "geheim ✓")])
    assert "x-token" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_header_values_are_bytes_as_str() -> None:
    value = "käse".encode().decode("latin-1")
    assert answer(answering([], headers=[*TEXT, ("X-Name", value)])).headers.get("x-name") == value


def test_blanks_around_a_header_value_are_no_part_of_it() -> None:
    assert answer(answering([], headers=[*TEXT, ("Set-Cookie", " a=1; Path=/ ")])).headers.get("set-cookie") == (
        "a=1; Path=/"
    )


def test_subclasses_of_str_are_str() -> None:
    class Text(str):
        __slots__ = ()

    response = WsgiRunner(answering([], Text("200 OK"), [(Text("X-A"), Text("b"))]))(Request())
    assert response.headers.pairs == [("x-a", "b")]


def test_headers_that_are_changed_afterwards_are_not_sent() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        headers = list(TEXT)
        start_response("200 OK", headers)
        headers.append(("X-Late", "1"))
        return []

    assert answer(app).headers.pairs == [("content-type", "text/plain")]


@pytest.mark.parametrize(
    "header",
    [
        ("Connection", "keep-alive"), ("Keep-Alive", "timeout=5"), ("Transfer-Encoding", "chunked"),
        ("Transfer-Encoding", "identity"), ("Upgrade", "h2c"), ("TE", "trailers"), ("Trailer", "expires"),
        ("Proxy-Authenticate", "Basic"),
    ],
)  # fmt: skip
def test_hop_by_hop_headers_are_dropped(header: tuple[str, str]) -> None:
    response = answer(answering([b"a"], headers=[header, *TEXT]))
    assert response.headers.pairs == [("content-type", "text/plain")]


def test_a_transfer_encoding_that_has_changed_the_body_is_an_error() -> None:
    headers = [("Connection", "close"), ("Transfer-Encoding", "gzip, chunked")]
    with pytest.raises(AppProtocolError, match="Transfer-Encoding"):
        answer(answering([b"a"], headers=[*TEXT, *headers]))


# -- where it runs ----------------------------------------------------------------------------------------------------


def test_the_app_runs_in_the_callers_thread() -> None:
    seen: list[int] = []

    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        seen.append(threading.get_ident())
        start_response("200 OK", TEXT)
        yield b""
        seen.append(threading.get_ident())

    answer(app)
    assert set(seen) == {threading.get_ident()}


def test_requests_of_several_threads_run_at_once_and_do_not_mix() -> None:
    all_there = threading.Barrier(8)

    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [*TEXT, ("X-Path", environ["PATH_INFO"])])
        all_there.wait()
        yield environ["PATH_INFO"].encode()

    runner = WsgiRunner(app)
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(runner, [Request(path=f"/{number}") for number in range(8)]))
    assert [(response.body, response.headers.get("x-path")) for response in responses] == [
        (f"/{number}".encode(), f"/{number}") for number in range(8)
    ]


def test_an_app_may_call_its_own_runner() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        inner = runner(Request(path="/inner")).body if environ["PATH_INFO"] == "/" else b""
        start_response("200 OK", TEXT)
        return [inner, environ["PATH_INFO"].encode()]

    runner = WsgiRunner(app)
    assert runner(Request()).body == b"/inner/"


def test_a_running_loop_in_the_callers_thread_does_not_matter() -> None:
    async def call() -> bytes:
        return answer(answering([b"a"])).body

    assert asyncio.run(call()) == b"a"


def test_the_runner_can_be_awaited() -> None:
    response = asyncio.run(WsgiRunner(answering([b"a"])).invoke(Request()))
    assert response.body == b"a"


def test_callers_with_a_loop_do_not_wait_for_each_other() -> None:
    met = threading.Barrier(32)  # none goes on before all are there

    def app(environ: Environ, start_response: StartResponse) -> Any:
        met.wait()
        return answering([b"a"])(environ, start_response)

    runner = WsgiRunner(app)

    async def call() -> list[Response]:
        return list(await asyncio.gather(*(runner.invoke(Request()) for _ in range(met.parties))))

    assert {response.body for response in asyncio.run(call())} == {b"a"}
    runner.stop()


def test_a_call_that_is_awaited_is_made_in_its_context() -> None:
    name: ContextVar[str] = ContextVar("name")

    def app(environ: Environ, start_response: StartResponse) -> Any:
        return answering([name.get().encode()])(environ, start_response)

    runner = WsgiRunner(app)

    async def call(told: str) -> bytes:
        name.set(told)
        return (await runner.invoke(Request())).body

    async def calls() -> list[bytes]:
        return list(await asyncio.gather(call("a"), call("b")))

    assert asyncio.run(calls()) == [b"a", b"b"]
    runner.stop()


def test_a_stop_lets_what_is_awaited_come_to_its_end_and_the_next_call_works() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def app(environ: Environ, start_response: StartResponse) -> Any:
        begun.set()
        go_on.wait()
        return answering([b"a"])(environ, start_response)

    runner = WsgiRunner(app)

    async def call() -> list[bytes]:
        first = asyncio.ensure_future(runner.invoke(Request()))
        await asyncio.to_thread(begun.wait)
        runner.stop()
        second = asyncio.ensure_future(runner.invoke(Request()))
        go_on.set()
        return [(await first).body, (await second).body]

    assert asyncio.run(call()) == [b"a", b"a"]
    runner.stop()


def test_start_and_stop_may_be_called_at_any_time() -> None:
    runner = WsgiRunner(answering([b"a"]))
    runner.stop()
    runner.start()
    runner.start()
    assert runner(Request()).body == b"a"
    runner.drain()
    runner.stop()
    assert runner(Request()).body == b"a"


# -- wsgi.errors ------------------------------------------------------------------------------------------------------


def writing(*calls: tuple[str, Any]) -> Any:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", TEXT)
        for name, *arguments in calls:
            getattr(environ["wsgi.errors"], name)(*arguments)
        return []

    return app


@pytest.mark.parametrize(
    ("calls", "lines"),
    [
        ([("write", "a\n")], ["a"]),
        ([("write", "a\nb\n")], ["a", "b"]),
        ([("write", "a"), ("write", "b\n")], ["ab"]),
        ([("write", "a"), ("flush",), ("write", "b\n")], ["a", "b"]),
        ([("write", "a")], ["a"]),
        ([("writelines", ["a\n", "b", "c\n"])], ["a", "bc"]),
        ([("write", "50% done {}\n")], ["50% done {}"]),
        ([("write", ""), ("flush",)], []),
        ([("write", "a\n\nb\n")], ["a", "", "b"]),
    ],
)
def test_lines_written_to_wsgi_errors_are_error_records(
    calls: Any, lines: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    answer(writing(*calls))
    assert [record.getMessage() for record in caplog.records] == lines
    assert {(record.name, record.levelname) for record in caplog.records} <= {("fcbridge.wsgi", "ERROR")}


def test_an_unfinished_line_of_wsgi_errors_is_logged_when_the_app_raises(caplog: pytest.LogCaptureFixture) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.errors"].write("on the brink")
        raise LookupError

    with pytest.raises(LookupError):
        answer(app)
    assert [record.getMessage() for record in caplog.records] == ["on the brink"]


def test_what_close_writes_to_wsgi_errors_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Closing(list[bytes]):
        def __init__(self, errors: Any) -> None:
            super().__init__()
            self.errors = errors

        def close(self) -> None:
            self.errors.write("closed")

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", TEXT)
        return Closing(environ["wsgi.errors"])

    answer(app)
    assert [record.getMessage() for record in caplog.records] == ["closed"]


def test_a_log_handler_that_writes_to_wsgi_errors_does_not_go_round_in_circles(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        handler = logging.StreamHandler(environ["wsgi.errors"])
        logging.getLogger().addHandler(handler)
        try:
            logging.getLogger("app").error("once")
        finally:
            logging.getLogger().removeHandler(handler)
        start_response("200 OK", TEXT)
        return []

    answer(app)
    assert capsys.readouterr().err == "once\n"


def test_headers_of_two_responses_are_two_objects() -> None:
    runner = WsgiRunner(answering([]))
    first, second = runner(Request()), runner(Request())
    assert first.headers == second.headers == Headers(TEXT)
    assert first.headers.pairs is not second.headers.pairs
