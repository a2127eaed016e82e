"""What somebody reads who did something wrong: the whole text, cause and cure."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path
from typing import Any
from wsgiref.simple_server import demo_app

import pytest

import fcbridge_adapters
from fcbridge import BridgeError, bridge
from fcbridge.dev import DevOptions, serve
from fcbridge.errors import (
    AmbiguousPlatform,
    InvalidOption,
    MissingExtra,
    UnhandledEvent,
    UnknownEvent,
    UnknownGateway,
    UnknownPlatform,
)
from fcbridge.registry import gateway, gateways, platform, platforms

PLATFORMS = ", ".join(sorted(fcbridge_adapters.SIGNS))
#: Enough of each environment that it shows a platform.
ALIYUN = {"FC_FUNC_CODE_PATH": "/code", "FC_REGION": "cn-hangzhou"}
ALIYUN_DOORS = f"fc3-http, fc-apigw, fc2-http, and {len(platform('aliyun').triggers)} triggers"
TRIGGERS = sum(len(owner.triggers) for owner in platforms().values())


def refusal(call: Any, *arguments: Any, **options: Any) -> BridgeError:
    with pytest.raises(BridgeError) as caught:
        call(*arguments, **options)
    return caught.value


# -- unknown events ---------------------------------------------------------------------------------------------------


def test_an_event_that_nobody_knows_is_told_by_its_keys() -> None:
    error = refusal(bridge(demo_app, platform="aliyun"), {"colour": "s3cret", "shape": 7})
    assert isinstance(error, UnknownEvent)
    assert str(error) == (
        "No gateway recognises the event (an object with the keys colour, shape); "
        f"asked were: {ALIYUN_DOORS}.\n"
        "hint: bridge() takes HTTP events and, with .on(...), those of `fcbridge event list`; name the platform with "
        "bridge(app, platform=...) if it is the wrong one"
    )


def test_an_event_that_is_nearly_right_is_told_what_it_lacks() -> None:
    event: Any = platform("aliyun").gateways[0].compose(platform("aliyun").gateways[0].sample())
    del event["requestContext"], event["rawPath"]
    error = refusal(bridge(demo_app, platform="aliyun"), event)
    assert "hint: nearest is fc3-http, of which it lacks rawPath, requestContext; bridge() takes" in str(error)


def test_an_event_on_a_laptop_is_told_which_platforms_were_asked() -> None:
    error = refusal(bridge(demo_app), {"colour": 1})
    asked = ", ".join(fcbridge_adapters.SIGNS)
    assert error.message == (
        "No gateway recognises the event (an object with the keys colour); "
        f"asked were: all {len(gateways())} of {asked}, and {TRIGGERS} triggers."
    )


@pytest.mark.parametrize(
    ("event", "seen"),
    [
        ({}, "an empty object"),
        (b"\xff\xfe HTTP/1.1", "11 bytes, not JSON"),
        ("", "0 characters, not JSON"),
        ([1], "a value of type list"),
        (None, "a value of type NoneType"),
    ],
)
def test_what_is_no_object_is_told_by_its_type(event: Any, seen: str) -> None:
    error = refusal(bridge(demo_app, platform="aliyun"), event)
    assert error.message == f"No gateway recognises the event ({seen}); asked were: {ALIYUN_DOORS}."


def test_a_websocket_event_is_named() -> None:
    event = {
        "requestContext": {"eventType": "CONNECT", "connectionId": "L0SM9cOFvHcCIhw=", "routeKey": "$connect"},
        "isBase64Encoded": False,
    }
    error = refusal(bridge(demo_app, platform="aws"), event)
    assert isinstance(error, UnhandledEvent)
    assert "Amazon API Gateway (WebSocket API)" in error.message
    assert "L0SM9cOFvHcCIhw=" not in str(error)


def test_an_event_for_an_authorizer_is_named() -> None:
    event = {"type": "TOKEN", "methodArn": "arn:aws:execute-api:eu-west-3:123456789012:k3v9x7q2mz/live"}
    error = refusal(bridge(demo_app, platform="aws"), event)
    assert isinstance(error, UnknownEvent)
    assert "Lambda authorizer" in error.message
    assert "recognises but does not answer" in error.message
    assert "k3v9x7q2mz" not in str(error)


# -- platforms --------------------------------------------------------------------------------------------------------


def test_two_platforms_in_one_environment_are_both_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ALIYUN.items():
        monkeypatch.setenv(name, value)
    for name in min(fcbridge_adapters.SIGNS["tencent"], key=len):
        monkeypatch.setenv(name, "SCF")
    error = refusal(bridge, demo_app)
    assert isinstance(error, AmbiguousPlatform)
    assert str(error) == (
        "The environment shows the signs of aliyun and tencent.\n"
        "hint: say which one it is: bridge(app, platform='aliyun')"
    )


def test_no_environment_of_one_platform_shows_another(monkeypatch: pytest.MonkeyPatch) -> None:
    from fcbridge.registry import detect

    for name, signs in fcbridge_adapters.SIGNS.items():
        for sign in signs:
            found = detect(dict.fromkeys(sign, "x"))
            assert found is not None and found.name == name


def test_the_environment_that_a_runtime_makes_shows_its_platform() -> None:
    from fcbridge.gateway import Settings
    from fcbridge.registry import detect

    for owner in platforms().values():
        if not owner.signs:
            continue
        for door in owner.gateways:
            made = door.runtime.environment(Settings(), "/code")
            found = detect(made)
            assert found is not None and found.name == owner.name, f"{door.name}: {sorted(made)}"


def test_a_platform_that_is_named_wrongly_is_answered_with_the_nearest_and_all() -> None:
    error = refusal(bridge, demo_app, platform="tencnet")
    assert isinstance(error, UnknownPlatform)
    assert str(error) == (f"There is no platform 'tencnet'.\nhint: did you mean 'tencent'? installed are: {PLATFORMS}")


def test_a_gateway_that_is_named_wrongly_is_answered_with_the_nearest_and_all() -> None:
    error = refusal(gateway, "aws-htp-v2")
    assert isinstance(error, UnknownGateway)
    assert str(error) == (
        "There is no gateway 'aws-htp-v2'.\n"
        f"hint: did you mean 'aws-http-v2'? installed are: {', '.join(sorted(gateways()))}"
    )


def test_an_entry_without_a_platform_is_told_to_name_it() -> None:
    error = refusal(bridge(demo_app).entry)
    assert isinstance(error, InvalidOption)
    assert str(error) == (
        "Which entry is meant is not known: no platform is named and the environment does not show one.\n"
        "hint: name it: bridge(app, platform=...).entry()"
    )


# -- missing packages -------------------------------------------------------------------------------------------------


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``without("flask")``: as if it were not installed."""
    real = builtins.__import__

    def hide(package: str) -> None:
        def hidden(name: str, *arguments: Any, **options: Any) -> Any:
            if name == package or name.startswith(f"{package}."):
                raise ModuleNotFoundError(f"No module named {package!r}", name=package)
            return real(name, *arguments, **options)

        for module in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
            monkeypatch.delitem(sys.modules, module)
        monkeypatch.setattr(builtins, "__import__", hidden)
        # What earlier tests have had made of Flask.
        monkeypatch.setattr("fcbridge.native._answer", None)
        for name in ("gcf-http", "fission-http", "openfaas-http"):
            monkeypatch.setattr(gateway(name).runtime, "_application", None)

    return hide


