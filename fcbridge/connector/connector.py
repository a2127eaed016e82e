"""Routes events that are no HTTP requests to functions, beside an app.

With an ASGI app they run on its loop, with its lifespan's state, as invocations of the same runner: with its deadline,
its tasks and its contexts. With a WSGI app, synchronous functions run in the caller's thread, as the app does, and
asynchronous ones on a loop of their own.
"""

from __future__ import annotations

from ..call import NotHttp, Recognition, timed
from ..logs import REQUEST_ID
from ..model import Headers, Request
from .course import Course
from .registration import Registrations
from .state import State
from .step import Step
from .tasks import Ask, Do
from .warmups import is_warm_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Mapping
    from typing import Any

    from ..gateway import Platform
    from ..model import Response
    from ..once import Store
    from ..options import Options
    from ..runners import Runner
    from ..runners.asgi import AsgiRunner
    from ..runners.lifespan import AsgiApp, Receive, Scope, Send
    from ..trigger import Trigger
    from .tasks import Task

#: What a warm-up event is answered with.
WARM = {"warm": True}


class Connector:
    """Of one handler. ``asgi`` says whether its runner is that of an ASGI app."""

    __slots__ = ("_asgi", "_loop", "_options", "_runner", "events_path", "recognition", "registrations")

    def __init__(self, runner: Runner, options: Options, recognition: Recognition, *, asgi: bool) -> None:
        self._runner = runner
        self._options = options
        self.recognition = recognition
        self._asgi = asgi
        self._loop: AsgiRunner | None = None  # for asynchronous functions beside a WSGI app
        self.events_path = options.events_path
        self.registrations = Registrations(state=asgi)

    # -- registering ---------------------------------------------------------------------------------------------------

    def on(
        self, kind: object, trigger: object, batch: bool, once: Store | None, filters: Mapping[str, object]
    ) -> Callable[[Any], Any]:
        """What registers a function; see :meth:`fcbridge.Handler.on`."""
        register = self.registrations.decorator(kind, trigger, batch, once, filters)
        if self._asgi and self._loop is None:
            self._loop = self._of_app()
            self._loop.stand_before(_steps_first)
        recognition = self.recognition
        if type(recognition) is Recognition and any(owner.events_over_http for owner in recognition.platforms()):
            self.recognition = EventsFirst(recognition, self.registrations)
        return register

    def _of_app(self) -> AsgiRunner:
        from ..runners.asgi import AsgiRunner

        assert isinstance(self._runner, AsgiRunner)
        return self._runner

    # -- an invocation -------------------------------------------------------------------------------------------------

    def __call__(self, payload: object, context: object) -> object:
        """What the function returns for a payload that came through no gateway. Raises EventError, and what the
        platform has to see as a failure."""
        course = self._course(payload, context)
        try:
            task = next(course)
            while True:
                try:
                    done = task.run()
                except BaseException as error:
                    task = course.throw(error)
                else:
                    task = course.send(done)
        except StopIteration as end:
            return end.value

    async def invoke(self, payload: object, context: object) -> object:
        """The same for a caller that has a loop, which goes on meanwhile."""
        course = self._course(payload, context)
        try:
            task = next(course)
            while True:
                try:
                    done = await task.run_beside()
                except BaseException as error:
                    task = course.throw(error)
                else:
                    task = course.send(done)
        except StopIteration as end:
            return end.value

    def drain(self) -> None:
        """Let what functions left running finish; the app's runner does it for an ASGI app."""
        if self._loop is not None and not self._asgi:
            self._loop.drain()

    def stop(self) -> None:
        """Close the loop that is not the app's."""
        if self._loop is not None and not self._asgi:
            self._loop.stop()

    def _course(self, payload: object, context: object) -> Generator[Task, Response | None, object]:
        if is_warm_up(payload):
            yield Do(self._runner.start)
            return WARM
        found = self.recognition.source(payload) or self._presumed(payload)
        if found is None:
            raise self.recognition.unknown(payload)
        platform, trigger = found
        request_id, remaining = timed(platform, context, self._options)
        token = REQUEST_ID.set(request_id)
        try:
            result: object = yield from Course(self, trigger, payload, context, remaining).run()
            return result
        finally:
            REQUEST_ID.reset(token)

    # -- what a course has done ----------------------------------------------------------------------------------------

    def task_of(self, step: Step, context: object, remaining: float | None) -> Task:
        """One call of a function."""
        if not self._asgi and not step.registration.is_async:
            return Do(step.run, remaining)
        request = Request("POST", headers=Headers.of([]), event=step, context=context)
        return Ask(self._loop or self._own_loop(), request, remaining)

    def ask(self, request: Request, remaining: float | None) -> Task:
        """A request to the app."""
        return Ask(self._runner, request, remaining)

    def _own_loop(self) -> AsgiRunner:
        from ..runners.asgi import AsgiRunner

        self._loop = AsgiRunner(_steps_first(_no_app), lifespan="off", background_budget=self._options.background)
        return self._loop

    def _presumed(self, payload: object) -> tuple[Platform, Trigger] | None:
        """The source of an event that no shape tells, where the platform is known and somebody takes what it would be;
        any other event that nothing claims is unknown."""
        platform = self.recognition.chosen
        if platform is None:
            return None
        for trigger in platform.presumed:
            if trigger.matches(payload) and (
                self.events_path is not None
                or any(self.registrations.of(trigger, event) is not None for event in trigger.parse(payload))
            ):
                return platform, trigger
        return None


class EventsFirst(Recognition):
    """For platforms whose events are HTTP requests: what a function has been registered for is no request to the app.

    Such an event is also what a gateway claims, so it has to be asked for before.
    """

    __slots__ = ("_registrations",)

    def __init__(self, other: Recognition, registrations: Registrations) -> None:
        super().__init__(other.chosen)
        self.refuse = other.refuse
        self._registrations = registrations

    def of(self, event: object, context: object = None) -> Any:
        if self._is_for_a_function(event):
            raise NotHttp(event)
        return super().of(event, context)

    def _is_for_a_function(self, event: object) -> bool:
        from ..errors import MalformedEvent

        for owner in self.platforms():
            if not owner.events_over_http:
                continue
            trigger = owner.trigger(event)
            if trigger is None or not trigger.over_http:
                continue
            try:
                events = trigger.parse(event)
            except MalformedEvent:
                return False  # the app may know what it is
            return any(self._registrations.of(trigger, one) is not None for one in events)
        return False


# -- on the loop ------------------------------------------------------------------------------------------------------


def _steps_first(app: AsgiApp) -> AsgiApp:
    """An app that takes steps, and leaves everything else to ``app``."""

    def application(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # No coroutine of its own: requests to the app pay for this too.
        step: object = scope.get("fcbridge.event")
        if type(step) is Step:
            return _take(step, scope, send)
        return app(scope, receive, send)

    return application


async def _take(step: Step, scope: Scope, send: Send) -> None:
    await step.run_on_loop(State(scope.get("state") or ()))
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def _no_app(scope: Scope, receive: Receive, send: Send) -> None:
    raise NotImplementedError
