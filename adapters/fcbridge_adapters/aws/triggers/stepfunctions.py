"""Tasks of AWS Step Functions.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html, for the context
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html

A task's input is what the state machine makes of it, and nothing in it tells where it comes from: by itself it cannot
be told from a direct invocation. A task is recognised where the state machine says so, which one that waits for a token
(``lambda:invoke.waitForTaskToken``) has to do anyway::

    "Payload": {"input.$": "$", "taskToken.$": "$$.Task.Token"}      or      {"input.$": "$", "context.$": "$$"}
    "Payload": {"input": "{% $states.input %}", "context": "{% $states.context %}"}      in JSONata

Anything else that nothing claims is presumed to be a task, where a function takes it; so is a direct invocation, whose
caller gets what the function returns in the same way.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import CloudEvent
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from ..strangers import named
from .source import REGION, Fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome


class StepFunctionsTask(Trigger):
    """``data`` is the whole payload, ``type`` is ``aws.states.task``. The token is in ``extensions`` as ``tasktoken``.
    Where the context is in the payload, ``source`` is the execution, ``subject`` the state, ``time`` when it was
    entered.

    What a function returns is the task's result; where the state waits for a token it is not looked at.
    """

    name = "aws-stepfunctions"
    title = "AWS Step Functions"
    kind = CloudEvent

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and (isinstance(payload.get("taskToken"), str) or _context(payload) is not None)

    def parse(self, payload: Any) -> list[Event]:
        context = Fields(self.title, _context(payload) or {}, "context")
        state = context.inner_if_any("State")
        token = _token(payload) or context.inner_if_any("Task").text("Token")
        return [
            CloudEvent(
                source=context.inner_if_any("Execution").text("Id"),
                type="aws.states.task",
                subject=state.text("Name") or None,
                time=state.find("EnteredTime", instant),
                data=payload,
                datacontenttype="application/json",
                extensions={"tasktoken": token} if token else {},
                raw=payload,
            )
        ]

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> object:
        return outcomes[0].value

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
        event = events[0]
        assert isinstance(event, CloudEvent)
        return event.data

    def sample(self) -> list[Event]:
        execution = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:driving:0a1b2c3d"
        token = "AQCkAAAAKgAAAAMAAAAAexampletoken=="
        return [
            CloudEvent(
                source=execution,
                type="aws.states.task",
                subject="Check the log",
                time=instant("2026-03-02T08:15:31.482Z"),
                data={
                    "input": {"file": "driving.log"},
                    "context": {
                        "Execution": {"Id": execution},
                        "State": {"Name": "Check the log", "EnteredTime": "2026-03-02T08:15:31.482Z"},
                        "Task": {"Token": token},
                    },
                },
                datacontenttype="application/json",
                extensions={"tasktoken": token},
            )
        ]


def _token(payload: Any) -> str:
    token = payload.get("taskToken") if is_object(payload) else None
    return token if isinstance(token, str) else ""


def _context(payload: Any) -> dict[str, Any] | None:
    """The context of the execution; None where the payload has none."""
    context = payload.get("context") if is_object(payload) else None
    execution = context.get("Execution") if is_object(context) else None
    arn = execution.get("Id") if is_object(execution) else None
    return context if isinstance(arn, str) and arn.startswith("arn:") and ":states:" in arn else None


class PresumedTask(StepFunctionsTask):
    """A task whose input does not say that it is one, or a direct invocation."""

    def matches(self, payload: Any) -> bool:
        return named(payload) is None


STEP_FUNCTIONS = StepFunctionsTask()
PRESUMED_TASK = PresumedTask()
