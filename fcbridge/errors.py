"""Everything fcbridge refuses, in one tree.

    BridgeError
    ├── EventError                 the caller: what arrived cannot become a request
    │   ├── UnknownEvent               no gateway recognises it
    │   ├── AmbiguousEvent             more than one platform recognises it
    │   ├── UnhandledEvent             a trigger recognises it, and no function is registered for it
    │   └── MalformedEvent             recognised, but a field is broken
    ├── AppError                   the app: it does not load, start, answer or follow its protocol
    │   ├── AppNotFound                "module:attr" names nothing
    │   ├── AppProtocolError           ASGI or PEP 3333 not followed
    │   ├── StartupFailed              the lifespan did not come up
    │   ├── DeadlineExceeded           still working when the platform was about to stop it
    │   └── DeliveryFailed             some of the events of a delivery are wanted again
    ├── PlatformError              the platform: its format or its limits stand in the way
    │   ├── ResponseLost               a part of the response cannot be carried (strict only)
    │   └── StoreUnavailable           the store that knows which events are done does not answer
    └── ConfigurationError         the deployer: an option, a name or an installation is wrong
        ├── InvalidOption
        ├── UnknownPlatform
        ├── UnknownGateway
        ├── UnknownTrigger
        ├── AmbiguousTrigger           a short name that triggers of several platforms have
        ├── AmbiguousPlatform          one environment shows the signs of two platforms
        └── MissingExtra               an optional dependency is not installed

The branch says who must act. A message names fields and types, never values: events carry secrets.
"""

from __future__ import annotations


class BridgeError(Exception):
    """What happened, in one sentence; ``hint`` is the cure and prints on a line of its own."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\nhint: {self.hint}"

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling of exceptions.
        return (_rebuild, (type(self), self.message, self.hint))


def _rebuild(kind: type[BridgeError], message: str, hint: str | None) -> BridgeError:
    return kind(message, hint=hint)


class EventError(BridgeError):
    """What arrived cannot become a request, or an event that somebody takes."""


class UnknownEvent(EventError):
    """No gateway recognises the event."""


class AmbiguousEvent(EventError):
    """More than one platform recognises the event and nothing tells which one is right."""


class UnhandledEvent(EventError):
    """A trigger recognises the event, and no function is registered for it."""


class MalformedEvent(EventError):
    """A gateway recognises the event, but one of its fields is missing or of the wrong type."""


class AppError(BridgeError):
    """The app does not load, start, answer or follow its protocol."""


class AppNotFound(AppError):
    """A ``"module:attr"`` string names nothing that can be imported."""


class AppProtocolError(AppError):
    """The app broke the ASGI specification or PEP 3333."""


class StartupFailed(AppError):
    """The app's lifespan did not come up; the next invocation tries again."""


class DeadlineExceeded(AppError):
    """The app was still working when the platform was about to stop it."""


class DeliveryFailed(AppError):
    """Functions failed with events of a source that takes no partial results, or want them again."""


class PlatformError(BridgeError):
    """The platform's format or its limits stand in the way."""


class ResponseLost(PlatformError):
    """A part of the response cannot be carried by the gateway, and ``strict`` forbids to drop it."""


class StoreUnavailable(PlatformError):
    """The store that knows which events have been done cannot be reached or written to."""


class ConfigurationError(BridgeError):
    """An option, a name or an installation is wrong."""


class InvalidOption(ConfigurationError):
    """An option has a value that it does not take."""


class UnknownPlatform(ConfigurationError):
    """No platform of that name is installed."""


class UnknownGateway(ConfigurationError):
    """No gateway of that name is installed."""


class UnknownTrigger(ConfigurationError):
    """No trigger of that name is installed."""


class AmbiguousTrigger(ConfigurationError):
    """More than one platform has a trigger of that short name, and nothing tells which one is meant."""


class AmbiguousPlatform(ConfigurationError):
    """The environment shows the signs of more than one platform."""


class MissingExtra(ConfigurationError):
    """A part of fcbridge needs packages that are not installed."""
