"""The CloudEvent around every event of veFaaS.

https://www.volcengine.com/docs/6662/127868
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, decoded_base64
from fcbridge.codec import is_object
from fcbridge.events import Event
from fcbridge.fields import text
from fcbridge.gateway import Stamp
from fcbridge.instants import instant, instant_since_epoch, rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    class Attributes(TypedDict):
        id: str
        source: str  # "/faas/event/timer/<id of the timer>"
        type: str
        specversion: str  # always "1.0"
        time: str  # with nanoseconds

    class Envelope(Attributes, total=False):
        datacontenttype: str
        data: Any
        data_base64: str  # inferred from CloudEvents: what is no text


_PREFIX = "faas."
#: Inferred: the same events on ByteDance's own platform, from which Douyin Cloud has them.
_INNER = "bytefaas."


def word_of(payload: Any) -> str:
    """``tos`` of an event whose type is ``faas.tos.event``; empty where it is none of veFaaS. Never raises."""
    kind = payload.get("type") if is_object(payload) and "specversion" in payload else None
    if not isinstance(kind, str) or not kind.endswith(".event"):
        return ""
    for prefix in (_PREFIX, _INNER):
        if kind.startswith(prefix):
            return kind[len(prefix) : -len(".event")]
    return ""


def attributes(payload: Envelope) -> dict[str, Any]:
    """Those that every event has. Raises KeyError, TypeError or ValueError."""
    return {
        "id": text(payload["id"]),
        "source": text(payload["source"]),
        "type": payload["type"],
        "time": instant(payload["time"]),
    }


def octets(payload: Envelope) -> bytes:
    """The data as bytes: a text in UTF-8, and any other value as JSON. Raises TypeError or ValueError."""
    if "data_base64" in payload:
        return decoded_base64(text(payload["data_base64"]))
    value = payload.get("data")
    if value is None:
        return b""
    if isinstance(value, str):
        return value.encode("utf-8")
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def enclosed(event: Event, word: str, stamp: Stamp, content_type: str) -> Envelope:
    """An event without its data."""
    return {
        "id": event.id or stamp.request_id,
        "source": event.source or f"/faas/event/{word}/4o3fw1qf",
        "specversion": "1.0",
        "time": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
        "type": event.type or f"{_PREFIX}{word}.event",
        "datacontenttype": content_type,
    }


def enclose_octets(envelope: Envelope, body: bytes) -> Envelope:
    """The reverse of :func:`octets`; changes ``envelope``."""
    try:
        envelope["data"] = body.decode("utf-8")
    except UnicodeDecodeError:
        envelope["data_base64"] = base64_text(body)
    return envelope
