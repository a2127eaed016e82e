from __future__ import annotations

import base64
import json

import pytest

from fcbridge.cli.exits import Exit
from fcbridge.local.sources import sources
from fcbridge.registry import gateways
from tests.cli.shell import Shell


def test_every_gateway_is_listed(shell: Shell) -> None:
    result = shell("event list")

    assert result.code == 0
    for gateway in gateways().values():
        assert gateway.name in result.out and gateway.title in result.out


def test_the_list_is_there_for_scripts_too(shell: Shell) -> None:
    listed = shell("event list --json").json

    assert [entry["name"] for entry in listed if entry["kind"] == "http"] == list(gateways())
    assert {entry["name"] for entry in listed if entry["kind"] != "http"} == set(sources())
    assert listed[0] == {
        "name": "fc3-http",
        "kind": "http",
        "platform": "aliyun",
        "title": gateways()["fc3-http"].title,
    }


def test_those_of_one_platform_can_be_listed_alone(shell: Shell) -> None:
    listed = shell("event list google --json").json

    assert [entry["name"] for entry in listed if entry["kind"] == "http"] == ["gcf-http", "gcf-asgi"]
    assert {entry["platform"] for entry in listed} == {"google"}


def test_a_platform_that_there_is_not_is_refused(shell: Shell) -> None:
    code, message, hint = shell("event list gogle").refusal

    assert (code, message) == (Exit.CONFIGURATION, "There is no platform 'gogle'.")
    assert hint.startswith("did you mean 'google'?")


@pytest.mark.parametrize("name", sorted(gateways()))
def test_every_gateway_generates_what_it_composes_of_its_sample(shell: Shell, name: str) -> None:
    gateway = gateways()[name]

    assert shell(f"event generate {name}").json == json.loads(json.dumps(gateway.compose(gateway.sample())))


def test_options_change_the_sample(shell: Shell) -> None:
    event = shell(
        "event generate fc3-http --method put --path /files/7 --query 'a=1&b=2' -H 'X-Tag: bär' -H 'Accept:'"
        " -H 'content-type: text/plain' -d hello"
    ).json

    assert event["requestContext"]["http"]["method"] == "PUT"
    assert (event["rawPath"], event["queryParameters"]) == ("/files/7", {"a": "1", "b": "2"})
    assert event["headers"]["X-Tag"] == "bär" and "Accept" not in event["headers"]
    assert (event["body"], event["isBase64Encoded"], event["headers"]["Content-Length"]) == ("hello", False, "5")


def test_a_path_of_its_own_leaves_the_query_of_the_sample_behind(shell: Shell) -> None:
    assert shell("event generate fc3-http --path /x").json["queryParameters"] == {}
    assert shell("event generate fc3-http --path '/x?a=1'").json["queryParameters"] == {"a": "1"}
    assert shell("event generate fc3-http --query a=1").json["rawPath"] == "/items/7"


def test_a_url_changes_the_host(shell: Shell) -> None:
    event = shell("event generate fc3-http --path https://shop.example.com/x").json

    assert event["requestContext"]["domainName"] == "shop.example.com"
    assert event["headers"]["Host"] == "shop.example.com"


def test_a_body_makes_it_a_post(shell: Shell) -> None:
    event = shell("event generate fc3-http -d a=1").json

    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["headers"]["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("name", ["body.png", "-"])
def test_the_body_may_be_a_file_of_any_bytes(shell: Shell, name: str) -> None:
    body = b"\x89PNG\xff\r\n"
    shell.write("body.png", body)

    event = shell(f"event generate fc3-http --body-file {name} -H 'content-type: image/png'", stdin=body).json

    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


def test_what_the_gateway_loses_is_warned_about(shell: Shell) -> None:
    assert "warning: repeated query keys" in shell("event generate fc3-http --path '/?a=1&a=2'").talk


@pytest.mark.parametrize(
    ("typed", "code", "message"),
    [
        ("", Exit.USAGE, "One name is wanted: that of a gateway or a trigger."),
        ("fc3-http fc2-http", Exit.USAGE, "One name is wanted: that of a gateway or a trigger."),
        ("fc3-htp", Exit.CONFIGURATION, "There is no gateway or trigger 'fc3-htp'."),
        ("fc3-http -d a --body-file b", Exit.USAGE, "There are two bodies: -d and --body-file."),
        ("fc3-http --body-file nowhere", Exit.USAGE, "'nowhere' cannot be read: No such file or directory."),
    ],
)
def test_a_wrong_line_is_refused(shell: Shell, typed: str, code: Exit, message: str) -> None:
    assert shell(f"event generate {typed}").refusal[:2] == (code, message)


def test_a_name_that_is_nearly_right_is_recognised(shell: Shell) -> None:
    assert "did you mean 'fc-apigw'?" in shell("event generate fc-apigate").refusal[2]
