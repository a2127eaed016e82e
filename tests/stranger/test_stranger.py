"""A platform of somebody else: built from ``distribution/``, installed beside fcbridge, and used by its name alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dev.server import DevServer

HERE = Path(__file__).parent
ROOT = HERE.parent.parent

APP = """
from fcbridge import bridge

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [environ["RAW_URI"].encode("ascii"), b" ", environ["fcbridge.event"]["mycloud"].encode("ascii")]

handler = bridge(app)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel was installed; nothing of it is in the sources' own folder."""
    folder = tmp_path_factory.mktemp("stranger")
    sources = folder / "sources"
    shutil.copytree(HERE / "distribution", sources)
    _run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(sources))
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    shutil.unpack_archive(wheel, site, "zip")
    return site


def _run(*arguments: str, path: Path | None = None, environ: dict[str, str] | None = None) -> str:
    done = _done(*arguments, path=path, environ=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _done(
    *arguments: str, path: Path | None = None, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    folders = [str(ROOT), str(ROOT / "adapters"), *([str(path)] if path else [])]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    return subprocess.run(
        [sys.executable, *arguments],
        env={**inherited, "PYTHONPATH": os.pathsep.join(folders), **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_it_is_found_by_name(installed: Path) -> None:
    told = _run("-c", "from fcbridge.registry import platform; print(platform('mycloud').title)", path=installed)
    assert told == "My cloud\n"


def test_it_is_found_by_its_signs(installed: Path) -> None:
    told = _run(
        "-c", "from fcbridge.registry import detect; print(detect().name)",
        path=installed, environ={"MYCLOUD_REGION": "north"},
    )  # fmt: skip
    assert told == "mycloud\n"


def test_it_is_listed_in_errors(installed: Path) -> None:
    program = (
        "from wsgiref.simple_server import demo_app\n"
        "from fcbridge import BridgeError, bridge\n"
        "try:\n    bridge(demo_app, platform='mycluod')\nexcept BridgeError as error:\n    print(error)\n"
    )
    told = _run("-c", program, path=installed)
    assert told.startswith("There is no platform 'mycluod'.\nhint: did you mean 'mycloud'? installed are: ")
    done = _done("-m", "fcbridge", "request", "--gateway", "mycluod-http", "x:y", "/", path=installed)
    assert done.returncode != 0
    assert "did you mean 'mycloud-http'" in done.stderr


def test_its_gateway_is_listed_by_the_command_line(installed: Path) -> None:
    assert "mycloud-http" in _run("-m", "fcbridge", "event", "list", path=installed)
    assert '"verb": "GET"' in _run("-m", "fcbridge", "event", "generate", "mycloud-http", path=installed)


def test_its_events_reach_functions(installed: Path) -> None:
    program = (
        "from fcbridge import ObjectEvent, bridge\n"
        "from fcbridge.registry import platform\n"
        "handler = bridge(platform='mycloud')\n"
        "@handler.on(ObjectEvent, trigger='store', key='raw/*')\n"
        "def on_upload(event):\n    print(event.bucket, event.key)\n"
        "[store] = platform('mycloud').triggers\n"
        "print(handler(store.compose(store.sample())))\n"
    )
    assert _run("-c", program, path=installed) == "inbox raw/a b.log\n{'again': []}\n"


def test_the_laws_can_be_run_for_it(installed: Path) -> None:
    tests = installed.parent / "sources" / "tests"
    told = _run("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tests), str(tests), path=installed)
    assert " passed" in told
    assert "skipped" not in told


def test_the_development_server_plays_it(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(APP)
    path = os.pathsep.join([str(ROOT), str(ROOT / "adapters"), str(installed)])
    server = DevServer(tmp_path, {"PYTHONPATH": path}, gateway="mycloud-http", reload=False)
    try:
        server.wait_until_ready()
        answer = server.get("/a%2Fb?x=1&x=2")
    finally:
        server.close()
    target, stamp = answer.text.split(" ")
    assert target == "/a%2Fb?x=1&x=2"
    assert stamp
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_it_is_unknown_where_it_is_not_installed() -> None:
    done = _done("-c", "from fcbridge.registry import platform; platform('mycloud')")
    assert "There is no platform 'mycloud'" in done.stderr
