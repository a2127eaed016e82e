"""Which gateway an event came through, or which trigger.

Between platforms the environment decides, inside a platform the event. Where no platform shows, as on a laptop, all are
asked and exactly one may claim the event: sniffing across clouds would make the adapters know each other.
"""

from __future__ import annotations

from .gateway import Gateway, Platform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .errors import AmbiguousEvent
    from .trigger import Trigger


class NotHttp(Exception):
    """No error: the event came through no gateway, and is to be asked of the triggers."""

    def __init__(self, event: object) -> None:
        super().__init__()
        self.event = event


class Recognition:
    """Of one handler. ``chosen`` is the platform's name, or the platform itself, or None to have it recognised.

    ``refuse`` makes the exception for an event that came through no gateway.
    """

    __slots__ = ("_by_event", "_platforms", "chosen", "last", "refuse")

    def __init__(self, chosen: str | Platform | None) -> None:
        self.chosen = _named(chosen) if isinstance(chosen, str) else chosen if chosen is not None else _recognised()
        self._platforms: tuple[Platform, ...] = (self.chosen,) if self.chosen is not None else ()
        # The events of an instance come through one gateway, as a rule: the last one is asked first, and as no two of a
        # platform claim the same event, the others need not be asked. Not where a platform decides by more than that.
        self._by_event = self.chosen is not None and type(self.chosen).door is Platform.door
        self.last: tuple[Platform, Gateway] | None = None
        self.refuse: Callable[[object], Exception] = self.unknown

    def of(self, event: object, context: object = None) -> tuple[Platform, Gateway]:
        """The platform and the gateway of an HTTP event.

        Raises UnknownEvent, or what ``refuse`` makes in its place, or AmbiguousEvent; they name keys and types and no
        values.
        """
        last = self.last
        if last is not None and last[1].matches(event):
            return last
        if self.chosen is not None:
            gateway = self.chosen.door(event, context)
            if gateway is None:
                raise self.refuse(event)
            found = self.chosen, gateway
            if self._by_event:
                self.last = found
            return found
        claims = [(owner, gateway) for owner in self.platforms() if (gateway := owner.door(event, context)) is not None]
        if len(claims) == 1:
            return claims[0]
        if not claims:
            raise self.refuse(event)
        raise _ambiguous(owner for owner, _ in claims)

    def source(self, event: object) -> tuple[Platform, Trigger] | None:
        """The platform and the trigger of an event that came through no gateway; None where no trigger claims it.

        Raises AmbiguousEvent.
        """
        claims = [(owner, trigger) for owner in self.platforms() if (trigger := owner.trigger(event)) is not None]
        if len(claims) > 1:
            raise _ambiguous(owner for owner, _ in claims)
        return claims[0] if claims else None

    def platforms(self) -> tuple[Platform, ...]:
        """Those that are asked: the chosen one, or all."""
        if not self._platforms:
            from .registry import platforms

            self._platforms = tuple(platforms().values())
        return self._platforms

    def short_cut(self) -> tuple[Platform, Gateway] | None:
        """The last gateway, if its next event may be read at a glance: where it does nothing that only the long way
        does."""
        last = self.last
        if last is None:
            return None
        gateway, kind = last[1], type(last[1])
        usual = (
            kind.glance is not Gateway.glance
            and kind.context is Gateway.context
            and kind.deliver is Gateway.deliver
            and gateway.vouched_by is None
            and not gateway.text_only
        )
        return last if usual else None

    def unknown(self, event: object) -> Exception:
        """The refusal of an event that nobody claims."""
        from .unrecognised import unknown

        return unknown(event, self.platforms(), named=self.chosen is not None)


# The registry knows those of other distributions too, and says what is wrong; most instances do without it.


def _named(name: str) -> Platform:
    built_in: Platform | None = __import__(_BUILT_IN).built_in(name)
    if built_in is None:
        from .registry import platform

        return platform(name)
    return built_in


def _recognised() -> Platform | None:
    from os import environ

    names: list[str] = __import__(_BUILT_IN).recognised(environ)
    if len(names) != 1:
        from .registry import detect

        return detect()
    return _named(names[0])


_BUILT_IN = "fcbridge_adapters"


def _ambiguous(claimants: Iterable[Platform]) -> AmbiguousEvent:
    names = sorted(owner.name for owner in claimants)
    from .errors import AmbiguousEvent

    return AmbiguousEvent(
        f"The event could be one of {' or '.join(names)}.", hint=f"say which: bridge(app, platform={names[0]!r})"
    )
