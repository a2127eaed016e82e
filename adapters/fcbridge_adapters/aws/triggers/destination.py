"""The records of asynchronous invocations, where they arrive: at a function, through a topic, a bus or a queue.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

import json

from fcbridge.codec import is_object
from fcbridge.events import DestinationEvent
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from .invocation import carried, event_of, is_record, record_in, record_of
from .source import REGION, Fields, source_of
from .sqs import Sqs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    from .invocation import InvocationRecord
    from .sqs import Batch


class LambdaDestination(Trigger):
    """A record by itself, as a function gets it; in the ``Message`` of SNS; or in the ``detail`` of EventBridge."""

    name = "aws-destination"
    title = "AWS Lambda destinations"
    kind = DestinationEvent

    def matches(self, payload: Any) -> bool:
        return _records(payload) is not None

    def parse(self, payload: Any) -> list[Event]:
        return [event_of(Fields(self.title, record), raw) for record, raw in _records(payload) or ()]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> InvocationRecord:
        event = events[0]
        assert isinstance(event, DestinationEvent)
        return record_of(event, stamp)

    def sample(self) -> list[Event]:
        return [
            DestinationEvent(
                id="e4b46cbf-b738-4880-a18c-df61200e0000",
                source=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:driving-log:$LATEST",
                type="RetriesExhausted",
                time=instant("2026-03-02T08:15:31.482Z"),
                condition="failure",
                function="driving-log",
                request={"file": "driving.log"},
                response={"errorType": "ValueError", "errorMessage": "no such vehicle"},
                error="Unhandled",
                attempts=3,
            )
        ]


class SqsDestination(Sqs):
    """A queue of nothing but such records. Where other messages are between them, they all are messages of SQS."""

    name = "aws-destination-sqs"
    title = "AWS Lambda destinations (SQS)"
    kind = DestinationEvent

    def matches(self, payload: Any) -> bool:
        return source_of(payload) == "aws:sqs" and carried(payload["Records"], "body")

    def parse(self, payload: Any) -> list[Event]:
        return [
            event_of(Fields(self.title, record_in(message.value.get("body")), message.at("body")), message.value)
            for message in Fields(self.title, payload).items("Records")
        ]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Batch:
        from fcbridge.events import MessageEvent

        return super().compose(
            [
                MessageEvent(
                    id=f"{stamp.request_id}-{index}",
                    time=event.time,
                    topic="destination",
                    body=json.dumps(record_of(event, stamp)).encode("ascii"),
                    deliveries=1,
                    receipt="AQEBexamplehandle==",
                )
                for index, event in enumerate(events)
                if isinstance(event, DestinationEvent)
            ],
            stamp,
        )

    def sample(self) -> list[Event]:
        return LambdaDestination.sample(DESTINATION)


def in_topic(payload: Any) -> bool:
    """Whether a topic's messages are the records of invocations."""
    return source_of(payload) == "aws:sns" and carried([each.get("Sns") for each in _objects(payload)], "Message")


def in_bus(payload: Any) -> bool:
    """Whether an event of EventBridge has the record of an invocation in it."""
    return is_object(payload) and payload.get("source") == "lambda" and is_record(payload.get("detail"))


def _records(payload: Any) -> list[tuple[object, object]] | None:
    """Each record with what it came in; None where there is none."""
    if is_record(payload) and "detail-type" not in payload:
        return [(payload, payload)]
    if in_bus(payload):
        return [(payload["detail"], payload)]
    if in_topic(payload):
        return [(record_in(each["Sns"]["Message"]), each) for each in payload["Records"]]
    return None


def _objects(payload: Any) -> list[dict[str, Any]]:
    return [each if is_object(each) else {} for each in payload["Records"]]


DESTINATION = LambdaDestination()
DESTINATION_SQS = SqsDestination()
