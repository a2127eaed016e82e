"""The process of the mail server: ``python -m tests.services.mail_program PORT SETTINGS ARRIVED``."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

# It comes without types.
_SMTP: Any = import_module("aiosmtpd.smtp")
_CONTROLLER: Any = import_module("aiosmtpd.controller")


class Letterbox:
    """Writes what arrives to a file, a line of JSON each, before it is acknowledged."""

    def __init__(self, settings: Path, arrived: Path) -> None:
        self._settings = settings
        self._arrived = arrived

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        refusal = json.loads(self._settings.read_text("utf-8"))["refusal"]
        if refusal is not None:
            return str(refusal)
        line = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "content": envelope.original_content.decode("latin-1"),
        }
        with self._arrived.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return "250 2.0.0 accepted"


def main(port: int, settings: Path, arrived: Path) -> None:
    login = json.loads(settings.read_text("utf-8"))

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        given = tuple(getattr(data, name, b"").decode("utf-8") for name in ("login", "password"))
        # handled=False: the library answers. With True it would be our part, and the client would wait for it.
        return _SMTP.AuthResult(success=given == (login["user"], login["password"]), handled=False)

    wanted = login["user"] is not None
    controller = _CONTROLLER.Controller(
        Letterbox(settings, arrived),
        hostname="127.0.0.1",
        port=port,
        enable_SMTPUTF8=True,
        authenticator=authenticate if wanted else None,
        auth_required=wanted,
        auth_require_tls=False,  # there is none on loopback
    )
    controller.start()
    print("ready", flush=True)
    sys.stdin.read()  # until the test run closes it
    controller.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
