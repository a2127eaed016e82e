"""One run of ``fcbridge dev``, from the banner to Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fcbridge.dev import DevOptions, serve
from fcbridge.errors import AppNotFound, BridgeError, InvalidOption, MissingExtra, UnknownGateway
from tests.dev.conftest import StartServer

HANDLER = """
import json, logging, os, sys, threading

print("module loaded")
log = logging.getLogger("shop")
log.info("at import")

def initialize(context):
    print("initialize", context.function.name)

def pre_stop(context):
    print("pre_stop", os.getpid())

def handler(event, context):
    path = json.loads(event)["rawPath"]
    body = ""
    if path == "/log":
        logging.basicConfig(format="not this")
        log.info("a line")
        body = context.request_id
    if path == "/env":
        body = json.dumps({name: os.environ.get(name) for name in ("COLOR", "SIZE", "FC_FUNC_CODE_PATH", "FC_REGION")})
    if path == "/here":
        body = json.dumps([sys.path[0], os.getcwd(), threading.current_thread() is threading.main_thread()])
    if path == "/modules":
        body = json.dumps(sorted({name.partition(".")[0] for name in sys.modules}))
    if path == "/settings":
        body = json.dumps([int(context.function.timeout), context.function.memory, context.function.handler])
    if path == "/pid":
        body = str(os.getpid())
    return json.dumps({"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": body})
