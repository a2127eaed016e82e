"""The source of events of Fission: all its triggers call a function with HTTP, and senders of CloudEvents do.

https://fission.io/docs/usage/triggers/
"""

from __future__ import annotations

from .cloudevent import CLOUDEVENT

TRIGGERS = (CLOUDEVENT,)
