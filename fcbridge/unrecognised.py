"""What is said of an event that neither a gateway nor a trigger recognises: its keys, what is nearest, what to do."""

from __future__ import annotations

from .codec import is_object
from .errors import UnknownEvent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from .gateway import Gateway, Platform
    from .trigger import Trigger


def unknown(event: object, platforms: Sequence[Platform], *, named: bool) -> UnknownEvent:
    """The error. ``named`` where the platform was chosen by its name or by the environment, and is the only one."""
    for owner in platforms:
        known = owner.names(event)
        if known is not None:
            return UnknownEvent(
                f"The event is {known}, which fcbridge recognises but does not answer.",
                hint="bridge() takes HTTP events and, with .on(...), those of `fcbridge event list`; give this one a "
                "handler of its own",
            )
    gateways = [gateway for owner in platforms for gateway in owner.gateways]
    triggers = [trigger for owner in platforms for trigger in owner.triggers]
    if named:
        asked = ", ".join(gateway.name for gateway in gateways)
    else:
        asked = f"all {len(gateways)} of {', '.join(owner.name for owner in platforms)}"
    if triggers:
        asked += f", and {len(triggers)} trigger{'s' if len(triggers) > 1 else ''}"
    return UnknownEvent(
        f"No gateway recognises the event ({_seen(event)}); asked were: {asked}.",
        hint=(
            f"{_nearest(event, [*gateways, *triggers])}bridge() takes HTTP events and, with .on(...), those of "
            "`fcbridge event list`; name the platform with bridge(app, platform=...) if it is the wrong one"
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


def _nearest(event: object, sources: Iterable[Gateway | Trigger]) -> str:
    """The gateway or trigger whose sample has most keys in common with the event, and what the event lacks of it."""
    if not is_object(event):
        return ""
    best, shared, lacks = "", 0, ""
    for source in sources:
        made: Any = source.sample()  # a request of the one, events of the other
        sample = source.compose(made)
        if is_object(sample):
            common = len(sample.keys() & event.keys())
            if common > shared:
                missing = sorted(sample.keys() - event.keys())
                best, shared, lacks = source.name, common, ", ".join(missing)
    if not best:
        return ""
    return f"nearest is {best}{f', of which it lacks {lacks}' if lacks else ', whose values it does not have'}; "
