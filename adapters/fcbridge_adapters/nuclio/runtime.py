"""The Python wrapper, played: the objects that it hands to a function, and the message that it makes of the result.

https://github.com/nuclio/nuclio-sdk-py
https://github.com/nuclio/nuclio/tree/development/pkg/processor/runtime/python/py
"""

from __future__ import annotations

from binascii import a2b_base64

from fcbridge.bodies import base64_text
from fcbridge.codec import field_name, is_list, is_object, wire_text
from fcbridge.envelope import read_json
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import Runtime
from fcbridge.model import Headers, Response

from .bodies import parsed_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from fcbridge.gateway import Handler, Settings
    from fcbridge.model import Pair


class Trigger:
    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name


class Event:
    """``nuclio_sdk.Event``, as far as the documents show it."""

    def __init__(self, message: Mapping[str, Any]) -> None:
        from datetime import datetime, timezone

        self.id: str = message["id"]
        self.method: str = message["method"]
        self.path: str = message["path"] or "/"
        self.url: str = message["url"]
        self.headers: dict[str, str] = dict(message["headers"])
        self.fields: dict[str, str] = dict(message["fields"])
        self.content_type: str = message["content_type"]
        self.body = parsed_body(a2b_base64(message["body_base64"]), self.content_type)
        self.size: int = message["size"]
        # Without a zone, as the SDK makes it.
        self.timestamp = datetime.fromtimestamp(message["timestamp"], timezone.utc).replace(tzinfo=None)
        self.trigger = Trigger(message["trigger"]["kind"], message["trigger"]["name"])
        self.shard_id: int = message["shard_id"]
        self.num_shards: int = message["num_shards"]
        self.type: str = message["type"]
        self.type_version: str = message["type_version"]
        self.version: str = message["version"]
        self.offset: int = message.get("offset", 0)
        self.topic: str | None = message.get("topic")


class Answer:
    """``nuclio_sdk.Response``."""

    def __init__(
        self,
        headers: dict[str, object] | None = None,
        body: object = None,
        content_type: str | None = None,
        status_code: int = 200,
    ) -> None:
        self.headers = headers or {}
        self.body = body
        self.content_type = content_type or "text/plain"
        self.status_code = status_code


class Context:
    """``nuclio_sdk.Context``, with the standard library's logger."""

    def __init__(self, settings: Settings) -> None:
        from logging import getLogger

        self.logger = getLogger(settings.name)
        self.platform = None
        self.user_data = lambda: None
        self.Response = Answer
        self.worker_id = 0
        self.trigger_name = "default-http"


class Wrapper(Runtime):
    name = "nuclio"

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        message = read_json(event) if isinstance(event, bytes) else event
        try:
            arrived = [Event(one) for one in message] if message and is_list(message) else Event(message)  # type: ignore[arg-type]  # raises TypeError
        except (AttributeError, KeyError, OSError, OverflowError, TypeError, ValueError):
            raise MalformedEvent(
                "The event is no message of Nuclio's processor.",
                hint="make one with `fcbridge event generate nuclio-http`, or choose another gateway",
            ) from None
        return _packet(handler(arrived, context))

    def context(self, settings: Settings, request_id: str) -> Context:
        return Context(settings)

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {
            "NUCLIO_FUNCTION_NAME": settings.name,
            "NUCLIO_FUNCTION_DESCRIPTION": "",
            "NUCLIO_FUNCTION_VERSION": "-1",
            "NUCLIO_FUNCTION_HANDLER": settings.handler.replace(".", ":"),
        }

    def error(self, exception: BaseException) -> dict[str, object]:
        """The wrapper answers with 500 and the traceback as text."""
        import traceback

        text = "".join(traceback.format_exception(type(exception), exception, exception.__traceback__))
        return {"errorMessage": f'Exception caught in handler "{exception}": {text}'}

    def accepts(self, event: object) -> bool:
        if is_list(event) and event:
            return all([self.accepts(one) for one in event])
        return is_object(event) and "body_base64" in event and "trigger" in event


def _packet(result: object) -> bytes:
    """The wrapper's message to the processor, for each kind of result that it knows."""
    import json

    message: dict[str, object] = {"body": "", "content_type": "text/plain", "headers": {}, "status_code": 200}
    if isinstance(result, tuple) and len(result) == 2:  # pyright: ignore[reportUnknownArgumentType]
        message["status_code"], result = result  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(result, str):
            message["content_type"], result = "application/json", json.dumps(result)
    if isinstance(result, Answer):
        message |= {
            "headers": result.headers, "status_code": result.status_code, "content_type": result.content_type,
        }  # fmt: skip
        result = result.body
    if isinstance(result, (dict, list)):
        message["content_type"], result = "application/json", json.dumps(result)
    if isinstance(result, bytes):
        message |= {"body": base64_text(result), "body_encoding": "base64"}
    else:
        text = str(result)  # pyright: ignore[reportUnknownArgumentType]
        message |= {"body": text, "body_encoding": "text"}
    return json.dumps(message).encode("ascii")


def read_packet(message: object) -> Response | None:
    """What the processor makes of the wrapper's message; None where it is none."""
    if not is_object(message):
        return None
    status, body = message.get("status_code"), message.get("body")
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599 or not isinstance(body, str):
        return None
    try:
        octets = a2b_base64(body) if message.get("body_encoding") == "base64" else body.encode("utf-8")
        fields: list[Pair] = [("content-type", wire_text(message.get("content_type") or "text/plain"))]
        for name, value in message["headers"].items():
            # It passes over a value that is neither text nor a whole number.
            if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
                fields.append((field_name(name), wire_text(str(value))))
        return Response(status, Headers.of(fields), octets)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


WRAPPER = Wrapper()