@pytest.mark.parametrize(
    ("name", "package", "cure"),
    [
        ("gcf-http", "flask", "functions-framework"),
        ("gcf-asgi", "starlette", "functions-framework"),
        ("azure-python", "azure", "azure-functions"),
        ("fission-http", "flask", "flask"),
    ],
)
def test_a_platforms_own_package_that_is_missing_is_named_with_the_cure(
    name: str, package: str, cure: str, without: Any
) -> None:
    from fcbridge.gateway import Settings
    from fcbridge.local.door import Door
    from fcbridge.registry import platform_of

    door = gateway(name)
    handler = bridge(demo_app, platform=platform_of(name))
    context = door.runtime.context(Settings(), "1-67c1a2b3")
    without(package)
    error = refusal(Door(door).pass_through, door.sample(), handler, context)
    assert isinstance(error, MissingExtra)
    assert f"pip install {cure}" in str(error.hint)


@pytest.mark.parametrize("name", ["gcf-http", "azure-python", "fission-http", "openfaas-http"])
def test_the_development_server_does_not_start_without_the_platforms_own_package(
    name: str, without: Any, tmp_path: Path
) -> None:
    without("azure" if name == "azure-python" else "flask")
    error = refusal(serve, DevOptions(gateway=name, directory=str(tmp_path)))
    assert isinstance(error, MissingExtra)
    assert str(error.hint).startswith("pip install ")
