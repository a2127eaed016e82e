"""Mail that Amazon SES has received.

https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda-event.html, for what a function answers
https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda.html
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import MessageEvent
from fcbridge.fields import sequence, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from .source import REGION, Fields, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

    class Header(TypedDict):
        name: str
        value: str

    class Mail(TypedDict):
        timestamp: str
        source: str  # of the envelope
        messageId: str  # SES's own, under which the S3 action stores the mail
        destination: list[str]
        headersTruncated: bool
        headers: list[Header]
        commonHeaders: dict[str, object]

    class Receipt(TypedDict):
        timestamp: str
        processingTimeMillis: int
        recipients: list[str]  # those that the rule is for
        action: dict[str, str]

    class Ses(TypedDict):
        mail: Mail
        receipt: Receipt

    class Record(TypedDict):
        eventSource: str
        eventVersion: str
        ses: Ses

    class Received(TypedDict):
        Records: list[Record]


class SesReceipt(Trigger):
    """``source`` is the sender and ``topic`` the first recipient of the envelope, ``subject`` that of the mail,
    ``headers`` are its header fields. The mail itself is not in the event: a rule's S3 action stores it under ``id``.

    Where the rule waits for an answer (``RequestResponse``), a function may return ``CONTINUE``, ``STOP_RULE`` or
    ``STOP_RULE_SET``; the first is what is meant by anything else, and the last by a rejection. Inferred: that the
    answer is ``{"disposition": ...}``, which the page shows in code for Node.js only.
    """

    name = "aws-ses"
    title = "Amazon SES"
    kind = MessageEvent
    batched = True  # there is one record, so far

    def matches(self, payload: Any) -> bool:
        return source_of(payload) == "aws:ses"

    def parse(self, payload: Any) -> list[Event]:
        return [_event(record) for record in Fields(self.title, payload).items("Records")]

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> dict[str, str]:
        said = [_disposition(outcome) for outcome in outcomes]
        return {"disposition": max(said, key=_DISPOSITIONS.index, default=_DISPOSITIONS[0])}

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Received:
        return {"Records": [_record(event, stamp) for event in events if isinstance(event, MessageEvent)]}

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="o3vrnil0e2ic28trexample",
                source="ada@example.org",
                type="aws:ses",
                subject="Driving log",
                time=instant("2026-03-02T08:15:31.482Z"),
                topic="logs@example.net",
                headers=(("From", "Ada <ada@example.org>"), ("Subject", "Driving log")),
            )
        ]


_DISPOSITIONS = ("CONTINUE", "STOP_RULE", "STOP_RULE_SET")


def _disposition(outcome: Outcome) -> str:
    if outcome.verb == "reject":
        return _DISPOSITIONS[-1]
    value = outcome.value
    if is_object(value):
        value = value.get("disposition")
    return value if isinstance(value, str) and value in _DISPOSITIONS else _DISPOSITIONS[0]


def _event(record: Fields) -> MessageEvent:
    ses = record.inner("ses")
    mail, receipt = ses.inner("mail"), ses.inner_if_any("receipt")
    holder, name = (receipt, "recipients") if receipt.value.get("recipients") else (mail, "destination")
    recipients = holder.find(name, sequence)
    return MessageEvent(
        id=mail.read("messageId", text),
        source=mail.text("source"),
        type="aws:ses",
        subject=mail.inner_if_any("commonHeaders").find("subject", text),
        time=mail.find("timestamp", instant),
        topic=holder.read(name, lambda several: text(several[0])) if recipients else "",
        headers=tuple([(each.read("name", text), each.read("value", text)) for each in _headers(mail)]),
        raw=record.value,
    )


def _headers(mail: Fields) -> list[Fields]:
    return mail.items("headers") if mail.value.get("headers") is not None else []


def _record(event: MessageEvent, stamp: Stamp) -> Record:
    time = rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000), 3)
    common: dict[str, object] = {} if event.subject is None else {"subject": event.subject}
    return {
        "eventSource": "aws:ses",
        "eventVersion": "1.0",
        "ses": {
            "mail": {
                "timestamp": time,
                "source": event.source,
                "messageId": event.id,
                "destination": [event.topic],
                "headersTruncated": False,
                "headers": [{"name": name, "value": value} for name, value in event.headers],
                "commonHeaders": common,
            },
            "receipt": {
                "timestamp": time,
                "processingTimeMillis": 321,
                "recipients": [event.topic],
                "action": {
                    "type": "Lambda",
                    "functionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:example",
                    "invocationType": "Event",
                },
            },
        },
    }


SES = SesReceipt()
