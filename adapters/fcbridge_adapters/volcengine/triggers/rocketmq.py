"""The RocketMQ trigger.

https://www.volcengine.com/docs/6662/127868; what is published of its events is told in ``message.py``.
"""

from __future__ import annotations

from .message import MessageTrigger


class RocketmqTrigger(MessageTrigger):
    name = "vefaas-rocketmq"
    title = "Volcengine veFaaS (RocketMQ trigger)"
    words = ("rocketmq",)


ROCKETMQ = RocketmqTrigger()
