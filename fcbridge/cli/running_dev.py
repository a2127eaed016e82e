"""A ``fcbridge dev`` that runs already, as those see it who want something of it."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from ..errors import BridgeError
from ..local.firing import DOOR, SENDER
from .exits import Exit
from .parser import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PORT = 9000


class DevAway(BridgeError):
    """No ``fcbridge dev`` answers at the address."""

    exit = Exit.CONFIGURATION


class RunningDev:
    """What it plays: a gateway, and by that a platform. ``objects`` is where its function finds local objects."""

    def __init__(self, url: str, told: Mapping[str, Any]) -> None:
        self._url = url
        self.gateway: str = told["gateway"]
        self.platform: str = told["platform"]
        self.objects = Path(told["objects"]) if told.get("objects") else None

    @classmethod
    def found(cls, url: str) -> RunningDev:
        """The one at ``url``. Raises DevAway."""
        status, content = _exchange(url, "GET")
        try:
            told: object = json.loads(content)
        except (ValueError, RecursionError):
            told = None
        if status == 403:
            raise DevAway(
                f"fcbridge dev at {url} takes events under a name of this machine only.",
                hint="--url http://127.0.0.1:9000, with its port",
            )
        if status != 200 or not isinstance(told, dict) or "fcbridge" not in told:
            raise DevAway(
                f"What answers at {url} is no fcbridge dev, or one of another version.",
                hint="the banner of fcbridge dev names its url: give it as --url, or its port as --port",
            )
        return cls(url, cast("dict[str, Any]", told))

    def fire(self, trigger: str, payload: bytes) -> dict[str, Any]:
        """Have its function called with a payload: the report of what came of it."""
        status, content = _exchange(self._url, "POST", payload, {SENDER: trigger})
        if status != 200:
            raise DevAway(f"fcbridge dev at {self._url} refuses the event with {status}.", hint="start it anew")
        report: dict[str, Any] = json.loads(content)
        return report


def _exchange(
    url: str, method: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    # Not urllib: a proxy of the environment has nothing to do with this machine.
    parts = urlsplit(url if "://" in url else f"http://{url}")
    try:
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host, port = None, 0
    if parts.scheme != "http" or not host:
        raise UsageError("--url is no address of fcbridge dev.", hint="--url http://127.0.0.1:9000")
    connection = HTTPConnection(host, port)
    try:
        connection.request(method, DOOR, body, dict(headers or {}))
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, HTTPException):
        raise DevAway(
            f"No fcbridge dev answers at {url}.",
            hint="start it in another terminal: fcbridge dev; --port or --url tell where it listens",
        ) from None
    finally:
        connection.close()
