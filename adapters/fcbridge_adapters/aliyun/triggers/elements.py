"""The shapes in which EventBridge hands events to a function, and whose they are.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/formats-of-event-for-different-triggers
A payload is one object (event-driven) or an array of them (event-streaming); an object may be a CloudEvent or, where
the trigger's format is RawData, what would be the CloudEvent's ``data``; and each may be JSON in a string, as the Go
SDK shows it for Kafka.
"""

from __future__ import annotations

from abc import abstractmethod

from fcbridge.codec import is_list, is_object
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339

from .source import ACCOUNT, Source, Unread, field, field_if_any, json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Enveloped(TypedDict, total=False):
        id: str
        source: str
        specversion: str
        type: str
        datacontenttype: str
        time: str
        subject: str
        aliyunaccountid: str
        data: Any


#: The types of the CloudEvents, by which a source is known.
KAFKA = "alikafka:Topic:Message"
ROCKETMQ = "mq:Topic:SendMessage"
RABBITMQ = "amqp:Queue:SendMessage"
MNS_QUEUE = "mns:Queue:SendMessage"
DTS = "dts:ConsumeMessage"
#: Those that are told by their data only.
OSS = "oss"
MQTT = "mqtt"
#: Any other CloudEvent of EventBridge.
OTHER = "other"

_ENVELOPED = frozenset({KAFKA, ROCKETMQ, RABBITMQ, MNS_QUEUE, DTS})
# What is in no other source's data.
_RAW = {
    KAFKA: frozenset({"topic", "partition", "offset", "headers"}),
    ROCKETMQ: frozenset({"topic", "systemProperties", "userProperties", "body"}),
    RABBITMQ: frozenset({"envelope", "body", "props"}),
    MNS_QUEUE: frozenset({"requestId", "messageId", "messageBody"}),
    DTS: frozenset({"topicPartition", "operationType", "schema"}),
    MQTT: frozenset({"props", "body"}),
}


def elements(payload: object) -> list[Any]:
    """The CloudEvents, or their data, in a payload."""
    value = _decoded(payload)
    return [_decoded(element) for element in value] if is_list(value) else [value]


def source_of(payload: object) -> str | None:
    """Whose payload it is; None where it is none of EventBridge. The first element tells: a stream has one source."""
    value = _decoded(payload)
    element = _decoded(value[0]) if is_list(value) and value else value
    if not is_object(element):
        return None
    if "specversion" not in element:
        return _source_of_data(element)
    kind, data = element.get("type"), element.get("data")
    if not isinstance(kind, str):
        return None
    if kind in _ENVELOPED:
        return kind
    if is_object(data):
        if kind.startswith("oss:Object") and is_object(data.get("oss")):
            return OSS
        if _is_mqtt(data):
            return MQTT
    # Every event has the account's number, as no other cloud's CloudEvents have.
    return OTHER if "aliyunaccountid" in element or "aliyuneventbusname" in element else None


def _source_of_data(data: dict[str, Any]) -> str | None:
    for source, names in _RAW.items():
        if not names <= data.keys():
            continue
        if source == KAFKA and not is_object(data["headers"]):
            return None
        if source == RABBITMQ and not (is_object(data["envelope"]) and "routingKey" in data["envelope"]):
            return None
        if source == MQTT and not _is_mqtt(data):
            return None
        return source
    return None


def _is_mqtt(data: dict[str, Any]) -> bool:
    return "body" in data and is_object(data.get("props")) and "firstTopic" in data["props"]


def _decoded(value: object) -> object:
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json_value(value)
        except ValueError:
            return value
    return value


class Streamed(Source):
    """A source behind EventBridge. ``shape`` is what :func:`source_of` says of it, ``type`` the type of its CloudEvents
    and ``origin`` their source; raw data tells neither, and both are filled in."""

    batched = True
    shape: str
    type: str
    origin: str

    def matches(self, payload: Any) -> bool:
        return source_of(payload) == self.shape

    def records(self, payload: Any) -> list[Any]:
        return elements(payload)

    def event(self, record: Any) -> Event:
        if source_of(record) != self.shape:
            raise Unread("type", TypeError("an element of another source"))
        if "specversion" not in record:
            return self.event_of(record, {"source": self.origin, "type": self.type, "raw": record})
        attributes: dict[str, Any] = {
            "id": field(record, "id", text),
            "source": field(record, "source", text),
            "type": field(record, "type", text),
            "subject": field_if_any(record, "subject", text),
            "time": field_if_any(record, "time", moment),
            "raw": record,
        }
        return self.event_of(field(record, "data", mapping), attributes)

    @abstractmethod
    def event_of(self, data: dict[str, Any], attributes: dict[str, Any]) -> Event:
        """The event of a CloudEvent's data and of what its attributes have told. Raises Unread."""

    @abstractmethod
    def data_of(self, event: Any) -> Mapping[str, object]:
        """What :meth:`event_of` reads."""

    def subject_of(self, event: Any) -> str | None:
        """The subject that EventBridge writes."""
        subject: str | None = event.subject
        return subject

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> list[Enveloped]:
        return [self._enveloped(event, stamp) for event in events]

    def _enveloped(self, event: Event, stamp: Stamp) -> Enveloped:
        enveloped: Enveloped = {
            "id": event.id or stamp.request_id,
            "source": event.source or self.origin,
            "specversion": "1.0",
            "type": self.type,
            "datacontenttype": "application/json; charset=utf-8",
            "time": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
            "aliyunaccountid": ACCOUNT,
            "data": self.data_of(event),
        }
        subject = self.subject_of(event)
        if subject is not None:
            enveloped["subject"] = subject
        return enveloped


def moment(value: object) -> datetime | None:
    """The time of an event. EventBridge's own documents show one with the name of a zone in place of an offset; what
    cannot be read is None, since the event is worth more than its time. Raises TypeError for what is no text."""
    try:
        return instant(value)
    except ValueError:
        return _zoned(text(value))


def _zoned(value: str) -> datetime | None:
    from datetime import timezone

    zone = value.lstrip("0123456789-T:.+ ")
    try:
        from zoneinfo import ZoneInfo

        local = instant(f"{value[: len(value) - len(zone)]}Z").replace(tzinfo=ZoneInfo(zone))
        return local.astimezone(timezone.utc)
    except (KeyError, OSError, OverflowError, ValueError):  # no such zone, or no zones on this system
        return None
