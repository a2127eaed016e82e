"""The DuerOS trigger: somebody speaks to a skill, and waits for its answer.

https://developer.dueros.baidu.com/didp/doc/dueros-bot-platform/dbp-custom/request_markdown for the request,
https://developer.dueros.baidu.com/didp/doc/dueros-bot-platform/dbp-custom/response_markdown for the answer.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import CloudEvent
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, since_epoch
from fcbridge.trigger import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

    class Session(TypedDict):
        new: bool
        sessionId: str
        attributes: dict[str, Any]

    class SkillRequest(TypedDict):
        type: str  # LaunchRequest, IntentRequest, SessionEndedRequest, or a report as VideoPlayer.PlaybackStarted
        requestId: str
        timestamp: str  # in seconds

    class SkillEvent(TypedDict):
        version: str  # "2.0", in reports "v2.0"
        session: Session
        context: dict[str, Any]  # "System" with user, application and device; states of players
        request: SkillRequest


_VERSIONS = ("2.0", "v2.0")  # Alexa, whose request this is otherwise, has "1.0"


class DuerosTrigger(Trigger):
    """``type`` is the request's, ``source`` the skill, ``subject`` the session, ``data`` all that was sent.

    What the function returns is the skill's answer.
    """

    name = "baidu-dueros"
    title = "Baidu CFC (DuerOS trigger)"
    kind = CloudEvent

    def matches(self, payload: Any) -> bool:
        return (
            is_object(payload)
            and payload.get("version") in _VERSIONS
            and is_object(payload.get("session"))
            and is_object(payload.get("context"))
            and is_object(request := payload.get("request"))
            and "type" in request
            and "requestId" in request
        )

    def parse(self, payload: SkillEvent) -> list[Event]:
        field = "request.timestamp"
        try:
            request = payload["request"]
            stamp: Any = request["timestamp"]
            time = instant_since_epoch(int(stamp) if isinstance(stamp, str) else stamp)
            field = "context.System.application.applicationId"
            skill = text(mapping(mapping(payload["context"]["System"])["application"])["applicationId"])
            field = "request or session"
            return [
                CloudEvent(
                    id=text(request["requestId"]),
                    source=skill,
                    type=text(request["type"]),
                    subject=text(payload["session"]["sessionId"]),
                    time=time,
                    data=payload,
                    datacontenttype="application/json",
                    raw=payload,
                )
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error

    def render(self, outcomes: Sequence[Outcome], payload: object) -> object:
        return outcomes[0].value

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> SkillEvent:
        event: CloudEvent = events[0]
        # "data" is the whole request, whose parts the attributes are.
        given = event.data if is_object(event.data) else {}
        session, context, request = (mapping(given.get(name) or {}) for name in ("session", "context", "request"))
        system = mapping(context.get("System") or {})
        skill = {**mapping(system.get("application") or {}), "applicationId": event.source or "skill"}
        time = event.time or instant_since_epoch(stamp.milliseconds, 1000)
        composed: Any = {
            **given,
            "version": given.get("version", "2.0"),
            "session": {"new": True, "attributes": {}, **session, "sessionId": event.subject or "session-1"},
            "context": {**context, "System": {**system, "application": skill}},
            "request": {
                **request,
                "type": event.type or "LaunchRequest",
                "requestId": event.id or stamp.request_id,
                "timestamp": str(since_epoch(time)),
            },
        }
        return composed  # type: ignore[no-any-return]

    def sample(self) -> list[Event]:
        event = CloudEvent(
            id="r-1",
            source="vehicle-skill",
            type="IntentRequest",
            subject="123456789012",
            time=instant("2026-03-02T08:15:31Z"),
            data={
                "version": "2.0",
                "session": {"new": True, "sessionId": "123456789012", "attributes": {}},
                "context": {
                    "System": {
                        "user": {"userId": "u7"},
                        "application": {"applicationId": "vehicle-skill"},
                        "device": {"deviceId": "d-1", "supportedInterfaces": {"VoiceInput": {}, "VoiceOutput": {}}},
                    }
                },
                "request": {
                    "type": "IntentRequest",
                    "requestId": "r-1",
                    "timestamp": "1772439331",
                    "query": {"type": "TEXT", "original": "我的车开得多快"},
                    "intents": [{"name": "vehicle.speed", "confirmationStatus": "NONE", "slots": {}}],
                },
            },
            datacontenttype="application/json",
        )
        return [event]


DUEROS = DuerosTrigger()
