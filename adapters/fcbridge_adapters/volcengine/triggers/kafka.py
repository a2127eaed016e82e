"""The Kafka trigger, and that of BMQ, which speaks Kafka's protocol.

https://www.volcengine.com/docs/6662/127868; what is published of its events is told in ``message.py``.
"""

from __future__ import annotations

from .message import MessageTrigger


class KafkaTrigger(MessageTrigger):
    name = "vefaas-kafka"
    title = "Volcengine veFaaS (Kafka trigger)"
    words = ("kafka", "bmq")


KAFKA = KafkaTrigger()
