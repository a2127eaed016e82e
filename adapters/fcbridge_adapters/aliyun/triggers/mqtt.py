"""ApsaraMQ for MQTT, whose documented events have no attributes of CloudEvents; where they have, those are taken.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/apsaramq-for-mqtt-triggers
``topic`` is the whole topic, as devices know it; the platform takes it apart behind the first level.
"""

from __future__ import annotations

from fcbridge.events import MessageEvent
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP

from .elements import MQTT, Streamed
from .source import body, body_text, field, field_if_any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class MqttMessage(TypedDict):
        props: dict[str, Any]
        body: str


class Mqtt(Streamed):
    name = "aliyun-mqtt"
    title = "ApsaraMQ for MQTT"
    kind = MessageEvent
    shape = MQTT
    type = ""
    origin = ""

    def event_of(self, data: dict[str, Any], attributes: dict[str, Any]) -> MessageEvent:
        props = field(data, "props", mapping)
        return MessageEvent(
            **attributes,
            topic=field(props, "firstTopic", text) + (field_if_any(props, "secondTopic", text) or ""),
            body=field(data, "body", body),
            headers=tuple((name, value) for name, value in props.items() if name not in ("firstTopic", "secondTopic")),
        )

    def data_of(self, event: MessageEvent) -> MqttMessage:
        first, slash, rest = event.topic.partition("/")
        props = {"firstTopic": first, "secondTopic": slash + rest, **dict(event.headers)}
        return {"props": props, "body": body_text(event.body)}

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> list[Any]:
        return [self.data_of(event) for event in events if isinstance(event, MessageEvent)]

    def sample(self) -> list[Event]:
        client = ("clientId", "GID_dev@@@dev-7")
        return [MessageEvent(topic="devices/dev-7/up", body=b'{"t":21.5}', headers=(client,))]


MQTT_STREAM = Mqtt()
