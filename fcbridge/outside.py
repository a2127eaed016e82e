"""The words of the contracts that are spoken outside of a function only, where a platform is played.

They are names of :mod:`fcbridge.gateway` too, which imports this module when one of them is asked for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Protocol

    Handler = Callable[[Any, Any], object]

    class Entered(Protocol):
        """What of a handler an entry needs: the calls for runtimes with and without a loop, and the hooks."""

        app: object

        def __call__(self, event: Any, context: Any = None) -> Any: ...

        async def invoke(self, event: Any, context: Any = None) -> Any: ...

        def initialize(self, context: object = None) -> None: ...

        def pre_freeze(self, context: object = None) -> None: ...

        def pre_stop(self, context: object = None) -> None: ...


class Refusal:
    """A reason for which the platform answers instead of the function, and what it measured."""

    __slots__ = ("error", "kind", "message")

    METHOD = "method"  # the door is not open for this method
    REQUEST_TOO_LARGE = "request-too-large"
    RESPONSE_TOO_LARGE = "response-too-large"
    BAD_PAYLOAD = "bad-payload"  # the function's result is not what the gateway reads
    UNHANDLED = "unhandled"  # the handler raised
    TIMEOUT = "timeout"
    EXITED = "exited"  # the process went away
    OUT_OF_MEMORY = "out-of-memory"
    INIT_FAILED = "init-failed"  # the code does not load, or the initializer raised
    KINDS = (
        METHOD, REQUEST_TOO_LARGE, RESPONSE_TOO_LARGE, BAD_PAYLOAD, UNHANDLED, TIMEOUT, EXITED, OUT_OF_MEMORY,
        INIT_FAILED,
    )  # fmt: skip

    def __init__(self, kind: str, message: str, error: Mapping[str, object] | None = None) -> None:
        self.kind = kind
        self.message = message
        self.error = error  # the error document that the runtime reported, if it did

    def __repr__(self) -> str:
        return f"Refusal({self.kind!r}, {self.message!r})"


class Settings:
    """What a function is configured with; a runtime makes its context of it. Memory in MB, timeout in seconds."""

    __slots__ = ("handler", "memory", "name", "region", "timeout")

    def __init__(
        self,
        name: str = "demo",
        handler: str = "index.handler",
        memory: int = 512,
        timeout: int = 60,
        region: str = "local",
    ) -> None:
        self.name = name
        self.handler = handler
        self.memory = memory
        self.timeout = timeout
        self.region = region


class Runtime(ABC):
    """How a platform's own runtime calls a function. Used outside the function only: it plays the platform."""

    name: str
    #: How the root logger writes before the function's code is loaded, as ``logging.Formatter`` takes it, with
    #: ``%(request_id)s``; ``%(asctime)s`` is 2026-03-02T08:15:31.482Z. None: the platform leaves logging alone.
    log_format: str | None = None

    @abstractmethod
    def call(self, handler: Handler, event: object, context: object) -> bytes:
        """Hand a composed event to ``handler`` as the platform does and return the bytes that it sends back.

        ``event`` is what ``Gateway.compose`` made, a JSON value; or bytes, which go to the handler as they are.
        An exception of the handler passes through.
        """

    @abstractmethod
    def context(self, settings: Settings, request_id: str) -> object:
        """The context object that this runtime hands to a function."""

    @abstractmethod
    def error(self, exception: BaseException) -> dict[str, object]:
        """The error document that this runtime reports when a handler raises."""

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        """The environment variables that the platform sets for a function whose code lies in ``directory``."""
        return {}

    def require(self) -> None:
        """Raise MissingExtra where a package of the platform's own, without which nothing can be called, is missing."""
        return None

    def accepts(self, event: object) -> bool:
        """Whether a composed event (a JSON value) can only be meant for this runtime."""
        return False
