"""My cloud: a gateway, a source of events, and a runtime that calls ``handler(event, context)`` with JSON values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fcbridge.bodies import base64_text, body_bytes
from fcbridge.codec import field_name, is_object, method_name, wire_path, wire_query, wire_text
from fcbridge.envelope import malformed, read_json
from fcbridge.errors import MalformedEvent
from fcbridge.events import Event, ObjectEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Invocation, Limits, Platform, Refusal, Runtime, Settings, Stamp
from fcbridge.losses import CLIENT_PORT, HTTP_VERSION, SCHEME
from fcbridge.model import Headers, Request, Response
from fcbridge.trigger import Trigger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fcbridge.gateway import Handler
    from fcbridge.outcome import Outcome


class Context:
    def __init__(self, activation: str, seconds: int) -> None:
        self.activation = activation
        self.seconds = seconds


class MyRuntime(Runtime):
    name = "mycloud"

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        return json.dumps(handler(event, context)).encode("ascii")

    def context(self, settings: Settings, request_id: str) -> Context:
        return Context(request_id, settings.timeout)

    def error(self, exception: BaseException) -> dict[str, object]:
        return {"fault": type(exception).__name__}

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {"MYCLOUD_REGION": settings.region}


class MyGateway(Gateway):
    name = "mycloud-http"
    title = "My cloud"
    runtime = MyRuntime()
    limits = Limits(request_body=1024 * 1024)
    loses = (SCHEME, CLIENT_PORT, HTTP_VERSION)

    def matches(self, event: Any) -> bool:
        return is_object(event) and "mycloud" in event

    def parse(self, event: dict[str, Any]) -> Request:
        try:
            path, _, query = event["target"].partition("?")
            headers = Headers.of([(field_name(name), one_line(value)) for name, value in event["fields"]])
            peer = event.get("peer")
            client = (wire_text(peer), 0) if peer else None
            scheme = "http" if headers.get("x-forwarded-proto") == "http" else "https"
            body = body_bytes(event["content"], encoded=True)
            return Request(
                method_name(event["verb"]), wire_path(path), wire_query(query), headers, body, client, scheme
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, "target, fields or content", error) from error

    def render(self, response: Response, event: object) -> dict[str, Any]:
        fields = [list(pair) for pair in response.headers]
        return {"code": response.status, "fields": fields, "content": base64_text(response.body)}

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> dict[str, Any]:
        return {
            "mycloud": stamp.request_id,
            "verb": request.method,
            "target": request.target,
            "fields": [list(pair) for pair in request.headers],
            "content": base64_text(request.body),
            "peer": request.client[0] if request.client else None,
        }

    def read(self, payload: bytes) -> Response:
        answer = read_json(payload)
        try:
            status = answer["code"]
            if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
                raise ValueError("code")
            headers = Headers.of([(field_name(name), one_line(value)) for name, value in answer["fields"]])
            return Response(status, headers, body_bytes(answer["content"], encoded=True))
        except (AttributeError, KeyError, TypeError, ValueError):
            raise MalformedEvent(f"The function's result is not what {self.title} reads.") from None

    def refuse(self, refusal: Refusal) -> Response:
        return Response(502, Headers([("content-type", "text/plain")]), refusal.message.encode("utf-8"))


def one_line(value: str) -> str:
    if set(value) & set("\r\n\0") or not all(character <= "\xff" for character in value):
        raise ValueError("field")
    return value


class MyStore(Trigger):
    """Objects of the store, several in a payload; the function's result names those to be told of again."""

    name = "mycloud-store"
    title = "My cloud's store"
    kind = ObjectEvent
    partial = True
    batched = True

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and "mycloud-store" in payload

    def parse(self, payload: Any) -> list[Event]:
        try:
            return [
                ObjectEvent(
                    id=text(change["id"]), source="mycloud", type=f"ObjectCreated:{text(change['verb'])}",
                    bucket=text(payload["mycloud-store"]), key=text(change["key"]), raw=change,
                )
                for change in payload["changes"]
            ]  # fmt: skip
        except (KeyError, TypeError) as error:
            raise malformed(self.title, "changes", error) from error

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> object:
        pairs = zip(payload["changes"], outcomes)  # noqa: B905  # as many as there are events
        return {"again": [change["id"] for change, outcome in pairs if outcome.failed]}

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> dict[str, Any]:
        objects = [event for event in events if isinstance(event, ObjectEvent)]
        changes = [{"id": one.id, "verb": one.type.partition(":")[2], "key": one.key} for one in objects]
        return {"mycloud-store": objects[0].bucket, "changes": changes}

    def sample(self) -> list[Event]:
        return [ObjectEvent(id="1", source="mycloud", type="ObjectCreated:Put", bucket="inbox", key="raw/a b.log")]


def text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


class MyCloud(Platform):
    name = "mycloud"
    title = "My cloud"
    gateways = (MyGateway(),)
    triggers = (MyStore(),)
    signs = (frozenset({"MYCLOUD_REGION"}),)

    def invocation(self, context: object) -> Invocation:
        if isinstance(context, Context):
            return Invocation(context.activation, float(context.seconds))
        return Invocation()


PLATFORM = MyCloud()
