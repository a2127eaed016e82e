"""What a function can ask for beside its event, as annotations: the platform's context and the lifespan's state."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Context: TypeAlias = Any
else:

    class Context:
        """Annotates the parameter that gets the platform's own context object, whatever its type is."""


class State(dict[str, "Any"]):
    """What the app's lifespan has put into its state: ``state["database"]`` or ``state.database``.

    Each call of a function has a copy of its own, as each request has.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the lifespan's state has no {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value
