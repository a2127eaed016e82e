from __future__ import annotations

import sys

import pytest

from fcbridge.cli.exits import Exit
from tests.cli.shell import Shell

#: Answers what it was asked, as JSON; and a few paths of its own.
APP = """
import json

def app(environ, start_response):
    path = environ["PATH_INFO"]
    print("the app prints", path)
    if path == "/raise":
        raise ValueError("no stock")
    if path == "/binary":
        start_response("200 OK", [("Content-Type", "image/png")])
        return [b"\\x89PNG\\x00\\xff"]
    if path == "/cookies":
        start_response("200 OK", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Type", "text/plain")])
        return [b"x"]
    if path == "/missing":
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"none"]
    if path == "/large":
        start_response("200 OK", [("X-Large", "x" * 9000)])
        return [b""]
    names = sorted(name for name in environ if name.startswith("HTTP_"))
    told = {name[5:].lower(): environ[name] for name in names if "FC_FUNCTION" not in name}
    told |= {name.lower(): environ.get(name) for name in ("REQUEST_METHOD", "QUERY_STRING", "CONTENT_TYPE")}
    told |= {"path": path, "scheme": environ["wsgi.url_scheme"], "client": environ.get("REMOTE_ADDR")}
    told["body"] = environ["wsgi.input"].read().decode("latin-1")
    start_response("200 OK", [("Content-Type", "application/json"), ("X-Name", "b\\xc3\\xa4r")])
    return [json.dumps(told).encode()]
"""


@pytest.fixture
def shell(shell: Shell) -> Shell:
    shell.write("index.py", APP)
    return shell


# -- what is sent -----------------------------------------------------------------------------------------------------


def test_a_path_is_enough(shell: Shell) -> None:
    result = shell("request /items/7?color=red")

    assert result.code == 0
    told = result.json
    assert (told["request_method"], told["path"], told["query_string"]) == ("GET", "/items/7", "color=red")
    assert (told["host"], told["scheme"], told["client"], told["body"]) == ("localhost", "https", "127.0.0.1", "")


@pytest.mark.parametrize(
    ("typed", "method"),
    [
        ("index:app DELETE /x", "DELETE"),
        ("index:app delete /x", "DELETE"),
        ("index PUT /x", "PUT"),
        ("PUT /x", "PUT"),
        ("index:app /x", "GET"),
        ("index.py POST /x", "POST"),
        ("index:app /x -d a=1", "POST"),
        ("index:app PUT /x -d a=1", "PUT"),
        ("-d a=1 index:app PUT -H 'a: b' /x", "PUT"),
    ],
)
def test_target_and_method_are_told_apart(shell: Shell, typed: str, method: str) -> None:
    assert shell(f"request {typed}").json["request_method"] == method


def test_any_word_is_a_method_after_a_target(shell: Shell) -> None:
    assert "method PURGE is not open at this gateway" in shell("request index:app PURGE /x").talk


def test_a_url_tells_host_and_scheme(shell: Shell) -> None:
    told = shell("request index:app http://shop.example.com:8080/items?a=1#top").json

    # The scheme is told by X-Forwarded-Proto alone on this platform.
    assert (told["host"], told["path"], told["query_string"]) == ("shop.example.com:8080", "/items", "a=1")


def test_what_a_request_line_cannot_hold_is_encoded_once(shell: Shell) -> None:
    result = shell("request index:app '/报 x%20y?q=报 z%2F' --gateway fc2-http --show-event")

    assert '"requestURI": "/%E6%8A%A5%20x%20y?q=%E6%8A%A5%20z%2F"' in result.talk


def test_headers_are_sent_as_typed(shell: Shell) -> None:
    told = shell("request / -H 'X-Tag: bär' -H 'Accept: text/plain' -H 'User-Agent:' -H 'X-Empty;'").json

    assert told["x_tag"].encode("latin-1").decode() == "bär"
    assert (told["accept"], told["x_empty"]) == ("text/plain", "")
    assert "user_agent" not in told


