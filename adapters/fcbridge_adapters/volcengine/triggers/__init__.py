"""What calls an event function of veFaaS beside API Gateway: CloudEvents, which a Python function gets as a ``dict``.

https://www.volcengine.com/docs/6662/127868 for the events of timers and object storage. Of those of message queues and
of the log service only the types are published (https://github.com/volcengine/vefaas-golang-runtime,
events/cloudevent.go), of those of SNS the fields (https://github.com/vefaas-dev/code-examples).
"""

from __future__ import annotations

from .event import EVENT
from .kafka import KAFKA
from .rocketmq import ROCKETMQ
from .sns import SNS
from .timer import TIMER
from .tos import TOS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.trigger import Trigger

TRIGGERS: tuple[Trigger, ...] = (TOS, TIMER, KAFKA, ROCKETMQ, SNS, EVENT)
