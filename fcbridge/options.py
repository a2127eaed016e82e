"""The options of ``bridge()``, checked."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .errors import InvalidOption
    from .gateway import Platform

#: Seconds that ``background="await"`` stands for.
AWAIT_BUDGET = 5.0


class Options:
    """What ``bridge()`` was told. Raises InvalidOption for a value that an option does not take."""

    __slots__ = (
        "background", "bases", "deadline_margin", "events_path", "interface", "lifespan", "on_error", "platform",
        "strict", "text_types", "trusted_hops",
    )  # fmt: skip

    def __init__(
        self,
        *,
        platform: str | Platform | None,
        base_path: str,
        stage: str | None,
        lifespan: str,
        text_types: Iterable[str],
        on_error: str,
        background: str | float,
        trusted_hops: int,
        strict: bool,
        deadline_margin: float,
        interface: str,
        events_path: str | None = None,
    ) -> None:
        self.platform = platform
        self.lifespan = _one_of("lifespan", lifespan, "auto", "on", "off")
        self.on_error = _one_of("on_error", on_error, "respond", "raise")
        self.interface = _one_of("interface", interface, "auto", "asgi3", "asgi2", "wsgi")
        self.background = AWAIT_BUDGET if background == "await" else _seconds("background", background, "'await' or ")
        self.deadline_margin = _seconds("deadline_margin", deadline_margin)
        self.trusted_hops = _count("trusted_hops", trusted_hops)
        self.strict = bool(strict)
        self.events_path = None if events_path is None else _path("events_path", events_path)
        self.text_types = _types(text_types)
        # In the order in which they stand in the path.
        self.bases = tuple(base for base in (_segment("stage", stage or ""), _segment("base_path", base_path)) if base)


def _one_of(option: str, value: object, *allowed: str) -> str:
    if isinstance(value, str) and value in allowed:
        return value
    raise _refused(f"The option {option} does not take {value!r}.", hint=f"use one of {', '.join(allowed)}")


def _seconds(option: str, value: object, also: str = "") -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return float(value)
    raise _refused(f"The option {option} does not take {value!r}.", hint=f"use {also}a number of seconds")


def _count(option: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise _refused(f"The option {option} does not take {value!r}.", hint="use a whole number, 0 or more")


def _path(option: str, value: object) -> str:
    if not isinstance(value, str) or value[:1] != "/" or not value.isascii() or not value.isprintable():
        raise _refused(f"The option {option} does not take {value!r}.", hint="use a path such as '/events'")
    if any(character in value for character in " ?#"):
        raise _refused(f"The option {option} takes a path, and no query.", hint="use one such as '/events'")
    return value


def _segment(option: str, value: object) -> str:
    if not isinstance(value, str) or "?" in value or "#" in value:
        raise _refused(f"The option {option} does not take {value!r}.", hint="use a path such as '/api'")
    bare = value.strip("/")
    return f"/{bare}" if bare else ""


def _types(value: Iterable[str]) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else tuple(value)
    for name in names:
        if not isinstance(name, str) or "/" not in name:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise _refused(
                f"The option text_types does not take {name!r}.", hint="name content types, as ('application/x-foo',)"
            )
    return tuple(name.lower() for name in names)


def _refused(message: str, hint: str | None = None) -> InvalidOption:
    from .errors import InvalidOption  # with the first one: most instances raise none

    return InvalidOption(message, hint=hint)
