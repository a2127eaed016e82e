"""Events that are fired at a running ``fcbridge dev``, by its command and by others."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from fcbridge.cli.exits import Exit
from fcbridge.local.firing import DOOR, SENDER
from fcbridge.local.sources import sources
from tests.cli.shell import Shell
from tests.dev.conftest import StartServer
from tests.dev.server import DevServer

#: Tells what it got; and a few events of its own.
HANDLER = """
import json, os, sys

def handler(event, context):
    if event[:1] not in (b"{", b"["):
        return event[:40]
    if b'"boom"' in event:
        raise ValueError("no stock")
    if b'"exit"' in event:
        os._exit(3)
    document = json.loads(event)
    if "rawPath" in document:
        return json.dumps({"statusCode": 200, "headers": {}, "body": "the app itself"})
    if isinstance(document, dict) and "oss" in document.get("events", [{}])[0]:
        told = document["events"][0]["oss"]
        path = os.path.join(os.environ["FCBRIDGE_OBJECTS"], told["bucket"]["name"], told["object"]["key"])
        with open(path, encoding="utf-8") as file:
            return file.read().upper()
    return json.dumps([type(event).__name__, context.request_id, document])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "index.py").write_text(HANDLER, "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    folder = tmp_path_factory.mktemp("function")
    (folder / "index.py").write_text(HANDLER, "utf-8")
    server = DevServer(folder, reload=False)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.close()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


# -- fcbridge trigger -------------------------------------------------------------------------------------------------


def test_the_function_reads_the_file_that_is_uploaded(server: DevServer, shell: Shell) -> None:
    shell.write("raw/driving.log", "speed\n")

    for typed in ("./raw/driving.log --bucket inbox", "raw/driving.log", "raw/driving.log --key a/b/c.txt"):
        result = shell(f"trigger oss {typed} --url {server.url}")
        assert (result.code, result.data) == (0, b"SPEED\n"), result.talk
    server.wait_for(r"^EVENT +aliyun-oss +done")


def test_lines_are_messages(server: DevServer, shell: Shell) -> None:
    lines = b"".join(b"line %d\n" % number for number in range(12))

    result = shell(f"trigger kafka --topic cars --url {server.url}", stdin=lines)

    assert result.code == 0
    first, second = (json.loads(line) for line in result.out.splitlines())
    events = [event for batch in (first, second) for event in sources()["aliyun-kafka"].trigger.parse(batch[2])]
    assert [event.body for event in events] == lines.splitlines()  # type: ignore[attr-defined]  # messages
    assert first[0] == "bytes" and first[1] != second[1]


def test_a_schedule_comes_due(server: DevServer, shell: Shell) -> None:
    result = shell(f"trigger timer nightly --url {server.url}")
    assert result.json[2]["triggerName"] == "nightly"


def test_the_port_alone_is_enough(server: DevServer, shell: Shell) -> None:
    port = server.url.rpartition(":")[2]
    assert shell(f"trigger timer nightly --port {port}").code == 0
    shell.write("pyproject.toml", f"[tool.fcbridge]\nport = {port}\n")
    assert shell("trigger timer nightly").code == 0


def test_what_is_no_json_arrives_byte_for_byte(server: DevServer, shell: Shell) -> None:
    found = sources()["aliyun-tablestore"].trigger

    result = shell(f"trigger tablestore --url {server.url}")

    assert result.data == shell("trigger aliyun-tablestore --dry-run").data[:40]
    assert found.matches(shell("event generate tablestore").data)


def test_the_report_says_how_it_went(server: DevServer, shell: Shell) -> None:
    [report] = shell(f"trigger timer nightly --url {server.url} --json").json

    assert json.loads(report["payload"])[1] == report["request_id"]
    assert (report["trigger"], report["encoding"], report["refusal"]) == ("aliyun-timer", "utf-8", None)
    assert report["response"] is None
    assert report["duration_ms"] >= 0 and report["memory_bytes"] > 0


def test_a_function_that_fails_is_an_exit_code_and_the_others_run(server: DevServer, shell: Shell) -> None:
    result = shell(f"trigger kafka --batch 1 --url {server.url}", stdin=b"a\nboom\nc\n")
    assert (result.code, len(result.out.splitlines())) == (Exit.FAILED, 2)

    result = shell(f"trigger timer boom --url {server.url}")
    assert (result.code, result.data) == (Exit.FAILED, b"")
    assert result.talk == (
        "warning: the function has failed: ValueError: no stock\nhint: the console of fcbridge dev says more\n"
    )
    server.wait_for(r"^ValueError: no stock")
    server.wait_for(r"^EVENT +aliyun-timer +failed")

    [report] = shell(f"trigger timer boom --url {server.url} --json").json
    assert (report["refusal"]["kind"], report["payload"]) == ("unhandled", None)
    assert report["refusal"]["error"]["errorMessage"] == "no stock"


def test_a_process_that_goes_away_is_told_and_replaced(server: DevServer, shell: Shell) -> None:
    result = shell(f"trigger timer exit --url {server.url}")
    assert result.code == Exit.FAILED
    assert "Process exited unexpectedly" in result.talk
    assert shell(f"trigger timer nightly --url {server.url}").code == 0


def test_a_trigger_of_another_platform_is_refused_with_the_gateway_to_play(server: DevServer, shell: Shell) -> None:
    for typed in ("aws-s3", "s3"):
        assert shell(f"trigger {typed} --url {server.url}").refusal == (
            Exit.CONFIGURATION,
            "fcbridge dev plays fc3-http, which is aliyun, and aws-s3 is aws.",
            "fcbridge dev --gateway aws-http-v2",
        )


def test_a_short_name_is_that_of_the_platform_that_is_played(start_server: StartServer, project: Path) -> None:
    (project / "index.py").write_text("def handler(event, context):\n    return event\n", "utf-8")
    server = start_server(gateway="aws-http-v2", reload=False)
    shell = Shell(project)

    assert "aws:kafka" in shell(f"trigger kafka -d x --url {server.url}").out
    assert shell(f"trigger sqs -d hello --url {server.url}").json["Records"][0]["body"] == "hello"


def test_a_function_that_is_called_with_http_only_is_said_to_be(start_server: StartServer, project: Path) -> None:
    server = start_server(gateway="fc2-http", reload=False)
    assert Shell(project)(f"trigger timer nightly --url {server.url}").refusal == (
        Exit.CONFIGURATION,
        "fcbridge dev plays fc2-http, whose function is not called with events of aliyun-timer.",
        "fcbridge dev --gateway fc3-http",
    )


POSTED = """
from fcbridge import bridge
from fcbridge.events import MessageEvent

async def app(scope, receive, send):
    raise RuntimeError("a request")

handler = bridge(app, platform="google")
main = handler.entry()

@handler.on(MessageEvent)
def sent(event):
    if event.body == b"bad":
        raise ValueError("no such vehicle")
"""


def test_a_source_that_posts_is_answered_with_a_response(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(POSTED, "utf-8")
    server = start_server(target="main:main", gateway="gcf-http", reload=False)
    shell = Shell(tmp_path)

    good = shell(f"trigger pubsub -d good --url {server.url}")
    assert (good.code, good.data) == (0, b"")
    assert good.talk.startswith("HTTP/1.1 2")

    bad = shell(f"trigger pubsub -d bad --url {server.url} --json")
    assert bad.code == Exit.FAILED
    assert bad.json[0]["response"]["status"] >= 400


# -- local objects ----------------------------------------------------------------------------------------------------


def test_the_folder_of_objects_goes_in_the_end(start_server: StartServer, project: Path) -> None:
    shell = Shell(project)
    shell.write("a.log", "a")
    server = start_server(reload=False)
    folder = Path(server.get(DOOR).json()["objects"])
    shell(f"trigger oss a.log --bucket inbox --url {server.url}")
    assert (folder / "inbox" / "a.log").read_text() == "a"

    server.interrupt()

    assert not folder.exists()
    assert (project / "a.log").read_text() == "a"


@pytest.mark.parametrize("where", ["the environment", "the env file"])
def test_a_folder_of_the_projects_own_is_kept(start_server: StartServer, project: Path, where: str) -> None:
    shell = Shell(project)
    shell.write("buckets/inbox/raw/a.log", "mine\n")
    environ = {"FCBRIDGE_OBJECTS": "buckets"} if where == "the environment" else {}
    if not environ:
        shell.write(".env", "FCBRIDGE_OBJECTS=buckets\n")
    server = start_server(environ, reload=False)

    # By its place the file tells its bucket and its key.
    result = shell(f"trigger oss buckets/inbox/raw/a.log --url {server.url}")
    assert result.data == b"MINE\n"
    server.interrupt()
    assert (project / "buckets" / "inbox" / "raw" / "a.log").read_text() == "mine\n"


# -- the door itself --------------------------------------------------------------------------------------------------


def test_it_tells_what_is_played(server: DevServer) -> None:
    told = server.get(DOOR).json()
    assert (told["gateway"], told["platform"], told["target"]) == ("fc3-http", "aliyun", "index:handler")
    assert os.path.isdir(told["objects"])


def test_every_other_path_is_the_apps(server: DevServer) -> None:
    for path in ("/", "/_fcbridge", DOOR + "/", DOOR + "x"):
        assert server.get(path).text == "the app itself"


@pytest.mark.parametrize("host", ["example.com", "localhost.example.com:9000", "10.0.0.5"])
def test_another_host_is_shown_nothing_and_fires_nothing(server: DevServer, host: str) -> None:
    with server.client(headers={"host": host, SENDER: "aliyun-timer"}) as client:
        for answer in (client.get(DOOR), client.post(DOOR, content=b"{}")):
            assert answer.status_code == 403
            assert "index" not in answer.text


def test_a_page_in_the_browser_cannot_fire(server: DevServer) -> None:
    """It can post a form without asking, but no header of its own; and asking is answered with no leave."""
    with server.client(headers={"origin": "https://example.com"}) as client:
        assert client.post(DOOR, content=b"{}").status_code == 400
        asked = client.options(
            DOOR, headers={"access-control-request-method": "POST", "access-control-request-headers": SENDER}
        )
    assert asked.status_code == 405
    assert not any(name.startswith("access-control") for name in asked.headers)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_known_there(server: DevServer, method: str) -> None:
    with server.client() as client:
        answer = client.request(method, DOOR)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_any_payload_reaches_the_function(server: DevServer) -> None:
    with server.client(headers={SENDER: "somebody"}) as client:
        for payload in (b"", b"plain", b"\x00\xff", b"{}", b"[" * 100_000):
            report = client.post(DOOR, content=payload).json()
            assert report["trigger"] == "somebody"
            assert (report["refusal"] is None) == (payload in (b"", b"plain", b"\x00\xff", b"{}")), report
    server.wait_for(r"^EVENT +somebody +done")


def test_an_app_that_does_not_start_is_a_refusal(start_server: StartServer, project: Path) -> None:
    (project / "index.py").write_text("raise LookupError('no database')\n\ndef handler(event, context): ...\n", "utf-8")
    server = start_server(reload=False)
    result = Shell(project)(f"trigger timer nightly --url {server.url}")
    assert result.code == Exit.FAILED
    assert "LookupError: no database" in result.talk


def test_events_are_shown_where_they_are_asked_for(start_server: StartServer, project: Path) -> None:
    server = start_server(reload=False, show_event=True)
    with server.client(headers={SENDER: "somebody"}) as client:
        client.post(DOOR, content=b'{"password": "x", "name": "nightly"}')
        server.wait_for(r'"password": "\*\*\*"')
        client.post(DOOR, content=b"\xff\xff")
        server.wait_for("2 bytes, not JSON")


def test_a_request_waits_while_an_event_is_handled(start_server: StartServer, project: Path) -> None:
    """One instance does one thing at a time, whatever calls it."""
    fifo = project / "gate"
    os.mkfifo(fifo)
    (project / "index.py").write_text(
        "import json\n"
        "log = []\n"
        "def handler(event, context):\n"
        "    if b'rawPath' not in event:\n"
        "        open('gate').read()\n"
        "        log.append('event')\n"
        "        return 'x'\n"
        "    log.append('request')\n"
        "    return json.dumps({'statusCode': 200, 'headers': {}, 'body': ' '.join(log)})\n",
        "utf-8",
    )
    server = start_server(reload=False)
    with ThreadPoolExecutor() as pool, httpx.Client(base_url=server.url, timeout=None, trust_env=False) as client:
        fired = pool.submit(client.post, DOOR, content=b"{}", headers={SENDER: "somebody"})
        with fifo.open("w") as gate:  # which waits until the function reads
            asked = pool.submit(server.get, "/")
            gate.write("go")
        assert fired.result().json()["payload"] == "x"
        assert asked.result().text == "event request"
