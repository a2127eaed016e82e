"""samples/hello-fission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.registry import gateway

from .deployment import TEXT, record
from .documents import documents, mistakes
from .hello import FISSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


NAMED = record(["name", "namespace"], name=TEXT, namespace=TEXT)
V1 = {"const": "fission.io/v1"}

# The fields that the documents and the CLI know: https://fission.io/docs/usage/spec/ and
# https://github.com/fission/fission/tree/main/crds/v1
SCHEMAS: dict[str, Any] = {
    "DeploymentConfig": record(["name", "uid"], apiVersion=V1, kind=TEXT, name=TEXT, uid=TEXT),
    "ArchiveUploadSpec": record(
        ["name", "include"], kind=TEXT, name=TEXT, include={"type": "array", "items": TEXT, "minItems": 1}
    ),
    "Environment": record(
        ["apiVersion", "metadata", "spec"], apiVersion=V1, kind=TEXT, metadata=NAMED,
        spec=record(
            ["version", "runtime"],
            version={"enum": [1, 2, 3]},
            poolsize={"type": "integer", "minimum": 0},
            keeparchive={"type": "boolean"},
            runtime=record(["image"], image=TEXT),
            builder=record(["image"], image=TEXT, command=TEXT),
        ),
    ),
    "Package": record(
        ["apiVersion", "metadata", "spec"], apiVersion=V1, kind=TEXT, metadata=NAMED,
        spec=record(["environment", "source"], environment=NAMED, source=record(["type", "url"], type=TEXT, url=TEXT)),
    ),
    "Function": record(
        ["apiVersion", "metadata", "spec"], apiVersion=V1, kind=TEXT, metadata=NAMED,
        spec=record(
            ["environment", "package", "InvokeStrategy"],
            environment=NAMED,
            package=record(["functionName", "packageref"], functionName=TEXT, packageref=NAMED),
            functionTimeout={"type": "integer", "minimum": 1},
            requestsPerPod={"type": "integer", "minimum": 1},
            InvokeStrategy=record(
                ["StrategyType", "ExecutionStrategy"],
                StrategyType={"const": "execution"},
                ExecutionStrategy={"type": "object", "required": ["ExecutorType"]},
            ),
        ),
    ),
    "HTTPTrigger": record(
        ["apiVersion", "metadata", "spec"], apiVersion=V1, kind=TEXT, metadata=NAMED,
        spec=record(
            ["functionref", "methods"],
            functionref=record(["type", "name"], type={"const": "name"}, name=TEXT),
            prefix={"type": "string", "pattern": "^/"},
            keepPrefix={"type": "boolean"},
            methods={"type": "array", "items": {"enum": ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]}},
        ),
    ),
}  # fmt: skip


@pytest.fixture
def module() -> Iterator[ModuleType]:
    with FISSION.loaded() as module:
        yield module


@pytest.fixture
def specs() -> dict[str, Any]:
    """The objects of the folder, by their kind."""
    paths = sorted((FISSION.folder / "specs").glob("*.yaml"))
    return {found["kind"]: found for path in paths for found in documents(path)}


def test_every_object_has_the_fields_of_its_kind(specs: dict[str, Any]) -> None:
    assert set(specs) == set(SCHEMAS)
    assert {kind: mistakes(found, SCHEMAS[kind]) for kind, found in specs.items()} == {kind: [] for kind in SCHEMAS}


def test_the_objects_name_each_other_and_the_code(specs: dict[str, Any], module: ModuleType) -> None:
    function, package = specs["Function"]["spec"], specs["Package"]["spec"]
    assert function["environment"] == package["environment"] == specs["Environment"]["metadata"]
    assert function["package"]["packageref"] == specs["Package"]["metadata"]
    assert package["source"]["url"] == f"archive://{specs['ArchiveUploadSpec']['name']}"
    assert all((FISSION.folder / name).is_file() for name in specs["ArchiveUploadSpec"]["include"])
    file, _, name = function["package"]["functionName"].partition(".")
    assert (file, type(getattr(module, name)).__name__) == ("main", "function")


def test_the_trigger_keeps_its_prefix_and_has_every_method_of_the_environment(specs: dict[str, Any]) -> None:
    trigger = specs["HTTPTrigger"]["spec"]
    assert (trigger["prefix"], trigger["keepPrefix"]) == ("/demo", True)
    assert frozenset(trigger["methods"]) == gateway("fission-http").limits.methods
