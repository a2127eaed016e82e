"""The source of events of Knative: its Eventing delivers CloudEvents over HTTP, whatever they come from.

https://knative.dev/docs/eventing/
"""

from __future__ import annotations

from .cloudevent import CLOUDEVENT

TRIGGERS = (CLOUDEVENT,)
