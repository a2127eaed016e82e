"""Tasks of S3 Batch Operations, one object each.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.events import ObjectEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.trigger import Trigger

from .s3 import decoded_key, encoded_key
from .source import Fields, last_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

    class Job(TypedDict):
        id: str

    class _Task(TypedDict):
        taskId: str
        s3Key: str  # percent-encoded, as the manifest has it
        s3VersionId: str | None

    class Task(_Task, total=False):
        s3Bucket: str  # since schema 2.0
        s3BucketArn: str  # in schema 1.0

    class Invocation(TypedDict):
        invocationSchemaVersion: str
        invocationId: str
        job: Job  # with "userArguments" since schema 2.0, where the job has some
        tasks: list[Task]  # one, so far

    class Result(TypedDict):
        taskId: str
        resultCode: str
        resultString: str

    class Answer(TypedDict):
        invocationSchemaVersion: str
        treatMissingKeysAs: str
        invocationId: str
        results: list[Result]


class S3BatchOperations(Trigger):
    """``id`` is the task's, ``source`` the job's, ``type`` is ``BatchOperations:Task``. The job's ``userArguments`` are
    in the payload only, not in the task.

    What a function returns is written into the job's report. A failure makes S3 call again, a rejection does not.
    """

    name = "aws-s3-batch"
    title = "Amazon S3 Batch Operations"
    kind = ObjectEvent
    partial = True
    batched = True

    def matches(self, payload: Any) -> bool:
        return (
            is_object(payload)
            and isinstance(payload.get("invocationSchemaVersion"), str)
            and is_list(payload.get("tasks"))
        )

    def parse(self, payload: Any) -> list[Event]:
        invocation = Fields(self.title, payload)
        job = invocation.inner("job").text("id")
        return [_event(task, job) for task in invocation.items("tasks")]

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> Answer:
        return {
            "invocationSchemaVersion": payload["invocationSchemaVersion"],
            "treatMissingKeysAs": "PermanentFailure",
            "invocationId": payload.get("invocationId", ""),
            "results": [
                {
                    "taskId": task["taskId"],
                    "resultCode": _CODES[outcome.verb],
                    "resultString": _told(outcome),
                }
                for task, outcome in zip(payload["tasks"], outcomes, strict=True)
            ],
        }

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Invocation:
        tasks: list[Task] = [
            {
                "taskId": event.id,
                "s3Key": encoded_key(event.key),
                "s3VersionId": event.version,
                "s3Bucket": event.bucket,
            }
            for event in events
            if isinstance(event, ObjectEvent)
        ]
        job = events[0].source if events else ""
        return {
            "invocationSchemaVersion": "2.0",
            "invocationId": stamp.request_id,
            "job": {"id": job},
            "tasks": tasks,
        }

    def sample(self) -> list[Event]:
        return [
            ObjectEvent(
                id="dGFza2lkLWV4YW1wbGU",
                source="f3cc4f60-61f6-4a2b-8a21-d07600c373ce",
                type=_TYPE,
                subject="raw/driving log #2.jsonl",
                bucket="inbox",
                key="raw/driving log #2.jsonl",
            )
        ]


_TYPE = "BatchOperations:Task"
_CODES = {"ack": "Succeeded", "retry": "TemporaryFailure", "reject": "PermanentFailure"}


def _event(task: Fields, job: str) -> ObjectEvent:
    key = decoded_key(task.read("s3Key", text))
    return ObjectEvent(
        id=task.read("taskId", text),
        source=job,
        type=_TYPE,
        subject=key,
        bucket=task.text("s3Bucket") or last_of(task.read("s3BucketArn", text)),
        key=key,
        version=task.find("s3VersionId", text),
        raw=task.value,
    )


def _told(outcome: Outcome) -> str:
    """What stands in the report: a short text."""
    if outcome.failed or outcome.verb == "reject":
        return outcome.reason[:_LONGEST]
    value = outcome.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:_LONGEST]
    import json

    return json.dumps(value, ensure_ascii=False, default=str)[:_LONGEST]


# Inferred: the report is CSV and no length is documented; the names of results in it are short.
_LONGEST = 1024

S3_BATCH = S3BatchOperations()
