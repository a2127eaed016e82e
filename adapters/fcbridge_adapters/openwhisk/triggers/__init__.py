"""The source of events of OpenWhisk that comes through a web action: CloudEvents.

https://github.com/apache/openwhisk/blob/master/docs/webactions.md
A rule that ties an action to a trigger calls it with the trigger's parameters alone, which are the feed's own: no
document says what they are in general.
"""

from __future__ import annotations

from .cloudevent import CLOUDEVENT

TRIGGERS = (CLOUDEVENT,)
