"""``main()``: what the module of a function exports.

https://fission.io/docs/usage/languages/python/
"""

from __future__ import annotations

from fcbridge.errors import MissingExtra

from .context import FunctionCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fcbridge.gateway import Entered


def function(handler: Entered) -> Callable[[], Any]:
    """A function without arguments. The environment gives one for a WebSocket, which no function of HTTP can take."""

    def main() -> Any:
        try:
            from flask import request
        except ModuleNotFoundError as error:
            raise MissingExtra(
                "A function of Fission takes its request from Flask, which is not installed.",
                hint="the Python environment of Fission has it; elsewhere, pip install flask",
            ) from error
        return handler(request, FunctionCall(request.environ))

    vars(main)["handler"] = handler
    return main
