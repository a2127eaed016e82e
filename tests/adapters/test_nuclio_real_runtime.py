"""The entry between the real ``nuclio-sdk``'s event, context and response.

What the processor sends is msgpack of these messages; the SDK's deserializers take what msgpack has unpacked.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.codec import is_object
from fcbridge.gateway import Settings
from fcbridge.losses import same_response
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway
from fcbridge_adapters.nuclio.runtime import read_packet
from tests.contract.equality import REQUESTS, asgi_app

DOOR = gateway("nuclio-http")
SDK: Any = import_module("nuclio_sdk")  # without types
encode: Any = import_module("nuclio_sdk.json_encoder").Encoder().encode

# nuclio_sdk.Event has its timestamp of datetime.utcfromtimestamp, which Python 3.12 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")


@pytest.fixture(scope="module")
def function() -> Iterator[Any]:
    bridged = bridge(asgi_app, platform="nuclio", interface="asgi3", lifespan="off")
    yield bridged.entry()
    bridged.pre_stop()


def message(request: Request) -> dict[str, Any]:
    """What msgpack unpacks of the processor's message."""
    composed = DOOR.compose(request)
    assert is_object(composed)
    return {**composed, "body": b64decode(composed.pop("body_base64"))}


def raw(value: Any) -> Any:
    """The same for a function that asks for raw messages."""
    if is_object(value):
        return {raw(key): raw(item) for key, item in value.items()}
    return value.encode() if isinstance(value, str) else value


def answer(function: Any, request: Request, *, as_bytes: bool) -> Response:
    kind = SDK.EventDeserializerKinds["msgpack_raw" if as_bytes else "msgpack"]
    event = kind.value.deserialize(raw(message(request)) if as_bytes else message(request))
    output = function(SDK.Context(), event)
    read = read_packet(json.loads(encode(SDK.Response.from_entrypoint_output(encode, output))))
    assert read is not None
    return read


def played(function: Any, request: Request) -> Response:
    context = DOOR.runtime.context(Settings(), "")
    return DOOR.read(DOOR.runtime.call(function.handler, DOOR.compose(request), context))


@pytest.mark.parametrize("as_bytes", [False, True], ids=["text", "raw"])
@pytest.mark.parametrize("name", REQUESTS)
def test_the_played_wrapper_answers_as_the_real_one(function: Any, name: str, as_bytes: bool) -> None:
    request = REQUESTS[name]
    real, own = answer(function, request, as_bytes=as_bytes), played(function, request)
    assert same_response(real, own), f"{real!r} {real.body!r}\n{own!r} {own.body!r}"


def test_the_sdk_knows_the_response_for_its_own(function: Any) -> None:
    event = SDK.EventDeserializerKinds.msgpack.value.deserialize(message(REQUESTS["binary answer"]))
    output = function(SDK.Context(), event)
    assert type(output) is SDK.Response
    assert (output.status_code, output.content_type) == (200, "image/png")


def test_a_request_without_a_body_has_none(function: Any) -> None:
    request = Request("POST", "/body", headers=Headers([("host", "h"), ("content-type", "application/json")]))
    assert answer(function, request, as_bytes=False).body == b""