@pytest.mark.parametrize(
    ("typed", "body"),
    [
        ("-d a=1", "a=1"),
        ("-d a=1 -d b=2", "a=1&b=2"),
        ("-d @body.txt", "line\r\nline\n"),
        ("-d @-", "from stdin"),
        ("-d ''", ""),
    ],
)
def test_the_body_is_what_was_named_byte_for_byte(shell: Shell, typed: str, body: str) -> None:
    shell.write("body.txt", b"line\r\nline\n")

    told = shell(f"request /x {typed}", stdin=b"from stdin").json

    assert (told["body"], told["request_method"]) == (body, "POST")
    assert told["content_type"] == "application/x-www-form-urlencoded"


def test_json_sent_as_a_form_is_noted(shell: Shell) -> None:
    noted = shell("""request /x -d '{"a": 1}'""")
    meant = shell("""request /x -d '{"a": 1}' -H 'content-type: application/json'""")

    assert "note: the body is sent as application/x-www-form-urlencoded" in noted.talk
    assert "hint: -H 'content-type: application/json' for JSON" in noted.talk
    assert "note:" not in meant.talk
    assert meant.json["content_type"] == "application/json"


@pytest.mark.parametrize("gateway", ["fc3-http", "fc-apigw", "fc2-http"])
def test_every_gateway_can_be_taken(shell: Shell, gateway: str) -> None:
    told = shell(f"request PUT /x?a=1 -d body --gateway {gateway}").json

    assert (told["request_method"], told["path"], told["query_string"], told["body"]) == ("PUT", "/x", "a=1", "body")


def test_the_project_names_the_gateway(shell: Shell) -> None:
    shell.write("pyproject.toml", '[tool.fcbridge]\ngateway = "fc-apigw"\n')

    assert shell("request / --json").json["gateway"] == "fc-apigw"
    assert shell("request / --json --gateway fc3-http").json["gateway"] == "fc3-http"


# -- what is printed --------------------------------------------------------------------------------------------------


def test_a_pipe_gets_the_body_and_the_head_is_talk(shell: Shell) -> None:
    result = shell("request /binary")

    assert result.data == b"\x89PNG\x00\xff"
    assert "HTTP/1.1 200 OK\ncontent-type: image/png\n" in result.talk


def test_a_terminal_gets_the_whole_response(shell: Shell) -> None:
    result = shell("request /missing", terminal=True, environ={"NO_COLOR": "1"})

    assert result.out == "HTTP/1.1 404 Not Found\ncontent-type: text/plain\ncontent-length: 4\n\nnone\n"


def test_include_puts_the_head_on_stdout_wherever_that_goes(shell: Shell) -> None:
    assert shell("request /missing -i").out.startswith("HTTP/1.1 404 Not Found\n")


def test_a_terminal_is_spared_binary_bodies(shell: Shell) -> None:
    result = shell("request /binary", terminal=True, environ={"NO_COLOR": "1"})

    assert b"PNG" not in result.data
    assert "note: a body of 6 bytes is not shown on a terminal\nhint: redirect it: > FILE" in result.talk


def test_what_the_app_prints_is_talk(shell: Shell) -> None:
    result = shell("request /binary")

    assert "the app prints /binary" in result.talk
    assert b"prints" not in result.data


def test_header_values_are_shown_as_the_text_that_they_are(shell: Shell) -> None:
    assert "x-name: bär" in shell("request / -i").out


def test_a_report_tells_everything_a_script_may_want(shell: Shell) -> None:
    report = shell("request /binary --json --request-id 1-abc").json

    assert report.pop("duration_ms") > 0
    assert report == {
        "gateway": "fc3-http",
        "request_id": "1-abc",
        "response": {
            "status": 200,
            "reason": "OK",
            "headers": [["content-type", "image/png"], ["content-length", "6"]],
            "body": "iVBORwD/",
            "encoding": "base64",
        },
        "lost": [],
        "refusal": None,
    }


