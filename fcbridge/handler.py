"""What a platform calls: event -> parse -> run -> render -> payload, and the life of the app around it."""

from __future__ import annotations

from . import logs
from .bodies import TEXT_TYPES
from .call import NO_CONTENT, NotHttp, Recognition, closed, opened
from .logs import REQUEST_ID
from .model import Headers, Response
from .options import Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, TypeVar

    from .connector.connector import Connector
    from .events import Event
    from .gateway import Gateway, Platform
    from .once import Store

    Function = TypeVar("Function", bound=Callable[..., Any])


# Bytes of a body that no gateway finds too long.
_SMALL = 4096


class Handler:
    """What a platform calls: ``handler(event, context)``. Made by ``bridge``.

    It may be called from any thread, from several at once, and where a loop is running; the app lives on one event
    loop of its own all the while. Functions for events that are no HTTP requests are registered with ``on``.
    """

    def __init__(self, app: object, options: Options) -> None:
        from .runners import interface_at_a_glance, runner_of

        app = _loaded(app)
        interface = interface_at_a_glance(app) if options.interface == "auto" else None
        if interface is None:
            from .runners.interface import resolved

            app, interface = resolved(app, options.interface)
        self.app = app
        self._options = options
        self._recognition = Recognition(options.platform)
        self._recognition.refuse = NotHttp
        # For events that are no HTTP requests: made with the first function for them, or with the first of them.
        self._connector: Connector | None = None
        self._asgi = interface != "wsgi"
        # Whose events are read at a glance, once one of them has come.
        self._door: tuple[Platform, Gateway] | None = None
        self._runner = runner_of(
            app, interface, options.lifespan, options.background, raise_late=options.on_error == "raise"
        )
        logs.install()

    # -- the platform's hooks --------------------------------------------------------------------------------------

    def initialize(self, context: object = None) -> None:
        """Start the app. For platforms with an initializer hook; without it the first invocation starts the app.

        Raises StartupFailed; the next invocation tries again.
        """
        self._runner.start()
        logs.install()  # once more: many apps set up their logging while they start

    def pre_freeze(self, context: object = None) -> None:
        """Let tasks that are still running finish, within the budget: a frozen instance would stop them midway."""
        self._runner.drain()
        if self._connector is not None:
            self._connector.drain()

    def pre_stop(self, context: object = None) -> None:
        """Stop the app, once. For platforms with a hook; SIGTERM and the interpreter's exit do the same."""
        if self._connector is not None:
            self._connector.stop()
        self._runner.stop()

    def entry(self, **options: Any) -> Any:
        """What the function's module exports on a platform that does not call ``handler(event, context)``.

        ``app = bridge(shop, platform="azure").entry()`` is an Azure FunctionApp; on Google it is a plain function of
        one request. On the platforms that call ``handler(event, context)`` it is the handler itself. ``options`` are
        the platform's own, see its page.

        Raises InvalidOption where no platform is named and the environment does not show it, MissingExtra where the
        platform's own package is not installed.
        """
        platform = self._recognition.chosen
        if platform is None:
            from .errors import InvalidOption

            raise InvalidOption(
                "Which entry is meant is not known: no platform is named and the environment does not show one.",
                hint="name it: bridge(app, platform=...).entry()",
            )
        return platform.entry(self, **options)

    # -- functions for other events --------------------------------------------------------------------------------

    def on(
        self,
        kind: type[Event],
        /,
        *,
        trigger: str | list[str] | tuple[str, ...] | None = None,
        batch: bool = False,
        once: Store | None = None,
        **filters: Any,
    ) -> Callable[[Function], Function]:
        """Register a function for events that are no HTTP requests, as a decorator:

            @handler.on(ObjectEvent, type="ObjectCreated:*", bucket="inbox", key="raw/*.jpg")
            async def resize(event: ObjectEvent, state: State) -> None: ...

        The first registration that takes an event has it. Several ``on`` can stand above one function. Parameters are
        filled by their annotations: the event, ``Context``, ``State``.

        Args:
            kind: the kind of events, such as ``ObjectEvent``; ``Event`` is all of them.
            trigger: the source, such as ``aliyun-oss`` or ``oss``; by default any.
            batch: whether the function gets all its events of a delivery at once, as a list.
            once: a store that knows which events are done, so that a second delivery of one is skipped.
            filters: an attribute of the event and what it has to be: a pattern of the shell, in which ``*`` is any
                text, slashes included; a list of patterns; a function of the value.

        Raises InvalidOption for what is no kind of event, an attribute that it has not, or a parameter that nothing
        fills.
        """
        connector = self._connected()
        register = connector.on(kind, trigger, batch, once, filters)
        self._recognition = connector.recognition
        return register

    def _connected(self) -> Connector:
        connector = self._connector
        if connector is None:
            from .connector.connector import Connector

            connector = self._connector = Connector(self._runner, self._options, self._recognition, asgi=self._asgi)
        return connector

    # -- an invocation ---------------------------------------------------------------------------------------------

    def __call__(self, event: Any, context: Any = None) -> Any:
        """Answer one event; what is returned is what the event's gateway reads, or its trigger.

        Raises EventError for what neither is nor is taken by a function, StartupFailed where the app does not come up,
        with ``on_error="raise"`` whatever the app raises, and whatever a function raises for an event whose source
        takes no partial results.
        """
        if self._door is None:
            return self._as_a_whole(event, context)
        platform, gateway = self._door
        if event.__class__ is not dict:
            from .document import load_event  # of a JSON text: some platforms hand over the object

            event = load_event(event)
        seen = gateway.glance(event)
        if seen is None:
            return self._as_a_whole(event, context)
        # Everything is as usual: neither the objects of the model are made on the way in, nor, where the response is
        # as usual too, on the way out.
        options = self._options
        request_id, remaining = "", None
        if context is not None:  # as timed() has it, without the call
            told = platform.invocation(context)
            request_id, remaining = told.request_id, told.remaining
            if remaining is not None:
                remaining -= min(options.deadline_margin, remaining / 2)
        token = REQUEST_ID.set(request_id)
        try:
            try:
                answer = self._runner.at_a_glance((seen, event, context), remaining)
                if isinstance(answer, Response):
                    response = answer
                else:
                    status, fields, body = answer
                    if (
                        len(body) <= _SMALL
                        and "content-encoding" not in fields
                        and TEXT_TYPES.get(fields.get("content-type", ""))
                        and status not in NO_CONTENT
                    ):
                        try:
                            text = body.decode()
                        except UnicodeDecodeError:
                            pass
                        else:
                            payload = gateway.render_plain(status, fields, text)
                            if payload is not None:
                                return payload
                    response = Response(status, Headers((), fields), body)
                return closed(gateway, options, event, seen[0], seen[1], response)
            except Exception as error:
                return closed(gateway, options, event, seen[0], seen[1], self._answer_to(error, seen[0], seen[1]))
        finally:
            REQUEST_ID.reset(token)

    def _as_a_whole(self, event: Any, context: Any) -> Any:
        options = self._options
        try:
            call = opened(self._recognition, options, event, context)
        except NotHttp as found:
            call, event = None, found.event
        if call is None:  # not in the except, or all that is raised would seem to have come of it
            return self._connected()(event, context)
        gateway, document, request, request_id, remaining = call
        token = REQUEST_ID.set(request_id)
        try:
            try:
                response = self._runner(request, remaining)
                payload = closed(gateway, options, document, request.method, request.path, response)
            except Exception as error:
                response = self._answer_to(error, request.method, request.path)
                payload = closed(gateway, options, document, request.method, request.path, response)
        finally:
            REQUEST_ID.reset(token)
        if self._door is None and not options.bases and not options.text_types:
            self._door = self._recognition.short_cut()
        return gateway.deliver(payload, context)

    async def invoke(self, event: Any, context: Any = None) -> Any:
        """``__call__`` for callers that have a loop, which goes on meanwhile."""
        options = self._options
        try:
            call = opened(self._recognition, options, event, context)
        except NotHttp as found:
            call, event = None, found.event
        if call is None:
            return await self._connected().invoke(event, context)
        gateway, document, request, request_id, remaining = call
        token = REQUEST_ID.set(request_id)
        try:
            try:
                response = await self._runner.invoke(request, remaining)
                payload = closed(gateway, options, document, request.method, request.path, response)
            except Exception as error:
                response = self._answer_to(error, request.method, request.path)
                payload = closed(gateway, options, document, request.method, request.path, response)
        finally:
            REQUEST_ID.reset(token)
        return gateway.deliver(payload, context)

    def _answer_to(self, error: Exception, method: str, path: str) -> Response:
        """The response in place of an app that failed; raises the error where that is wanted."""
        from .errors import DeadlineExceeded, StartupFailed

        if isinstance(error, StartupFailed) or self._options.on_error == "raise":
            raise error
        status, text = (
            (504, b"Gateway Timeout") if isinstance(error, DeadlineExceeded) else (500, b"Internal Server Error")
        )
        # Method and path only: the query and the headers carry secrets.
        logs.logger().error("%s %s failed with %d", method, path, status, exc_info=error)
        return Response(status, Headers.of([("content-type", "text/plain; charset=utf-8")]), text)

    # -- with, async with ------------------------------------------------------------------------------------------

    def __enter__(self) -> Handler:
        self.initialize()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pre_stop()

    async def __aenter__(self) -> Handler:
        import asyncio

        await asyncio.to_thread(self.initialize)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        import asyncio

        await asyncio.to_thread(self.pre_stop)

    def __repr__(self) -> str:
        return f"<fcbridge.Handler of {type(self.app).__module__}.{type(self.app).__qualname__}>"


def _loaded(app: object) -> object:
    if isinstance(app, str):
        from .runners.loading import load

        return load(app)
    return app
