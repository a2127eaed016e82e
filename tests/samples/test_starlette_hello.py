"""samples/starlette-hello."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fcbridge.testing import Client

from .folder import deployed, statuses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType


@pytest.fixture
def app(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("starlette-hello")


@pytest.fixture
def client(app: ModuleType, gateway: str) -> Iterator[Client]:
    with Client(app.handler, gateway=gateway) as client:
        yield client


def test_the_page_is_html(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Hello from a function</h1>" in answer.text


def test_a_name_may_be_written_in_any_script(client: Client) -> None:
    assert client.get("/hello/世界").text == "Hello, 世界!\n"


def test_an_encoded_slash_does_not_end_a_name(client: Client) -> None:
    assert client.get("/hello/100%25").text == "Hello, 100%!\n"


def test_json_is_echoed(client: Client) -> None:
    document = {"greeting": "你好", "numbers": [1, 2.5, None], "nested": {"empty": ""}}
    assert client.post("/echo", json=document).json() == document


def test_what_is_not_json_is_refused(client: Client) -> None:
    answer = client.post("/echo", content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.text) == (400, "The body is not JSON.")


def test_a_streamed_response_arrives_whole(client: Client) -> None:
    answer = client.get("/countdown", params={"start": 3})
    assert answer.text == "3\n2\n1\nLift-off!\n"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_a_bad_query_is_refused(client: Client) -> None:
    assert client.get("/countdown", params={"start": "never"}).status_code == 400


def test_head_has_no_body(client: Client) -> None:
    answer = client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


def test_another_method_is_answered_with_those_that_are_allowed(client: Client) -> None:
    answer = client.get("/echo")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_the_example_events_are_answered(app: ModuleType) -> None:
    assert statuses(app.handler, "starlette-hello") == {
        "1-page.json": 200,
        "2-hello.json": 200,
        "3-echo.json": 200,
        "4-countdown.json": 200,
    }


def test_what_the_deployment_names_is_there(app: ModuleType) -> None:
    assert deployed("starlette-hello") == ["handler", "initialize", "pre_stop"]
    assert all(callable(getattr(app, name)) for name in deployed("starlette-hello"))
