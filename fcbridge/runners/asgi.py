"""Runs an ASGI 3 app: its lifespan once, its requests on one event loop for the life of the instance.

https://asgi.readthedocs.io/en/stable/specs/main.html
"""

from __future__ import annotations

from _thread import allocate_lock
from contextvars import copy_context

from . import Runner
from .answered import whole
from .instance import Instance, watch
from .invocation import Invocation
from .loop import Closed, Errand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..model import Glance, Plain, Request, Response
    from .lifespan import AsgiApp

_LIFESPAN = ("auto", "on", "off")


class AsgiRunner(Runner):
    """One ASGI app.

    ``lifespan`` is ``auto`` (used where the app has one), ``on`` (the app must have one) or ``off``. Tasks that an
    invocation leaves running have ``background_budget`` seconds before it returns. What the app raises after its
    response is logged; with ``raise_late`` it leaves the call in place of the response. Frameworks answer an exception
    and then raise it for the server to see, as Starlette's ServerErrorMiddleware does.
    """

    def __init__(
        self, app: AsgiApp, *, lifespan: str = "auto", background_budget: float = 5.0, raise_late: bool = False
    ) -> None:
        if lifespan not in _LIFESPAN:
            from ..errors import InvalidOption

            raise InvalidOption(f"lifespan takes {', '.join(_LIFESPAN)}.", hint="auto suits every app")
        self.app = app
        self._lifespan = lifespan
        self.background_budget = background_budget
        self.raise_late = raise_late
        # What the app's module has set when it was imported, and nothing of an invocation.
        self._context = copy_context()
        self._guard = allocate_lock()
        self._instance: Instance | None = None

    def start(self) -> None:
        """Bring the app up. Raises StartupFailed; the next call tries again."""
        while True:
            instance = self._instance or self._open()
            errand = Errand(instance.bring_up)
            try:
                instance.loop.run(errand)
                return errand.check()
            except Closed:
                self._forget(instance)
            finally:
                instance.hook()

    def stop(self) -> None:
        """Let invocations that are under way finish, shut the app down and close its loop, all in a bounded time.

        What goes wrong is logged. The next call starts the app anew.
        """
        instance = self._instance
        if instance is not None:
            instance.loop.check_caller()
            self._forget(instance)
            instance.close()

    def stand_before(self, front: Callable[[AsgiApp], AsgiApp]) -> None:
        """Have what ``front`` makes of the app called in its place from now on, also where the app is up."""
        with self._guard:
            self.app = front(self.app)
            if self._instance is not None:
                self._instance.app = self.app

    def __call__(self, request: Request, remaining: float | None = None) -> Response:
        """Have the app answer; see Runner. The app is started where it is not up."""
        return whole(self.at_a_glance(request, remaining))

    def at_a_glance(self, asked: Request | tuple[Glance, object, object], remaining: float | None) -> Plain | Response:
        while True:
            instance = self._instance or self._open()
            invocation = Invocation(self, instance, asked, remaining)
            try:
                return invocation.answer(instance.loop.run(invocation))
            except Closed:
                self._forget(instance)
            finally:
                if instance.unhooked:
                    instance.hook()

    async def invoke(self, request: Request, remaining: float | None = None) -> Response:
        """The same for a caller that has a loop, which goes on meanwhile. Cancelling it cancels the app."""
        while True:
            instance = self._instance or self._open()
            invocation = Invocation(self, instance, request, remaining)
            try:
                return whole(invocation.answer(await instance.loop.invoke(invocation)))
            except Closed:
                self._forget(instance)
            finally:
                if instance.unhooked:
                    instance.hook()

    def drain(self) -> None:
        """Let tasks that outlived their invocation go on for up to the budget; each of them has this chance once."""
        instance = self._instance
        if instance is None or not instance.stragglers:
            return
        errand = Errand(lambda: instance.drain(self.background_budget))
        try:
            instance.loop.run(errand)
            errand.check()
        except Closed:
            return

    def forked(self) -> None:
        """In a child of this process: the app is started anew by the next call, on a loop of its own."""
        self._guard = allocate_lock()  # somebody may have held it
        self._instance = None

    def _open(self) -> Instance:
        with self._guard:
            if self._instance is None:
                watch(self)
                self._instance = Instance(self.app, self._lifespan, self._context)
            return self._instance

    def _forget(self, instance: Instance) -> None:
        with self._guard:
            if self._instance is instance:
                self._instance = None
