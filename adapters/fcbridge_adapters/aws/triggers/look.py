"""Whose payload it is by the look of it, so that an event loads its own source and none of the others."""

from __future__ import annotations

from fcbridge.codec import is_list, is_object

from .source import source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.trigger import Trigger

# The module and the name in it.
_BY_SOURCE = {
    "aws:s3": ("s3", "S3"),
    "aws:sqs": ("sqs", "SQS"),
    "aws:sns": ("sns", "SNS"),
    "aws:kinesis": ("kinesis", "KINESIS"),
    "aws:dynamodb": ("dynamodb", "DYNAMODB"),
    "aws:ses": ("ses", "SES"),
    "aws:kafka": ("kafka", "KAFKA"),
    "aws:SelfManagedKafka": ("kafka", "KAFKA"),
    "aws:rmq": ("mq", "RABBITMQ"),
    "aws:amq": ("mq", "ACTIVEMQ"),
}
# By the source that an event of EventBridge names.
_BY_BUS = {
    "aws.s3": ("s3", "S3"),
    "aws.events": ("scheduler", "SCHEDULER"),
    "aws.scheduler": ("scheduler", "SCHEDULER"),
    "lambda": ("destination", "DESTINATION"),
}
_BY_FIELD = {
    "scheduleArn": ("scheduler", "SCHEDULER"),
    "awslogs": ("logs", "LOGS"),
    "triggerSource": ("cognito", "COGNITO"),
    "taskToken": ("stepfunctions", "STEP_FUNCTIONS"),
    "invocationSchemaVersion": ("s3_batch", "S3_BATCH"),
    "traceid": ("iot", "IOT"),
    "detail-type": ("eventbridge", "EVENTBRIDGE"),
    "responsePayload": ("destination", "DESTINATION"),
    "requestContext": ("websocket", "WEBSOCKET"),
}


def likely(payload: Any) -> Trigger | None:
    """The source to be asked first; None: all are asked. Never raises, whatever the payload is."""
    if not is_object(payload):
        return None
    source = payload.get("eventSource") if "records" in payload or "eventSource" in payload else source_of(payload)
    place = _BY_SOURCE.get(source) if isinstance(source, str) else None
    if place is None and "detail-type" in payload:
        origin = payload.get("source")
        place = _BY_BUS.get(origin, _BY_FIELD["detail-type"]) if isinstance(origin, str) else None
    if place is None and is_list(payload.get("records")):
        place = "firehose", "FIREHOSE"
    if place is None:
        place = next((place for field, place in _BY_FIELD.items() if field in payload), None)
    if place is None:
        return None
    from importlib import import_module

    module, name = place
    found: Trigger = getattr(import_module(f".{module}", __package__), name)
    return found
