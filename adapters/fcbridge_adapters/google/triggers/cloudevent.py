"""Audit logs, and every other CloudEvent: of the direct sources that have no kind of their own, of partners, one's own.

https://docs.cloud.google.com/eventarc/docs/reference/supported-events
"""

from __future__ import annotations

from fcbridge.cloudevents import from_http
from fcbridge.events import CloudEvent, Event
from fcbridge.instants import instant
from fcbridge.posted import CloudEventsTrigger

from .legacy import upgraded
from .source import DOORS, posted_document, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.model import Request


class AnyCloudEvent(CloudEventsTrigger):
    def __init__(self, name: str, title: str) -> None:
        super().__init__(name, title, DOORS)

    def carried(self, request: Request) -> bool:
        return source_of(request) == self.name

    def events_of(self, request: Request) -> list[Event]:
        found = from_http(request.headers, request.body)
        return [*(found if found is not None else [upgraded(posted_document(request) or {})])]


class AuditLog(AnyCloudEvent):
    """The entry of the log is the data; service, method and resource are extensions."""

    batched = False

    def sample(self) -> list[Event]:
        return [
            CloudEvent(
                id="projects/demo/logs/cloudaudit.googleapis.com/activity-i1",
                source="//cloudaudit.googleapis.com/projects/demo/logs/activity",
                type="google.cloud.audit.log.v1.written",
                subject="storage.googleapis.com/projects/_/buckets/new-one",
                time=instant("2026-03-02T08:15:31.482Z"),
                data={
                    "insertId": "i1",
                    "protoPayload": {"serviceName": "storage.googleapis.com", "methodName": "storage.buckets.create"},
                    "severity": "NOTICE",
                },
                datacontenttype="application/json",
                extensions={
                    "servicename": "storage.googleapis.com",
                    "methodname": "storage.buckets.create",
                    "resourcename": "projects/_/buckets/new-one",
                },
            )
        ]


AUDIT = AuditLog("google-audit", "Google Cloud Audit Logs")
ANY = AnyCloudEvent("google-cloudevent", "Google Eventarc, any CloudEvent")
