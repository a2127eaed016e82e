"""The contracts that a platform fulfils: Gateway, Runtime, Platform, and the words they exchange.

A gateway is an HTTP door of a platform. It is a codec with four verbs:

=========  ===================================  ==================================================
           inside the function                  outside: development server, test kit, conformance
=========  ===================================  ==================================================
request    ``parse(event) -> Request``          ``compose(request) -> event``
response   ``render(response, event) -> payload``  ``read(payload) -> Response``
=========  ===================================  ==================================================

All four are pure. Two laws hold for every gateway, up to the losses that it declares::

    parse(compose(request)) == request
    read(render(response, event)) == response
"""

from __future__ import annotations

from abc import ABC, abstractmethod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from .losses import Loss
    from .model import Glance, Request, Response
    from .outside import Entered as Entered
    from .outside import Handler as Handler
    from .outside import Refusal as Refusal
    from .outside import Runtime as Runtime
    from .outside import Settings as Settings
    from .trigger import Trigger

    Value = TypeVar("Value")


def __getattr__(name: str) -> object:
    if name not in ("Refusal", "Runtime", "Settings"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import outside  # which no function needs

    return getattr(outside, name)


def lazy(make: Callable[[Any], Value]) -> Value:
    """An attribute that is made when it is first asked for, as ``functools.cached_property`` makes it.

    For what is not needed to answer an event: a function that starts imports no more than it uses. What it gives may
    be overridden by a plain attribute, and be asked of the class too.
    """
    attribute: Any = _Lazy(make)
    value: Value = attribute  # to the reader of the attribute it is what it gives
    return value


class _Lazy:
    # functools is not imported for it: that takes longer than all that this saves.
    __slots__ = ("_make", "_name")

    def __init__(self, make: Callable[[Any], object]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> object:
        if instance is None:
            return self._make(owner)
        value = vars(instance)[self._name] = self._make(instance)
        return value


class Limits:
    """What a gateway lets through, in bytes; None where the platform's documents give no figure.

    ``request_text`` is for bodies of text, where less of them is let through than of others; ``request_event`` for the
    whole event as JSON, where the platform measures that.
    """

    __slots__ = (
        "methods", "request_body", "request_event", "request_headers", "request_target", "request_text",
        "response_body", "response_headers",
    )  # fmt: skip

    def __init__(
        self,
        *,
        methods: frozenset[str] | None = None,
        request_target: int | None = None,
        request_headers: int | None = None,
        request_body: int | None = None,
        request_text: int | None = None,
        request_event: int | None = None,
        response_headers: int | None = None,
        response_body: int | None = None,
    ) -> None:
        self.methods = methods
        self.request_target = request_target
        self.request_headers = request_headers
        self.request_body = request_body
        self.request_text = request_text
        self.request_event = request_event
        self.response_headers = response_headers
        self.response_body = response_body


class Invocation:
    """What the platform's context says of this invocation, in neutral words.

    ``remaining`` is in seconds, counted from the start of the invocation; None where the platform does not tell.
    """

    __slots__ = ("remaining", "request_id")

    def __init__(self, request_id: str = "", remaining: float | None = None) -> None:
        self.request_id = request_id
        self.remaining = remaining


class Stamp:
    """When and under which id a gateway took a request in, which it writes into the event. Time in ms since 1970."""

    __slots__ = ("milliseconds", "request_id")

    def __init__(self, request_id: str, milliseconds: int) -> None:
        self.request_id = request_id
        self.milliseconds = milliseconds


#: The stamp of examples.
SAMPLE_STAMP = Stamp("1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b", 1772439331482)


class Gateway(ABC):
    """One HTTP door of a platform."""

    name: str
    title: str
    runtime: Runtime
    limits: Limits = Limits()
    loses: tuple[Loss, ...] = ()
    #: Whether a response's body can be text only: then there is a loss that says what becomes of other bytes.
    text_only = False
    #: Who vouches for the caller's identity in a request that came through this door, as "wechat-call-function"; None
    #: where whatever a request says of its caller may be the caller's own words. It reaches the app with the request.
    vouched_by: str | None = None

    @abstractmethod
    def matches(self, event: Any) -> bool:
        """Whether the event came through this door; never raises, whatever the event is."""

    @abstractmethod
    def parse(self, event: Any) -> Request:
        """The request in an event that matches. Raises MalformedEvent; does not change the event."""

    def glance(self, event: Any) -> Glance | None:
        """The same request as ``parse``, of an event in which everything is as usual, without the objects of the model;
        None where ``matches`` is not true or anything is unusual. Never raises.

        This is the short cut of the hot path, for gateways for which it pays; ``fcbridge.testing.laws`` holds it to
        ``parse``. What it returns came over HTTP/1.1 and TLS and is no HEAD; it has a Host, names that have a layout,
        and values in ASCII without a line break.
        """
        return None

    def render_plain(self, status: int, fields: dict[str, str], text: str) -> object:
        """The same payload as ``render``, of a response at a glance whose body travels as text; None where anything is
        unusual about it.

        The other half of the short cut. The text is short, and ``fields`` have each name once, and values in ASCII
        without a line break; they are the gateway's to change. A gateway with a limit for response headers gives None
        where they might pass it.
        """
        return None

    @abstractmethod
    def render(self, response: Response, event: Any) -> object:
        """What the function returns so that the gateway answers with ``response``."""

    @abstractmethod
    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> object:
        """The event that the gateway makes of a client's request: a JSON value."""

    @abstractmethod
    def read(self, payload: bytes) -> Response:
        """What the gateway answers to the client when the function has sent ``payload``.

        Raises MalformedEvent where the platform refuses the payload.
        """

    @abstractmethod
    def refuse(self, refusal: Refusal) -> Response:
        """What the platform answers in place of the function."""

    def sample(self) -> Request:
        """A request worth looking at, for ``fcbridge event generate``."""
        from .model import Headers, Request

        return Request(
            path="/items/7",
            query="color=red",
            headers=Headers(
                [("host", "api.example.com"), ("accept", "application/json"), ("user-agent", "curl/8.9.1")]
            ),
            client=("203.0.113.24", 0),
        )

    def context(self, event: Any, context: object) -> object:
        """The invocation's context, where the platform does not hand it over as the second argument."""
        return context

    def deliver(self, payload: object, context: Any) -> object:
        """What the handler returns. For runtimes that take the answer in another way than by its value."""
        return payload


class Platform(ABC):
    """A cloud: its doors, and the signs in the environment by which it is known.

    ``signs`` are sets of environment variables; the platform is recognised when every variable of one set is there.
    No event matches two of the gateways. Where they are several, ``lazy`` and ``likely`` keep those from being imported
    through which no event comes.
    """

    name: str
    title: str
    gateways: tuple[Gateway, ...]
    signs: tuple[frozenset[str], ...]
    #: The sources of events that are no HTTP requests.
    triggers: tuple[Trigger, ...] = ()
    #: Whether one of them is ``over_http``, said here so that a request to the app needs none of them.
    events_over_http = False
    #: The sources whose events no shape tells, as a text or any JSON. They are asked where it is known that the event
    #: is of this platform, and neither a gateway nor one of ``triggers`` has claimed it.
    presumed: tuple[Trigger, ...] = ()

    @abstractmethod
    def invocation(self, context: object) -> Invocation:
        """What ``context`` says; never raises, whatever the context is."""

    def door(self, event: Any, context: object) -> Gateway | None:
        """The gateway that an event came through, which the event alone tells on most platforms; never raises."""
        likely = self.likely(event)
        if likely is not None and likely.matches(event):
            return likely
        for gateway in self.gateways:
            if gateway.matches(event):
                return gateway
        return None

    def likely(self, event: Any) -> Gateway | None:
        """The gateway to be asked first, by the look of the event; None: all are asked, in their order. Never raises,
        whatever the event is."""
        return None

    def trigger(self, event: Any) -> Trigger | None:
        """The source that an event comes from which came through no gateway; never raises."""
        for trigger in self.triggers:
            if trigger.matches(event):
                return trigger
        return None

    def names(self, event: Any) -> str | None:
        """What an event is that the platform knows and no gateway answers, as "a WebSocket event of ..."; None where
        it does not know it. It completes the sentence "The event is ...". Never raises, whatever the event is."""
        return None

    def entry(self, handler: Entered, **options: Any) -> object:
        """What the function's module exports, where the platform does not call ``handler(event, context)``.

        It has the handler as its attribute ``handler``, where it can have attributes, so that the local commands find
        it again. Raises TypeError for options that the platform does not know.
        """
        if options:
            raise TypeError(f"the entry of {self.title} takes no option {sorted(options)[0]!r}")
        return handler
