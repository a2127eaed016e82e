"""Alarms, each of which is sent once in its quiet period.

Whether one was sent is a question for the same store that keeps a function from doing an event twice: the key is the
alarm's, and what is done is forgotten when the quiet period is over. So of two invocations that find the same at once,
one sends the mail; and where it cannot be sent, the alarm is given back, and the platform's next try sends it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fcbridge.events import DestinationEvent
from fcbridge.once import SQLiteStore

from figures import Line
from mail import Mailbox
from settings import Settings

# In seconds: after that the mail of an invocation that has died is sent by another.
_LEASE = 60


@dataclass(frozen=True)
class Alarm:
    """``key`` is what makes two alarms the same."""

    key: str
    subject: str
    text: str

    @classmethod
    def of_speed(cls, line: Line, limit: float) -> "Alarm":
        text = f"车辆 {line.car or '未知'} 的速度为 {line.speed:g} km/h，限速 {limit:g} km/h。\n"
        return cls(f"speed {line.car}", f"超速报警：{line.car or '未知车辆'}", text)

    @classmethod
    def of_errors(cls, lines: int, errors: int, settings: Settings) -> "Alarm":
        text = (
            f"最近 {settings.window / 60:g} 分钟内收到 {lines} 行日志，其中 {errors} 行有错误"
            f"（{errors / lines:.1%}，上限 {settings.error_share:.1%}）。\n"
        )
        return cls("errors", "日志错误率报警", text)

    @classmethod
    def of_failure(cls, event: DestinationEvent) -> "Alarm":
        # What the function was given may hold anybody's secrets: it is not sent around.
        reason = event.response.get("errorMessage") if isinstance(event.response, dict) else None
        rows: list[tuple[str, Any]] = [
            ("函数", event.function),
            ("请求", event.id),
            ("次数", event.attempts),
            ("错误", event.error or event.type),
            ("原因", reason),
        ]
        text = "".join(f"{name}：{value}\n" for name, value in rows if value)
        return cls(f"failed {event.function}", f"异步调用失败：{event.function}", text)


class Alarms:
    """``quiet`` is in seconds."""

    def __init__(self, path: Path, quiet: float, mailbox: Mailbox, clock: Callable[[], float]) -> None:
        self._store = SQLiteStore(path, retention=quiet, lease=_LEASE, namespace="alarms", clock=clock)
        self._mailbox = mailbox

    def ring(self, alarm: Alarm) -> bool:
        """Send it, unless it is quiet; whether it was sent. Raises what the mail server's refusal is."""
        claim = self._store.begin(alarm.key)
        if claim.state != "new":
            return False
        try:
            self._mailbox.send(alarm.subject, alarm.text)
        except BaseException:
            self._store.forget(claim)
            raise
        self._store.done(claim)
        return True
