"""The context object as FunctionGraph's Python runtimes make it.

The attributes behind the methods are no part of the documents, so nobody may rely on them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from fcbridge.gateway import Settings


class FunctionContext:
    """The context of an event function. Credentials are there with an agency only: without one they are empty."""

    def __init__(self, settings: Settings, request_id: str, environ: Mapping[str, str]) -> None:
        import time

        self._settings = settings
        self._request_id = request_id
        self._environ = environ
        self._clock = time.monotonic
        self._deadline = time.monotonic() + settings.timeout

    def getRequestID(self) -> str:
        return self._request_id

    def getRemainingTimeInMilliSeconds(self) -> int:
        return max(0, int((self._deadline - self._clock()) * 1000))

    def getFunctionName(self) -> str:
        return self._settings.name

    def getRunningTimeInSeconds(self) -> int:
        """The timeout that is configured, and not for how long the function has been running."""
        return self._settings.timeout

    def getVersion(self) -> str:
        return "latest"

    def getAlias(self) -> str:
        return ""

    def getPackage(self) -> str:
        return "default"

    def getProjectID(self) -> str:
        return PROJECT

    def getMemorySize(self) -> int:
        return self._settings.memory

    def getCPUNumber(self) -> int:
        """Thousandths of a core."""
        return 300

    def getUserData(self, key: str) -> str | None:
        """An environment variable of the function's configuration."""
        return self._environ.get(key)

    def getToken(self) -> str:
        return ""

    def getAccessKey(self) -> str:
        """Deprecated by the platform, which returns nothing any more."""
        return ""

    def getSecretKey(self) -> str:
        """Deprecated as well."""
        return ""

    def getSecurityAccessKey(self) -> str:
        return ""

    def getSecuritySecretKey(self) -> str:
        return ""

    def getSecurityToken(self) -> str:
        return ""

    def getLogger(self) -> Log:
        return Log()


#: The project of everything that is played here.
PROJECT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


class Log:
    """What ``getLogger()`` gives. Not a ``logging.Logger``: ``warn`` is documented, ``warning`` is not."""

    def debug(self, message: object) -> None:
        _write("DEBUG", message)

    def info(self, message: object) -> None:
        _write("INFO", message)

    def warn(self, message: object) -> None:
        _write("WARN", message)

    def error(self, message: object) -> None:
        _write("ERROR", message)


def _write(level: str, message: object) -> None:
    import sys

    sys.stdout.write(f"[{level}] {message}\n")
