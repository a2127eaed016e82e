"""Events without a function as requests to the app: CloudEvents in binary mode, each posted on its own.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
A message's body is the request's body; the attributes of other kinds are its JSON. The typed event itself rides along,
as the platform's event does with other requests (``fcbridge.event`` in scope and environ).
"""

from __future__ import annotations

from datetime import datetime

from ..bodies import base64_text
from ..cloudevents import to_http
from ..events import CloudEvent, ConnectionEvent, Event, LogRecord, MessageEvent, NotificationEvent
from ..instants import rfc3339
from ..logs import REQUEST_ID
from ..model import Headers, Request
from ..outcome import Outcome, ack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..model import Response
    from ..trigger import Trigger

# RFC 3986: what may stand in a reference, beside letters and digits.
_REFERENCE = "-._~:/?#[]@!$&'()*+,;=%"
_INTEGERS = range(-(2**31), 2**31)


# -- there ------------------------------------------------------------------------------------------------------------


def posted(event: Event, trigger: Trigger, path: str, place: int, context: object) -> Request:
    """The request for the event at ``place`` in its payload.

    ``vouched_by`` is the trigger's name, so that a route can tell it from a request of somebody else. Raises
    AppProtocolError for what no CloudEvent can have.
    """
    headers, body = to_http(cloud_event(event, trigger, place))
    pairs = [("host", "localhost"), *headers, ("content-length", str(len(body)))]
    return Request(
        "POST", path, "", Headers.of(pairs), body, event=event, context=context, vouched_by=trigger.name
    )  # fmt: skip


def cloud_event(event: Event, trigger: Trigger, place: int) -> CloudEvent:
    """An event of any kind as a CloudEvent, with what that requires where the platform does not tell it: its kind as
    the type, the trigger as the source, and as the id that of the invocation with the event's place."""
    required: dict[str, Any] = {
        "id": event.id or f"{REQUEST_ID.get() or _random()}-{place}",
        "source": _reference(event.source or trigger.name),
        "type": event.type or type(event).__name__,
        "subject": event.subject or None,
        "time": event.time,
    }
    if isinstance(event, CloudEvent):
        return CloudEvent(
            **required,
            data=event.data,
            datacontenttype=event.datacontenttype,
            dataschema=event.dataschema,
            extensions=event.extensions,
        )
    if isinstance(event, (MessageEvent, NotificationEvent, ConnectionEvent)):
        return CloudEvent(
            **required,
            data=event.body,
            datacontenttype=_content_type(event),
            extensions=_extensions(event),
        )
    own = {name: _json(getattr(event, name)) for name in event.fields if name not in Event.fields}
    return CloudEvent(**required, data=own, datacontenttype="application/json")


def _extensions(event: Event) -> dict[str, str | int]:
    """The attributes of an event with a body. Those that are lists and mappings do not fit: the event has them."""
    found: dict[str, str | int] = {}
    for name in event.fields:
        value: Any = getattr(event, name)
        if name in Event.fields or value is None or value == "" or isinstance(value, (dict, tuple)) or name == "body":
            continue
        if isinstance(value, bytes):
            # The extension "Partitioning" has this name for it; what is not text is not for a header.
            name, value = "partitionkey", _text(value)
            if value is None:
                continue
        found[name] = value if isinstance(value, str) or value in _INTEGERS else str(value)
    return found


def _content_type(event: MessageEvent | NotificationEvent | ConnectionEvent) -> str:
    if isinstance(event, MessageEvent):
        told = event.header("content-type") or event.header("Content-Type")
        if isinstance(told, bytes):
            told = _text(told)
        if isinstance(told, str) and "/" in told and told.isascii() and told.isprintable():
            return told
    try:
        event.json()
    except UnicodeDecodeError:
        return "application/octet-stream"
    except (ValueError, RecursionError):
        return "text/plain; charset=utf-8" if _text(event.body) is not None else "application/octet-stream"
    return "application/json"


def _text(value: bytes) -> str | None:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text


def _reference(source: str) -> str:
    from urllib.parse import quote

    return quote(source, safe=_REFERENCE)


def _random() -> str:
    from os import urandom

    return urandom(16).hex()


def _json(value: Any) -> Any:
    """A value of an event as JSON has it: times in RFC 3339, bytes in base64, numbers that JSON has not as text."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return base64_text(bytes(value))
    if isinstance(value, LogRecord):
        return {name: _json(getattr(value, name)) for name in ("id", "time", "message", "fields")}
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_json(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, datetime):
        return rfc3339(value)
    return str(value)


# -- and back ---------------------------------------------------------------------------------------------------------

#: What speaks of the event itself, which is the same the next time. All else may: a route that is missing, a login that
#: is not there, a redirect are mistakes that somebody has to hear of, and events are not to be lost by them.
REJECTED = frozenset({400, 410, 413, 415, 422})


def outcome_of(response: Response) -> Outcome:
    """2xx is ack, with the answer as its value; see REJECTED; everything else is retry, after Retry-After."""
    status = response.status
    if 200 <= status <= 299:
        return ack(_value(response))
    reason = f"status {status}"
    if status in REJECTED:
        return Outcome("reject", reason)
    return Outcome("retry", reason, _seconds(response.headers.get("retry-after")))


def _value(response: Response) -> object:
    """What the app has answered, for the sources that wait for it: a JSON value, else text or bytes."""
    body = response.body
    if not body:
        return None
    kind = (response.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        import json

        try:
            return json.loads(body)
        except ValueError:
            return body
    text = _text(body)
    return body if text is None else text


def _seconds(value: str | None) -> float | None:
    """Retry-After (RFC 9110 section 10.2.3): seconds, or a date."""
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return float(value)
    from email.utils import parsedate_to_datetime
    from time import time

    try:
        return max(parsedate_to_datetime(value).timestamp() - time(), 0.0)
    except ValueError:
        return None
