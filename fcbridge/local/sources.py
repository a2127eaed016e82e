"""The sources of events by the names that people type: ``aliyun-oss``, or ``oss`` where that is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..errors import AmbiguousTrigger, InvalidOption, UnknownTrigger
from ..nearest import nearest
from ..played import is_packed_request
from ..registry import platforms

if TYPE_CHECKING:
    from ..gateway import Gateway, Platform
    from ..trigger import Trigger


class Source(NamedTuple):
    """A trigger and the platform that it belongs to."""

    platform: Platform
    trigger: Trigger

    @property
    def name(self) -> str:
        return self.trigger.name

    @property
    def short(self) -> str:
        """What stands behind the platform in its name."""
        return self.trigger.name.partition("-")[2]

    @property
    def kind(self) -> str:
        """The kind of its events in one word: ``object``, ``message``, ``timer``; what has no word of its own is a
        ``cloudevent``."""
        name = self.trigger.kind.__name__.lower()
        return name if name == "cloudevent" else name.removesuffix("event")


def sources() -> dict[str, Source]:
    """Every trigger of every platform, by its full name."""
    return {found.name: found for owner in platforms().values() for found in sources_of(owner)}


def sources_of(platform: Platform) -> list[Source]:
    """The triggers of one platform; those last whose events no shape tells, where they are sources of their own."""
    names = {trigger.name for trigger in platform.triggers}
    presumed = [trigger for trigger in platform.presumed if trigger.name not in names]
    return [Source(platform, trigger) for trigger in (*platform.triggers, *presumed)]


def source(name: str, platform: str | None = None, likely: str | None = None, *, ask: str = "") -> Source:
    """The trigger with a full name, or with a short one: of ``platform``, or the only one there is, or that of the
    ``likely`` platform.

    ``ask`` is what the hint says beside the names: how to tell the platform. Raises UnknownTrigger with the names that
    there are, AmbiguousTrigger where several have the short name.
    """
    known = sources()
    if name in known:
        if platform not in (None, known[name].platform.name):
            raise UnknownTrigger(
                f"The trigger {name!r} is none of the platform {platform!r}.", hint="leave one of the two away"
            )
        return known[name]
    found = [each for each in known.values() if each.short == name and platform in (None, each.platform.name)]
    if len(found) > 1:
        found = _narrowed(found, platform or likely) or found
    if len(found) == 1:
        return found[0]
    if found:
        names = " or ".join(each.name for each in found)
        raise AmbiguousTrigger(f"The trigger {name!r} may be {names}.", hint=f"type one of these{ask}")
    within = [each for each in known.values() if platform in (None, each.platform.name)]
    of_platform = f" of the platform {platform!r}" if platform else ""
    raise UnknownTrigger(f"There is no trigger {name!r}{of_platform}.", hint=_meant(name, within))


def _narrowed(found: list[Source], platform: str | None) -> list[Source]:
    """Those of one platform; where it has two of a short name, the one that bears the platform's own."""
    of_platform = [each for each in found if each.platform.name == platform]
    return [each for each in of_platform if each.name == f"{platform}-{each.short}"] or of_platform


def _meant(name: str, within: list[Source]) -> str:
    short = {each.short: each.name for each in within}
    near = nearest(name, [*short, *short.values()])
    begin = f"did you mean {short.get(near, near)!r}? " if near else ""
    return f"{begin}fcbridge event list shows them"


# -- who calls the function -------------------------------------------------------------------------------------------


def takes(gateway: Gateway, payload: object) -> bool:
    """Whether the function behind a gateway can be called with a payload that did not come through it.

    The runtimes of some gateways speak HTTP only, or in a form of their own: those take what looks like that.
    """
    own = gateway.compose(gateway.sample())
    if gateway.runtime.accepts(own):
        return gateway.runtime.accepts(payload)
    return is_packed_request(own) == is_packed_request(payload)


def caller(platform: Platform, payload: object, likely: Gateway | None = None) -> Gateway:
    """A gateway of the platform whose runtime calls functions with such payloads: the ``likely`` one, if it does.

    Raises InvalidOption where there is none.
    """
    known = platform.gateways
    first = [likely] if likely is not None and any(likely is gateway for gateway in known) else []
    for gateway in [*first, *known]:
        if takes(gateway, payload):
            return gateway
    raise InvalidOption(
        f"No runtime of {platform.title} that is played here is called with such events.",
        hint="fcbridge event list shows the others",
    )


def claims(payload: object) -> list[Source]:
    """The sources that a payload may come from, one of a platform at most."""
    found = [(owner, owner.trigger(payload)) for owner in platforms().values()]
    return [Source(owner, trigger) for owner, trigger in found if trigger is not None]
