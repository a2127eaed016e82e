"""What the function is told by its environment."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Times are in seconds, speeds in km/h. ``tls`` is ``off``, ``starttls`` or ``tls``."""

    smtp_host: str
    smtp_port: int
    mail_from: str
    mail_to: tuple[str, ...]
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: str = "off"
    topic: str = "driving"
    speed_limit: float = 120
    error_share: float = 0.05
    least_lines: int = 20
    window: float = 300
    quiet: float = 1800
    state: Path = Path(tempfile.gettempdir(), "alarm-mail.sqlite3")

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises SystemExit, which names the variable, where the function cannot work without it."""
        for name in ("SMTP_HOST", "MAIL_FROM", "MAIL_TO"):
            if not environ.get(name):
                raise SystemExit(f"{name} is not set: to whom, from whom and through which server go the alarms?")
        tls = environ.get("SMTP_TLS", "off")
        if tls not in ("off", "starttls", "tls"):
            raise SystemExit("SMTP_TLS is none of off, starttls, tls")
        usual = {"off": "25", "starttls": "587", "tls": "465"}
        return cls(
            smtp_host=environ["SMTP_HOST"],
            smtp_port=int(environ.get("SMTP_PORT", usual[tls])),
            smtp_user=environ.get("SMTP_USER", ""),
            smtp_password=environ.get("SMTP_PASSWORD", ""),
            smtp_tls=tls,
            mail_from=environ["MAIL_FROM"],
            mail_to=tuple(address.strip() for address in environ["MAIL_TO"].split(",") if address.strip()),
            topic=environ.get("ALARM_TOPIC", cls.topic),
            speed_limit=float(environ.get("ALARM_SPEED_LIMIT", cls.speed_limit)),
            error_share=float(environ.get("ALARM_ERROR_SHARE", cls.error_share)),
            least_lines=int(environ.get("ALARM_LEAST_LINES", cls.least_lines)),
            window=60 * float(environ.get("ALARM_WINDOW_MINUTES", cls.window / 60)),
            quiet=60 * float(environ.get("ALARM_QUIET_MINUTES", cls.quiet / 60)),
            state=Path(environ.get("ALARM_STATE", os.fspath(cls.state))),
        )
