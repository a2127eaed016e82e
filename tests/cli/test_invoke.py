from __future__ import annotations

import base64
import gc
import json
import sys

import pytest

from fcbridge.cli.exits import Exit
from tests.cli.shell import Shell

APP = """
from fcbridge import bridge

def app(environ, start_response):
    if environ["PATH_INFO"] == "/raise":
        raise ValueError("no stock")
    start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1")])
    return [f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}".encode()]

handler = bridge(app)
"""
RAW = """
import json

def handler(event, context):
    print("the handler prints")
    return json.dumps({"type": type(event).__name__, "event": event.decode("latin-1"), "id": context.request_id})
"""


@pytest.fixture
def shell(shell: Shell) -> Shell:
    shell.write("index.py", APP)
    shell.write("raw.py", RAW)
    return shell


# -- the pipe from `event generate` -----------------------------------------------------------------------------------


@pytest.mark.parametrize("gateway", ["fc3-http", "fc-apigw", "fc2-http"])
@pytest.mark.parametrize("target", ["index:handler", "index:app", "index", ""])
def test_what_is_generated_is_answered(shell: Shell, gateway: str, target: str) -> None:
    event = shell(f"event generate {gateway} --path '/x?a=1' --method DELETE").data

    result = shell(f"invoke {target} - --json", stdin=event)

    assert result.code == 0
    report = result.json
    assert (report["gateway"], report["response"]["status"]) == (gateway, 200)
    assert report["response"]["body"] == "DELETE /x?a=1"


def test_the_payload_is_printed_as_it_is(shell: Shell) -> None:
    event = shell("event generate fc3-http --path /x").data

    result = shell("invoke index:handler -", stdin=event)

    assert json.loads(result.data)["body"] == "GET /x?"
    assert not result.out.endswith("\n")


def test_a_terminal_gets_a_line_end_after_it(shell: Shell) -> None:
    assert shell("invoke raw -", stdin=b"x", terminal=True).out.endswith("}\n")


# -- events -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [b"", b"\xff\xfe", b"plain text", b"[1, 2]", b'{"a": 1}', b"null"])
def test_any_bytes_reach_a_raw_handler_as_they_are(shell: Shell, event: bytes) -> None:
    shell.write("event.bin", event)

    told = shell("invoke raw:handler event.bin --request-id 1-abc").json

    assert told == {"type": "bytes", "event": event.decode("latin-1"), "id": "1-abc"}


def test_what_the_handler_prints_is_talk(shell: Shell) -> None:
    result = shell("invoke raw -", stdin=b"x")

    assert "the handler prints" in result.talk
    assert "prints" not in result.out


def test_an_event_file_is_enough(shell: Shell) -> None:
    shell.write("event.json", shell("event generate fc3-http --path /x").data)

    assert json.loads(shell("invoke event.json").data)["body"] == "GET /x?"


def test_a_named_gateway_is_taken_at_its_word(shell: Shell) -> None:
    result = shell("invoke raw - --gateway fc2-http", stdin=b"x")

    assert result.code == Exit.FAILED
    assert "'x-fc-http-params'" in result.talk
    assert "hint: make one with `fcbridge event generate fc2-http`" in result.talk


def test_a_request_that_a_server_passes_on_is_answered_as_the_named_gateway_does(shell: Shell) -> None:
    event = shell("event generate gcf-http --path /x").data
    report = shell("invoke index:app - --gateway gcf-http --json", stdin=event).json
    assert (report["gateway"], report["response"]["status"]) == ("gcf-http", 200)

    shell.write("pyproject.toml", '[tool.fcbridge]\ngateway = "gcf-http"\n')
    report = shell("invoke index:app - --json", stdin=event).json
    assert (report["gateway"], report["response"]["status"]) == ("gcf-http", 200)


def test_an_app_that_names_its_platform_needs_no_option(shell: Shell) -> None:
    shell.write("main.py", APP.replace("bridge(app)", "bridge(app, platform='knative').entry()"))
    event = shell("event generate knative-func --path /x").data

    assert shell("invoke main - --json", stdin=event).json["response"]["body"] == "GET /x?"
    assert shell("request main /x").data == b"GET /x?"


def test_without_a_name_the_gateways_are_told_from_which_it_may_be(shell: Shell) -> None:
    event = shell("event generate gcf-http").data

    code, message, hint = shell("invoke index:app -", stdin=event).refusal

    assert (code, message) == (
        Exit.USAGE,
        "The event is a request as an HTTP server passes it on, which does not tell its platform.",
    )
    assert hint.startswith("name the gateway: --gateway with one of ") and "gcf-http" in hint and "aws" not in hint


# -- the report -------------------------------------------------------------------------------------------------------


def test_the_report_of_a_raw_event_has_no_response(shell: Shell) -> None:
    report = shell("invoke raw - --json --request-id 1-abc", stdin=b"x").json

    assert report.pop("duration_ms") >= 0
    assert report == {
        "gateway": None,
        "trigger": None,
        "runtime": "fc-event",
        "request_id": "1-abc",
        "payload": '{"type": "bytes", "event": "x", "id": "1-abc"}',
        "encoding": "utf-8",
        "response": None,
        "error": None,
    }


