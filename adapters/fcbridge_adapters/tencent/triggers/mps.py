"""The MPS trigger: a task of the media processing service has come to its end.

https://cloud.tencent.com/document/product/583/31927. The invocation is asynchronous: what the function returns is read
by nobody, and where it raises it is called again, twice by default.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import CloudEvent
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.trigger import Trigger

from .records import is_payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Task(TypedDict, total=False):
        TaskId: str
        Status: str  # FINISH
        ErrCode: int
        Message: str
        InputInfo: dict[str, Any]
        MetaData: dict[str, Any] | None
        MediaProcessResultSet: list[dict[str, Any]]

    class MpsPayload(TypedDict, total=False):
        EventType: str
        WorkflowTaskEvent: Task
        EditMediaTaskEvent: Task


_JSON = "application/json"


class MpsTrigger(Trigger):
    """``type`` is the kind of the task, as ``WorkflowTask``, ``id`` the task's and ``data`` all that is told of it."""

    name = "tencent-mps"
    title = "Tencent SCF (MPS trigger)"
    kind = CloudEvent

    def matches(self, payload: Any) -> bool:
        if not is_payload(payload):
            return False
        happened: object = payload.get("EventType")
        task: object = payload.get(f"{happened}Event") if isinstance(happened, str) else None
        return is_object(task) and "TaskId" in task

    def parse(self, payload: Any) -> list[Event]:
        happened: str = payload["EventType"]
        try:
            task = mapping(payload[f"{happened}Event"])
            id = text(task["TaskId"])
            return [CloudEvent(id=id, type=happened, data=task, datacontenttype=_JSON, raw=payload)]
        except TypeError as error:
            raise malformed(self.title, f"{happened}Event.TaskId", error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> object:
        event: CloudEvent = events[0]
        told = event.data if is_object(event.data) else {}
        return {"EventType": event.type, f"{event.type}Event": {**told, "TaskId": event.id or stamp.request_id}}

    def sample(self) -> list[Event]:
        task: dict[str, object] = {
            "TaskId": "1259876543-WorkflowTask-ab12cd34t0",
            "Status": "FINISH",
            "ErrCode": 0,
            "Message": "",
            "InputInfo": {
                "Type": "COS",
                "CosInputInfo": {"Bucket": "media-1259876543", "Region": "ap-shanghai", "Object": "/in/a.mp4"},
            },
            "MetaData": None,
            "MediaProcessResultSet": [],
        }
        return [CloudEvent(id=str(task["TaskId"]), type="WorkflowTask", data=task, datacontenttype=_JSON)]


MPS = MpsTrigger()
