"""Events that somebody has read with the official SDK, of which the 1.x line is in the platforms' own servers.

https://github.com/cloudevents/sdk-python
"""

from __future__ import annotations

from ..events import CloudEvent
from ..instants import instant
from .attributes import NAMED
from .contents import is_json_type
from .http import header_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def from_sdk(event: Any) -> CloudEvent:
    """The event in a ``cloudevents.http.CloudEvent``. Raises KeyError, TypeError or ValueError.

    The SDK leaves the escapes of header values in; what it has read from JSON has none, as a rule, so they are decoded
    here. Data that is JSON it has parsed.
    """
    attributes: dict[str, Any] = {name: _unescaped(value) for name, value in event.get_attributes().items()}
    attributes.pop("specversion", None)
    found: dict[str, Any] = {name: attributes.pop(name) for name in NAMED if attributes.get(name) is not None}
    if "time" in found:
        found["time"] = instant(found["time"])
    data = event.get_data()
    kind = found.get("datacontenttype")
    if isinstance(data, str) and kind is not None and not is_json_type(kind):
        data = data.encode("utf-8")
    return CloudEvent(**found, data=data, extensions=attributes, raw=event)


def _unescaped(value: Any) -> Any:
    if not isinstance(value, str) or "%" not in value:
        return value
    try:
        return header_text(value.encode("utf-8").decode("latin-1"))
    except ValueError:
        return value
