"""The CTS trigger: somebody has done something with a resource, and the trace service has written it down.

https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0102.html
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import CloudEvent
from fcbridge.fields import mapping, text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch
from fcbridge.trigger import Trigger

from .records import moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Trace(TypedDict, total=False):
        time: int  # in seconds in one capture, in milliseconds in another
        user: dict[str, Any]
        request: dict[str, Any]
        response: dict[str, Any]
        code: int | str
        service_type: str  # "FunctionGraph"
        resource_type: str
        resource_name: str
        resource_id: str
        trace_name: str  # "deleteGraph"
        trace_type: str  # "ConsoleAction"
        record_time: int
        trace_id: str
        trace_status: str  # "normal", "warning", "incident"

    class CtsPayload(TypedDict):
        cts: Trace


_JSON = "application/json"


class CtsTrigger(Trigger):
    """``type`` is the name of what was done, ``source`` the service, ``subject`` the id of the resource, ``data`` the
    whole trace."""

    name = "huawei-cts"
    title = "FunctionGraph (CTS trigger)"
    kind = CloudEvent

    def matches(self, payload: Any) -> bool:
        trace: object = payload.get("cts") if is_object(payload) else None
        return is_object(trace) and "trace_id" in trace

    def parse(self, payload: CtsPayload) -> list[Event]:
        field = "cts.time"
        try:
            trace = mapping(payload["cts"])
            told: Any = trace.get("time")
            time = None if told is None else moment(told)
            field = "cts.trace_id, trace_name, service_type or resource_id"
            return [
                CloudEvent(
                    id=text(trace["trace_id"]),
                    source=text(trace.get("service_type", "")),
                    type=text(trace["trace_name"]),
                    subject=text_if_any(trace.get("resource_id")),
                    time=time,
                    data=trace,
                    datacontenttype=_JSON,
                    raw=payload,
                )
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> CtsPayload:
        event: CloudEvent = events[0]
        trace: dict[str, Any] = dict(event.data) if is_object(event.data) else {}
        trace["trace_id"] = event.id or stamp.request_id
        trace["trace_name"] = event.type
        trace["service_type"] = event.source
        if event.subject is not None:
            trace["resource_id"] = event.subject
        if "time" not in trace or (event.time is not None and moment(trace["time"]) != event.time):
            time = event.time or instant_since_epoch(stamp.milliseconds, 1000)
            trace["time"] = since_epoch(time, 1000)
        return {"cts": trace}  # type: ignore[typeddict-item]  # whatever the event had

    def sample(self) -> list[Event]:
        trace = {
            "time": SAMPLE_STAMP.milliseconds,
            "user": {"name": "ops", "id": "5b726c4f", "domain": {"name": "acme", "id": "b2b3853a"}},
            "request": {},
            "response": {},
            "code": 204,
            "service_type": "FunctionGraph",
            "resource_type": "graph",
            "resource_name": "flow-1",
            "resource_id": "urn:fgs:cn-north-4:0a1b:graph:flow-1",
            "trace_name": "deleteGraph",
            "trace_type": "ConsoleAction",
            "record_time": SAMPLE_STAMP.milliseconds,
            "trace_id": "69be64a7-0000-11e8-82e4-000000000000",
            "trace_status": "normal",
        }
        return self.parse({"cts": trace})  # type: ignore[typeddict-item]  # mypy takes it for any mapping


CTS = CtsTrigger()
