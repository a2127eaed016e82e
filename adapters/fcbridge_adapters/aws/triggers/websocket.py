"""Connections of a WebSocket API of API Gateway.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-requests.html, for
what is sent to them
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, event_body
from fcbridge.codec import is_object
from fcbridge.events import ConnectionEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch
from fcbridge.trigger import Trigger

from .source import REGION, Fields, milliseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

    class _Context(TypedDict):
        routeKey: str  # "$connect", "$disconnect", "$default", or the key of a route
        eventType: str
        extendedRequestId: str
        requestTimeEpoch: int
        connectedAt: int
        messageDirection: str
        stage: str
        requestId: str
        domainName: str
        connectionId: str
        apiId: str
        identity: dict[str, str]

    class Context(_Context, total=False):
        messageId: str  # of messages

    class _Event(TypedDict):
        requestContext: Context
        isBase64Encoded: bool

    class SocketEvent(_Event, total=False):
        body: str  # of messages
        headers: dict[str, str]  # of the handshake


class WebSocketApi(Trigger):
    """``source`` is the API's id, ``subject`` the route, ``endpoint`` where the API's management is: what is posted to
    ``{endpoint}/@connections/{connection}`` is sent to the client.

    What a function returns is the answer: a mapping with a ``statusCode`` as it stands, bytes, text or any other value
    as the body. A client sees the body only where the route has a response. A rejected handshake is answered with
    403, and there is no connection; any other rejection is a 400.
    """

    name = "aws-websocket"
    title = "Amazon API Gateway (WebSocket API)"
    kind = ConnectionEvent

    def matches(self, payload: Any) -> bool:
        # An authorizer's event is like one of a handshake, and has the ARN of what is asked for.
        if not is_object(payload) or "methodArn" in payload or not is_object(payload.get("requestContext")):
            return False
        context = payload["requestContext"]
        kind = context.get("eventType")
        return "connectionId" in context and isinstance(kind, str) and kind in _KINDS

    def parse(self, payload: Any) -> list[Event]:
        event = Fields(self.title, payload)
        context = event.inner("requestContext")
        kind = context.read("eventType", text)
        domain, stage = context.text("domainName"), context.text("stage")
        return [
            ConnectionEvent(
                id=context.text("messageId") or context.text("requestId"),
                source=context.text("apiId"),
                type=kind,
                subject=context.find("routeKey", text),
                time=context.find("requestTimeEpoch", milliseconds),
                connection=context.read("connectionId", text),
                kind=_KINDS[kind],
                body=event.find("body", lambda body: event_body(payload)) or b"",
                endpoint=f"https://{domain}/{stage}" if domain else None,
                raw=payload,
            )
        ]

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> dict[str, Any]:
        outcome = outcomes[0]
        if outcome.verb == "reject":
            return {"statusCode": 403 if payload["requestContext"]["eventType"] == "CONNECT" else 400}
        value = outcome.value
        if value is None:
            return {"statusCode": 200}
        if is_object(value) and "statusCode" in value:
            return value
        if isinstance(value, bytes):
            return {"statusCode": 200, "body": base64_text(value), "isBase64Encoded": True}
        if not isinstance(value, str):
            import json

            value = json.dumps(value, ensure_ascii=False)
        return {"statusCode": 200, "body": value}

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> SocketEvent:
        event = events[0]
        assert isinstance(event, ConnectionEvent)
        domain, _, stage = (event.endpoint or "").removeprefix("https://").partition("/")
        kind = event.type or _TYPES[event.kind]
        context: Context = {
            "routeKey": event.subject or _ROUTES[kind],
            "eventType": kind,
            "extendedRequestId": event.id,
            "requestTimeEpoch": since_epoch(event.time, 1000) if event.time else stamp.milliseconds,
            "connectedAt": stamp.milliseconds,
            "messageDirection": "IN",
            "stage": stage,
            "requestId": event.id,
            "domainName": domain,
            "connectionId": event.connection,
            "apiId": event.source,
            "identity": {"userAgent": "example/1.0", "sourceIp": "203.0.113.24"},
        }
        if kind != "MESSAGE":
            return {"headers": {"Host": domain}, "requestContext": context, "isBase64Encoded": False}
        context["messageId"] = event.id
        try:
            return {"requestContext": context, "body": event.body.decode("utf-8"), "isBase64Encoded": False}
        except UnicodeDecodeError:
            return {"requestContext": context, "body": base64_text(event.body), "isBase64Encoded": True}

    def sample(self) -> list[Event]:
        return [
            ConnectionEvent(
                id="Msg77aQ=",
                source="w5s7k9e1tt",
                type="MESSAGE",
                subject="$default",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                connection="Zx9yW8vUtSrCEPg=",
                kind="message",
                body=b'{"action": "say", "text": "hi"}',
                endpoint=f"https://w5s7k9e1tt.execute-api.{REGION}.amazonaws.com/chat",
            )
        ]


_KINDS = {"CONNECT": "connect", "MESSAGE": "message", "DISCONNECT": "disconnect"}
_TYPES = {kind: name for name, kind in _KINDS.items()}
_ROUTES = {"CONNECT": "$connect", "MESSAGE": "$default", "DISCONNECT": "$disconnect"}

WEBSOCKET = WebSocketApi()
