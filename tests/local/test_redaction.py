from __future__ import annotations

import base64
import json

import pytest

from fcbridge.local.redaction import laid_out, redacted, redacted_payload
from fcbridge.model import is_secret


@pytest.mark.parametrize(
    "name",
    [
        "Authorization", "Cookie", "Set-Cookie", "cookies", "X-Api-Key", "access_token", "password", "client_secret",
        "X-Fc-Access-Key-Id", "X-Fc-Access-Key-Secret", "X-Fc-Security-Token", "accessKeySecret", "credentials",
        "Proxy-Authorization", "x-ca-signature",
    ],
)  # fmt: skip
def test_names_that_stand_for_secrets_are_known(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["accept", "host", "content-type", "x-fc-request-id", "path", "key", "author"])
def test_other_names_are_not(name: str) -> None:
    assert not is_secret(name)


def test_values_below_a_secret_name_are_hidden_whatever_their_shape() -> None:
    event = {
        "headers": {"Authorization": "Bearer abc", "Accept": "*/*"},
        "cookies": ["a=1", "b=2"],
        "credentials": {"id": "x", "deep": {"value": 1}},
        "token": None,
        "flag": True,
    }

    assert redacted(event) == {
        "headers": {"Authorization": "***", "Accept": "*/*"},
        "cookies": ["***", "***"],
        "credentials": {"id": "***", "deep": {"value": "***"}},
        "token": None,
        "flag": True,
    }


def test_the_value_of_a_header_in_a_list_of_pairs_is_hidden() -> None:
    headers = [["Authorization", "Bearer x"], ["accept", "*/*"], ["x-wx-cloudbase-access-token", "EXAMPLE"], ["a"]]
    assert redacted({"headers": headers}) == {
        "headers": [["Authorization", "***"], ["accept", "*/*"], ["x-wx-cloudbase-access-token", "***"], ["a"]]
    }


def test_the_value_itself_is_left_alone() -> None:
    event = {"headers": {"Cookie": "a=1"}, "list": [{"password": "x"}]}
    before = json.dumps(event)

    redacted(event)

    assert json.dumps(event) == before


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/login?user=a&access_token=abc#x", "/login?user=a&access_token=***#x"),
        ("user=a&password=b%20c", "user=a&password=***"),
        ("password=b", "password=***"),
        ("a=1; token=2", "a=1; token=2"),
        ("/items?color=red", "/items?color=red"),
        ("no pairs", "no pairs"),
    ],
)
def test_secrets_in_queries_and_forms_are_hidden(text: str, shown: str) -> None:
    assert redacted(text) == shown


def test_json_in_base64_is_shown_unpacked_and_without_secrets() -> None:
    packed = base64.b64encode(json.dumps({"headersMap": {"Cookie": ["a=1"], "Accept": ["*/*"]}}).encode()).decode()

    assert redacted({"x-fc-http-params": packed}) == {
        "x-fc-http-params": {"base64": {"headersMap": {"Cookie": ["***"], "Accept": ["*/*"]}}}
    }


def in_base64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


MULTIPART = '--b\r\nContent-Disposition: form-data; name="{}"\r\nContent-Type: text/plain\r\n\r\n{}\r\n--b--\r\n'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("user=a&password=hunter2", "user=a&password=***"),
        ('{ "user": "a", "password": "hunter2" }', '{"user": "a", "password": "***"}'),
        ('[{"password": "hunter2"}]', '[{"password": "***"}]'),
        (MULTIPART.format("password", "hunter2"), MULTIPART.format("password", "***")),
    ],
)
def test_secrets_in_a_body_that_is_base64_are_hidden(text: str, shown: str) -> None:
    """Some platforms encode every body."""
    assert redacted({"body": in_base64(text), "isBase64Encoded": True}) == {
        "body": {"base64": shown}, "isBase64Encoded": True,
    }  # fmt: skip
    assert "hunter2" in text


def test_base64_that_was_cut_short_has_no_secrets_either() -> None:
    long = in_base64("password=hunter2&text=" + "x" * 2000)
    assert redacted(f"{long[:1001]}... ({len(long)} characters)") == {"base64": "password=***&text=" + "x" * 728}
    long = in_base64(json.dumps({"password": "hunter2", "text": "x" * 2000}))
    assert "***" in str(redacted(f"{long[:1000]}... ({len(long)} characters)"))


