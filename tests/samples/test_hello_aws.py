"""samples/hello-aws."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fcbridge.gateway import Settings
from fcbridge.testing import Client, LossWarning
from fcbridge_adapters.aws import PLATFORM

from .documents import document, mistakes, yaml
from .hello import AWS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

GIF = b"GIF89a"


@pytest.fixture
def app() -> Iterator[ModuleType]:
    with AWS.loaded() as module:
        yield module


@pytest.fixture(params=AWS.doors)
def client(app: ModuleType, request: pytest.FixtureRequest) -> Iterator[Client]:
    with AWS.client(app, request.param) as client:
        yield client


# -- the app ----------------------------------------------------------------------------------------------------------


def test_what_is_sent_comes_back_in_its_type(client: Client) -> None:
    answer = client.post("/echo", content=bytes(range(256)), headers={"content-type": "application/x-own"})
    assert (answer.content, answer.headers["content-type"]) == (bytes(range(256)), "application/x-own")


def test_an_image_arrives_as_its_bytes(client: Client) -> None:
    answer = client.get("/pixel.gif")
    assert (answer.content[:6], answer.headers["content-type"]) == (GIF, "image/gif")


@pytest.mark.parametrize("name", [name for name in AWS.doors if "lattice" not in name])
def test_two_cookies_are_set_where_the_door_can_carry_them(app: ModuleType, name: str) -> None:
    assert visited(app, name) == ["last=today", "visits=5"]


@pytest.mark.parametrize("name", [name for name in AWS.doors if "lattice" in name])
def test_lattice_carries_the_last_cookie_and_the_loss_is_warned_about(app: ModuleType, name: str) -> None:
    with pytest.warns(LossWarning, match="only one Set-Cookie"):
        assert visited(app, name) == ["visits=5"]


def visited(app: ModuleType, name: str) -> list[str]:
    with AWS.client(app, name) as client:
        answer = client.post("/visit", headers={"cookie": "visits=4"})
    assert answer.status_code == 204
    return [value.partition(";")[0] for value in answer.headers.get_list("set-cookie")]


def test_the_example_events_are_answered(app: ModuleType) -> None:
    bodies: dict[str, bytes] = {}
    for path in sorted((AWS.folder / "events").glob("*.json")):
        event = document(path)
        door = next(gateway for gateway in PLATFORM.gateways if gateway.matches(event))
        context = door.runtime.context(Settings(), "request-1")
        answer = door.read(door.runtime.call(app.handler, event, context))
        assert answer.status == 200
        bodies[door.name] = answer.body
    assert bodies == {"aws-url": "Hello, 世界!\n".encode(), "aws-edge-viewer": '{"greeting": "你好"}'.encode()}


# -- template.yaml ----------------------------------------------------------------------------------------------------


def linted(template: Path) -> subprocess.CompletedProcess[str]:
    """By AWS's own linter, with the schemas that it has with it."""
    program = "from cfnlint.runner import main; main()"
    command = [sys.executable, "-c", program, "--regions", "eu-west-3", "--template", str(template)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_template_is_valid() -> None:
    done = linted(AWS.folder / "template.yaml")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_linter_finds_a_mistake_in_the_template(tmp_path: Path) -> None:
    broken = tmp_path / "template.yaml"
    text = (AWS.folder / "template.yaml").read_text("utf-8")
    broken.write_text(text.replace("MemorySize: 512", "MemorySize: plenty"), "utf-8")
    assert "plenty" in linted(broken).stdout


def test_the_template_has_the_three_doors_and_names_the_handler(app: ModuleType) -> None:
    # The short forms of CloudFormation's functions are tags, which are of no interest here.
    text = (AWS.folder / "template.yaml").read_text("utf-8").replace("!GetAtt ", "").replace("!Sub ", "")
    template = yaml(text)
    properties = template["Resources"]["Hello"]["Properties"]
    module, _, attribute = properties["Handler"].partition(".")
    assert module == "app" and getattr(app, attribute) is app.handler
    assert properties["FunctionUrlConfig"]["InvokeMode"] == "BUFFERED"
    assert sorted(event["Type"] for event in properties["Events"].values()) == ["Api", "Api", "HttpApi"]
    # Shorter than what the gateways wait, so that it is the function that answers.
    assert properties["Timeout"] < 29


# -- serverless.yml ---------------------------------------------------------------------------------------------------

# What https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml documents of the keys that are used
# here: required ones, the only ones on each level, and the values that they take.
HTTP = r"^(get|post|put|patch|delete|head|options|any) /\S*$"
SERVERLESS = {
    "type": "object",
    "required": ["service", "provider"],
    "additionalProperties": False,
    "properties": {
        "service": {"type": "string", "pattern": "^[a-zA-Z][0-9a-zA-Z-]+$"},
        "frameworkVersion": {"type": "string"},
        "provider": {
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {
                "name": {"const": "aws"},
                "runtime": {"enum": [*(f"python3.{minor}" for minor in range(7, 15)), "provided.al2023"]},
                "region": {"type": "string", "pattern": "^[a-z]{2}(-[a-z]+)+-[0-9]$"},
                "stage": {"type": "string"},
                "architecture": {"enum": ["x86_64", "arm64"]},
                "memorySize": {"type": "integer", "minimum": 128, "maximum": 10240},
                "timeout": {"type": "integer", "minimum": 1, "maximum": 900},
                "environment": {"type": "object"},
                "apiGateway": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"binaryMediaTypes": {"type": "array", "items": {"type": "string"}}},
                },
            },
        },
        "package": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "artifact": {"type": "string"},
                "individually": {"type": "boolean"},
                "patterns": {"type": "array", "items": {"type": "string"}},
            },
        },
        "functions": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {
                "^[a-zA-Z0-9-_]+$": {
                    "type": "object",
                    "oneOf": [{"required": ["handler"]}, {"required": ["image"]}],
                    "additionalProperties": False,
                    "properties": {
                        "handler": {"type": "string", "pattern": r"^[\w./-]+\.\w+$"},
                        "image": {"type": "string"},
                        "url": {"oneOf": [{"type": "boolean"}, {"type": "object"}]},
                        "timeout": {"type": "integer", "minimum": 1, "maximum": 900},
                        "memorySize": {"type": "integer", "minimum": 128, "maximum": 10240},
                        "environment": {"type": "object"},
                        "layers": {"type": "array"},
                        "events": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "minProperties": 1,
                                "maxProperties": 1,
                                "additionalProperties": False,
                                "properties": {
                                    "httpApi": {
                                        "oneOf": [
                                            {"type": "string", "pattern": rf"^\*$|{HTTP}"},
                                            {"type": "object", "required": ["path"]},
                                        ]
                                    },
                                    "http": {
                                        "oneOf": [
                                            {"type": "string", "pattern": HTTP},
                                            {"type": "object", "required": ["method", "path"]},
                                        ]
                                    },
                                    "alb": {"type": "object", "required": ["listenerArn", "priority", "conditions"]},
                                    "cloudFront": {"type": "object", "required": ["eventType", "origin"]},
                                },
                            },
                        },
                    },
                }
            },
        },
    },
}


