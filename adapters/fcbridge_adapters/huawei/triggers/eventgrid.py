"""EventGrid: events of Huawei's services, and of others, in the form of CloudEvents 1.0.

https://support.huaweicloud.com/usermanual-eg/eg-ug-020.md shows what reaches a target, a list of ``events``; functions
have been seen to get the event by itself. Both are read. By itself it is known by its source, which begins with
``HC.``; one of a source of one's own is like any other CloudEvent.

Inferred from what a user has recorded and from the filters of
https://github.com/huaweicloud/terraform-provider-huaweicloud/blob/master/docs/resources/eg_event_subscription.md: the
``data`` of an event of OBS is a record of OBS's own notifications, whose ``eventTime`` is local time that calls itself
UTC. So the time is the event's own.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import CloudEvent, ObjectEvent
from fcbridge.fields import mapping, text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from .keys import form_encoded, notified_key
from .obs import object_event
from .records import REGION, first_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class _Envelope(TypedDict):
        id: str
        specversion: str
        source: str  # "HC.OBS.DWR", "HC.ECS"
        type: str  # "OBS:DWR:ObjectCreated:PUT"
        time: str

    class Envelope(_Envelope, total=False):
        datacontenttype: str  # always application/json
        subject: str
        data: Any
        dataschema: str
        ttl: str

    class Several(TypedDict):
        events: list[Envelope]


_HUAWEI = "HC."
_OBS = "HC.OBS"
_DWR = "HC.OBS.DWR"
_WORDS = {"PUT": "Put", "POST": "Post", "COPY": "Copy"}  # in EventGrid's types these are in capitals
_CAPITALS = {word: capitals for capitals, word in _WORDS.items()}
_ATTRIBUTES = frozenset(
    {"data", "datacontenttype", "dataschema", "id", "source", "specversion", "subject", "time", "type"}
)
_JSON = "application/json"


class EventGridTrigger(Trigger):
    """Events of all sources but OBS. Attributes that CloudEvents does not have, as ``ttl``, are
    ``extensions``."""

    name = "huawei-eventgrid"
    title = "FunctionGraph (EventGrid)"
    kind = CloudEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        source = _source_of(payload)
        return source is not None and not _is_of_obs(source)

    def parse(self, payload: Envelope | Several) -> list[Event]:
        return [self._event(path, event) for path, event in _events_in(payload)]

    def _event(self, path: str, told: object) -> CloudEvent:
        field = ""
        try:
            event = mapping(told)
            field = "time"
            time = _time(event)
            field = "id, source, type, subject, datacontenttype or dataschema"
            return CloudEvent(
                id=text(event["id"]),
                source=text(event["source"]),
                type=text(event["type"]),
                subject=text_if_any(event.get("subject")),
                time=time,
                data=event.get("data"),
                datacontenttype=text_if_any(event.get("datacontenttype")),
                dataschema=text_if_any(event.get("dataschema")),
                extensions={name: value for name, value in event.items() if name not in _ATTRIBUTES},
                raw=told,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, path + field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> Envelope | Several:
        return _one_or_several([_envelope(event, event.data, stamp) for event in events])

    def sample(self) -> list[Event]:
        return [
            CloudEvent(
                id="4b26115b-778e-11ec-833e-cf74af000000",
                source="HC.ECS",
                type="ECS:CloudTrace:ConsoleAction",
                subject="ecs-1",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                data={"trace_name": "stopServer", "code": "202"},
                datacontenttype=_JSON,
            )
        ]


class EventGridObsTrigger(Trigger):
    """Events of OBS. What ``data`` does not tell is taken from the event's type and subject, and the bucket is
    empty."""

    name = "huawei-eventgrid-obs"
    title = "FunctionGraph (EventGrid, OBS)"
    kind = ObjectEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        source = _source_of(payload)
        return source is not None and _is_of_obs(source)

    def parse(self, payload: Envelope | Several) -> list[Event]:
        return [self._event(path, event) for path, event in _events_in(payload)]

    def _event(self, path: str, told: object) -> ObjectEvent:
        field = ""
        try:
            event = mapping(told)
            field = "data"
            data: Any = event.get("data")
            if is_object(data) and "obs" in data:
                found = object_event(self.title, f"{path}data", data, told)
            else:
                field = "type or subject"
                key = notified_key(text(event.get("subject", "")))
                found = ObjectEvent(type=_neutral(text(event["type"])), key=key, raw=told)
            field = "time"
            found.time = _time(event)
            field = "id, source or subject"
            found.id, found.source = text(event["id"]), text(event["source"])
            found.subject = text_if_any(event.get("subject"))
            return found
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, path + field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> Envelope | Several:
        return _one_or_several([_envelope(_grid_type(event), _notice(event, stamp), stamp) for event in events])

    def sample(self) -> list[Event]:
        return [
            ObjectEvent(
                id="b27e6cbff1f6865c83111f130a982f56",
                source=_DWR,
                type="ObjectCreated:Put",
                subject="raw/driving.log",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                bucket="inbox",
                key="raw/driving.log",
                size=20480,
                etag="0cc175b9c0f1b6a831c399e269772661",
                region=REGION,
            )
        ]


# -- inside the function ----------------------------------------------------------------------------------------------


def _source_of(payload: object) -> str | None:
    """The source of an event, or of the first of several; None where it is no event of EventGrid."""
    if not is_object(payload):
        return None
    first = payload if "specversion" in payload else first_of(payload, "events")
    source: object = first.get("source") if first is not None and "specversion" in first else None
    if not isinstance(source, str) or (first is payload and not source.startswith(_HUAWEI)):
        return None
    return source


def _is_of_obs(source: str) -> bool:
    return source == _OBS or source.startswith(f"{_OBS}.")


def _events_in(payload: Any) -> list[tuple[str, object]]:
    """Each event, and the path to it."""
    if "specversion" in payload:
        return [("", payload)]
    return [(f"events[{index}].", event) for index, event in enumerate(payload["events"])]


def _time(event: dict[str, Any]) -> Any:
    return None if event.get("time") is None else instant(event["time"])


def _neutral(name: str) -> str:
    """``ObjectCreated:Put`` of ``OBS:DWR:ObjectCreated:PUT``."""
    what, _, word = name.removeprefix("OBS:DWR:").rpartition(":")
    return f"{what}:{_WORDS.get(word, word)}" if what else name


# -- outside ----------------------------------------------------------------------------------------------------------


def _one_or_several(envelopes: list[Envelope]) -> Envelope | Several:
    return envelopes[0] if len(envelopes) == 1 else {"events": envelopes}


def _envelope(event: Event, data: object, stamp: Stamp) -> Envelope:
    envelope: Envelope = {
        "id": event.id or stamp.request_id,
        "specversion": "1.0",
        "source": event.source or _DWR,
        "type": event.type,
        "time": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
    }
    if event.subject is not None:
        envelope["subject"] = event.subject
    if data is not None:
        envelope["data"] = data
    if not isinstance(event, CloudEvent):
        envelope["datacontenttype"] = _JSON
        return envelope
    if event.datacontenttype is not None:
        envelope["datacontenttype"] = event.datacontenttype
    if event.dataschema is not None:
        envelope["dataschema"] = event.dataschema
    return {**envelope, **event.extensions}  # type: ignore[typeddict-item]  # any attribute may be added


def _grid_type(event: ObjectEvent) -> Event:
    what, _, word = (event.type or "ObjectCreated:Put").rpartition(":")
    return event.replace(type=f"OBS:DWR:{what}:{_CAPITALS.get(word, word)}")


def _notice(event: ObjectEvent, stamp: Stamp) -> dict[str, object]:
    """A record of OBS's own notifications."""
    changed: dict[str, object] = {"key": form_encoded(event.key), "sequencer": "1", "oldpsxpth": ""}
    told = {"size": event.size, "eTag": event.etag, "versionId": event.version}
    changed.update({name: value for name, value in told.items() if value is not None})
    time = event.time or instant_since_epoch(stamp.milliseconds, 1000)
    return {
        "eventVersion": "3.0",
        "eventSource": "OBS",
        "eventRegion": event.region or REGION,
        "eventTime": rfc3339(time, 3),
        "eventName": event.type or "ObjectCreated:Put",
        "userIdentity": {"ID": "ee55ff66aa77bb88"},
        "requestParameters": {"sourceIPAddress": "203.0.113.25"},
        "responseElements": {"x-obs-request-id": event.id or stamp.request_id, "x-obs-id-2": ""},
        "obs": {
            "Version": "1.0",
            "configurationId": "5d1b530b-0000-4fdc-adf7-000000000000",
            "bucket": {"name": event.bucket, "bucket": event.bucket, "ownerIdentity": {"ID": "aa11bb22cc33dd44"}},
            "object": changed,
        },
    }


EVENT_GRID = EventGridTrigger()
EVENT_GRID_OBS = EventGridObsTrigger()