def test_event_and_payload_are_shown_without_secrets(shell: Shell) -> None:
    result = shell("request /cookies -H 'Authorization: Bearer abc' --show-event --show-payload")

    assert '"Authorization": "***"' in result.talk
    assert '"Set-Cookie": "***"' in result.talk
    assert "Bearer abc" not in result.talk
    assert result.out == "x"


def test_secrets_are_shown_to_whoever_insists(shell: Shell) -> None:
    result = shell("request /cookies -H 'Authorization: Bearer abc' --show-event --show-payload --show-secrets")

    assert '"Authorization": "Bearer abc"' in result.talk
    assert '"Set-Cookie": "b=2"' in result.talk


def test_event_and_payload_are_a_part_of_the_report(shell: Shell) -> None:
    report = shell("request /missing --json --show-event --show-payload").json

    assert report["event"]["rawPath"] == "/missing"
    assert report["payload"]["statusCode"] == 404


# -- what goes wrong --------------------------------------------------------------------------------------------------


def test_losses_are_warned_about_on_the_way_in_and_on_the_way_out(shell: Shell) -> None:
    result = shell("request '/cookies?tag=a&tag=b' --json")

    assert "warning: repeated query keys are joined with a comma" in result.talk
    assert "only one Set-Cookie can be carried" in result.talk
    assert result.json["lost"] == ["repeated-query-keys", "one-set-cookie"]


def test_an_answer_of_the_app_is_a_success_whatever_it_says(shell: Shell) -> None:
    assert shell("request /missing").code == Exit.OK
    assert shell("request /raise").code == Exit.OK


def test_fail_makes_an_error_of_the_app_a_failure(shell: Shell) -> None:
    assert shell("request /missing --fail").code == Exit.FAILED
    assert shell("request /binary -f").code == Exit.OK


def test_an_app_that_raises_shows_its_traceback_and_a_plain_500(shell: Shell) -> None:
    result = shell("request /raise -i")

    assert result.out.startswith("HTTP/1.1 500 Internal Server Error\n")
    assert "ValueError: no stock" in result.talk


def test_a_request_over_the_limits_is_answered_by_the_platform(shell: Shell) -> None:
    refused = shell(f"request /{'x' * 5000} --json")
    passed = shell(f"request /{'x' * 5000} --json --no-limits")

    assert (refused.code, refused.json["response"]["status"]) == (Exit.FAILED, 400)
    assert refused.json["refusal"]["kind"] == "request-too-large"
    assert "warning: the platform answered in place of the function: path and query: 5001 bytes" in refused.talk
    assert (passed.code, passed.json["response"]["status"]) == (Exit.OK, 200)


def test_a_response_over_the_limits_is_a_failure(shell: Shell) -> None:
    result = shell("request /large")

    assert result.code == Exit.FAILED
    assert "HTTP/1.1 502" in result.talk
    assert "response headers" in result.talk


def test_a_handler_that_raises_is_answered_by_the_platform(shell: Shell) -> None:
    shell.write("raw.py", "def handler(event, context):\n    raise ValueError('no stock')\n")

    result = shell("request raw / -i")

    assert result.code == Exit.FAILED
    assert result.out.startswith("HTTP/1.1 502 Bad Gateway\n")
    assert '"errorType": "ValueError"' in result.out
    assert f'File "{shell.folder / "raw.py"}", line 2, in handler' in result.talk
    assert "fcbridge/cli" not in result.talk and "runtime.py" not in result.talk


def test_a_handler_that_ends_the_process_is_answered_by_the_platform(shell: Shell) -> None:
    shell.write("raw.py", "import sys\ndef handler(event, context):\n    sys.exit(3)\n")

    assert shell("request raw / --json").json["refusal"]["kind"] == "exited"


