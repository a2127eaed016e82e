"""A mail server: aiosmtpd, with what it has accepted in a file.

``user`` and ``password`` make it want a login. :meth:`MailServer.refuse` tells it to take no mail, as one that is full
or has no time.
"""

from __future__ import annotations

import json
import sys
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any, NamedTuple

from .process import Process, Server

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path


class Mail(NamedTuple):
    """What arrived: those of the envelope, and the message."""

    sender: str
    recipients: list[str]
    message: EmailMessage


class MailServer(Server):
    def __init__(self, folder: Path, user: str | None = None, password: str | None = None) -> None:
        super().__init__()
        self._settings = folder / "mail-settings.json"
        self._arrived = folder / "mails"
        self._login = {"user": user, "password": password}
        self.accept()

    def refuse(self, reply: str = "451 4.3.0 Try again later") -> None:
        """From now on every mail is answered with this, after its text was sent."""
        self._settings.write_text(json.dumps({**self._login, "refusal": reply}), "utf-8")

    def accept(self) -> None:
        """Take mails again."""
        self._settings.write_text(json.dumps({**self._login, "refusal": None}), "utf-8")

    def mails(self) -> list[Mail]:
        """All that were accepted, the oldest first."""
        if not self._arrived.exists():
            return []
        return [_mail(json.loads(line)) for line in self._arrived.read_text("utf-8").splitlines()]

    def _started(self) -> Process:
        return Process(
            [sys.executable, "-m", "tests.services.mail_program", self.port, self._settings, self._arrived], "^ready$"
        )


def _mail(line: dict[str, Any]) -> Mail:
    message: Any = message_from_bytes(line["content"].encode("latin-1"), policy=default)
    return Mail(line["sender"], line["recipients"], message)
