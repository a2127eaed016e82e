"""What calls a function of Azure beside HTTP: bindings of the host, which are the same for the Python worker and for
custom handlers.

https://learn.microsoft.com/azure/azure-functions/functions-triggers-bindings
"""

from __future__ import annotations

from .blob import BLOB
from .eventgrid import EVENT_GRID, STORAGE
from .eventhub import EVENT_HUB
from .queue import QUEUE
from .servicebus import SERVICE_BUS
from .timer import TIMER

TRIGGERS = (EVENT_GRID, STORAGE, QUEUE, BLOB, TIMER, SERVICE_BUS, EVENT_HUB)