def test_an_initializer_that_raises_fails_the_request(shell: Shell) -> None:
    shell.write(
        "raw.py",
        "def initialize(context):\n    raise OSError('no database')\ndef handler(event, context):\n    return '{}'\n",
    )

    result = shell("request raw / --json")

    assert result.code == Exit.FAILED
    assert result.json["refusal"]["kind"] == "init-failed"
    assert result.json["response"]["status"] == 502
    assert "OSError: no database" in result.talk
    assert shell("request raw / --no-initialize").code == Exit.OK


def test_a_pre_stop_that_raises_is_said_and_changes_nothing(shell: Shell) -> None:
    shell.write("raw.py", "def pre_stop(context):\n    1 / 0\ndef handler(event, context):\n    return '{}'\n")

    result = shell("request raw /")

    assert (result.code, result.data) == (Exit.OK, b"{}")
    assert "warning: pre_stop failed: ZeroDivisionError: division by zero" in result.talk


@pytest.mark.parametrize(
    ("typed", "message", "hint"),
    [
        ("", "There is no path to ask for.", "for example fcbridge request index:app GET /"),
        ("index:app", "There is no path to ask for.", "for example fcbridge request index:app GET /"),
        ("index:app GET", "There is no path to ask for.", "for example fcbridge request index:app GET /"),
        ("index:app GET items/7", "There is no path to ask for.", "did you mean /items/7?"),
        (
            "index:app other:app /",
            "'other:app' is neither a target nor a method here.",
            "fcbridge request [TARGET] [METHOD] PATH",
        ),
        ("ftp://x/y", "ftp:// is not what a gateway takes.", "a path, or an http or https URL"),
        ("/ -H novalue", "A header has no colon.", "-H 'Name: value'"),
        ("/ -H ': x'", "-H does not take this: a header name of 0 characters is no token.", "-H 'Name: value'"),
        ("/ -H 'a: b\nc: d'", "The header 'a' has a line break or a NUL in it.", "one -H for each header"),
        ("/ -d @nowhere", "'nowhere' cannot be read: No such file or directory.", ""),
    ],
)
def test_a_wrong_line_is_refused_with_what_to_type(shell: Shell, typed: str, message: str, hint: str) -> None:
    assert shell(f"request {typed}").refusal == (Exit.USAGE, message, hint)


@pytest.mark.parametrize("name", ["fc3", "fc3-htp", "fc3-HTTP"])
def test_an_unknown_gateway_is_refused_with_the_nearest(shell: Shell, name: str) -> None:
    code, message, hint = shell(f"request / --gateway {name}").refusal

    assert (code, message) == (Exit.CONFIGURATION, f"There is no gateway {name!r}.")
    assert "did you mean 'fc3-http'?" in hint


# -- apps that do not load --------------------------------------------------------------------------------------------


def test_an_app_that_is_not_there_is_refused(shell: Shell) -> None:
    code, message, _ = shell("request nowhere:app /").refusal

    assert code == Exit.APP
    assert "nowhere" in message


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import nowhere_at_all\napp = 1\n", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("app = (\n", "SyntaxError: '(' was never closed"),
        ("app = 1 / 0\n", "ZeroDivisionError: division by zero"),
    ],
)
def test_an_app_that_raises_at_import_shows_its_own_traceback_only(shell: Shell, code: str, said: str) -> None:
    shell.write("broken.py", code)

    result = shell("request broken:app /")

    assert (result.code, result.data) == (Exit.APP, b"")
    assert said in result.talk
    assert f'File "{shell.folder / "broken.py"}", line ' in result.talk
    assert "fcbridge/" not in result.talk and "importlib" not in result.talk
    assert f"error: broken:app does not load: {said.partition(':')[0]} while it is imported." in result.talk


def test_an_app_that_leaves_at_import_is_told_how_not_to(shell: Shell) -> None:
    shell.write("broken.py", "import sys\napp = 1\nsys.exit(0)\n")

    result = shell("request broken:app /")

    assert result.refusal == (
        Exit.APP,
        "broken:app does not load: broken ends the process while it is imported.",
        'put what runs a server below `if __name__ == "__main__":`',
    )


