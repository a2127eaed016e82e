"""``main(args)``: what an action's module exports.

https://github.com/apache/openwhisk/blob/master/docs/actions-python.md
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Entered


def main_function(handler: Entered) -> object:
    """A function of one argument that always gives an object.

    What the handler raises is logged and answered with a status of 500. Raised further, the runtime would make it
    ``{"error": "..."}``, which the controller answers with 400, as if the client were to blame.
    """

    def main(args: dict[str, Any]) -> dict[str, Any]:
        try:
            result: dict[str, Any] = handler(args)
            return result
        except Exception:
            import logging

            logging.getLogger("fcbridge").exception("the activation failed")
            return {
                "statusCode": 500,
                "headers": {"content-type": "text/plain; charset=utf-8"},
                "body": "Internal Server Error",
            }

    main.handler = handler  # type: ignore[attr-defined]  # where the local commands look for it
    return main
