"""CloudEvents that are posted to a web action.

https://github.com/apache/openwhisk/blob/master/docs/webactions.md
"""

from __future__ import annotations

from fcbridge.posted import CloudEventsTrigger

from ..raw import RAW_ACTION
from ..web import WEB_ACTION

CLOUDEVENT = CloudEventsTrigger("openwhisk-cloudevent", "OpenWhisk, CloudEvents", (RAW_ACTION, WEB_ACTION))
