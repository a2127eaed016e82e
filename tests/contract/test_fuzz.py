"""Whatever arrives as an event: a payload, or a BridgeError that names the cause; and the next invocation works."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fcbridge import BridgeError, Handler, bridge
from fcbridge.errors import EventError
from fcbridge.gateway import Gateway, Settings
from fcbridge.model import Headers, Request
from fcbridge.registry import gateways, platform_of
from fcbridge.testing.laws import arrived, frozen
from fcbridge.testing.strategies import json_values, mutations, requests
from tests.apps import environ_app, scope_app

_SECRET = "s3cret-8f1b"

_EXAMPLES = min(50, settings().max_examples)

fuzzed = settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@pytest.fixture(params=[scope_app, environ_app], ids=["asgi", "wsgi"])
def handler(request: pytest.FixtureRequest) -> Iterator[Handler]:
    """One that has to find out by the event which platform it is on."""
    with bridge(request.param) as handler:
        yield handler


@pytest.fixture(params=list(gateways().values()), ids=list(gateways()))
def door(request: pytest.FixtureRequest) -> Gateway:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def named(door: Gateway) -> Iterator[Handler]:
    """One that is told its platform, as in the cloud."""
    with bridge(scope_app, platform=platform_of(door.name)) as handler:
        yield handler


@fuzzed
@given(event=json_values())
def test_any_json_value(handler: Handler, event: Any) -> None:
    _survives(handler, event)


@fuzzed
@given(event=st.binary() | st.text() | json_values().map(lambda value: json.dumps(value).encode("utf-8")))
def test_any_bytes_and_any_text(handler: Handler, event: bytes | str) -> None:
    _survives(handler, event)


@fuzzed
@given(choice=st.data(), request=requests())
def test_any_broken_event(named: Handler, door: Gateway, choice: st.DataObject, request: Request) -> None:
    _survives(named, choice.draw(_broken(door, request), label="event"), door)


@settings(fuzzed, max_examples=min(20, _EXAMPLES))
@given(choice=st.data(), request=requests())
def test_any_broken_event_on_a_laptop(handler: Handler, door: Gateway, choice: st.DataObject, request: Request) -> None:
    _survives(handler, choice.draw(_broken(door, request), label="event"), door)


@fuzzed
@given(request=requests())
def test_any_request_is_answered(named: Handler, door: Gateway, request: Request) -> None:
    assert _answered(named, door, request) == 200


@settings(fuzzed, max_examples=min(20, _EXAMPLES))
@given(request=requests())
def test_any_request_is_answered_on_a_laptop(handler: Handler, door: Gateway, request: Request) -> None:
    assert _answered(handler, door, request) == 200


def _broken(door: Gateway, request: Request) -> st.SearchStrategy[Any]:
    secret = Headers([*request.headers, ("authorization", f"Bearer {_SECRET}")])
    return mutations(arrived(door, request.replace(headers=secret)))


def _survives(handler: Handler, event: Any, gateway: Gateway | None = None) -> None:
    before = frozen(event)
    try:
        handler(event, _ignored if gateway is not None and gateway.name == "fc2-http" else None)
    except BridgeError as error:
        assert isinstance(error, EventError), "the caller is to blame"
        assert len(error.message) > 20, "the message names the cause"
        assert _SECRET not in str(error)
    assert frozen(event) == before, "the event was changed"
    door = gateway or gateways()["fc3-http"]
    assert _answered(handler, door, door.sample()) == 200


def _answered(handler: Handler, gateway: Gateway, request: Request) -> int:
    event = json.loads(json.dumps(gateway.compose(request)))
    payload = gateway.runtime.call(handler, event, gateway.runtime.context(Settings(), "1-67c1a2b3"))
    return gateway.read(payload).status


def _ignored(status: str, headers: object, exc_info: object = None) -> Callable[[bytes], None]:
    """The start_response of FC 2.0."""
    return lambda chunk: None
