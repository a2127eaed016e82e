"""The record of an asynchronous invocation, for the function that is told of its success or failure.

https://support.huaweicloud.com/intl/en-us/usermanual-functiongraph/functiongraph_01_0390_03.html
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import DestinationEvent
from fcbridge.fields import mapping, text, text_if_any, whole_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from .records import PROJECT, REGION, json_within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class RequestContext(TypedDict):
        request_id: str
        function_urn: str  # "urn:fss:<region>:<project>:function:<app>:<name>:<version>"
        condition: str  # empty in the document's own example
        approximate_invoke_count: int

    class ResponseContext(TypedDict):
        status_code: int
        function_error: str

    class InvocationRecord(TypedDict):
        timestamp: str  # "2026-11-20T12:00:00.000Z+08:00"
        request_context: RequestContext
        request_payload: str
        response_context: ResponseContext
        response_payload: str


_URN = "urn:fss:"
_SUCCESS = ("success", "succeeded")
_FAILURES = 400


class DestinationTrigger(Trigger):
    """``source`` is the URN of the function and ``type`` the platform's word for the condition, which may be empty.

    Inferred: without such a word it is a failure where there is an error, or a status of 400 and more. Inferred too: a
    time with ``Z+08:00`` is that of the zone, for it would be no offset otherwise. Payloads that are JSON are read, and
    any other is a text.
    """

    name = "huawei-destination"
    title = "FunctionGraph (record of an asynchronous invocation)"
    kind = DestinationEvent

    def matches(self, payload: Any) -> bool:
        context: object = payload.get("request_context") if is_object(payload) else None
        if not is_object(context) or not is_object(payload) or not is_object(payload.get("response_context")):
            return False
        urn: object = context.get("function_urn")
        return isinstance(urn, str) and urn.startswith(_URN)

    def parse(self, payload: InvocationRecord) -> list[Event]:
        field = "timestamp"
        try:
            time = instant(text(payload["timestamp"]).replace("Z+", "+").replace("Z-", "-"))
            field = "request_context"
            asked = mapping(payload["request_context"])
            urn, word = text(asked["function_urn"]), text(asked.get("condition", ""))
            id, attempts = text(asked["request_id"]), whole_if_any(asked.get("approximate_invoke_count"))
            field = "response_context"
            answered = mapping(payload["response_context"])
            status, error = whole_if_any(answered.get("status_code")), text_if_any(answered.get("function_error"))
        except (KeyError, TypeError, ValueError) as broken:
            raise malformed(self.title, field, broken) from broken
        return [
            DestinationEvent(
                id=id,
                source=urn,
                type=word,
                time=time,
                condition=_condition(word, status, error),
                function=_name_in(urn),
                request=_read(payload.get("request_payload")),
                response=_read(payload.get("response_payload")),
                error=error,
                attempts=attempts,
                raw=payload,
            )
        ]

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> InvocationRecord:
        event: DestinationEvent = events[0]
        failed = event.condition == "failure"
        return {
            "timestamp": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
            "request_context": {
                "request_id": event.id or stamp.request_id,
                "function_urn": event.source or f"{_URN}{REGION}:{PROJECT}:function:default:{event.function}:latest",
                "condition": event.type,
                "approximate_invoke_count": event.attempts or 0,
            },
            "request_payload": _written(event.request),
            "response_context": {"status_code": 500 if failed else 200, "function_error": event.error or ""},
            "response_payload": _written(event.response),
        }

    def sample(self) -> list[Event]:
        return [
            DestinationEvent(
                id="1167bf8c-0000-4000-8000-000000000000",
                source=f"{_URN}{REGION}:{PROJECT}:function:default:shop:latest",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                condition="failure",
                function="shop",
                request={"id": 1},
                response={"errorMessage": "'sku'", "errorType": "KeyError"},
                error="UnhandledApplicationError",
                attempts=2,
            )
        ]


def _condition(word: str, status: int | None, error: str | None) -> str:
    if word:
        return "success" if word.lower() in _SUCCESS else "failure"
    return "failure" if error is not None or (status is not None and status >= _FAILURES) else "success"


def _name_in(urn: str) -> str:
    parts = urn.split(":")
    return parts[6] if len(parts) > 6 else urn


def _read(payload: object) -> object:
    if not isinstance(payload, str):
        return payload
    try:
        return json_within(payload)
    except ValueError:
        return payload


def _written(value: object) -> str:
    """What is read as ``value`` again."""
    import json

    if isinstance(value, str) and _read(value) is value:
        return value
    return json.dumps(value, ensure_ascii=False)


DESTINATION = DestinationTrigger()
