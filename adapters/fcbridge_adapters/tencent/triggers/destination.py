"""The dead letter queue of a function: the record of an asynchronous invocation that has failed to the last.

https://www.tencentcloud.com/document/product/583/39704. The queue is a topic of CMQ, so a function gets the record by a
CMQ trigger, as the body of a message; the bare record is taken too. Of an invocation that has succeeded there is none.
"""

from __future__ import annotations

from fcbridge.envelope import malformed
from fcbridge.events import DestinationEvent
from fcbridge.fields import text, text_if_any, whole
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339, since_epoch
from fcbridge.trigger import Trigger

from .cmq import cmq_record
from .deadletters import are_dead_letters, dead_letter_of, is_dead_letter
from .records import has_records, is_payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    from .cmq import CmqPayload
    from .deadletters import DeadLetter


class DestinationTrigger(Trigger):
    """``request`` is the event that the function was called with, ``attempts`` one more than the retries, ``time`` when
    the invocation was last taken from its queue. A response there is none."""

    name = "tencent-destination"
    title = "Tencent SCF (dead letter queue)"
    kind = DestinationEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        if has_records(payload, "CMQ"):
            return are_dead_letters(payload["Records"])
        return is_payload(payload) and is_dead_letter(payload)

    def parse(self, payload: Any) -> list[Event]:
        if is_dead_letter(payload):
            return [self._event(payload, "", payload)]
        events: list[Event] = []
        records: list[Any] = payload["Records"]
        for index, record in enumerate(records):
            letter = dead_letter_of(record)
            if letter is None:
                raise malformed(self.title, f"Records[{index}].CMQ.msgBody", TypeError("another message"))
            events.append(self._event(letter, f"Records[{index}].CMQ.msgBody: ", record))
        return events

    def _event(self, letter: DeadLetter, path: str, raw: object) -> DestinationEvent:
        body = letter["Body"]
        field = "Body.PushTime"
        try:
            pushed: Any = body.get("PushTime")
            time = None if pushed is None else instant(pushed)
            field = "Body.RetryNum"
            attempts = whole(body["RetryNum"]) + 1
            field = "RequestId, ErrorMessage or Body.FunctionName"
            return DestinationEvent(
                id=text(letter["RequestId"]),
                time=time,
                condition="failure",
                function=text(body["FunctionName"]),
                request=_event_in(body["ClientContext"]),
                error=text_if_any(letter["ErrorMessage"]),
                attempts=attempts,
                raw=raw,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, path + field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> CmqPayload:
        import json

        return {"Records": [cmq_record(json.dumps(_letter(event, stamp)), stamp) for event in events]}

    def sample(self) -> list[Event]:
        return [
            DestinationEvent(
                id="7d1b4c02-9a3e-4f51-8c57-20e6b9d1a4f3",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                condition="failure",
                function="shop-api",
                request={"Type": "Timer", "TriggerName": "nightly", "Time": "2026-03-02T08:15:00Z", "Message": ""},
                error="Traceback (most recent call last): ...",
                attempts=3,
            )
        ]


def _event_in(value: object) -> object:
    """What the function was called with; a text that is no JSON is it itself."""
    import json

    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _letter(event: DestinationEvent, stamp: Stamp) -> DeadLetter:
    import json

    time = instant_since_epoch(stamp.milliseconds, 1000) if event.time is None else event.time
    return {
        "RequestId": event.id,
        "ErrorCode": -1,
        "ErrorMessage": event.error or "",
        "Body": {
            "AppId": 1259876543,
            "Uin": "100012345678",
            "SubAccountUin": "100012345679",
            "RequestSource": "INVOKE_API",
            "FunctionName": event.function,
            "Namespace": "default",
            "Qualifier": "$DEFAULT",
            "InvocationType": "Event",
            "ClientContext": json.dumps(event.request),
            "LogType": "",
            "TimeStampForInvoker": str(since_epoch(time, 1000)),
            "RequestId": event.id,
            "PushTime": rfc3339(time, 6),
            "RetryNum": 2 if event.attempts is None else event.attempts - 1,
            "Ttl": 0,
        },
    }


DESTINATION = DestinationTrigger()
