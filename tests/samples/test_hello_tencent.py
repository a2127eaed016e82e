"""samples/hello-tencent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.call import Recognition
from fcbridge.document import load_event
from fcbridge.gateway import Settings
from fcbridge.testing import Client

from .deployment import CLOUDBASE, HANDLER, MEMORY, RUNTIME, TEXT, TEXTS, TIMEOUT, record
from .documents import document, mistakes
from .hello import TENCENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


@pytest.fixture
def app() -> Iterator[ModuleType]:
    with TENCENT.loaded() as module:
        yield module


@pytest.fixture(params=TENCENT.doors)
def client(app: ModuleType, request: pytest.FixtureRequest) -> Iterator[Client]:
    with TENCENT.client(app, request.param) as client:
        yield client


def test_what_is_not_json_is_refused(client: Client) -> None:
    assert client.post("/echo", content=b"{", headers={"content-type": "application/json"}).status_code == 400


def test_repeats_and_keys_without_a_value_arrive(client: Client) -> None:
    assert client.get("/tags?tag=red&tag=blue&debug").json() == {"tags": ["red", "blue"], "debug": True}
    assert client.get("/tags").json() == {"tags": [], "debug": False}


def test_the_platforms_context_and_the_callers_address_reach_the_app(client: Client) -> None:
    told = client.get("/invocation").json()
    assert told["id"] and told["function"] == Settings().name
    assert told["caller"] == "203.0.113.24"


def test_without_a_platform_there_is_no_invocation(app: ModuleType) -> None:
    assert app.app.test_client().get("/invocation").get_json()["id"] is None


def test_the_example_events_are_answered(app: ModuleType) -> None:
    found: dict[str, tuple[str, int]] = {}
    with app.handler as handler:
        for path in sorted((TENCENT.folder / "events").glob("*.json")):
            event = path.read_bytes()
            _, door = Recognition("tencent").of(load_event(event))
            payload = door.runtime.call(handler, event, door.runtime.context(Settings(), "request-1"))
            found[path.name] = door.name, door.read(payload).status
    assert found == {
        "1-function-url-page.json": ("scf-url", 200),
        "2-function-url-tags.json": ("scf-url", 200),
        "3-cloudbase-greeting.json": ("tcb-http", 200),
        "4-load-balancer-echo.json": ("scf-clb", 200),
        "5-api-gateway-preferences.json": ("scf-apigw", 204),
    }


# -- deployment -----------------------------------------------------------------------------------------------------


# What https://cloud.tencent.com/document/product/1154/39271 and the component's own docs/configure.md document
# (github.com/serverless-components/tencent-scf), as far as an event function with a Function URL can have it.
SCF_COMPONENT = record(
    ["component", "name", "inputs"],
    component={"const": "scf"},
    name=TEXT,
    app=TEXT,
    stage=TEXT,
    org=TEXT,
    inputs=record(
        ["src"],
        name=TEXT,
        namespace=TEXT,
        role=TEXT,
        src={"oneOf": [TEXT, record([], src=TEXT, exclude=TEXTS, bucket=TEXT, object=TEXT)]},
        type={"enum": ["event", "web"]},
        handler=HANDLER,
        runtime=RUNTIME,
        region={"type": "string", "pattern": r"^[a-z]+-[a-z]+(-[a-z0-9]+)*$"},
        description=TEXT,
        memorySize=MEMORY,
        timeout=TIMEOUT,
        initTimeout={"type": "integer", "minimum": 3, "maximum": 300},
        environment=record(["variables"], variables={"type": "object", "additionalProperties": {"type": "string"}}),
        publicAccess={"type": "boolean"},
        layers={"type": "array", "maxItems": 5, "items": record(["name", "version"], name=TEXT, version={})},
        events={
            "type": "array",
            "items": record(
                ["http"],
                http=record(
                    ["parameters"],
                    parameters=record(
                        ["netConfig"],
                        qualifier=TEXT,
                        authType={"enum": ["NONE", "CAM"]},
                        netConfig=record(
                            ["enableIntranet", "enableExtranet"],
                            enableIntranet={"type": "boolean"},
                            enableExtranet={"type": "boolean"},
                        ),
                    ),
                ),
            ),
        },
    ),
)


def serverless() -> Any:
    return document(TENCENT.folder / "serverless.yml")


def cloudbase() -> Any:
    return document(TENCENT.folder / "cloudbaserc.json")


def test_the_deployments_have_the_documented_fields() -> None:
    assert mistakes(serverless(), SCF_COMPONENT) == []
    assert mistakes(cloudbase(), CLOUDBASE) == []


@pytest.mark.parametrize(
    "change", [{"handler": "app"}, {"memorySize": 100}, {"timeout": 901}, {"runtime": "python3.10"}, {"Handler": "a.b"}]
)
def test_a_mistake_in_the_deployment_would_be_noticed(change: dict[str, object]) -> None:
    wrong = serverless()
    wrong["inputs"] |= change
    assert mistakes(wrong, SCF_COMPONENT) != []


def test_what_the_deployments_name_is_there(app: ModuleType) -> None:
    [function] = cloudbase()["functions"]
    for settings in (serverless()["inputs"], function):
        module, _, name = settings["handler"].partition(".")
        assert (TENCENT.folder / f"{module}.py").is_file()
        assert callable(getattr(app, name))


def test_both_deployments_take_the_same_folder() -> None:
    deployment = cloudbase()
    [function] = deployment["functions"]
    assert serverless()["inputs"]["src"]["src"] == f"{deployment['functionRoot']}/{function['name']}"
    assert f"--target functions/{function['name']}" in (TENCENT.folder / "README.md").read_text("utf-8")
