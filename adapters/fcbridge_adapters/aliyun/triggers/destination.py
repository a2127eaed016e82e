"""The record that an asynchronous invocation leaves at a destination, of FC 3.0 and 2.0.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/result-callback
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.events import DestinationEvent
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch

from .source import ACCOUNT, REGION, Source, count, field, field_if_any, json_bytes, json_value, milliseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class RequestContext(TypedDict):
        requestId: str
        functionArn: str
        condition: str
        approximateInvokeCount: int

    class ResponseContext(TypedDict):
        statusCode: int
        functionError: str

    class InvocationRecord(TypedDict):
        timestamp: int
        requestContext: RequestContext
        requestPayload: str
        responseContext: ResponseContext
        responsePayload: str


class Destination(Source):
    """``request`` and ``response`` are the JSON values where the payloads are JSON, also in base64; else the texts."""

    name = "aliyun-destination"
    title = "Alibaba Function Compute's destination"
    kind = DestinationEvent

    def matches(self, payload: Any) -> bool:
        if not is_object(payload) or not is_object(payload.get("requestContext")):
            return False
        function = payload["requestContext"].get("functionArn")
        return isinstance(function, str) and function.startswith("acs:fc:") and "responseContext" in payload

    def records(self, payload: Any) -> list[Any]:
        return [payload]

    def event(self, record: Any) -> DestinationEvent:
        request, response = field(record, "requestContext", mapping), field(record, "responseContext", mapping)
        function = field(request, "functionArn", text)
        # A function's error is told in both; what kept the function from running, in the condition.
        error = field_if_any(request, "condition", text) or field_if_any(response, "functionError", text) or None
        status = field_if_any(response, "statusCode", count) or 200
        return DestinationEvent(
            id=field_if_any(request, "requestId", text) or "",
            source=function,
            time=field(record, "timestamp", milliseconds),
            raw=record,
            condition="failure" if error is not None or status >= 400 else "success",
            # acs:fc:<region>:<account>:functions/<name>, and before it services/<service>.<qualifier>/ in FC 2.0
            function=function.rpartition("functions/")[2].partition("/")[0],
            request=_value(field_if_any(record, "requestPayload", text)),
            response=_value(field_if_any(record, "responsePayload", text)),
            error=error,
            attempts=field_if_any(request, "approximateInvokeCount", count),
        )

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> InvocationRecord:
        (event,) = events
        assert isinstance(event, DestinationEvent)
        error = event.error or ""
        unnamed = event.condition == "failure" and not error
        return {
            "timestamp": stamp.milliseconds if event.time is None else since_epoch(event.time, 1000),
            "requestContext": {
                "requestId": event.id or stamp.request_id,
                "functionArn": event.source or f"acs:fc:{REGION}:{ACCOUNT}:functions/{event.function}",
                "condition": error,
                "approximateInvokeCount": event.attempts or 1,
            },
            "requestPayload": _written(event.request),
            "responseContext": {"statusCode": 500 if unnamed else 200, "functionError": error},
            "responsePayload": _written(event.response),
        }

    def sample(self) -> list[Event]:
        return [
            DestinationEvent(
                id=SAMPLE_STAMP.request_id,
                source=f"acs:fc:{REGION}:{ACCOUNT}:functions/orders-worker",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                condition="failure",
                function="orders-worker",
                request={"order": 1},
                response={"errorMessage": "no stock", "errorType": "ValueError", "stackTrace": []},
                error="UnhandledInvocationError",
                attempts=4,
            )
        ]


def _value(payload: str | None) -> Any:
    if not payload:
        return None
    try:
        return json_value(payload)
    except ValueError:
        return _from_base64(payload)


def _from_base64(payload: str) -> Any:
    """Inferred: the documents show texts. What decodes to a JSON object or array was hardly a text by chance."""
    from base64 import b64decode

    try:
        value = json_value(b64decode(payload, validate=True).decode())
    except ValueError:
        return payload
    return value if is_object(value) or is_list(value) else payload


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and _value(value) == value:
        return value
    return json_bytes(value).decode()


DESTINATION = Destination()
