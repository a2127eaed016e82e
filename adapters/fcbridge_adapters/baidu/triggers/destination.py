"""The record of an asynchronous invocation, for the function that is its destination.

https://cloud.baidu.com/doc/CFC/s/0k0rw0397 says that there are destinations for success and failure, and no document
what they are sent. Inferred, all of it: the record is that of AWS Lambda, whose invocations CFC's are otherwise
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html), with a BRN for the ARN. It is taken
under either name, and only where it is a BRN of CFC.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import DestinationEvent
from fcbridge.fields import mapping, text, text_if_any, whole_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class RequestContext(TypedDict):
        requestId: str
        functionBrn: str
        condition: str  # Success, RetriesExhausted, EventAgeExceeded
        approximateInvokeCount: int

    class ResponseContext(TypedDict, total=False):
        statusCode: int
        executedVersion: str
        functionError: str  # "Unhandled"

    class Record(TypedDict):
        version: str
        timestamp: str
        requestContext: RequestContext
        requestPayload: Any
        responseContext: ResponseContext
        responsePayload: Any


_PREFIX = "brn:bce:cfc:"
_SUCCESS = "Success"
_FAILURE = "RetriesExhausted"


class DestinationTrigger(Trigger):
    """``type`` is the platform's word for the condition, ``source`` the BRN of the function."""

    name = "baidu-destination"
    title = "Baidu CFC (destination of an asynchronous invocation)"
    kind = DestinationEvent

    def matches(self, payload: Any) -> bool:
        context = payload.get("requestContext") if is_object(payload) else None
        return is_object(context) and "condition" in context and _brn(context) != ""

    def parse(self, payload: Record) -> list[Event]:
        field = "timestamp"
        try:
            time = instant(payload["timestamp"])
            field = "requestContext"
            context = payload["requestContext"]
            condition, brn = text(context["condition"]), _brn(context)
            request_id, attempts = text(context["requestId"]), whole_if_any(context.get("approximateInvokeCount"))
            field = "responseContext"
            response = mapping(payload.get("responseContext") or {})
            return [
                DestinationEvent(
                    id=request_id,
                    source=brn,
                    type=condition,
                    time=time,
                    condition="success" if condition == _SUCCESS else "failure",
                    function=_function(brn),
                    request=payload.get("requestPayload"),
                    response=payload.get("responsePayload"),
                    error=text_if_any(response.get("functionError")),
                    attempts=attempts,
                    raw=payload,
                )
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> Record:
        event: DestinationEvent = events[0]
        # The condition tells what is meant; the type is the word for it, where it is one for that.
        succeeded = event.condition == "success" or (not event.condition and event.type == _SUCCESS)
        word = event.type if event.type and (event.type == _SUCCESS) == succeeded else ""
        response: ResponseContext = {"statusCode": 200, "executedVersion": "$LATEST"}
        if event.error is not None and not succeeded:
            response["functionError"] = event.error
        context: Any = {
            "requestId": event.id or stamp.request_id,
            "functionBrn": event.source or f"{_PREFIX}bj:1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d:function:{event.function}:1",
            "condition": word or (_SUCCESS if succeeded else _FAILURE),
            "approximateInvokeCount": event.attempts,
        }
        if event.attempts is None:
            del context["approximateInvokeCount"]
        return {
            "version": "1.0",
            "timestamp": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
            "requestContext": context,
            "requestPayload": event.request,
            "responseContext": response,
            "responsePayload": event.response,
        }

    def sample(self) -> list[Event]:
        brn = f"{_PREFIX}bj:1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d:function:driving-log:$LATEST"
        return [
            DestinationEvent(
                id="a5cb833e-41b9-4b80-b30c-60213c26810d",
                source=brn,
                type=_FAILURE,
                time=instant("2026-03-02T08:15:31.482Z"),
                condition="failure",
                function="driving-log",
                request={"day": "2026-03-01"},
                response={"errorMessage": "no such day", "errorType": "KeyError"},
                error="Unhandled",
                attempts=3,
            )
        ]


def _brn(context: dict[str, Any] | RequestContext) -> str:
    for name in ("functionBrn", "functionArn"):
        brn = context.get(name)
        if isinstance(brn, str) and brn.startswith(_PREFIX):
            return brn
    return ""


def _function(brn: str) -> str:
    """``nightly`` of ``brn:bce:cfc:bj:<account>:function:nightly:$LATEST``."""
    parts = brn.split(":")
    return parts[6] if len(parts) > 6 else brn


DESTINATION = DestinationTrigger()
