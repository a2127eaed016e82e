"""What SCF writes into the dead letter queue of a function, and how it is known.

https://www.tencentcloud.com/document/product/583/39704
"""

from __future__ import annotations

from fcbridge.codec import is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypedDict, TypeGuard

    class Invocation(TypedDict):
        AppId: int
        Uin: str
        SubAccountUin: str
        RequestSource: str  # "TRIGGER_TIMER"
        FunctionName: str
        Namespace: str
        Qualifier: str
        InvocationType: str
        ClientContext: str  # the event, as JSON
        LogType: str
        TimeStampForInvoker: str  # in milliseconds
        RequestId: str
        PushTime: str
        RetryNum: int  # 0 to 2
        Ttl: int

    class DeadLetter(TypedDict):
        RequestId: str
        ErrorCode: int
        ErrorMessage: str
        Body: Invocation


_FIELDS = frozenset({"RequestId", "ErrorCode", "ErrorMessage", "Body"})


def is_dead_letter(value: object) -> TypeGuard[DeadLetter]:
    """Whether it is the record of an invocation that was given up."""
    if not is_object(value) or not value.keys() >= _FIELDS:
        return False
    body: object = value["Body"]
    return is_object(body) and "FunctionName" in body and "ClientContext" in body


def dead_letter_of(record: object) -> DeadLetter | None:
    """The one in a message of a topic; None where the message is another. Never raises."""
    message = record.get("CMQ") if is_object(record) else None
    body = message.get("msgBody") if is_object(message) else None
    # Other messages are not made to wait for the JSON.
    if not isinstance(body, str) or '"ClientContext"' not in body:
        return None
    import json

    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if is_dead_letter(value) else None


def are_dead_letters(records: Iterable[Any]) -> bool:
    """Whether all messages are records of invocations."""
    return all(dead_letter_of(record) is not None for record in records)