@pytest.mark.parametrize(
    "text", ["user=a&tags=1", '{"user": "a"}', MULTIPART.format("user", "a"), b"\x89PNG\r\n\x1a\n" + bytes(range(256))]
)
def test_base64_of_what_is_no_secret_stays_as_it_is(text: str | bytes) -> None:
    packed = in_base64(text)
    assert redacted(packed) == (packed if packed[:3] != "eyJ" else {"base64": {"user": "a"}})


def test_a_secret_part_of_a_form_is_hidden_also_beside_a_file_and_over_several_lines() -> None:
    file = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n\udc89PNG\r\n'
    form = file + MULTIPART.format("session_key", "one\r\ntwo")
    assert redacted(form) == file + MULTIPART.format("session_key", "***")
    packed = in_base64(form.encode("utf-8", "surrogateescape"))
    assert "***" in str(redacted(packed))
    assert "two" not in str(redacted(packed))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"user":"a","password":"b"}', '{"user": "a", "password": "***"}'),
        ('[{"access_token": "b", "deep": {"secret": 1}}]', '[{"access_token": "***", "deep": {"secret": "***"}}]'),
        ('{"p\\u0061ssword":"b"}', '{"password": "***"}'),
        ('{"user":"a",  "tags":[1]}', '{"user":"a",  "tags":[1]}'),
    ],
)
def test_secrets_in_json_text_are_hidden(text: str, shown: str) -> None:
    assert redacted({"body": text}) == {"body": shown}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"password":"b\\"c","user":"a... (70000 characters)', '{"password":"***","user":"a... (70000 characters)'),
        ('{"user":"a","password" : "b... (70000 characters)', '{"user":"a","password" : "***"'),
        ('{"token":1}\n{"token":2}\n', '{"token":"***"}\n{"token":"***"}\n'),
        ('{"user":"a', '{"user":"a'),
    ],
)
def test_secrets_in_json_text_that_is_cut_short_or_several_values_are_hidden(text: str, shown: str) -> None:
    assert redacted(text) == shown


def test_a_long_body_has_no_secrets_either() -> None:
    long = "x" * 100_000

    assert redacted(f"password=b&text={long}") == f"password=***&text={long}"
    assert redacted(json.dumps({"text": long, "password": "b"})) == json.dumps({"text": long, "password": "***"})


@pytest.mark.parametrize("name", ["a", "token"])
@pytest.mark.parametrize("deep", [50, 900, 1_500, 5_000])
def test_json_that_is_nested_without_end_is_shown_to_a_depth_and_without_secrets(deep: int, name: str) -> None:
    text = f'{{"{name}":' * deep + '{"password":"hunter2"}' + "}" * deep
    packed = base64.b64encode(text.encode()).decode()

    for shown in redacted({"body": text}), redacted({"body": packed}):
        assert "hunter2" not in json.dumps(shown, indent=2)


@pytest.mark.parametrize("text", ["eyJ", "eyJub3QganNvbg==", base64.b64encode(b'["a"]').decode(), "eyJhIjoxfQ.x.y"])
def test_what_only_looks_like_it_is_shown_as_it_is(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (b'{"headers": {"Set-Cookie": "a=1"}, "body": "x"}', {"headers": {"Set-Cookie": "***"}, "body": "x"}),
        (b"plain", "plain"),
        (b"\xff\xfe", "2 bytes that are no text"),
        (b"", ""),
    ],
)
def test_payloads_are_shown_as_what_they_are(payload: bytes, shown: object) -> None:
    assert redacted_payload(payload) == shown


def test_what_a_terminal_would_obey_is_escaped_and_other_text_is_not() -> None:
    value = {"body": "\x1b[2J \x9b2J \u202e \u2066 \u4f60\u597d \u00e9"}

    text = laid_out(value)

    assert json.loads(text) == value
    assert not {"\x1b", "\x9b", "\u202e", "\u2066"} & set(text)
    assert "\u4f60\u597d \u00e9" in text
