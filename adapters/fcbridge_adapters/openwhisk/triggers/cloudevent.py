"""CloudEvents that are posted to a web action.

https://github.com/apache/openwhisk/blob/master/docs/webactions.md
"""

from __future__ import annotations

from fcbridge.cloudevents import to_http
from fcbridge.events import CloudEvent, Event
from fcbridge.posted import CloudEventsTrigger

from ..raw import RAW_ACTION
from ..web import WEB_ACTION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from fcbridge.model import Headers


class Posted(CloudEventsTrigger):
    def request_with(self, events: Sequence[Event]) -> tuple[Headers, bytes]:
        # A web action gets a Content-Type whether the sender has named one or not.
        if len(events) == 1 and isinstance(events[0], CloudEvent) and events[0].datacontenttype is None:
            return to_http(events[0], "structured")
        return super().request_with(events)


CLOUDEVENT = Posted("openwhisk-cloudevent", "OpenWhisk, CloudEvents", (RAW_ACTION, WEB_ACTION))
