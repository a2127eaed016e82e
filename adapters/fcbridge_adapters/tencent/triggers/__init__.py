"""What calls a function of SCF, or of CloudBase, beside HTTP.

https://cloud.tencent.com/document/product/583/31927 has the events of SCF. The triggers for Apache Kafka, MQTT and
Pulsar are not here: their events are published nowhere.
"""

from __future__ import annotations

from .ckafka import CKAFKA
from .cls import CLS
from .cmq import CMQ
from .cos import COS
from .database import DATABASE
from .destination import DESTINATION
from .mps import MPS
from .timer import TIMER
from .websocket import WEBSOCKET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.trigger import Trigger

TRIGGERS: tuple[Trigger, ...] = (COS, CKAFKA, CMQ, TIMER, CLS, MPS, WEBSOCKET, DATABASE, DESTINATION)