def test_what_is_no_app_is_refused(shell: Shell) -> None:
    shell.write("broken.py", "app = 42\n")

    code, message, _ = shell("request broken:app /").refusal

    assert code == Exit.APP
    assert "not callable" in message


# -- the function's surroundings --------------------------------------------------------------------------------------

TELLING = """
import json, os, logging
logging.getLogger("shop").info("a line of the log")

def handler(event, context):
    print(os.environ.get("FROM_FILE"))
    return json.dumps({
        "memory": context.function.memory, "timeout": int(context.function.timeout), "id": context.request_id,
        "handler": os.environ["FC_FUNCTION_HANDLER"], "code": os.environ["FC_FUNC_CODE_PATH"],
        "file": os.environ.get("FROM_FILE"),
    })
"""


def test_the_function_sees_its_configuration(shell: Shell) -> None:
    shell.write("raw.py", TELLING)

    told = shell("request raw / --timeout 7 --memory 256 --request-id 1-abc").json

    assert told == {
        "memory": 256, "timeout": 7, "id": "1-abc", "handler": "raw.handler", "code": str(shell.folder), "file": None,
    }  # fmt: skip


def test_the_project_configures_the_function(shell: Shell) -> None:
    shell.write("raw.py", TELLING)
    shell.write("pyproject.toml", '[tool.fcbridge]\napp = "raw:handler"\ntimeout = 9\nmemory = 1024\n')

    told = shell("request /").json

    assert (told["timeout"], told["memory"]) == (9, 1024)


def test_the_log_is_shown_as_the_platform_shows_it(shell: Shell) -> None:
    shell.write("raw.py", TELLING)

    assert "[INFO] a line of the log" in shell("request raw /").talk


def test_the_env_file_is_read(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FROM_FILE", raising=False)
    shell.write("raw.py", TELLING)
    shell.write(".env", "FROM_FILE=usual\n")
    shell.write("other.env", "FROM_FILE=other\n")

    assert shell("request raw /").json["file"] == "usual"
    assert shell("request raw / --env-file other.env").json["file"] == "other"
    monkeypatch.setenv("FROM_FILE", "set already")
    assert shell("request raw /").json["file"] == "set already"


def test_an_env_file_that_is_not_there_is_refused(shell: Shell) -> None:
    code, message, _ = shell("request / --env-file nowhere.env").refusal

    assert (code, message) == (Exit.CONFIGURATION, "There is no file 'nowhere.env'.")


def test_without_dotenv_a_named_env_file_is_refused_and_the_usual_one_noted(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dotenv", None)
    shell.write(".env", "FROM_FILE=usual\n")

    assert shell("request / --env-file .env").refusal == (
        Exit.CONFIGURATION, "--env-file needs the package python-dotenv.", 'pip install "fcbridge[dev]"',
    )  # fmt: skip
    result = shell("request /binary")
    assert result.code == Exit.OK
    assert "note: .env is not read: python-dotenv is not installed" in result.talk


LIFESPAN = """
from contextlib import asynccontextmanager
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

@asynccontextmanager
async def lifespan(app):
    print("up")
    yield {"greeting": "hello"}
    print("down")

async def home(request):
    return PlainTextResponse(request.state.greeting)

app = Starlette(routes=[Route("/", home)], lifespan=lifespan)
"""


def test_the_app_starts_before_the_request_and_stops_after_it(shell: Shell) -> None:
    shell.write("web.py", LIFESPAN)

    result = shell("request web /")

    assert result.out == "hello"
    assert result.talk.startswith("up\n")
    assert "down\n" in result.talk


def test_the_handler_of_the_module_is_the_one_that_answers(shell: Shell) -> None:
    shell.write("web.py", f"{APP}\nfrom fcbridge import bridge\nhandler = bridge(app, base_path='/v1')\n")

    assert shell("request web:app /v1/items").json["path"] == "/items"
