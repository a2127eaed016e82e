"""The triggers of a user pool of Amazon Cognito, which wait for an answer.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import CloudEvent
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.trigger import Trigger

from .source import REGION, Fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

    class CallerContext(TypedDict):
        awsSdkVersion: str
        clientId: str

    class Ask(TypedDict):
        version: str
        triggerSource: str
        region: str
        userPoolId: str
        userName: str | None
        callerContext: CallerContext
        request: dict[str, Any]
        response: dict[str, Any]  # with the members that may be set, most of them null


class CognitoTrigger(Trigger):
    """``type`` is the ``triggerSource``, ``source`` the user pool, ``subject`` the user, ``data`` the ``request``;
    ``extensions`` are ``clientid`` and ``region``.

    What a function returns is put into the ``response``; where it returns the whole event, that is the answer. A
    function that raises refuses the user, who sees the message. So does a rejection: its answer is null, which a
    user pool takes for no answer at all.
    """

    name = "aws-cognito"
    title = "Amazon Cognito"
    kind = CloudEvent

    def matches(self, payload: Any) -> bool:
        return (
            is_object(payload)
            and isinstance(payload.get("triggerSource"), str)
            and isinstance(payload.get("userPoolId"), str)
        )

    def parse(self, payload: Any) -> list[Event]:
        event = Fields(self.title, payload)
        event.find("response", mapping)
        told = {
            "clientid": event.inner_if_any("callerContext").find("clientId", text),
            "region": event.find("region", text),
        }
        return [
            CloudEvent(
                source=event.read("userPoolId", text),
                type=event.read("triggerSource", text),
                subject=event.find("userName", text),
                data=event.read("request", mapping),
                datacontenttype="application/json",
                extensions={name: value for name, value in told.items() if value is not None},
                raw=payload,
            )
        ]

    def render(self, outcomes: Sequence[Outcome], payload: dict[str, Any]) -> object:
        outcome = outcomes[0]
        if outcome.verb == "reject":
            return None
        value = outcome.value
        if not is_object(value):
            return payload
        if "triggerSource" in value and "response" in value:
            return value
        filled: dict[str, Any] = {**(payload["response"] or {}), **value} if "response" in payload else value
        return {**payload, "response": filled}

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Ask:
        event = events[0]
        assert isinstance(event, CloudEvent)
        return {
            "version": "1",
            "triggerSource": event.type,
            "region": event.extensions.get("region", REGION),
            "userPoolId": event.source,
            "userName": event.subject,
            "callerContext": {
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": event.extensions.get("clientid", "example"),
            },
            "request": event.data,
            "response": {},
        }

    def sample(self) -> list[Event]:
        return [
            CloudEvent(
                source=f"{REGION}_AbCdEfGhi",
                type="PreSignUp_SignUp",
                subject="ada",
                data={"userAttributes": {"email": "ada@example.org"}, "validationData": None},
                datacontenttype="application/json",
                extensions={"clientid": "example", "region": REGION},
            )
        ]


COGNITO = CognitoTrigger()
