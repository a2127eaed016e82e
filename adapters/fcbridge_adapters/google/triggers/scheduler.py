"""Cloud Scheduler: a job calls the function on its schedule, with a request whose header fields say so.

https://docs.cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#HttpTarget
"""

from __future__ import annotations

from fcbridge.codec import json_text
from fcbridge.events import Event, TimerEvent
from fcbridge.instants import instant, rfc3339
from fcbridge.model import Headers

from .source import GoogleTrigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.model import Request

_SOURCE = "//cloudscheduler.googleapis.com"
# As Google named it where jobs were a source of CloudEvents.
_TYPE = "google.cloud.scheduler.job.v1.executed"


class Scheduler(GoogleTrigger):
    """The payload of an event is what the job has as its body: a JSON value where its type is JSON, else text, or bytes
    where that is no UTF-8. A job that is a GET is a request to the app."""

    kind = TimerEvent

    def events_of(self, request: Request) -> list[Event]:
        headers = request.headers
        # Inferred: by some documents the job's name, by others its resource's, which ends in it.
        name = json_text(headers.get("x-cloudscheduler-jobname") or "").rpartition("/")[2]
        due = headers.get("x-cloudscheduler-scheduletime")
        return [
            TimerEvent(
                id="",
                source=_SOURCE,
                type=_TYPE,
                subject=name or None,
                time=instant(due) if due else None,
                name=name,
                payload=_payload(request),
                raw=request,
            )
        ]

    def request_with(self, events: Sequence[Event]) -> tuple[Headers, bytes]:
        import json

        [event] = events
        assert isinstance(event, TimerEvent)
        pairs = [
            ("user-agent", "Google-Cloud-Scheduler"),
            ("x-cloudscheduler", "true"),
            ("x-cloudscheduler-jobname", event.name),
        ]
        if event.time is not None:
            pairs.append(("x-cloudscheduler-scheduletime", rfc3339(event.time)))
        if event.payload is None:
            return Headers.of(pairs), b""
        if isinstance(event.payload, str):
            return Headers.of([*pairs, ("content-type", "text/plain; charset=utf-8")]), event.payload.encode("utf-8")
        return Headers.of([*pairs, ("content-type", "application/json")]), json.dumps(event.payload).encode("ascii")

    def sample(self) -> list[Event]:
        return [
            TimerEvent(
                source=_SOURCE,
                type=_TYPE,
                subject="nightly",
                time=instant("2026-03-02T08:15:00Z"),
                name="nightly",
                payload={"report": "daily"},
            )
        ]


def _payload(request: Request) -> Any:
    import json

    if not request.body:
        return None
    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return json.loads(request.body)
    try:
        return request.body.decode("utf-8")
    except UnicodeDecodeError:
        return request.body


SCHEDULER = Scheduler("google-scheduler", "Google Cloud Scheduler")
