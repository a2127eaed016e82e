"""The request's side of PEP 3333."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcbridge.model import Headers, Request
from fcbridge.runners import environ as environ_module

from .wsgi_apps import environ_of, post


def environ_with(*headers: tuple[str, str], **fields: Any) -> dict[str, Any]:
    return environ_of(Request(headers=Headers(headers), **fields))


# -- the fixed part ---------------------------------------------------------------------------------------------------


def test_the_environ_is_a_plain_dict_of_its_own() -> None:
    first, second = environ_with(), environ_with()
    first["mine"] = 1
    assert type(first) is dict
    assert "mine" not in second


def test_what_pep_3333_asks_for_is_there() -> None:
    environ = environ_with()
    assert environ["wsgi.version"] == (1, 0)
    assert environ["wsgi.multithread"] is True
    assert environ["wsgi.multiprocess"] is False
    assert environ["wsgi.run_once"] is False
    assert environ["wsgi.input_terminated"] is True
    assert environ["SERVER_SOFTWARE"] == "fcbridge"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_scheme_is_the_requests(scheme: str) -> None:
    assert environ_with(scheme=scheme)["wsgi.url_scheme"] == scheme


def test_event_and_context_are_the_very_objects() -> None:
    event, context = {"a": 1}, object()
    environ = environ_with(event=event, context=context)
    assert environ["fcbridge.event"] is event
    assert environ["fcbridge.context"] is context


@pytest.mark.parametrize(
    ("host", "scheme", "name", "port"),
    [
        ("api.example.com", "https", "api.example.com", "443"),
        ("api.example.com", "http", "api.example.com", "80"),
        ("api.example.com:8080", "https", "api.example.com", "8080"),
        ("[2001:db8::1]:8080", "http", "2001:db8::1", "8080"),
        (None, "https", "localhost", "443"),
    ],
)
def test_the_server_is_the_host_header(host: str | None, scheme: str, name: str, port: str) -> None:
    environ = environ_with(*([("host", host)] if host else []), scheme=scheme)
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == (name, port)
    assert environ.get("HTTP_HOST") == host


@pytest.mark.parametrize("version", ["1.0", "1.1", "2"])
def test_the_protocol_is_the_requests(version: str) -> None:
    assert environ_with(http_version=version)["SERVER_PROTOCOL"] == f"HTTP/{version}"


def test_the_client_is_the_requests() -> None:
    environ = environ_with(client=("203.0.113.24", 50712))
    assert (environ["REMOTE_ADDR"], environ["REMOTE_PORT"]) == ("203.0.113.24", "50712")


def test_a_port_that_was_not_told_is_not_there() -> None:
    environ = environ_with(client=("203.0.113.24", 0))
    assert environ["REMOTE_ADDR"] == "203.0.113.24"
    assert "REMOTE_PORT" not in environ


def test_a_client_that_was_not_told_is_an_empty_address() -> None:
    environ = environ_with(("x-forwarded-for", "198.51.100.1"))
    assert environ["REMOTE_ADDR"] == ""
    assert "REMOTE_PORT" not in environ


def test_nothing_of_the_processs_environment_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET_OF_THE_FUNCTION", "x")
    assert "A_SECRET_OF_THE_FUNCTION" not in environ_with()


# -- path and query ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "base", "script", "info"),
    [
        ("/", "", "", "/"),
        ("/a/b/", "", "", "/a/b/"),
        ("/a%20b%2Fc", "", "", "/a b/c"),
        ("/100%", "", "", "/100%"),
        ("/a%2520b", "", "", "/a%20b"),
        ("/%E4%BD%A0", "", "", "/" + "你".encode().decode("latin-1")),
        ("/%FF", "", "", "/\xff"),
        ("/a+b", "", "", "/a+b"),
        ("//a//b", "", "", "//a//b"),
        ("/prod/a", "/prod", "/prod", "/a"),
        ("/prod/", "/prod", "/prod", "/"),
        ("/prod", "/prod", "/prod", ""),
        ("/products", "/prod", "", "/products"),
        ("/other", "/prod", "", "/other"),
        ("/caf%C3%A9/a", "/caf%C3%A9", "/cafÃ©", "/a"),
        ("/a/b/c", "/a/b", "/a/b", "/c"),
        ("*", "", "", ""),
    ],
)
def test_the_path_is_decoded_once_and_parted_at_the_base(path: str, base: str, script: str, info: str) -> None:
    environ = environ_with(path=path, base_path=base)
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == (script, info)


@given(st.binary(max_size=30))
def test_any_bytes_of_a_path_arrive(octets: bytes) -> None:
    path = "/" + "".join(f"%{octet:02X}" for octet in octets)
    assert environ_with(path=path)["PATH_INFO"].encode("latin-1") == b"/" + octets


@pytest.mark.parametrize("query", ["", "a=1&a=2", "q=a%20b+c&x", "%E4%BD%A0=%FF"])
def test_the_query_and_the_target_are_as_on_the_wire(query: str) -> None:
    environ = environ_with(path="/prod/a%20b", base_path="/prod", query=query)
    target = "/prod/a%20b" + (f"?{query}" if query else "")
    assert environ["QUERY_STRING"] == query
    assert environ["REQUEST_URI"] == environ["RAW_URI"] == target


# -- body -------------------------------------------------------------------------------------------------------------


def test_the_input_ends_where_the_body_ends() -> None:
    environ = environ_of(post(b"one\ntwo"))
    assert environ["body"] == b"one\ntwo"
    assert environ["wsgi.input"].read(1) == b""


def test_the_input_is_a_stream_of_the_standard_library() -> None:
    made = environ_module.environ_of(post(b"one\ntwo"), environ_module.ErrorLog())
    stream = made["wsgi.input"]
    assert type(stream) is io.BytesIO
    assert (stream.readline(), list(stream)) == (b"one\n", [b"two"])


@pytest.mark.parametrize("sent", [(), ("5",), ("17",), ("0",), ("-1",), ("abc",), ("",), ("5", "7")])
def test_the_content_length_is_the_bodys_whatever_the_event_says(sent: tuple[str, ...]) -> None:
    headers = [("content-length", length) for length in sent]
    assert environ_of(post(b"hello", *headers))["CONTENT_LENGTH"] == "5"


@pytest.mark.parametrize("sent", ["0", "17"])
def test_the_content_length_of_no_body_is_0_where_the_client_sent_one(sent: str) -> None:
    assert environ_of(post(b"", ("content-length", sent)))["CONTENT_LENGTH"] == "0"


def test_there_is_no_content_length_where_there_is_no_body_and_the_client_sent_none() -> None:
    assert "CONTENT_LENGTH" not in environ_with()


def test_a_content_type_is_there_only_where_the_client_sent_one() -> None:
    assert environ_of(post(b"{}", ("content-type", "application/json")))["CONTENT_TYPE"] == "application/json"
    assert "CONTENT_TYPE" not in environ_of(post(b"{}"))


def test_of_several_content_types_the_first_one_counts() -> None:
    environ = environ_of(post(b"{}", ("content-type", "application/json"), ("content-type", "text/html")))
    assert environ["CONTENT_TYPE"] == "application/json"


def test_the_headers_that_describe_the_body_are_not_there_twice() -> None:
    headers = [("content-type", "a/b"), ("content-length", "1"), ("transfer-encoding", "chunked")]
    environ = environ_of(post(b"x", *headers))
    assert not environ.keys() & {"HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"}


# -- headers ----------------------------------------------------------------------------------------------------------


def test_header_names_are_upper_case_with_underscores() -> None:
    environ = environ_with(("accept-language", "de"), ("X-Tag", "a"), ("x-1.5", "b"))
    assert environ["HTTP_ACCEPT_LANGUAGE"] == "de"
    assert environ["HTTP_X_TAG"] == "a"
    assert environ["HTTP_X_1.5"] == "b"


def test_header_values_are_bytes_as_str() -> None:
    value = "käse".encode().decode("latin-1")
    assert environ_with(("x-name", value))["HTTP_X_NAME"] == value


def test_repeated_headers_are_joined_with_a_comma_and_cookies_with_a_semicolon() -> None:
    environ = environ_with(("accept", "a"), ("cookie", "a=1"), ("accept", "b"), ("cookie", "b=2"), ("cookie", "c=3"))
    assert environ["HTTP_ACCEPT"] == "a, b"
    assert environ["HTTP_COOKIE"] == "a=1; b=2; c=3"


@pytest.mark.parametrize("name", ["x_user", "x-re_mote", "_x-user", "content_length", "host_"])
def test_names_with_underscores_are_dropped(name: str) -> None:
    plain, spoofed = environ_with(), environ_with((name, "root"), (name, "root"))
    assert spoofed.keys() == plain.keys()


def test_an_underscored_name_does_not_reach_the_dashed_one() -> None:
    for headers in ([("x-user", "me"), ("x_user", "root")], [("x_user", "root"), ("x-user", "me")]):
        assert environ_with(*headers)["HTTP_X_USER"] == "me"


@pytest.mark.parametrize("name", ["x-user-ıd", "x-ſecret", "x-ß", "x user", "", "x:y", "x\n"])
def test_names_that_are_no_tokens_are_dropped(name: str) -> None:
    assert environ_with((name, "root")).keys() == environ_with().keys()


def test_a_proxy_header_does_not_become_http_proxy() -> None:
    environ = environ_with(("Proxy", "http://evil.example:8080"), ("proxy", "again"))
    assert "HTTP_PROXY" not in environ
    assert environ.keys() == environ_with().keys()


def test_a_header_cannot_set_anything_but_its_own_key() -> None:
    names = ["wsgi.input", "fcbridge.event", "request-method", "script-name", "remote-addr", "path-info"]
    environ = environ_with(*((name, "evil") for name in names))
    assert {key for key, value in environ.items() if value == "evil"} == {
        "HTTP_WSGI.INPUT", "HTTP_FCBRIDGE.EVENT", "HTTP_REQUEST_METHOD", "HTTP_SCRIPT_NAME", "HTTP_REMOTE_ADDR",
        "HTTP_PATH_INFO",
    }  # fmt: skip


def test_the_request_is_not_changed() -> None:
    request = post(b"x", ("a", "1"), ("a", "2"), path="/prod/x", base_path="/prod")
    before = request.replace(headers=Headers(list(request.headers)))
    environ_of(request)
    assert request == before
