"""The events of SCF that are no requests, known by name, so that somebody who meets one is told what it is.

https://cloud.tencent.com/document/product/583/31927 for the events of triggers, and
https://cloud.tencent.com/document/product/583/63406 for WebSocket at the API gateway, which sends ``connecting``,
``data send`` and ``closing``.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object

_RECORDS = (
    ("cos", "an event of COS"),
    ("Ckafka", "a batch of CKafka messages"),
    ("CMQ", "a message of a CMQ topic"),
)


def named(event: object) -> str | None:
    """What the event is, or None where no trigger of SCF sends such events."""
    if not is_object(event):
        return None
    if is_object(event.get("websocket")):
        return "a WebSocket event of the API Gateway trigger"
    if event.get("Type") == "Timer" and "TriggerName" in event:
        return "an event of a timer"
    if is_object(event.get("clslogs")):
        return "a batch of CLS logs"
    if event.get("EventType") in ("WorkflowTask", "EditMediaTask"):
        return "an event of MPS"
    records = event.get("Records")
    first: object = records[0] if is_list(records) and records else None
    if is_object(first):
        for key, name in _RECORDS:
            if key in first:
                return name
    return None
