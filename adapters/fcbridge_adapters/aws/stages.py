"""The stage of an HTTP API, which stands first in the path unless it is the one without a name.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
"""

from __future__ import annotations

from fcbridge.codec import below_base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_STAGE = "$default"


def stage_of(path: str, context: Mapping[str, object]) -> str:
    """The base path of a path on the wire: a segment that is the stage's name, and no part of one.

    Recorded events have it there behind the API's own domain; reports of custom domains contradict each other, so it is
    taken off where it stands, and never asked for.
    """
    stage = context.get("stage")
    if not isinstance(stage, str) or not stage or stage == DEFAULT_STAGE:
        return ""
    base = f"/{stage}"
    return base if below_base(path, base) else ""
