"""samples/hello-fission."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.registry import gateway
from fcbridge.testing import Client

from .folder import SAMPLES
from .modules import module_of, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

FOLDER = SAMPLES / "hello-fission"


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "additionalProperties": False, "required": list(required), "properties": properties,
    }  # fmt: skip


TEXT = {"type": "string"}
NAMED = _object("name", "namespace", name=TEXT, namespace=TEXT)
V1 = {"const": "fission.io/v1"}

# The fields that the documents and the CLI know: https://fission.io/docs/usage/spec/ and
# https://github.com/fission/fission/tree/main/crds/v1
SCHEMAS: dict[str, Any] = {
    "DeploymentConfig": _object("name", "uid", apiVersion=V1, kind=TEXT, name=TEXT, uid=TEXT),
    "ArchiveUploadSpec": _object(
        "name", "include", kind=TEXT, name=TEXT, include={"type": "array", "items": TEXT, "minItems": 1}
    ),
    "Environment": _object(
        "apiVersion", "metadata", "spec", apiVersion=V1, kind=TEXT, metadata=NAMED,
        spec=_object(
            "version", "runtime",
            version={"enum": [1, 2, 3]},
            poolsize={"type": "integer", "minimum": 0},
            keeparchive={"type": "boolean"},
            runtime=_object("image", image=TEXT),
            builder=_object("image", image=TEXT, command=TEXT),
        ),
    ),
    "Package": _object(
        "apiVersion", "metadata", "spec", apiVersion=V1, kind=TEXT, metadata=NAMED,
        spec=_object("environment", "source", environment=NAMED, source=_object("type", "url", type=TEXT, url=TEXT)),
    ),
    "Function": _object(
        "apiVersion", "metadata", "spec", apiVersion=V1, kind=TEXT, metadata=NAMED,
        spec=_object(
            "environment", "package", "InvokeStrategy",
            environment=NAMED,
            package=_object("functionName", "packageref", functionName=TEXT, packageref=NAMED),
            functionTimeout={"type": "integer", "minimum": 1},
            requestsPerPod={"type": "integer", "minimum": 1},
            InvokeStrategy=_object(
                "StrategyType", "ExecutionStrategy",
                StrategyType={"const": "execution"},
                ExecutionStrategy={"type": "object", "required": ["ExecutorType"]},
            ),
        ),
    ),
    "HTTPTrigger": _object(
        "apiVersion", "metadata", "spec", apiVersion=V1, kind=TEXT, metadata=NAMED,
        spec=_object(
            "functionref", "methods",
            functionref=_object("type", "name", type={"const": "name"}, name=TEXT),
            prefix={"type": "string", "pattern": "^/"},
            keepPrefix={"type": "boolean"},
            methods={"type": "array", "items": {"enum": ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]}},
        ),
    ),
}  # fmt: skip
YAML: Any = import_module("yaml")
JSONSCHEMA: Any = import_module("jsonschema")  # it has no types


@pytest.fixture
def module() -> Iterator[ModuleType]:
    with module_of(FOLDER, "main") as module:
        yield module
        module.main.handler.pre_stop()


@pytest.fixture
def client(module: ModuleType) -> Iterator[Client]:
    with Client(module.main.handler, gateway="fission-http") as client:
        yield client


@pytest.fixture
def specs() -> dict[str, Any]:
    """The objects of the folder, by their kind."""
    texts = [path.read_text("utf-8") for path in sorted((FOLDER / "specs").glob("*.yaml"))]
    return {document["kind"]: document for text in texts for document in YAML.safe_load_all(text)}


def test_the_page_is_html_below_the_prefix(client: Client) -> None:
    answer = client.get("/demo/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Hello from a function of Fission</h1>" in answer.text


def test_a_name_may_be_written_in_any_script(client: Client) -> None:
    assert client.get("/demo/hello/世界").text == "Hello, 世界!\n"


def test_a_picture_arrives_as_it_is(client: Client, module: ModuleType) -> None:
    assert client.get("/demo/dot.png").content == module.DOT


def test_json_is_echoed(client: Client) -> None:
    document = {"greeting": "你好", "numbers": [1, 2.5, None]}
    assert client.post("/demo/echo", json=document).json() == document


def test_both_cookies_arrive(client: Client) -> None:
    answer = client.put("/demo/preferences")
    assert len(answer.headers.get_list("set-cookie")) == 2


def test_the_example_events_are_answered(module: ModuleType) -> None:
    assert statuses(module.main.handler, FOLDER / "events", "fission-http") == [200, 200, 200, 204]


def test_every_object_has_the_fields_of_its_kind(specs: dict[str, Any]) -> None:
    assert set(specs) == set(SCHEMAS)
    for kind, document in specs.items():
        JSONSCHEMA.Draft202012Validator(SCHEMAS[kind]).validate(document)


def test_the_objects_name_each_other_and_the_code(specs: dict[str, Any], module: ModuleType) -> None:
    function, package = specs["Function"]["spec"], specs["Package"]["spec"]
    assert function["environment"] == package["environment"] == specs["Environment"]["metadata"]
    assert function["package"]["packageref"] == specs["Package"]["metadata"]
    assert package["source"]["url"] == f"archive://{specs['ArchiveUploadSpec']['name']}"
    assert all((FOLDER / name).is_file() for name in specs["ArchiveUploadSpec"]["include"])
    file, _, name = function["package"]["functionName"].partition(".")
    assert (file, type(getattr(module, name)).__name__) == ("main", "function")


def test_the_trigger_keeps_its_prefix_and_has_every_method_of_the_environment(specs: dict[str, Any]) -> None:
    trigger = specs["HTTPTrigger"]["spec"]
    assert (trigger["prefix"], trigger["keepPrefix"]) == ("/demo", True)
    assert frozenset(trigger["methods"]) == gateway("fission-http").limits.methods
