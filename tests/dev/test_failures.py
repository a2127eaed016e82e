"""What a client gets when the function does not answer, and what the console says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.dev.conftest import StartServer

#: Answers with the number of calls before, and does what the path says.
HANDLER = """
import ctypes, json, os, signal, sys, time

count = 0
kept = []

def handler(event, context):
    global count
    count += 1
    path = json.loads(event)["rawPath"]
    if path == "/raise":
        raise ValueError("no stock")
    if path == "/exit":
        sys.exit(7)
    if path == "/os-exit":
        os._exit(3)
    if path == "/segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if path == "/hang":
        time.sleep(3600)
    if path == "/fill":
        kept.append(b"x" * (200 * 1024 * 1024))
    if path == "/print":
        print("to stdout", flush=False)
        os.write(1, b"to descriptor 1\\n")
        assert sys.stdin.read() == ""
    if path == "/orphan":
        if os.fork() == 0:
            time.sleep(3600)
        os._exit(4)
    return json.dumps({"statusCode": 200, "headers": {}, "body": str(count)})
"""


def body_of(content: bytes) -> dict[str, object]:
    document: dict[str, object] = json.loads(content)
    return document


@pytest.fixture
def function(tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(HANDLER, "utf-8")


@pytest.mark.usefixtures("function")
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/exit", "exit code 7"),
        ("/os-exit", "exit code 3"),
        ("/segfault", "killed by SIGSEGV"),
        ("/orphan", "exit code 4"),
    ],
)
def test_a_crashed_instance_is_replaced_and_the_platform_answers_for_it(
    start_server: StartServer, path: str, reason: str
) -> None:
    server = start_server()
    assert [server.get("/x").text, server.get("/x").text] == ["1", "2"]
    answer = server.get(path)
    assert (answer.status_code, answer.headers["x-fc-error-type"]) == (502, "UnhandledInvocationError")
    server.wait_for(f"^exited: Process exited unexpectedly.*{reason}")
    assert server.get("/x").text == "1"


@pytest.mark.usefixtures("function")
def test_a_handler_that_raises_gives_the_runtime_s_error_document_and_a_traceback_on_the_console(
    start_server: StartServer,
) -> None:
    server = start_server()
    answer = server.get("/raise")
    document = body_of(answer.content)
    assert (answer.status_code, answer.headers["x-fc-error-type"]) == (502, "UnhandledInvocationError")
    assert (document["errorType"], document["errorMessage"]) == ("ValueError", "no stock")
    server.wait_for("^Traceback")
    server.wait_for(r'^  File ".*index.py", line \d+, in handler')  # nothing of the machinery comes before
    server.wait_for("^ValueError: no stock")
    server.wait_for("^unhandled: ValueError: no stock")
    assert server.get("/x").text == "2"


@pytest.mark.usefixtures("function")
def test_a_hung_instance_is_killed_after_the_timeout_and_the_console_shows_where_it_hung(
    start_server: StartServer,
) -> None:
    server = start_server(timeout=1)
    answer = server.get("/hang")
    assert (answer.status_code, body_of(answer.content)) == (
        502,
        {"errorMessage": "Function timed out after 1 seconds"},
    )
    server.wait_for(r'File ".*index.py", line \d+ in handler')
    server.wait_for("^timeout: Function timed out after 1 seconds")
    assert server.get("/x").text == "1"


@pytest.mark.usefixtures("function")
def test_an_instance_that_needs_more_memory_than_it_has_is_killed(start_server: StartServer) -> None:
    server = start_server(memory=128)
    assert server.get("/x").text == "1"
    assert server.get("/fill").status_code == 502
    server.wait_for(r"^out-of-memory: Function ran out of memory: \d+ MB used, and it has 128 MB")
    assert server.get("/x").text == "1"


@pytest.mark.usefixtures("function")
def test_what_the_app_prints_goes_to_the_console_and_not_into_the_protocol(start_server: StartServer) -> None:
    server = start_server()
    assert server.get("/print").text == "1"
    server.wait_for("^to stdout$")
    server.wait_for("^to descriptor 1$")


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ('{"statusCode": 200, "headers": {"x": 1}}', "'headers'"),
        ('{"statusCode": 200, "headers": {"x y": "1"}}', "'headers or body'"),
        ('{"statusCode": 200, "headers": {"x": "1\\r\\ny: 2"}}', "'headers or body'"),
        ('{"statusCode": 200, "headers": {"x": "1\\x01"}}', "header that HTTP does not allow"),
        ('{"statusCode": "%s"}' % ("9" * 5000), "'statusCode'"),
        ('{"statusCode": 101}', "status 101"),
    ],
)
def test_a_result_that_is_no_http_response_is_refused_as_the_platform_does(
    start_server: StartServer, tmp_path: Path, result: str, reason: str
) -> None:
    (tmp_path / "index.py").write_text(f"def handler(event, context):\n    return {result}\n", "utf-8")
    server = start_server()
    assert server.get("/").status_code == 502
    server.wait_for(f"^bad-payload: .*{reason}")


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.exit(2)",
        "import os; os._exit(2)",
        "import nothing_of_the_kind",
        "import threading; threading.Thread(target=threading.Event().wait).start(); raise ValueError",
    ],
)
def test_code_that_does_not_load_is_told_to_every_request(start_server: StartServer, tmp_path: Path, code: str) -> None:
    (tmp_path / "index.py").write_text(f"{code}\ndef handler(event, context): ...\n", "utf-8")
    server = start_server()
    answers = [server.get("/"), server.get("/")]
    assert [answer.status_code for answer in answers] == [502, 502]
    server.wait_for("^init-failed: ")


@pytest.mark.parametrize("code", ["raise SystemExit", "import sys; sys.exit('bye')"])
def test_code_that_ends_the_process_while_it_is_imported_is_told_where_a_server_belongs(
    start_server: StartServer, tmp_path: Path, code: str
) -> None:
    (tmp_path / "index.py").write_text(f"{code}\ndef handler(event, context): ...\n", "utf-8")
    server = start_server()
    assert 'if __name__ == "__main__":' in server.get("/").text
    server.wait_for('^hint: .*if __name__ == "__main__":')


def test_an_initializer_that_fails_is_tried_again_by_the_next_request(
    start_server: StartServer, tmp_path: Path
) -> None:
    (tmp_path / "index.py").write_text(
        "import os\n"
        "def initialize(context):\n"
        "    if not os.path.exists('database'): raise ConnectionError('no database')\n"
        "def handler(event, context):\n"
        "    return '{\"statusCode\": 200}'\n",
        "utf-8",
    )
    server = start_server()
    answer = server.get("/")
    assert answer.status_code == 502 and "ConnectionError: no database" in answer.text
    (tmp_path / "database").touch()
    assert server.get("/").status_code == 200


# -- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("function")
def test_a_body_that_is_too_large_is_refused_before_the_function_sees_it(start_server: StartServer) -> None:
    server = start_server()
    size = 32 * 1024 * 1024 + 1
    with server.client() as client:
        answer = client.post("/x", content=bytes(size))
        assert (answer.status_code, answer.headers["x-fc-error-type"]) == (400, "FcCommonError")
        assert client.get("/x").text == "1"
    server.wait_for(f"^request-too-large: request body: {size} bytes, and the gateway takes {size - 1}$")


@pytest.mark.usefixtures("function")
@pytest.mark.parametrize(
    ("path", "headers", "what"),
    [("/" + "x" * 5000, {}, "path and query"), ("/x", {"x-filler": "x" * 20_000}, "request headers")],
)
def test_a_head_that_is_too_large_is_refused_with_what_was_measured(
    start_server: StartServer, path: str, headers: dict[str, str], what: str
) -> None:
    server = start_server()
    assert server.get(path, **headers).status_code == 400
    server.wait_for(rf"^request-too-large: {what}: \d+ bytes, and the gateway takes \d+$")


@pytest.mark.usefixtures("function")
def test_a_method_that_the_gateway_does_not_open_is_refused(start_server: StartServer) -> None:
    server = start_server()
    with server.client() as client:
        assert client.request("TRACE", "/x").status_code == 403
    server.wait_for("^method: ")


@pytest.mark.usefixtures("function")
def test_without_limits_they_are_let_in(start_server: StartServer) -> None:
    server = start_server(limits=False)
    with server.client() as client:
        assert client.request("TRACE", "/" + "x" * 5000, headers={"x-filler": "x" * 20_000}).status_code == 200


def test_a_response_that_is_too_large_is_refused_with_what_was_measured(
    start_server: StartServer, tmp_path: Path
) -> None:
    (tmp_path / "index.py").write_text(
        "def handler(event, context):\n    return {'statusCode': 200, 'headers': {'x': 'y' * 9000}}\n", "utf-8"
    )
    server = start_server()
    assert server.get("/").status_code == 502
    server.wait_for(r"^response-too-large: response headers: \d+ bytes, and the gateway takes 8192$")


# -- pages ------------------------------------------------------------------------------------------------------------


BROKEN = "def handler(event, context):\n    return '<script>' +\n"


def test_code_that_does_not_import_shows_its_traceback_in_the_browser(
    start_server: StartServer, tmp_path: Path
) -> None:
    (tmp_path / "index.py").write_text(BROKEN, "utf-8")
    server = start_server()
    answer = server.get("/", accept="text/html")
    assert (answer.status_code, answer.headers["x-fc-error-type"]) == (502, "UnhandledInvocationError")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert (
        "SyntaxError" in answer.text and "&#x27;&lt;script&gt;&#x27; +" in answer.text and "<script>" not in answer.text
    )


def test_others_get_the_traceback_as_text(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(BROKEN, "utf-8")
    answer = start_server().get("/")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "SyntaxError" in answer.text and "'<script>' +" in answer.text


@pytest.mark.parametrize("host", ["attacker.example", "127.0.0.1.attacker.example:9000"])
def test_a_name_that_was_rebound_to_this_machine_sees_no_traceback(
    start_server: StartServer, tmp_path: Path, host: str
) -> None:
    (tmp_path / "index.py").write_text(BROKEN, "utf-8")
    answer = start_server().get("/", host=host, accept="text/html")
    assert answer.status_code == 502
    assert "SyntaxError" not in answer.text and "index.py" not in answer.text


@pytest.mark.usefixtures("function")
def test_a_name_that_was_rebound_to_this_machine_sees_no_error_document(start_server: StartServer) -> None:
    answer = start_server().get("/raise", host="attacker.example")
    assert answer.status_code == 502
    assert "no stock" not in answer.text and "stackTrace" not in answer.text
