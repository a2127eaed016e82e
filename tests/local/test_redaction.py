from __future__ import annotations

import base64
import json

import pytest

from fcbridge.local.redaction import is_secret, laid_out, redacted, redacted_payload


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
