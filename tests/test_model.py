from __future__ import annotations

import pytest

from fcbridge.model import Headers, Request, Response


def test_names_are_lower_case_and_repeats_are_kept_in_order() -> None:
    headers = Headers([("Accept", "a"), ("X-Tag", "1"), ("accept", "b")])
    assert list(headers) == [("accept", "a"), ("x-tag", "1"), ("accept", "b")]
    assert headers.get("ACCEPT") == "a"
    assert headers.get_all("Accept") == ["a", "b"]
    assert "x-TAG" in headers
    assert "absent" not in headers
    assert len(headers) == 3


def test_cookies_fold_with_a_semicolon_and_everything_else_with_a_comma() -> None:
    headers = Headers([("cookie", "a=1"), ("vary", "x"), ("cookie", "b=2"), ("vary", "y")])
    assert headers.fold() == {"cookie": "a=1; b=2", "vary": "x, y"}


def test_set_cookie_is_never_joined() -> None:
    assert Headers([("set-cookie", "a=1"), ("set-cookie", "b=2")]).fold() == {"set-cookie": "b=2"}


def test_a_repr_shows_no_credentials() -> None:
    request = Request(headers=Headers([("authorization", "Bearer t0ken"), ("cookie", "sid=s3cret"), ("accept", "*/*")]))
    assert "t0ken" not in repr(request)
    assert "s3cret" not in repr(request)
    assert "'*/*'" in repr(request)
    assert "s3cret" not in repr(Response(headers=Headers([("set-cookie", "sid=s3cret")])))


@pytest.mark.parametrize(
    "name",
    [
        "x-wx-cloudbase-access-token", "x-cloudbase-context", "x-scf-secret-id", "x-scf-session-token",
        "x-fc-access-key-secret", "x-faas-access-key-id", "x-cff-auth-token", "x-amz-security-token",
        "x-goog-signature", "x-csrf-token", "x_api_key", "x-user-password", "x-jwt-assertion",
        "x-forwarded-authorization",
    ],
)  # fmt: skip
def test_a_repr_shows_no_header_whose_name_sounds_like_a_secret(name: str) -> None:
    headers = Headers([(name, "s3cret"), ("x-request-id", "1")])
    assert repr(headers) == f"Headers([('{name}', '***'), ('x-request-id', '1')])"


def test_a_repr_shows_no_secrets_of_a_query() -> None:
    request = Request(query="page=2&access_token=s3cret&=x&debug&X-Amz-Signature=s3cret=&password%5B%5D=s3cret")
    assert "s3cret" not in repr(request)
    assert "query='page=2&access_token=***&=x&debug&X-Amz-Signature=***&password%5B%5D=***'" in repr(request)


@pytest.mark.parametrize(
    ("host", "scheme", "server"),
    [
        ("example.com", "https", ("example.com", 443)),
        ("example.com", "http", ("example.com", 80)),
        ("example.com:8000", "https", ("example.com", 8000)),
        ("[::1]", "http", ("::1", 80)),
        ("[::1]:9000", "http", ("::1", 9000)),
        ("example.com:", "https", ("example.com", 443)),
        ("example.com:x", "https", ("localhost", 443)),
        ("example.com:000080", "https", ("example.com", 80)),
        ("example.com:65536", "http", ("example.com", 80)),
        ("example.com:" + "0" * 5000 + "80", "http", ("example.com", 80)),
        ("example.com:" + "9" * 5000, "http", ("example.com", 80)),
        ("", "https", ("localhost", 443)),
        ("[:::]", "http", ("localhost", 80)),
        ("[::1", "http", ("localhost", 80)),
        ("[::1]x", "http", ("localhost", 80)),
        ("::1", "http", ("localhost", 80)),
        ("user@example.com", "http", ("localhost", 80)),
        ("example.com/path", "http", ("localhost", 80)),
        ("b\xc3\xbccher.example", "http", ("b\xc3\xbccher.example", 80)),
    ],
)
def test_the_server_is_the_host_header_with_the_schemes_own_port(
    host: str, scheme: str, server: tuple[str, int]
) -> None:
    assert Request(scheme=scheme, headers=Headers([("host", host)])).server == server


def test_the_target_has_a_question_mark_only_with_a_query() -> None:
    assert Request(path="/a", query="b=1").target == "/a?b=1"
    assert Request(path="/a").target == "/a"


def test_event_and_context_are_no_part_of_equality() -> None:
    assert Request(event={"a": 1}, context=object()) == Request()
    assert Request(path="/a") != Request(path="/b")
    assert Response(200) != Response(201)
    assert Request() != Response()


def test_a_replaced_copy_leaves_the_original_alone() -> None:
    request = Request(path="/a", event="e")
    assert request.replace(path="/b").path == "/b"
    assert request.replace(path="/b").event == "e"
    assert request.path == "/a"
