"""samples/driving-log-etl as a newcomer meets it: the README, the example events, the bench, the deployment."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fcbridge.registry import platforms
from tests.dev.server import DevServer
from tests.services.process import Process

from .deployment import FC3
from .documents import document, mistakes, required, yaml
from .etl import SAMPLE
from .folder import SAMPLES, deployed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

README = (SAMPLE / "README.md").read_text("utf-8")
# Not every machine has curl.
CURL = """-c 'import httpx, sys; print(httpx.get(sys.argv[1], trust_env=False).text)'"""
COMMANDS = {"python": "", "fcbridge": "-m fcbridge", "curl": CURL}
BROKER = r"^export KAFKA_BROKERS=(\S+)$"
PATHS = os.pathsep.join([str(SAMPLES.parent), str(SAMPLES.parent / "adapters")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample, in which files may be left."""
    copy = tmp_path / "driving-log-etl"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture
def broker(folder: Path) -> Iterator[Process]:
    process = Process([sys.executable, "-m", "kafka_standin"], BROKER, folder=folder)
    yield process
    process.end()


def typed(folder: Path, script: str) -> str:
    """What commands have written; they are typed in one shell, which has to like them all."""
    known = "".join(f"{name}() {{ '{sys.executable}' {call} \"$@\"; }}\n" for name, call in COMMANDS.items())
    done = subprocess.run(
        ["sh", "-ec", known + script],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": PATHS},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# -- the README -------------------------------------------------------------------------------------------------------


def test_the_commands_of_the_readme_do_what_it_says(folder: Path, broker: Process) -> None:
    run = README.partition("## Run")[2].partition("## What a consumer sees")[0]
    install, invoked, served, fired = re.findall(r"^```sh\n(.*?)^```", run, re.MULTILINE | re.DOTALL)
    assert install.splitlines()[1:] == ["python -m kafka_standin > kafka.sh"]
    assert broker.told is not None
    (folder / "kafka.sh").write_text(f"{broker.told[0].strip()}\n", "utf-8")

    seen = typed(folder, invoked)
    assert sorted(re.findall(r"(?:reading|broken) .*$", seen, re.MULTILINE)) == sorted(
        2  # uploads: the second call of the first one brings nothing
        * [
            'reading {"carID": "B-2081", "speed": 48.5}',
            'reading {"carID": "B-2081", "speed": 51.0}',
            'reading {"carID": "S-7734", "speed": 112}',
            'reading {"carID": "S-7734", "speed": 113.5}',
            "broken inbox/raw/driving.log, line 4: speed is no number",
            "broken inbox/raw/driving.log, line 6: not JSON",
        ]
    )

    assert served == "fcbridge dev\n"
    environ = {
        "KAFKA_BROKERS": broker.told[1], "STORAGE": "fs", "STORAGE_ROOT": ".", "DONE_STORE": "done.sqlite3",
        "PYTHONWARNINGS": "default",
    }  # fmt: skip
    server = DevServer(folder, environ, command=["-m", "fcbridge", "dev", "--port", "0"])
    try:
        server.wait_until_ready()
        fired = re.sub(r"^(fcbridge trigger .*)$", rf"\1 --url {server.url}", fired, flags=re.MULTILINE)
        seen = typed(folder, fired.replace("http://127.0.0.1:9000", server.url))
        assert json.loads(seen[seen.rindex("{") :]) == {"events": 1, "readings": 4, "broken": 2}
    finally:
        server.close()


def test_the_readme_names_every_file(folder: Path) -> None:
    named = set(re.findall(r"\]\(([\w.]+)/?\)", README))
    there = {path.name for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert there <= named


# -- events -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "trigger"),
    [
        ("1-oss-upload", "aliyun-oss"),
        ("2-s3-upload", "aws-s3"),
        ("3-cos-upload", "tencent-cos"),
        ("4-obs-upload", "huawei-obs"),
        ("5-log-service", "aliyun-sls"),
    ],
)
def test_an_example_event_is_one_of_its_source(name: str, trigger: str) -> None:
    payload = document(SAMPLE / "events" / f"{name}.json")
    found = platforms()[trigger.partition("-")[0]].trigger(payload)
    assert found is not None and found.name == trigger
    assert len(found.parse(payload)) == 1


def test_there_are_no_other_example_events() -> None:
    assert len(list((SAMPLE / "events").iterdir())) == 5


# -- the bench --------------------------------------------------------------------------------------------------------


def test_a_file_of_any_size_takes_the_same_memory(folder: Path) -> None:
    [_, *rows] = [line.split() for line in typed(folder, "python bench.py 32 96").splitlines()]
    (_, small_lines, *_, small), (_, large_lines, *_, large) = rows
    assert int(large_lines) > 2.9 * int(small_lines) > 0
    # 64 megabytes more to read. What waits to be sent is at most 32 of them, and differs from run to run.
    assert float(large) < float(small) + 32


# -- the deployment ---------------------------------------------------------------------------------------------------


def test_the_deployment_takes_the_whole_function() -> None:
    [copied] = [set(line.split()[1:-1]) for line in re.findall(r"^cp .*$", README, re.MULTILINE)]
    beside = {"bench.py", "consumer.py", "kafka_standin.py"}
    assert copied | beside == {path.name for path in SAMPLE.glob("*.py")}
    assert {"confluent-kafka", "opendal", "aliyun-log-python-sdk", "redis"} <= required(SAMPLE / "requirements.txt")


def test_the_deployment_has_the_documented_fields_and_sets_what_the_app_reads() -> None:
    description = document(SAMPLE / "s.yaml")
    assert mistakes(description, FC3) == []
    variables = description["resources"]["etl"]["props"]["environmentVariables"]
    assert [name for name in variables if f"`{name}`" not in README] == []
    used = set(re.findall(r"env\('(\w+)'\)", (SAMPLE / "s.yaml").read_text("utf-8")))
    exported = set(re.findall(r"\b([A-Z_]+)=", "".join(re.findall(r"^export .*$", README, re.MULTILINE))))
    assert used <= exported


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("oss:ObjectCreated:*", "s3:ObjectCreated:*"),
        ("invocationRole:", "role:"),
        ("sourceArn: acs:log:", "sourceArn: log:"),
        ("maxRetryTime: 100", "maxRetryTime: 101"),
        ("suffix: .log", "postfix: .log"),
        ("maxAsyncRetryAttempts: 8", "maxAsyncRetryAttempts: 9"),
        ("vSwitchIds:", "vswitchIds:"),
    ],
)
def test_a_mistake_in_the_deployment_would_be_noticed(right: str, wrong: str) -> None:
    text = (SAMPLE / "s.yaml").read_text("utf-8")
    assert right in text
    assert mistakes(yaml(text.replace(right, wrong, 1)), FC3) != []


def test_what_the_deployment_names_is_there() -> None:
    names = deployed("driving-log-etl")
    app = (SAMPLE / "app.py").read_text("utf-8")
    assert names == ["handler", "initialize", "pre_stop"]
    assert [name for name in names if not re.search(rf"^{name} = ", app, re.MULTILINE)] == []
