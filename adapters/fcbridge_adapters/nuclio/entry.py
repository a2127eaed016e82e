"""``handler(context, event)`` and ``init_context(context)``: what the module of a function exports.

https://docs.nuclio.io/en/stable/reference/runtimes/python/python-reference.html
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fcbridge.gateway import Entered


def function(handler: Entered) -> Callable[..., Any]:
    """A function with the arguments in Nuclio's order; its ``init_context`` starts the app."""

    def nuclio_handler(context: Any, event: Any) -> Any:
        return handler(event, context)

    def init_context(context: Any) -> None:
        handler.initialize(context)

    # The wrapper looks for init_context in the module that the function says it is of.
    nuclio_handler.__module__ = init_context.__module__ = _module_of_caller()
    vars(nuclio_handler).update(handler=handler, init_context=init_context)
    return nuclio_handler


def _module_of_caller() -> str:
    """The module in which ``entry()`` was called: the first one that is none of fcbridge's."""
    import sys

    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _OWN:
        frame = frame.f_back
    name: str = frame.f_globals.get("__name__", __name__)
    return name


_OWN = frozenset({"fcbridge", "fcbridge_adapters"})
