"""OpenWhisk's launcher as it is played here, the activation in the environment, and what an action's module exports."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.gateway import Refusal, Settings
from fcbridge.registry import detect, gateway
from fcbridge_adapters.openwhisk import PLATFORM
from fcbridge_adapters.openwhisk.context import Activation
from fcbridge_adapters.openwhisk.runtime import LAUNCHER
from tests.apps import environ_app

RAW = gateway("openwhisk-raw")


def arguments() -> Any:
    return RAW.compose(RAW.sample())


def broken(environ: Any, start_response: Any) -> Any:
    raise RuntimeError("no stock")


# -- the activation ---------------------------------------------------------------------------------------------------


def test_the_activation_is_in_the_environment_during_a_call_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("__OW_TRANSACTION_ID", "earlier")
    seen: list[Any] = []

    def main(args: Any, context: object) -> dict[str, Any]:
        seen.append((args, context, os.environ["__OW_ACTIVATION_ID"], int(os.environ["__OW_DEADLINE"])))
        return {}

    assert LAUNCHER.call(main, {"a": 1}, LAUNCHER.context(Settings(timeout=60), "activation-1")) == b"{}"
    [(args, context, activation_id, deadline)] = seen
    assert (args, context, activation_id) == ({"a": 1}, None, "activation-1")
    assert 0 < deadline / 1000 - time.time() <= 60
    assert "__OW_ACTIVATION_ID" not in os.environ
    assert os.environ["__OW_TRANSACTION_ID"] == "earlier"


def test_id_and_remaining_time_come_from_the_environment_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("__OW_ACTIVATION_ID", "activation-2")
    monkeypatch.setenv("__OW_DEADLINE", str(int((time.time() + 30) * 1000)))
    invocation = PLATFORM.invocation(RAW.context({}, None))
    assert invocation.request_id == "activation-2"
    assert invocation.remaining is not None and 0 < invocation.remaining <= 30


@pytest.mark.parametrize("deadline", ["", "soon", "-1", "1785913749123" * 2, "1000"])
def test_a_deadline_that_is_none_or_long_past_says_nothing(deadline: str) -> None:
    assert PLATFORM.invocation(Activation({"__OW_DEADLINE": deadline})).remaining is None


def test_the_environment_of_the_runtime_is_the_sign_of_the_platform() -> None:
    assert detect(LAUNCHER.environment(Settings(), "/code")) is PLATFORM


# -- the entry --------------------------------------------------------------------------------------------------------


def test_main_takes_the_arguments_alone_and_leads_back_to_its_handler() -> None:
    handler = bridge(environ_app, platform="openwhisk")
    main: Any = handler.entry()
    assert main.handler is handler
    with handler:
        result = main(arguments())
    assert result["statusCode"] == 200


@pytest.mark.parametrize("on_error", ["respond", "raise"])
def test_whatever_the_app_raises_is_a_500_and_never_an_error_of_the_activation(
    on_error: Any, caplog: pytest.LogCaptureFixture
) -> None:
    main: Any = bridge(broken, platform="openwhisk", on_error=on_error).entry()
    result = main(arguments())
    assert result["statusCode"] == 500
    assert "error" not in result
    assert RAW.read(json.dumps(result).encode()).status == 500
    assert "no stock" in caplog.text
    assert "no stock" not in json.dumps(result)


def test_an_option_of_the_entry_is_refused() -> None:
    with pytest.raises(TypeError, match="Apache OpenWhisk takes no option 'raw'"):
        bridge(environ_app, platform="openwhisk").entry(raw=True)


# -- in place of the action -------------------------------------------------------------------------------------------


def test_the_runtime_reports_what_is_raised_as_text_which_the_controller_calls_a_bad_request() -> None:
    assert LAUNCHER.error(ValueError("no stock")) == {"error": "no stock"}
    refused = RAW.refuse(Refusal(Refusal.UNHANDLED, "why", {"error": "no stock"}))
    assert refused.status == 400
    assert json.loads(refused.body)["error"] == "Response is not valid 'message/http'."


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Refusal.METHOD, 405),
        (Refusal.REQUEST_TOO_LARGE, 413),
        (Refusal.RESPONSE_TOO_LARGE, 400),
        (Refusal.TIMEOUT, 400),
    ],
)
def test_the_controller_answers_with_the_status_of_its_code(kind: str, status: int) -> None:
    assert RAW.refuse(Refusal(kind, "why")).status == status


def test_a_result_that_is_no_json_is_an_error_of_the_launcher() -> None:
    with pytest.raises(TypeError, match="bytes"):
        LAUNCHER.call(lambda event, context: {"body": b"x"}, {}, None)
