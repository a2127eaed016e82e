"""The HTTP message format of ASGI: scope, receive, send."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from fcbridge.errors import AppProtocolError, InvalidOption
from fcbridge.model import Headers, Request, Response
from fcbridge.runners.asgi import AsgiRunner

from .asgi_apps import Message, Receive, Scope, Send, answer, finish, running, sending, start
from .asgi_apps import request as request_of

START: Message = {"type": "http.response.start", "status": 200, "headers": []}
BODY: Message = {"type": "http.response.body", "body": b"x"}


def scope_seen(request: Request) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.update(scope)
        await answer(send)

    with running(app) as runner:
        runner(request)
    return seen


def answered(*messages: Message) -> Response:
    with running(sending(*messages)) as runner:
        return runner(request_of())


def refused(*messages: Message) -> str:
    with running(sending(*messages)) as runner, pytest.raises(AppProtocolError) as caught:
        runner(request_of())
    return caught.value.message


# -- scope ----------------------------------------------------------------------------------------------------------


def test_the_scope_is_that_of_the_specification() -> None:
    event, context = {"version": "v1"}, object()
    request = Request(
        "POST",
        "/api/items",
        "a=1&b=%20",
        Headers([("host", "api.example.com:8443"), ("accept", "*/*")]),
        client=("203.0.113.24", 50712),
        scheme="https",
        http_version="2",
        base_path="/api",
        event=event,
        context=context,
    )
    assert scope_seen(request) == {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "2",
        "method": "POST",
        "scheme": "https",
        "path": "/api/items",
        "raw_path": b"/api/items",
        "query_string": b"a=1&b=%20",
        "root_path": "/api",
        "headers": [(b"host", b"api.example.com:8443"), (b"accept", b"*/*")],
        "client": ("203.0.113.24", 50712),
        "server": ("api.example.com", 8443),
        "extensions": {"http.response.pathsend": {}},
        "fcbridge.event": event,
        "fcbridge.context": context,
    }


def test_the_path_is_decoded_once_and_the_raw_path_is_as_sent() -> None:
    scope = scope_seen(request_of("/caf%C3%A9/100%2525/"))
    assert scope["path"] == "/café/100%25/"
    assert scope["raw_path"] == b"/caf%C3%A9/100%2525/"


def test_a_bad_escape_is_taken_literally() -> None:
    assert scope_seen(request_of("/100%/x%zz"))["path"] == "/100%/x%zz"


def test_the_root_path_is_decoded_and_a_part_of_the_path() -> None:
    scope = scope_seen(request_of("/%C3%A4pfel/1", base_path="/%C3%A4pfel"))
    assert (scope["root_path"], scope["path"]) == ("/äpfel", "/äpfel/1")


def test_header_values_are_the_bytes_of_the_wire() -> None:
    scope = scope_seen(request_of(headers=[("x-name", "caf\xe9")]))
    assert (b"x-name", b"caf\xe9") in scope["headers"]


@pytest.mark.parametrize("sent", [[], [("content-length", "2")], [("transfer-encoding", "chunked")]])
def test_a_body_has_its_length_whatever_the_event_says(sent: list[tuple[str, str]]) -> None:
    """Django reads no upload without one."""
    scope = scope_seen(request_of("POST", headers=[*sent, ("x-tag", "a")]).replace(body=b"hello"))
    assert scope["headers"][1:] == [(b"x-tag", b"a"), (b"content-length", b"5")]


def test_a_right_length_stays_where_it_is_and_without_a_body_none_is_made_up() -> None:
    sent = [("content-length", "5"), ("x-tag", "a")]
    assert scope_seen(request_of("POST", headers=sent).replace(body=b"hello"))["headers"][1:] == [
        (b"content-length", b"5"),
        (b"x-tag", b"a"),
    ]
    assert scope_seen(request_of("POST", headers=[("x-tag", "a")]))["headers"][1:] == [(b"x-tag", b"a")]


def test_repeated_headers_keep_their_number_and_order() -> None:
    scope = scope_seen(request_of(headers=[("x-tag", "b"), ("cookie", "a=1"), ("x-tag", "a"), ("cookie", "b=2")]))
    assert scope["headers"][1:] == [(b"x-tag", b"b"), (b"cookie", b"a=1"), (b"x-tag", b"a"), (b"cookie", b"b=2")]


def test_an_unknown_client_is_none() -> None:
    assert scope_seen(request_of())["client"] is None


def test_there_is_no_state_without_a_lifespan() -> None:
    assert "state" not in scope_seen(request_of())


def test_each_request_has_a_scope_of_its_own() -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["asgi"]["touched"] = scope["extensions"]["touched"] = True
        scope["headers"].append((b"touched", b"1"))
        seen.append(scope)
        await answer(send)

    request = request_of()
    with running(app) as runner:
        runner(request)
        runner(request)
    assert seen[0] is not seen[1]
    assert seen[0]["headers"] == seen[1]["headers"] == [(b"host", b"api.example.com"), (b"touched", b"1")]
    assert request == request_of()


# -- receive --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"{}", bytes(range(256))])
def test_the_body_comes_in_one_message(body: bytes) -> None:
    seen: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(await receive())
        await answer(send)

    with running(app) as runner:
        runner(request_of(body=body))
    assert seen == [{"type": "http.request", "body": body, "more_body": False}]


def test_a_disconnect_is_said_only_when_the_response_has_ended() -> None:
    order: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def listen() -> None:
            order.append((await receive())["type"])

        await receive()
        listeners = [asyncio.create_task(listen()) for _ in range(2)]
        for n in range(3):
            await asyncio.sleep(0)
            order.append(f"chunk {n}")
            await (send({"type": "http.response.body", "body": b"x", "more_body": True}) if n else start(send))
        await finish(send)
        order.append("end")
        await asyncio.gather(*listeners)

    with running(app) as runner:
        assert runner(request_of()).body == b"xx"
    assert order == ["chunk 0", "chunk 1", "chunk 2", "end", "http.disconnect", "http.disconnect"]


def test_after_the_response_each_further_receive_is_a_disconnect() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await answer(send)
        seen.append((await receive())["type"])
        seen.append((await receive())["type"])

    with running(app) as runner:
        runner(request_of())
    assert seen == ["http.disconnect"] * 2


def test_the_body_of_a_request_that_is_read_late_is_still_there() -> None:
    seen: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send)
        seen.append(await receive())

    with running(app) as runner:
        runner(request_of(body=b"late"))
    assert seen == [{"type": "http.request", "body": b"late", "more_body": False}]


def test_a_listener_hears_of_the_end_of_an_app_that_fails() -> None:
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def listen() -> None:
            heard.append((await receive())["type"])

        await receive()
        asyncio.create_task(listen()).set_name("listener")
        await asyncio.sleep(0)
        raise LookupError

    with running(app) as runner, pytest.raises(LookupError):
        runner(request_of())
    assert heard == ["http.disconnect"]


# -- send -----------------------------------------------------------------------------------------------------------


def test_a_response_may_come_in_pieces() -> None:
    pieces = [{"type": "http.response.body", "body": bytes([n]), "more_body": True} for n in range(256)]
    response = answered(START, *pieces, {"type": "http.response.body"})
    assert response == Response(200, Headers(), bytes(range(256)))


def test_headers_and_body_may_be_left_out() -> None:
    response = answered({"type": "http.response.start", "status": 204}, {"type": "http.response.body"})
    assert response == Response(204)


def test_repeated_response_headers_are_kept_in_order() -> None:
    headers = [(b"set-cookie", b"a=1"), (b"vary", b"accept"), (b"set-cookie", b"b=2")]
    response = answered({**START, "headers": headers}, BODY)
    assert response.headers.pairs == [("set-cookie", "a=1"), ("vary", "accept"), ("set-cookie", "b=2")]


def test_response_header_names_become_lower_case_and_values_stay_bytes() -> None:
    response = answered({**START, "headers": [(b"X-Name", b"caf\xe9")]}, BODY)
    assert response.headers.pairs == [("x-name", "caf\xe9")]


@pytest.mark.parametrize(
    "headers",
    [
        [[b"x-a", b"1"]],
        ((b"x-a", b"1"),),
        {b"x-a": b"1"}.items(),
        iter([(b"x-a", b"1")]),
        (pair for pair in [(b"x-a", b"1")]),
        [(bytearray(b"x-a"), bytearray(b"1"))],
    ],
    ids=["lists", "tuples", "items", "iterator", "generator", "bytearrays"],
)
def test_headers_are_any_iterable_of_pairs(headers: Any) -> None:
    assert answered({**START, "headers": headers}, BODY).headers.pairs == [("x-a", "1")]


def test_hop_by_hop_headers_are_dropped() -> None:
    headers = [(b"Transfer-Encoding", b"chunked"), (b"connection", b"close"), (b"te", b"trailers"), (b"x-a", b"1")]
    assert answered({**START, "headers": headers}, BODY).headers.pairs == [("x-a", "1")]


def test_a_transfer_encoding_that_has_changed_the_body_is_an_error() -> None:
    message = refused({**START, "headers": [(b"transfer-encoding", b"gzip, chunked")]})
    assert message == "The app's body has a Transfer-Encoding, which is the server's part."


@pytest.mark.parametrize("body", [b"abc", bytearray(b"abc"), memoryview(b"abc"), memoryview(b"a-b-c")[::2]])
def test_a_body_is_anything_of_bytes(body: Any) -> None:
    response = answered(START, {"type": "http.response.body", "body": body})
    assert (type(response.body), response.body) == (bytes, b"abc")


def test_a_buffer_that_the_app_uses_again_is_copied() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        buffer = bytearray(b"one")
        await start(send)
        await send({"type": "http.response.body", "body": buffer, "more_body": True})
        buffer[:] = b"two"
        await send({"type": "http.response.body", "body": memoryview(buffer)})
        buffer[:] = b"nil"

    with running(app) as runner:
        assert runner(request_of()).body == b"onetwo"


def test_a_status_may_be_an_enum() -> None:
    response = answered({"type": "http.response.start", "status": HTTPStatus.IM_A_TEAPOT}, BODY)
    assert (type(response.status), response.status) == (int, 418)


def test_a_file_is_read_into_the_body(tmp_path: Path) -> None:
    file = tmp_path / "picture.bin"
    file.write_bytes(bytes(range(256)))
    response = answered(START, {"type": "http.response.pathsend", "path": str(file)})
    assert response.body == bytes(range(256))


def test_a_file_that_is_not_there_is_the_app_s_error(tmp_path: Path) -> None:
    missing = {"type": "http.response.pathsend", "path": str(tmp_path / "missing")}
    with running(sending(START, missing)) as runner, pytest.raises(FileNotFoundError):
        runner(request_of())


def test_nothing_may_follow_a_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"all")
    assert answered(START, {"type": "http.response.pathsend", "path": str(file)}, BODY).body == b"all"
    assert "'http.response.body' after its response was complete" in caplog.text


def test_a_body_before_the_start_is_an_error() -> None:
    assert refused(BODY) == "The app sent 'http.response.body' before http.response.start."


def test_a_second_start_is_an_error() -> None:
    assert "'http.response.start' where http.response.body is due" in refused(START, START)


@pytest.mark.parametrize(
    "kind", ["http.response.trailers", "http.response.early_hint", "http.response.push", "websocket.accept", "nonsense"]
)
def test_what_the_scope_does_not_offer_is_refused(kind: str) -> None:
    assert repr(kind) in refused(START, {"type": kind, "headers": [], "links": []})


def test_the_announcement_of_trailers_is_ignored() -> None:
    assert answered({**START, "trailers": True}, BODY).body == b"x"


def test_a_message_without_a_type_is_an_error() -> None:
    assert "without a type" in refused({})


@pytest.mark.parametrize("status", [None, "200", 99, 1000, True, 200.0])
def test_a_status_that_is_no_three_digit_integer_is_an_error(status: Any) -> None:
    assert f"a status of type {type(status).__name__}" in refused({**START, "status": status})


@pytest.mark.parametrize("headers", [[("x-a", "1")], [b"x-a"], None, 7, [(b"x-a", b"1", b"2")], [(b"x-a", 1)]])
def test_headers_that_are_not_pairs_of_bytes_are_an_error(headers: Any) -> None:
    assert "not pairs of bytes" in refused({**START, "headers": headers})


@pytest.mark.parametrize("value", [b"1\r\nset-cookie: a=1", b"a\nb", b"a\0b"])
def test_a_header_value_cannot_add_headers(value: bytes) -> None:
    message = refused({**START, "headers": [(b"x-a", value)]})
    assert "line break or a NUL" in message
    assert "a=1" not in message


@pytest.mark.parametrize("body", ["text", None, 7, [1]])
def test_a_body_that_is_not_bytes_is_an_error(body: Any) -> None:
    assert f"a body of type {type(body).__name__}" in refused(START, {"type": "http.response.body", "body": body})


def test_the_path_of_a_file_must_be_text() -> None:
    assert "a path of type bytes" in refused(START, {"type": "http.response.pathsend", "path": b"/x"})


def test_a_protocol_error_is_raised_in_the_app_which_may_recover() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        with pytest.raises(AppProtocolError):
            await finish(send)
        await answer(send, b"recovered")

    with running(app) as runner:
        assert runner(request_of()).body == b"recovered"


def test_lifespan_takes_three_values() -> None:
    with pytest.raises(InvalidOption, match="auto, on, off"):
        AsgiRunner(sending(), lifespan="maybe")


@pytest.mark.parametrize("status", [0, 99, 100, 103, 1000, "200", None])
def test_a_status_that_ends_no_response_is_the_apps_error(status: object) -> None:
    assert "ends no response" in refused({**START, "status": status})
