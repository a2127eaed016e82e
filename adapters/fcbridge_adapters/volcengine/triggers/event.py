"""An event of veFaaS of another type, as that of the log service: a CloudEvent as it stands.

https://github.com/volcengine/vefaas-golang-runtime, events/cloudevent.go, for the types.
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, decoded_base64
from fcbridge.envelope import malformed
from fcbridge.events import CloudEvent
from fcbridge.fields import text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant
from fcbridge.trigger import Trigger

from .envelope import attributes, enclosed, word_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    from .envelope import Envelope

_KNOWN = frozenset({"", "timer", "tos", "sns", "kafka", "bmq", "rocketmq"})
_NO_EXTENSIONS = frozenset(
    {"id", "source", "type", "specversion", "time", "subject", "datacontenttype", "dataschema", "data", "data_base64"}
)


class EventTrigger(Trigger):
    """``data`` is what the event has, and bytes where it has ``data_base64``."""

    name = "vefaas-event"
    title = "Volcengine veFaaS (CloudEvent)"
    kind = CloudEvent

    def matches(self, payload: Any) -> bool:
        return word_of(payload) not in _KNOWN

    def parse(self, payload: Envelope) -> list[Event]:
        field = "id, source or time"
        try:
            common = attributes(payload)
            field = "data_base64"
            content: Any = payload.get("data")
            if "data_base64" in payload:
                content = decoded_base64(text(payload["data_base64"]))
            field = "subject, datacontenttype or dataschema"
            return [
                CloudEvent(
                    subject=text_if_any(payload.get("subject")),
                    data=content,
                    datacontenttype=text_if_any(payload.get("datacontenttype")),
                    dataschema=text_if_any(payload.get("dataschema")),
                    extensions={name: value for name, value in payload.items() if name not in _NO_EXTENSIONS},
                    raw=payload,
                    **common,
                )
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> Envelope:
        event: CloudEvent = events[0]
        around: Any = {**event.extensions, **enclosed(event, "tls", stamp, event.datacontenttype or "")}
        if event.datacontenttype is None:
            del around["datacontenttype"]
        for name in ("subject", "dataschema"):
            value = getattr(event, name)
            if value is not None:
                around[name] = value
        if isinstance(event.data, bytes):
            around["data_base64"] = base64_text(event.data)
        elif event.data is not None:
            around["data"] = event.data
        return around  # type: ignore[no-any-return]

    def sample(self) -> list[Event]:
        return [
            CloudEvent(
                id="9cab1030-1f2e-4b61-ae07-60213c268110",
                source="/faas/event/tls/4o3fw1qf",
                type="faas.tls.event",
                time=instant("2026-03-02T08:15:31.482Z"),
                data={"topic": "vehicles"},
                datacontenttype="application/json",
            )
        ]


EVENT = EventTrigger()
