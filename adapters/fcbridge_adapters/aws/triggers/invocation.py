"""The record of an asynchronous invocation, which Lambda sends to a destination after success or failure.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html; event source mappings of streams and
of Kafka leave one of the same form when they give up a batch
(https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html).
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.events import DestinationEvent
from fcbridge.fields import text
from fcbridge.instants import instant, instant_since_epoch, rfc3339

from ..context import ACCOUNT
from .source import REGION, Fields, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Stamp

    class RequestContext(TypedDict):
        requestId: str
        functionArn: str
        condition: str  # "Success", "RetriesExhausted", "EventAgeExceeded", ...
        approximateInvokeCount: int

    class _ResponseContext(TypedDict):
        statusCode: int
        executedVersion: str

    class ResponseContext(_ResponseContext, total=False):
        functionError: str  # "Handled" or "Unhandled"

    class _Record(TypedDict):
        version: str
        timestamp: str
        requestContext: RequestContext

    class InvocationRecord(_Record, total=False):
        requestPayload: object
        responseContext: ResponseContext  # absent where the function was not called
        responsePayload: object


# Where a stream's batch was given up there is no "requestPayload", but what says where the records are.
_BATCHES = ("payload", "KinesisBatchInfo", "DDBStreamBatchInfo", "KafkaBatchInfo")


def is_record(value: object) -> bool:
    """Whether a JSON value is the record of an invocation."""
    if not is_object(value):
        return False
    context = value.get("requestContext")
    return (
        is_object(context)
        and isinstance(context.get("functionArn"), str)
        and isinstance(context.get("condition"), str)
        and isinstance(value.get("timestamp"), str)
    )


def record_in(message: object) -> dict[str, Any] | None:
    """The record of an invocation that is the text of a message; None where it is anything else."""
    if not isinstance(message, str) or '"requestContext"' not in message or '"condition"' not in message:
        return None  # as it is with nearly all messages, which are not read as JSON here
    import json

    try:
        value = json.loads(message)
    except (ValueError, RecursionError):
        return None
    return value if is_record(value) else None


def carried(records: object, field: str) -> bool:
    """Whether every message of a batch is the record of an invocation."""
    return is_list(records) and all(is_object(each) and record_in(each.get(field)) is not None for each in records)


def event_of(record: Fields, raw: object) -> DestinationEvent:
    """What a record tells. ``raw`` is what it came in."""
    context, answer = record.inner("requestContext"), record.inner_if_any("responseContext")
    said = context.read("condition", text)
    failed = said != "Success"
    arn = context.read("functionArn", text)
    request = record.value.get("requestPayload")
    if request is None:
        request = next((record.value[name] for name in _BATCHES if record.value.get(name) is not None), None)
    return DestinationEvent(
        id=context.text("requestId"),
        source=arn,
        type=said,
        time=record.read("timestamp", instant),
        condition="failure" if failed else "success",
        function=_name(arn),
        request=request,
        response=record.value.get("responsePayload"),
        error=answer.text("functionError") or said if failed else None,
        attempts=context.find("approximateInvokeCount", number),
        raw=raw,
    )


def _name(arn: str) -> str:
    """The function's name, in an ARN with or without a version behind it."""
    parts = arn.split(":")
    return parts[6] if len(parts) > 6 else parts[-1]


def record_of(event: DestinationEvent, stamp: Stamp) -> InvocationRecord:
    failed = event.condition != "success"
    said = event.type or ("RetriesExhausted" if failed else "Success")
    record: InvocationRecord = {
        "version": "1.0",
        "timestamp": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000), 3),
        "requestContext": {
            "requestId": event.id,
            "functionArn": event.source or f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{event.function}:$LATEST",
            "condition": said,
            "approximateInvokeCount": 1 if event.attempts is None else event.attempts,
        },
        "requestPayload": event.request,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": event.response,
    }
    if failed and event.error not in (None, said):
        record["responseContext"]["functionError"] = event.error or ""
    return record
