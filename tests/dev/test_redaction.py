from __future__ import annotations

import json
from base64 import b64encode

import pytest

from fcbridge.dev.redaction import pretty, redacted


@pytest.mark.parametrize(
    "name",
    [
        "Authorization", "proxy-authorization", "Cookie", "set-cookie", "X-Api-Key", "x-fc-access-key-id",
        "x-fc-access-key-secret", "X-Fc-Security-Token", "securityToken", "accessKeyId", "access_token", "token",
        "password", "x-amz-signature",
    ],
)  # fmt: skip
def test_the_value_of_a_credential_is_struck_out_wherever_it_stands(name: str) -> None:
    event = {"headers": {name: "s3cr3t"}, "records": [{name: ["s3cr3t", "s3cr3t"]}]}
    assert redacted(event) == {"headers": {name: "***"}, "records": [{name: ["***", "***"]}]}


@pytest.mark.parametrize("name", ["Accept", "Host", "x-fc-request-id", "rawPath", "body", "author", "color"])
def test_other_values_are_shown(name: str) -> None:
    assert redacted({name: "red"}) == {name: "red"}


def test_credentials_in_a_query_are_struck_out() -> None:
    uri = "/items?color=red&access_token=s3cr3t&size=2"
    assert redacted({"requestURI": uri}) == {"requestURI": "/items?color=red&access_token=***&size=2"}


def test_headers_that_travel_as_base64_of_json_are_shown_without_their_credentials() -> None:
    params = {"method": "GET", "headersMap": {"Authorization": ["Bearer s3cr3t"], "Accept": ["*/*"]}}
    event = {"x-fc-http-params": b64encode(json.dumps(params).encode()).decode()}
    assert redacted(event) == {
        "x-fc-http-params": {"method": "GET", "headersMap": {"Authorization": ["***"], "Accept": ["*/*"]}}
    }


def test_text_that_only_looks_like_base64_of_json_is_shown_as_it_is() -> None:
    assert redacted({"body": "eyJub3QganNvbg=="}) == {"body": "eyJub3QganNvbg=="}


def test_a_long_body_is_cut_and_its_length_told() -> None:
    shown = json.loads(pretty({"body": "x" * 5000}))["body"]
    assert len(shown) < 1100 and shown.endswith("(5000 characters)")


def test_the_event_itself_is_not_changed() -> None:
    event = {"headers": {"Cookie": "sid=1"}, "list": [{"token": "1"}]}
    before = json.dumps(event)
    redacted(event)
    assert json.dumps(event) == before
