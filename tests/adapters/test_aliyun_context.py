"""The context of custom runtimes and custom containers, which is in the headers of each request."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from fcbridge.gateway import Settings
from fcbridge_adapters.aliyun import PLATFORM
from fcbridge_adapters.aliyun.custom import CustomContext
from fcbridge_adapters.aliyun.runtime_context import Credentials, FCContext

EVENTS = Path(__file__).parents[1] / "events" / "aliyun" / "custom"
ROLE = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "STS.OF-THE-ROLE",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "SECRET-OF-THE-ROLE",
    "ALIBABA_CLOUD_SECURITY_TOKEN": "TOKEN-OF-THE-ROLE",
}


def sent(name: str = "http-invoke", **more: str) -> dict[str, str]:
    """The headers of an example request; ``more`` without the prefix, with underscores."""
    headers: dict[str, str] = json.loads((EVENTS / f"custom-runtime-{name}-headers.json").read_bytes())["headers"]
    return headers | {f"x-fc-{field.replace('_', '-')}": value for field, value in more.items()}


@pytest.mark.parametrize(
    ("name", "path"), [("http-invoke", "/http-invoke"), ("invoke", "/invoke"), ("initialize", "/initialize")]
)
def test_the_headers_of_every_kind_of_request_are_a_context(name: str, path: str) -> None:
    context = CustomContext(sent(name), {})
    assert (context.request_id, context.requestId) == (("1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b",) * 2)
    assert (context.function.name, context.function.handler) == ("orders-api", "index.handler")
    assert (context.function.memory, context.function.timeout) == (512, None)
    assert (context.function.qualifier, context.function.version_id) == ("LATEST", "")
    assert (context.region, context.account_id) == ("cn-hangzhou", "1357900000024680")
    assert (context.log_project, context.log_store) == ("fc-logs", "fc-store")
    assert context.control_path == path


def test_it_has_every_name_that_the_contexts_of_the_python_runtimes_have() -> None:
    custom = CustomContext(sent(), {})
    for modern in (False, True):
        played = FCContext(Settings(), "request-1", {}, modern=modern)
        assert vars(played).keys() <= vars(custom).keys()
        assert vars(played.function).keys() <= vars(custom.function).keys()
    assert [name for name in dir(FCContext(Settings(), "", {}, modern=False).service) if name[0] != "_"] == [
        name for name in dir(custom.service) if name[0] != "_"
    ]


def test_the_service_of_fc_2_is_there_too() -> None:
    service = CustomContext(sent(service_name="shop", qualifier="prod", version_id="3"), {}).service
    assert (service.name, service.qualifier, service.version_id) == ("shop", "prod", "3")
    assert (service.log_project, service.log_store) == ("fc-logs", "fc-store")


def test_traces_can_be_followed() -> None:
    context = CustomContext(
        sent(
            trace_id="trace-1",
            instance_id="c-67c1a2b3",
            retry_count="2",
            tracing_opentracing_span_context="5f22f355044a957a:5708f3a959505a28:0:1",
            tracing_opentracing_span_baggages=b64encode(b'{"tenant": "7"}').decode(),
            tracing_jaeger_endpoint="http://tracing.example/api/traces",
        ),
        {},
    )
    assert (context.trace_id, context.instance_id, context.retry_count) == ("trace-1", "c-67c1a2b3", 2)
    assert context.tracing.span_context == "5f22f355044a957a:5708f3a959505a28:0:1"
    assert context.tracing.span_baggages == {"tenant": "7"}
    assert context.tracing.jaeger_endpoint == "http://tracing.example/api/traces"


@pytest.mark.parametrize("packed", ["", "no base64!", b64encode(b"[1]").decode(), b64encode(b"\xff").decode()])
def test_baggages_that_are_none_are_empty(packed: str) -> None:
    assert CustomContext(sent(tracing_opentracing_span_baggages=packed), {}).tracing.span_baggages == {}


def test_the_names_of_the_headers_may_be_spelled_in_any_way() -> None:
    titled = {name.title(): value for name, value in sent().items()}
    assert repr(CustomContext(titled, {})) == repr(CustomContext(sent(), {}))
    assert CustomContext(titled, {}).request_id == "1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b"


# -- credentials ------------------------------------------------------------------------------------------------------


def keys(credentials: Credentials) -> tuple[str | None, ...]:
    return credentials.access_key_id, credentials.access_key_secret, credentials.security_token


def test_the_credentials_of_the_headers_come_first() -> None:
    context = CustomContext(sent(), ROLE)
    assert keys(context.credentials) == ("STS.EXAMPLEID", "EXAMPLESECRET", "EXAMPLETOKEN")


def test_a_key_never_goes_with_the_token_of_another() -> None:
    """custom.debian11 does not send the token; all three are in the environment then."""
    headers = sent()
    del headers["x-fc-security-token"]
    assert keys(CustomContext(headers, ROLE).credentials) == tuple(ROLE.values())
    assert keys(CustomContext(headers, {}).credentials) == ("STS.EXAMPLEID", "EXAMPLESECRET", "")


def test_credentials_are_in_no_repr() -> None:
    context = CustomContext(sent(), {})
    played = FCContext(Settings(), "request-1", ROLE, modern=False)
    for shown in (repr(context), repr(context.credentials), repr(played.credentials), repr(vars(played))):
        assert not any(secret in shown for secret in ("EXAMPLE", "OF-THE-ROLE"))
    assert repr(context.credentials) == "Credentials(***)"
    assert repr(CustomContext({}, {}).credentials) == "Credentials()"


# -- what the bridge reads --------------------------------------------------------------------------------------------


def test_request_id_and_remaining_time_are_read_from_headers_as_they_came() -> None:
    invocation = PLATFORM.invocation(sent(function_timeout="30"))
    assert (invocation.request_id, invocation.remaining) == ("1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b", 30.0)


def test_and_from_the_context_that_was_made_of_them() -> None:
    invocation = PLATFORM.invocation(CustomContext(sent(function_timeout="30"), ROLE))
    assert (invocation.request_id, invocation.remaining) == ("1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b", 30.0)


@pytest.mark.parametrize("timeout", ["", "0", "-1", "30s", "٣", "1e3", "99999999999"])
def test_a_timeout_that_is_none_does_not_count(timeout: str) -> None:
    assert PLATFORM.invocation(sent(function_timeout=timeout)).remaining is None


class Broken:
    def items(self) -> Any:
        raise RuntimeError("no such thing")


@pytest.mark.parametrize(
    "context", [{}, {"host": "h"}, {7: "x"}, {"x-fc-request-id": 7}, {"x-fc-function-timeout": [1]}, Broken()]
)
def test_a_mapping_that_tells_nothing_is_no_error(context: object) -> None:
    invocation = PLATFORM.invocation(context)
    assert (invocation.request_id, invocation.remaining) == ("", None)