def test_serverless_yml_has_the_documented_shape_and_names_the_handler(app: ModuleType) -> None:
    deployment = document(AWS.folder / "serverless.yml")
    assert mistakes(deployment, SERVERLESS) == []
    module, _, attribute = deployment["functions"]["hello"]["handler"].partition(".")
    assert module == "app" and getattr(app, attribute) is app.handler
    assert deployment["package"]["artifact"] in (AWS.folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "wrong", "place"),
    [
        ("service: hello-aws", "services: hello-aws", "$"),
        ("runtime: python3.13", "runtime: python3.99", "$.provider.runtime"),
        ("    handler: app.handler", "    handlers: app.handler", "$.functions.hello"),
        ('- httpApi: "*"', '- httpapi: "*"', "$.functions.hello.events[0]"),
        ("- http: any /\n", "- http: every /\n", "$.functions.hello.events[1].http"),
    ],
)
def test_a_mistake_in_serverless_yml_is_found(text: str, wrong: str, place: str) -> None:
    good = (AWS.folder / "serverless.yml").read_text("utf-8")
    assert text in good
    assert place in mistakes(yaml(good.replace(text, wrong)), SERVERLESS)


def test_both_descriptions_are_of_one_and_the_same_function() -> None:
    template = (AWS.folder / "template.yaml").read_text("utf-8")
    provider = document(AWS.folder / "serverless.yml")["provider"]
    assert f"Runtime: {provider['runtime']}" in template
    assert f"MemorySize: {provider['memorySize']}" in template
    assert f"Timeout: {provider['timeout']}" in template
    assert f"Architectures: [{provider['architecture']}]" in template
