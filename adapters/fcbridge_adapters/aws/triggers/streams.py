"""What streams of records have in common: where a batch is begun again, and the state of a tumbling window.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html,
https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
"""

from __future__ import annotations

from fcbridge.codec import is_object

from .source import failures

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.outcome import Outcome


def window_of(payload: Any) -> str | None:
    """The ARN of the stream whose window a payload belongs to; None where it belongs to none."""
    if not is_object(payload) or not is_object(payload.get("window")):
        return None
    arn = payload.get("eventSourceARN")
    return arn if isinstance(arn, str) else None


def raw_of(record: dict[str, Any], payload: dict[str, Any]) -> dict[str, Any]:
    """A record; in a window with the fields of the window, which say what a function has to know."""
    if not is_object(payload.get("window")):
        return record
    return {**record, **{name: value for name, value in payload.items() if name != "Records"}}


def rendered(numbers: Sequence[object], outcomes: Sequence[Outcome], payload: Any) -> dict[str, object]:
    """The first failed record: a stream is begun again there, and what comes behind it comes again with it."""
    # The end of a window without records is an event that has no number. An empty one fails all, which is meant here.
    named = numbers or [""]
    failed = failures([number for number, outcome in zip(named, outcomes, strict=True) if outcome.failed][:1])
    return {"state": _state(outcomes, payload), **failed} if is_object(payload.get("window")) else failed


def _state(outcomes: Sequence[Outcome], payload: dict[str, Any]) -> object:
    """What the last function returned that returned anything; else the state stays as it is."""
    for outcome in reversed(outcomes):
        value = outcome.value
        if value is not None:
            return value["state"] if is_object(value) and value.keys() == {"state"} else value
    return payload.get("state", {})
