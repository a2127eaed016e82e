"""samples/hello-knative."""

from __future__ import annotations

import sys
from copy import deepcopy
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.gateway import Settings
from fcbridge.registry import gateway
from fcbridge.testing import Client

from .folder import SAMPLES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

# They come without types.
jsonschema: Any = import_module("jsonschema")
kubernetes_validate: Any = import_module("kubernetes_validate")
yaml: Any = import_module("yaml")

FOLDER = SAMPLES / "hello-knative"
DOOR = gateway("knative-func")

# https://github.com/knative/specs/blob/main/specs/serving/knative-api-specification-1.0.md
# What is below a container is Kubernetes' own.
TRAFFIC = {
    "type": "object",
    "additionalProperties": False,
    "required": ["percent"],
    "properties": {
        "latestRevision": {"type": "boolean"},
        "revisionName": {"type": "string"},
        "percent": {"type": "integer", "minimum": 0, "maximum": 100},
        "tag": {"type": "string"},
    },
}
METADATA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$"},
        "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
REVISION = {
    "type": "object",
    "required": ["containers"],
    "properties": {
        "containerConcurrency": {"type": "integer", "minimum": 0, "maximum": 1000},
        "timeoutSeconds": {"type": "integer", "minimum": 1, "maximum": 600},
        "containers": {"type": "array", "minItems": 1, "items": {"required": ["image"]}},
    },
}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "properties": {
        "apiVersion": {"const": "serving.knative.dev/v1"},
        "kind": {"const": "Service"},
        "metadata": {**METADATA, "required": ["name"]},
        "spec": {
            "type": "object",
            "additionalProperties": False,
            "required": ["template"],
            "properties": {
                "template": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["spec"],
                    "properties": {"metadata": METADATA, "spec": REVISION},
                },
                "traffic": {"type": "array", "items": TRAFFIC},
            },
        },
    },
}
# https://github.com/knative/func/blob/main/docs/reference/func_yaml.md
FUNC = {
    "type": "object",
    "additionalProperties": False,
    "required": ["specVersion", "name", "runtime", "created"],
    "properties": {
        "specVersion": {"type": "string", "pattern": r"^0\.\d+\.\d+$"},
        "name": {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},
        "runtime": {"enum": ["go", "node", "python", "quarkus", "rust", "springboot", "typescript"]},
        "created": {"type": "string"},
        "invoke": {"enum": ["http", "cloudevent"]},
        "build": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"builder": {"enum": ["host", "pack", "s2i"]}},
        },
        "deploy": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "healthEndpoints": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"liveness": {"type": "string"}, "readiness": {"type": "string"}},
                },
                "options": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "scale": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                "min": {"type": "integer", "minimum": 0},
                                "max": {"type": "integer", "minimum": 0},
                            },
                        }
                    },
                },
            },
        },
    },
}


@pytest.fixture
def package() -> Iterator[ModuleType]:
    """The package ``function``, as the middleware's own module imports it."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield import_module("function")
    finally:
        sys.path.remove(str(FOLDER))
        for name in ("function", "function.func"):
            sys.modules.pop(name, None)


@pytest.fixture
def client(package: ModuleType) -> Iterator[Client]:
    with Client(package.new.handler, gateway=DOOR) as client:
        yield client


def test_the_page_is_html(client: Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Hello from a function of Knative</h1>" in answer.text


def test_a_greeting_is_what_the_lifespan_has_made_and_what_the_client_has_named(client: Client) -> None:
    assert client.get("/hello/世界").text == "Hello, 世界!\n"


def test_json_is_echoed(client: Client) -> None:
    document = {"greeting": "你好", "numbers": [1, 2.5, None]}
    assert client.post("/echo", json=document).json() == document
    assert client.post("/echo", content=b"{").status_code == 400


def test_both_cookies_arrive(client: Client) -> None:
    answer = client.put("/preferences")
    assert answer.headers.get_list("set-cookie") == [
        "theme=dark; Path=/; SameSite=lax",
        "language=zh; Path=/; SameSite=lax",
    ]


def test_the_example_events_are_answered(package: ModuleType) -> None:
    handler = package.new.handler
    found: dict[str, int] = {}
    with handler:
        for path in sorted((FOLDER / "events").glob("*.json")):
            context = DOOR.runtime.context(Settings(name="hello"), "request-1")
            found[path.name] = DOOR.read(DOOR.runtime.call(handler, path.read_bytes(), context)).status
    assert found == {"1-page.json": 200, "2-hello.json": 200, "3-echo.json": 200, "4-preferences.json": 204}


def test_the_package_exports_what_the_middleware_asks_for(package: ModuleType) -> None:
    assert package.new.__name__ == "new"
    function = package.new()
    assert all(callable(getattr(function, name)) for name in ("handle", "start", "stop", "alive", "ready"))


# -- the deployment's files -------------------------------------------------------------------------------------------


@pytest.fixture
def service() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((FOLDER / "service.yaml").read_bytes())
    return document


@pytest.fixture
def func() -> dict[str, Any]:
    # YAML's times are no text, which JSON Schema knows.
    document: dict[str, Any] = yaml.safe_load((FOLDER / "func.yaml").read_bytes())
    return {**document, "created": document["created"].isoformat()}


def pod(service: dict[str, Any]) -> dict[str, Any]:
    """What Knative makes a pod of: its own fields taken out, the container named, the port of the probes filled in."""
    spec = deepcopy(service["spec"]["template"]["spec"])
    for name in ("containerConcurrency", "timeoutSeconds"):
        spec.pop(name, None)
    for container in spec["containers"]:
        container.setdefault("name", "user-container")
        for kind in ("livenessProbe", "readinessProbe"):
            container[kind]["httpGet"].setdefault("port", container["ports"][0]["containerPort"])
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "hello"}, "spec": spec}


def test_the_service_is_one_of_knative(service: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(SERVICE).validate(service)


def test_its_pod_is_one_of_kubernetes(service: dict[str, Any]) -> None:
    kubernetes_validate.validate(pod(service), kubernetes_validate.latest_version(), strict=True)


def test_a_field_that_is_misspelt_would_be_found(service: dict[str, Any], func: dict[str, Any]) -> None:
    service["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(pod(service), kubernetes_validate.latest_version(), strict=True)
    service["spec"]["trafic"] = []
    assert not jsonschema.Draft202012Validator(SERVICE).is_valid(service)
    func["builder"] = "pack"
    assert not jsonschema.Draft202012Validator(FUNC).is_valid(func)


def test_the_probes_are_those_of_the_middleware(service: dict[str, Any], func: dict[str, Any]) -> None:
    [container] = service["spec"]["template"]["spec"]["containers"]
    paths = {kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("liveness", "readiness")}
    assert paths == func["deploy"]["healthEndpoints"]
    assert paths == {"liveness": "/health/liveness", "readiness": "/health/readiness"}


def test_the_whole_traffic_goes_somewhere(service: dict[str, Any]) -> None:
    assert sum(target["percent"] for target in service["spec"]["traffic"]) == 100


def test_the_description_is_one_of_a_python_function_for_http(func: dict[str, Any], service: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(FUNC).validate(func)
    assert (func["runtime"], func["invoke"], func["name"]) == ("python", "http", service["metadata"]["name"])


def test_the_project_is_the_package_that_is_imported() -> None:
    with (FOLDER / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    assert project["name"] == "function"
    assert any(name.startswith("fcbridge") for name in project["dependencies"])
