"""All example events of all platforms: an HTTP one is claimed by its own gateway and by no other, the rest by none. Of
those each is claimed by one trigger of its platform, or is refused by its name.

On a laptop nothing but the event tells the platform, so gateways and triggers are asked across platforms here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fcbridge.call import Recognition
from fcbridge.errors import UnknownEvent
from fcbridge.registry import gateway, gateways, platforms
from fcbridge.testing.laws import arrived
from tests.examples import EVENTS, event_of

#: The HTTP events of each gateway whose events are JSON, as patterns below tests/events.
HTTP = {
    "fc3-http": ["aliyun/http-v1-*.json"],
    "fc-apigw": ["aliyun/apigateway-event*.json"],
    "scf-apigw": ["tencent/apigw*.json"],
    "scf-url": ["tencent/function-url*.json"],
    "scf-clb": ["tencent/clb.json"],
    "tcb-http": ["tencent/http-access*.json"],
    # Payments and messages reach the app as requests too, at paths of their own.
    "tcb-call": ["wechat/call-function*.json", "wechat/message-push-function.json", "wechat/pay-callback.json"],
    "aws-rest": ["aws/api-gateway-rest-v1*.json"],
    "aws-http-v1": ["aws/api-gateway-http-v1*.json"],
    "aws-http-v2": ["aws/api-gateway-http-v2*.json"],
    "aws-url": ["aws/function-url*.json"],
    "aws-alb": ["aws/alb-single-value.json", "aws/alb-health-check.json", "aws/alb-gzip-request-base64.json"],
    "aws-alb-multi": ["aws/alb-multi-value.json", "aws/alb-health-check-multi-value.json"],
    "aws-edge-viewer": ["aws/lambda-edge-viewer-request.json"],
    "aws-edge-origin": ["aws/lambda-edge-origin-request.json"],
    "aws-lattice-v1": ["aws/vpc-lattice-v1*.json"],
    "aws-lattice-v2": ["aws/vpc-lattice-v2*.json"],
    "azure-custom": ["azure/custom-handler-http*.json"],
    "huawei-apig": ["huawei/apig*.json"],
    "baidu-http": ["baidu/http*.json"],
    "vefaas-http": ["volcengine/http*.json"],
    "openwhisk-raw": ["openwhisk/raw-web-action*.json"],
    "openwhisk-web": ["openwhisk/web-action*.json"],
}

#: Those whose function is called with objects, which no file holds.
OBJECTS = {
    "fc2-http", "tcb-container", "azure-python", "gcf-http", "gcf-asgi", "openfaas-http", "nuclio-http", "fission-http",
    "knative-func",
}  # fmt: skip

#: The platforms whose name is not that of the folder of their events.
PLATFORMS = {"wechat": "tencent"}

OWNERS = {path: name for name, patterns in HTTP.items() for pattern in patterns for path in EVENTS.glob(pattern)}
FILES = sorted(path for path in EVENTS.rglob("*") if path.is_file())


def claims(event: Any) -> list[str]:
    return [name for name, door in gateways().items() if door.matches(event)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(EVENTS)))
def test_an_event_is_claimed_by_its_own_gateway_alone(path: Path) -> None:
    owner = OWNERS.get(path)
    event = event_of(path)
    assert claims(event) == ([owner] if owner is not None else [])
    doors = [door.name for one in platforms().values() if (door := one.door(event, None)) is not None]
    assert doors == ([owner] if owner is not None else [])


def triggers_of(event: Any) -> list[str]:
    return [trigger.name for owner in platforms().values() for trigger in owner.triggers if trigger.matches(event)]


@pytest.mark.parametrize("path", sorted(set(FILES) - set(OWNERS)), ids=lambda path: str(path.relative_to(EVENTS)))
def test_another_event_is_claimed_by_one_trigger_or_by_nobody(path: Path) -> None:
    folder, event = path.relative_to(EVENTS).parts[0], event_of(path)
    owner = platforms()[PLATFORMS.get(folder, folder)]
    claimants = triggers_of(event)
    if claimants:
        found = owner.trigger(event)
        assert found is not None, f"{claimants} are of another platform"
        assert claimants == [found.name]
    else:
        with pytest.raises(UnknownEvent):
            Recognition(owner).of(event)


@pytest.mark.parametrize("path", sorted(OWNERS), ids=lambda path: str(path.relative_to(EVENTS)))
def test_an_http_event_is_claimed_by_no_trigger(path: Path) -> None:
    assert triggers_of(event_of(path)) == []


def test_every_pattern_has_its_events() -> None:
    assert [pattern for patterns in HTTP.values() for pattern in patterns if not list(EVENTS.glob(pattern))] == []


def test_every_gateway_is_here() -> None:
    assert set(HTTP) | OBJECTS == set(gateways())
    assert not set(HTTP) & OBJECTS


def test_there_are_events_of_every_kind() -> None:
    assert len(OWNERS) > 60
    assert len(FILES) - len(OWNERS) > 150


@pytest.mark.parametrize("name", sorted(gateways()))
def test_what_reaches_a_function_is_claimed_by_its_own_gateway_alone(name: str) -> None:
    door = gateway(name)
    assert claims(arrived(door, door.sample())) == [name]