"""


@pytest.fixture(autouse=True)
def function(tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(HANDLER, "utf-8")


def test_the_banner_names_url_app_gateway_and_function(start_server: StartServer) -> None:
    server = start_server(timeout=7, memory=256, instances=2)
    for line in (
        r"app +index:handler",
        r"gateway +fc3-http: Alibaba Function Compute 3\.0",
        r"function +256 MB, 7 s, 2 instances",
        r"reload +when a file is saved",
    ):
        server.wait_for(line)
    assert server.get("/settings").json() == [7, 256, "index.handler"]


def test_the_banner_tells_the_routes(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(
        "from flask import Flask\napp = Flask(__name__)\n@app.get('/notes/<int:number>')\ndef note(number): ...\n",
        "utf-8",
    )
    start_server().wait_for(r"GET.* /notes/<int:number>")


def test_one_line_is_told_of_each_invocation(start_server: StartServer) -> None:
    server = start_server()
    server.get("/log?x=1")
    request_id = server.get("/log").text
    server.wait_for(r"^GET +/log\?x=1  200  cold  [\d.]+ ms  \d+ MB  \S+$")
    server.wait_for(rf"^GET +/log  200  warm  [\d.]+ ms  \d+ MB  {request_id}$")


def test_log_lines_look_as_on_the_platform_and_carry_the_request_id(start_server: StartServer) -> None:
    server = start_server()
    request_id = server.get("/log").text
    server.wait_for(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ \[INFO\] at import$")
    server.wait_for(rf"^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z {request_id} \[INFO\] a line$")


def test_the_function_runs_in_its_code_directory_and_in_the_main_thread(
    start_server: StartServer, tmp_path: Path
) -> None:
    assert start_server().get("/here").json() == [str(tmp_path), str(tmp_path), True]


def test_a_module_of_the_app_may_be_called_as_one_of_the_standard_library(
    start_server: StartServer, tmp_path: Path
) -> None:
    for name in ("struct.py", "asyncio.py", "signal.py"):
        (tmp_path / name).write_text("raise ImportError('the app has this, too')\n", "utf-8")
    assert start_server().get("/").status_code == 200


def test_the_function_s_process_has_nothing_of_the_gateway_s_in_it(start_server: StartServer) -> None:
    modules = set(start_server().get("/modules").json())
    assert not modules & {"uvicorn", "starlette", "watchfiles", "psutil", "dotenv", "httpx", "asyncio"}


def test_the_env_file_fills_in_what_is_not_set(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("COLOR=red\nSIZE=7\n", "utf-8")
    server = start_server({"SIZE": "9"})
    server.wait_for(r"env +\.env, 2 variables")
    seen = server.get("/env").json()
    assert (seen["COLOR"], seen["SIZE"]) == ("red", "9")
    assert (seen["FC_FUNC_CODE_PATH"], seen["FC_REGION"]) == (str(tmp_path), "local")


def test_an_env_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"NAME=\xff\n")
    with pytest.raises(InvalidOption, match="not UTF-8"):
        serve(DevOptions(directory=str(tmp_path), port=0))


def test_show_event_prints_the_event_without_credentials(start_server: StartServer) -> None:
    server = start_server(show_event=True)
    server.get("/x", authorization="Bearer s3cr3t", cookie="sid=s3cr3t", accept="text/x-seen")
    server.wait_for(r'"Authorization": "\*\*\*"')
    assert "s3cr3t" not in server.console
    assert '"Accept": "text/x-seen"' in server.console and '"rawPath": "/x"' in server.console


def test_a_loss_is_told_on_the_console(start_server: StartServer) -> None:
    server = start_server()
    server.get("/x?a=1&a=2")
    server.wait_for("^warning: GET /x: repeated query keys are joined with a comma; ")


def test_fifty_requests_at_once_are_all_answered_by_the_one_instance(start_server: StartServer) -> None:
    server = start_server()
    with ThreadPoolExecutor(50) as threads:
        answers = [answer.text for answer in threads.map(server.get, ["/pid"] * 50)]
    assert len(answers) == 50 and len(set(answers)) == 1


def test_a_busy_port_moves_on_and_says_so(start_server: StartServer) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        server = start_server(port=port)
        assert re.search(rf"^port {port} is in use, so this is \d+$", server.console, re.MULTILINE)
        assert int(server.url.rpartition(":")[2]) > port
        assert server.get("/").status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_run_pre_stop_in_every_instance_and_end_with_0(
    start_server: StartServer, number: int
) -> None:
    server = start_server(instances=2)
    with ThreadPoolExecutor(8) as threads:
        pids = {answer.text for answer in threads.map(server.get, ["/pid"] * 8)}
    assert server.interrupt(number) == 0
    for pid in pids:
        assert f"pre_stop {pid}\n" in server.console
    assert "Traceback" not in server.console


def test_ctrl_c_ends_while_a_request_hangs(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(
        "import time\ndef handler(event, context):\n    print('begun')\n    time.sleep(3600)\n", "utf-8"
    )
    server = start_server()
    with ThreadPoolExecutor() as threads:
        hanging = threads.submit(server.get, "/")
        server.wait_for("^begun$")
        os.killpg(server.process.pid, signal.SIGINT)
        server.wait_for("^stopping")
        assert server.interrupt() == 0  # the second one does not wait
        assert hanging.exception() is not None or hanging.result().status_code >= 500
    assert "Traceback" not in server.console


def test_an_instance_that_gets_sigterm_by_itself_runs_pre_stop_and_is_replaced(start_server: StartServer) -> None:
    server = start_server()
    pid = int(server.get("/pid").text)
    os.kill(pid, signal.SIGTERM)
    server.wait_for(f"^pre_stop {pid}$")
    assert server.get("/pid").text != str(pid)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"gateway": "fc3-htp"}, UnknownGateway),
        ({"target": "nothing:app"}, AppNotFound),
        ({"timeout": 0}, InvalidOption),
        ({"memory": 0}, InvalidOption),
        ({"instances": 0}, InvalidOption),
        ({"env_file": "missing.env"}, InvalidOption),
        ({"reload_dirs": ("missing",)}, InvalidOption),
        ({"host": "203.0.113.24"}, InvalidOption),
        ({"host": "no such host"}, InvalidOption),
    ],
)
def test_what_cannot_start_says_why_and_what_to_type(
    tmp_path: Path, options: dict[str, object], error: type[BridgeError]
) -> None:
    with pytest.raises(error) as raised:
        serve(DevOptions(directory=str(tmp_path), port=0, **options))  # type: ignore[arg-type]  # pyright: ignore
    assert raised.value.hint


@pytest.mark.parametrize("host", ["203.0.113.24", "no such host"])
def test_a_host_of_another_machine_is_told_from_a_port(tmp_path: Path, host: str) -> None:
    with pytest.raises(InvalidOption, match="host is no address of this machine"):
        serve(DevOptions(directory=str(tmp_path), port=0, host=host))


@pytest.mark.parametrize("package", ["starlette", "uvicorn", "watchfiles", "dotenv", "psutil"])
def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    from importlib import util

    find_spec = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == package else find_spec(name))  # pyright: ignore
    with pytest.raises(MissingExtra) as raised:
        serve(DevOptions())
    assert package in raised.value.message and raised.value.hint == 'pip install "fcbridge[dev]"'
