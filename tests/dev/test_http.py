"""Real HTTP through each gateway to an app and back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from tests.dev.server import DevServer


@pytest.fixture(scope="module", params=["fc3-http", "fc-apigw", "fc2-http"])
def server(request: pytest.FixtureRequest) -> Iterator[DevServer]:
    server = DevServer(Path(__file__).parent / "echo", gateway=request.param, reload=False)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.close()


@pytest.fixture
def client(server: DevServer) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_reaches_the_app(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/somewhere")
    assert (answer.status_code, answer.json()["method"]) == (200, method)
    assert answer.headers["x-app"] == "echo"


def test_head_has_the_headers_of_get_and_no_body(client: httpx.Client) -> None:
    answer = client.head("/somewhere")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"", "application/json")


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_none(client: httpx.Client, status: int) -> None:
    answer = client.get(f"/status/{status}")
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (status, b"", '"1"')


def test_the_connection_serves_the_next_request_after_one_without_a_body(client: httpx.Client) -> None:
    assert [client.get("/status/204").status_code, client.head("/x").status_code, client.get("/x").status_code] == [
        204, 200, 200,
    ]  # fmt: skip


def test_the_path_is_decoded_once(client: httpx.Client) -> None:
    assert client.get("/caf%C3%A9/%E6%8A%A5/a%2525b").json()["path"] == "/café/报/a%25b"


def test_the_query_reaches_the_app(client: httpx.Client) -> None:
    answer = client.get("/x?name=J%C3%BCrgen&empty=&space=a+b").json()
    assert answer["query"] == {"name": ["Jürgen"], "space": ["a b"]}


def test_a_form_reaches_the_app(client: httpx.Client) -> None:
    answer = client.post("/x", data={"name": "Jürgen"}).json()
    assert (answer["type"], answer["length"]) == ("application/x-www-form-urlencoded", len("name=J%C3%BCrgen"))


def test_five_megabytes_come_back_byte_for_byte(client: httpx.Client) -> None:
    content = os.urandom(5 * 1024 * 1024)
    answer = client.post("/back", content=content, headers={"content-type": "application/octet-stream"})
    assert answer.content == content and answer.headers["x-length"] == str(len(content))


def test_a_body_that_is_sent_in_chunks_is_put_together(client: httpx.Client) -> None:
    parts = [os.urandom(1000) for _ in range(10)]
    answer = client.post("/x", content=iter(parts), headers={"content-type": "application/octet-stream"}).json()
    assert answer["sha256"] == sha256(b"".join(parts)).hexdigest()


def test_a_cookie_goes_both_ways(client: httpx.Client) -> None:
    client.get("/cookie?value=7")
    assert client.get("/cookie?value=8").text == "sid=7"


def test_the_app_sees_http_and_the_address_of_the_server(client: httpx.Client, server: DevServer) -> None:
    answer = client.get("/x").json()
    assert answer["scheme"] == "http"
    assert answer["headers"]["host"] == httpx.URL(server.url).netloc.decode()


def test_what_a_proxy_in_front_says_of_the_scheme_is_kept(client: httpx.Client) -> None:
    assert client.get("/x", headers={"x-forwarded-proto": "https"}).json()["scheme"] == "https"


def test_a_request_in_absolute_form_is_answered_as_one_in_origin_form(client: httpx.Client) -> None:
    target = b"http://example.com/x?a=1"
    answer = client.send(client.build_request("GET", "/", extensions={"target": target})).json()
    assert (answer["path"], answer["query"]) == ("/x", {"a": ["1"]})


def test_the_answer_has_one_date_and_no_server(client: httpx.Client) -> None:
    headers = client.get("/x").headers
    assert len(headers.get_list("date")) == 1 and "server" not in headers


def test_an_app_s_own_answer_is_given_under_any_host(client: httpx.Client) -> None:
    answer = client.get("/x", headers={"host": "api.example.com"})
    assert answer.json()["headers"]["host"] == "api.example.com"


def test_a_websocket_is_answered_as_a_plain_request_and_the_console_says_why(server: DevServer) -> None:
    answer = server.get("/x", connection="upgrade", upgrade="websocket")
    assert answer.status_code == 200
    server.wait_for("^warning: /x: a function answers one request at a time, and no WebSocket")
