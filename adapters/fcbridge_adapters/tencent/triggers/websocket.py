"""WebSocket at the API gateway, by functions: one invocation for each connection, message and end.

https://www.tencentcloud.com/document/product/583/31437. New triggers of this kind cannot be made since July 2024, and
those that run are being shut down (https://cloud.tencent.com/document/product/583/107631); a web function has its
connections itself. The gateway waits for the answer to a connection, and reads no other.
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, decoded_base64
from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import ConnectionEvent
from fcbridge.fields import mapping, text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.trigger import Trigger

from .records import is_payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

    class _Said(TypedDict):
        action: str  # "connecting", "data send", "closing"
        secConnectionID: str

    class Said(_Said, total=False):
        secWebSocketProtocol: str  # those that the client offers, with commas
        secWebSocketExtensions: str
        dataType: str  # "text", "binary"
        data: str  # base64 where it is binary

    class RequestContext(TypedDict):
        serviceName: str
        path: str  # of the API, with its variables: "/ws/{room}"
        httpMethod: str
        requestId: str
        identity: dict[str, str]
        sourceIp: str
        stage: str
        websocketEnable: bool

    class _WebSocketPayload(TypedDict):
        websocket: Said

    class WebSocketPayload(_WebSocketPayload, total=False):
        requestContext: RequestContext  # of "connecting" alone

    class Answer(TypedDict):
        errNo: int
        errMsg: str
        websocket: Said


_KINDS = {"connecting": "connect", "data send": "message", "closing": "disconnect"}
_ACTIONS = {kind: action for action, kind in _KINDS.items()}
_REFUSED = 1  # any number but 0 refuses a connection


class WebSocketTrigger(Trigger):
    """``type`` is the gateway's own word; ``id`` and ``subject``, the API's path, are told of a new connection alone.

    Where to an answer can be sent is told by the API's page in the console, and by no event.
    """

    name = "tencent-websocket"
    title = "Tencent SCF (API Gateway, WebSocket)"
    kind = ConnectionEvent

    def matches(self, payload: Any) -> bool:
        if not is_payload(payload) or "errNo" in payload:  # which is an answer
            return False
        said: object = payload.get("websocket")
        action = said.get("action") if is_object(said) else None
        return isinstance(action, str) and action in _KINDS

    def parse(self, payload: WebSocketPayload) -> list[Event]:
        said = payload["websocket"]
        field = "requestContext"
        try:
            told = payload.get("requestContext")
            context = {} if told is None else mapping(told)
            field = "requestContext.requestId or path"
            id, subject = text(context.get("requestId", "")), text_if_any(context.get("path"))
            field = "websocket.data"
            body = _body(mapping(said))
            field = "websocket.secConnectionID"
            return [
                ConnectionEvent(
                    id=id,
                    type=said["action"],
                    subject=subject,
                    connection=text(said["secConnectionID"]),
                    kind=_KINDS[said["action"]],
                    body=body,
                    raw=payload,
                )
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> Answer | None:
        """To a connection: it is accepted, by the first protocol that the client offers or the one that the function
        has returned as text, or refused where its event was rejected."""
        asked: Said = payload["websocket"]
        if asked["action"] != "connecting":
            return None
        outcome = outcomes[0]
        said: Said = {"action": "connecting", "secConnectionID": asked["secConnectionID"]}
        if outcome.verb == "reject":
            return {"errNo": _REFUSED, "errMsg": outcome.reason or "refused", "websocket": said}
        offered = asked.get("secWebSocketProtocol")
        if isinstance(outcome.value, str):
            said["secWebSocketProtocol"] = outcome.value
        elif isinstance(offered, str) and offered:
            said["secWebSocketProtocol"] = offered.split(",")[0].strip()
        return {"errNo": 0, "errMsg": "ok", "websocket": said}

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> WebSocketPayload:
        event: ConnectionEvent = events[0]
        said: Said = {"action": _ACTIONS[event.kind or "message"], "secConnectionID": event.connection}
        if said["action"] == "data send":
            try:
                said["data"], said["dataType"] = event.body.decode("utf-8"), "text"
            except UnicodeDecodeError:
                said["data"], said["dataType"] = base64_text(event.body), "binary"
        if said["action"] != "connecting":
            return {"websocket": said}
        return {
            "requestContext": {
                "serviceName": "shop-ws",
                "path": event.subject or "",
                "httpMethod": "GET",
                "requestId": event.id,
                "identity": {},
                "sourceIp": "203.0.113.25",
                "stage": "release",
                "websocketEnable": True,
            },
            "websocket": said,
        }

    def sample(self) -> list[Event]:
        return [ConnectionEvent(type="data send", connection="Kx2m9QpVt0g=", kind="message", body=b"ping")]


def _body(said: dict[str, Any]) -> bytes:
    data = said.get("data")
    if data is None:
        return b""
    return decoded_base64(text(data)) if said.get("dataType") == "binary" else text(data).encode("utf-8")


WEBSOCKET = WebSocketTrigger()
