"""What calls a function of Nuclio beside HTTP: the same event, of a trigger of another kind.

https://docs.nuclio.io/en/stable/reference/triggers/index.html
"""

from __future__ import annotations

from .cron import CRON
from .stream import STREAM

TRIGGERS = (STREAM, CRON)
