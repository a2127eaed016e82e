"""The sources of events of OpenFaaS: its connectors, and senders of CloudEvents. All call a function with HTTP.

https://docs.openfaas.com/reference/triggers/
"""

from __future__ import annotations

from .cloudevent import CLOUDEVENT
from .connector import CONNECTOR

TRIGGERS = (CONNECTOR, CLOUDEVENT)