def test_a_payload_that_is_no_text_is_reported_as_base64(shell: Shell) -> None:
    shell.write("raw.py", "def handler(event, context):\n    return b'\\xff'\n")

    report = shell("invoke raw - --json").json

    assert (report["payload"], report["encoding"]) == (base64.b64encode(b"\xff").decode(), "base64")


def test_a_payload_that_the_gateway_cannot_read_has_no_response(shell: Shell) -> None:
    event = shell("event generate fc-apigw").data

    report = shell("invoke raw - --json", stdin=event).json

    assert (report["gateway"], report["response"]) == ("fc-apigw", None)


# -- failures ---------------------------------------------------------------------------------------------------------

RAISING = """
def handler(event, context):
    raise ValueError("no stock")
"""


def test_an_exception_is_told_as_the_runtime_tells_it(shell: Shell) -> None:
    shell.write("raw.py", RAISING)

    result = shell("invoke raw -")

    assert (result.code, result.data) == (Exit.FAILED, b"")
    traceback, brace, document = result.talk.partition("{")
    assert traceback.startswith("Traceback (most recent call last):\n") and "fcbridge" not in traceback
    assert json.loads(brace + document) == {
        "errorMessage": "no stock",
        "errorType": "ValueError",
        "stackTrace": [
            [f'File "{shell.folder / "raw.py"}"', "line 3", "in handler", 'raise ValueError("no stock")'],
        ],
    }


def test_an_exception_is_a_part_of_the_report(shell: Shell) -> None:
    shell.write("raw.py", RAISING)

    result = shell("invoke raw - --json")

    assert (result.code, result.json["error"]["errorType"]) == (Exit.FAILED, "ValueError")
    assert result.json["payload"] is None
    assert "errorMessage" not in result.talk


def test_an_event_that_no_gateway_knows_is_explained(shell: Shell) -> None:
    result = shell("invoke index:handler -", stdin=b'{"events": []}')

    assert result.code == Exit.FAILED
    assert result.talk.startswith("error: No gateway recognises the event (an object with the keys events)")
    assert '"errorType": "UnknownEvent"' in result.talk


def test_an_initializer_that_raises_fails_the_invocation(shell: Shell) -> None:
    shell.write("raw.py", f"def initialize(context):\n    raise OSError('no database')\n{RAW}")

    assert '"errorType": "OSError"' in shell("invoke raw -").talk
    assert shell("invoke raw - --no-initialize").code == Exit.OK


def test_initializer_and_pre_stop_run_around_it(shell: Shell) -> None:
    shell.write(
        "raw.py",
        "calls = []\n"
        "def initialize(context):\n    print('initialize', context.request_id)\n"
        "def pre_stop(context):\n    print('pre_stop', context.request_id)\n"
        f"{RAW}",
    )

    result = shell("invoke raw - --request-id 1-abc")

    assert result.talk == "initialize 1-abc\nthe handler prints\npre_stop 1-abc\n"


@pytest.mark.filterwarnings("ignore:coroutine 'handler' was never awaited:RuntimeWarning")
def test_an_asynchronous_handler_fails_as_it_does_on_the_platform(shell: Shell) -> None:
    shell.write("raw.py", "async def handler(event, context): ...\n")

    result = shell("invoke raw -")
    gc.collect()  # while the warning is still expected

    assert '"errorMessage": "coroutine is not JSON serializable"' in result.talk


# -- usage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "There is no event."),
        ("index:handler", "There is no event."),
        ("index.py", "There is no event."),
        ("nowhere.json", "There is no file 'nowhere.json'."),
        ("a b c", "'c' is one argument too many."),
        ("index:handler nowhere.json", "'nowhere.json' cannot be read: No such file or directory."),
        ("index:handler .", "'.' cannot be read: Is a directory."),
    ],
)
def test_a_wrong_line_is_refused(shell: Shell, typed: str, message: str) -> None:
    assert shell(f"invoke {typed}").refusal[:2] == (Exit.USAGE, message)


def test_a_missing_event_is_told_how_to_make_one(shell: Shell) -> None:
    assert shell("invoke index:handler").refusal[2] == (
        "fcbridge invoke index:handler event.json, "
        "or: fcbridge event generate fc3-http | fcbridge invoke index:handler -"
    )


def test_an_event_that_a_platform_knows_by_name_is_refused_by_its_name(shell: Shell) -> None:
    shell.write("index.py", "from wsgiref.simple_server import demo_app as app\n")
    event = '{"requestContext": {"eventType": "CONNECT", "connectionId": "c", "routeKey": "$connect"}}'
    result = shell("invoke index:app -", stdin=event.encode())
    assert result.code == Exit.FAILED
    assert "WebSocket" in result.talk


@pytest.mark.parametrize("line", ["invoke index:app event.json", "request --gateway azure-python index:app /x"])
def test_a_missing_package_of_the_platform_is_said_once(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    shell.write("event.json", shell("event generate azure-python").data)
    monkeypatch.setitem(sys.modules, "azure.functions", None)

    code, message, hint = shell(line).refusal

    assert (code, hint) == (Exit.CONFIGURATION, "pip install azure-functions")
    assert message.endswith("the package azure-functions, which is not installed.")
