"""Which gateway an event came through.

Between platforms the environment decides, inside a platform the event. Where no platform shows, as on a laptop, all are
asked and exactly one may claim the event: sniffing across clouds would make the adapters know each other.
"""

from __future__ import annotations

from .codec import is_object
from .errors import AmbiguousEvent, UnknownEvent
from .gateway import Platform
from .registry import detect, platform, platforms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .gateway import Gateway


class Recognition:
    """Of one handler. ``chosen`` is the platform's name, or the platform itself, or None to have it recognised."""

    __slots__ = ("_by_event", "_last", "_platforms", "chosen")

    def __init__(self, chosen: str | Platform | None) -> None:
        self.chosen = platform(chosen) if isinstance(chosen, str) else chosen if chosen is not None else detect()
        self._platforms: tuple[Platform, ...] = (self.chosen,) if self.chosen is not None else ()
        # The events of an instance come through one gateway, as a rule: the last one is asked first, and as no two of a
        # platform claim the same event, the others need not be asked. Not where a platform decides by more than that.
        self._by_event = self.chosen is not None and type(self.chosen).door is Platform.door
        self._last: tuple[Platform, Gateway] | None = None

    def of(self, event: object, context: object = None) -> tuple[Platform, Gateway]:
        """Raises UnknownEvent or AmbiguousEvent, which name keys and types and no values."""
        last = self._last
        if last is not None and last[1].matches(event):
            return last
        if self.chosen is not None:
            gateway = self.chosen.door(event, context)
            if gateway is None:
                raise self._unknown(event)
            found = self.chosen, gateway
            if self._by_event:
                self._last = found
            return found
        if not self._platforms:
            self._platforms = tuple(platforms().values())
        claims = [(owner, gateway) for owner in self._platforms if (gateway := owner.door(event, context)) is not None]
        if len(claims) == 1:
            return claims[0]
        if not claims:
            raise self._unknown(event)
        names = sorted(owner.name for owner, _ in claims)
        raise AmbiguousEvent(
            f"The event could be one of {' or '.join(names)}.", hint=f"say which: bridge(app, platform={names[0]!r})"
        )

    def _unknown(self, event: object) -> UnknownEvent:
        for owner in self._platforms:
            named = owner.names(event)
            if named is not None:
                return UnknownEvent(
                    f"The event is {named}, which fcbridge recognises but does not answer.",
                    hint="bridge() takes HTTP events; give this event a handler of its own",
                )
        gateways = [gateway for owner in self._platforms for gateway in owner.gateways]
        if self.chosen is not None:
            asked = ", ".join(gateway.name for gateway in gateways)
        else:
            asked = f"all {len(gateways)} of {', '.join(owner.name for owner in self._platforms)}"
        return UnknownEvent(
            f"No gateway recognises the event ({_seen(event)}); asked were: {asked}.",
            hint=(
                f"{_nearest(event, gateways)}bridge() takes HTTP events; give events of other triggers a handler of "
                "their own, and name the platform with bridge(app, platform=...) if it is the wrong one"
            ),
        )


def _seen(event: object) -> str:
    if is_object(event):
        keys = sorted(_legible(str(key)[:40]) for key in event)
        return (
            f"an object with the keys {', '.join(keys[:12])}{', ...' if len(keys) > 12 else ''}"
            if keys
            else "an empty object"
        )
    if isinstance(event, (bytes, str)):
        return f"{len(event)} {'bytes' if isinstance(event, bytes) else 'characters'}, not JSON"
    return f"a value of type {type(event).__name__}"


def _legible(key: str) -> str:
    """Keys may be the caller's choice, and what he writes is neither a line of a log nor an order to a terminal."""
    return key if key.isprintable() else ascii(key)


def _nearest(event: object, gateways: Iterable[Gateway]) -> str:
    """The gateway whose sample has most keys in common with the event, and what the event lacks of it."""
    if not is_object(event):
        return ""
    best, shared, lacks = "", 0, ""
    for gateway in gateways:
        sample = gateway.compose(gateway.sample())
        if is_object(sample):
            common = len(sample.keys() & event.keys())
            if common > shared:
                missing = sorted(sample.keys() - event.keys())
                best, shared, lacks = gateway.name, common, ", ".join(missing)
    if not best:
        return ""
    return f"nearest is {best}{f', of which it lacks {lacks}' if lacks else ', whose values it does not have'}; "
