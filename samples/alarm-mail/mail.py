"""Mails over SMTP, with the standard library."""

import logging
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from settings import Settings

# In seconds, for each answer of the server.
_PATIENCE = 30


class Mailbox:
    """Sends to the addresses in the settings. Without a user nobody logs in, and without TLS nothing is encrypted."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock

    def send(self, subject: str, text: str) -> None:
        """Raises OSError, of which smtplib's errors are, where the mail was accepted for nobody."""
        settings = self._settings
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = settings.mail_from
        message["To"] = ", ".join(settings.mail_to)
        message["Date"] = formatdate(self._clock(), usegmt=True)
        message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2].rstrip(">"))
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices in return
        # Not every server takes bytes beyond ASCII, so that none are sent.
        message.set_content(text, cte="base64")
        with self._server() as server:
            refused = server.send_message(message)
        if refused:
            # Not tried again: the others have it.
            logging.getLogger("alarm-mail").warning(
                "%d of %d addresses were refused", len(refused), len(settings.mail_to)
            )

    def _server(self) -> smtplib.SMTP:
        settings = self._settings
        # A name of our own would be looked up in the DNS.
        place = {"host": settings.smtp_host, "port": settings.smtp_port, "local_hostname": "localhost"}
        if settings.smtp_tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(**place, timeout=_PATIENCE, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(**place, timeout=_PATIENCE)
        try:
            if settings.smtp_tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
        except BaseException:
            server.close()
            raise
        return server
