"""samples/hello-knative."""

from __future__ import annotations

import sys
from copy import deepcopy
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from .documents import document, mistakes
from .hello import KNATIVE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

kubernetes_validate: Any = import_module("kubernetes_validate")  # it comes without types

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
    with KNATIVE.loaded() as module:
        yield module


def test_a_request_that_is_no_json_is_refused(package: ModuleType) -> None:
    with KNATIVE.client(package, "knative-func") as client:
        assert client.post("/echo", content=b"{").status_code == 400


def test_the_package_exports_what_the_middleware_asks_for(package: ModuleType) -> None:
    assert package.new.__name__ == "new"
    function = package.new()
    assert all(callable(getattr(function, name)) for name in ("handle", "start", "stop", "alive", "ready"))


# -- the deployment's files -------------------------------------------------------------------------------------------


@pytest.fixture
def service() -> dict[str, Any]:
    found: dict[str, Any] = document(KNATIVE.folder / "service.yaml")
    return found


@pytest.fixture
def func() -> dict[str, Any]:
    # YAML's times are no text, which JSON Schema knows.
    found: dict[str, Any] = document(KNATIVE.folder / "func.yaml")
    return {**found, "created": found["created"].isoformat()}


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
    assert mistakes(service, SERVICE) == []


def test_its_pod_is_one_of_kubernetes(service: dict[str, Any]) -> None:
    kubernetes_validate.validate(pod(service), kubernetes_validate.latest_version(), strict=True)


def test_a_field_that_is_misspelt_would_be_found(service: dict[str, Any], func: dict[str, Any]) -> None:
    service["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(pod(service), kubernetes_validate.latest_version(), strict=True)
    service["spec"]["trafic"] = []
    assert mistakes(service, SERVICE) == ["$.spec"]
    func["builder"] = "pack"
    assert mistakes(func, FUNC) == ["$"]


def test_the_probes_are_those_of_the_middleware(service: dict[str, Any], func: dict[str, Any]) -> None:
    [container] = service["spec"]["template"]["spec"]["containers"]
    paths = {kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("liveness", "readiness")}
    assert paths == func["deploy"]["healthEndpoints"]
    assert paths == {"liveness": "/health/liveness", "readiness": "/health/readiness"}


def test_the_whole_traffic_goes_somewhere(service: dict[str, Any]) -> None:
    assert sum(target["percent"] for target in service["spec"]["traffic"]) == 100


def test_the_description_is_one_of_a_python_function_for_http(func: dict[str, Any], service: dict[str, Any]) -> None:
    assert mistakes(func, FUNC) == []
    assert (func["runtime"], func["invoke"], func["name"]) == ("python", "http", service["metadata"]["name"])


def test_the_project_is_the_package_that_is_imported() -> None:
    with (KNATIVE.folder / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    assert project["name"] == "function"
    assert any(name.startswith("fcbridge") for name in project["dependencies"])
