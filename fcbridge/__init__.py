"""fcbridge: any web app as a function on any function platform, without changing the app.

from fcbridge import bridge

handler = bridge(app)

General layout, from the inside out; imports point inward only:

errors, model       what is refused, and the neutral Request and Response
codec, losses       the rules that all platforms share, and what a gateway cannot carry
envelope, native    the JSON that several clouds share; platforms that hand over an environ or a scope (played: outside)
gateway             the contracts that a platform fulfils
registry, runners   which platforms there are; what runs an ASGI or a WSGI app
trigger, events     the contract of a source of other events, and what they parse into; outcome: what becomes of them
cloudevents, posted CloudEvents over HTTP, and sources whose events are HTTP requests
handler             event -> parse -> run -> render -> payload
connector           other events -> parse -> functions -> render -> payload; once: which of them are done
bridge              makes a handler of an app; it is here, and what it needs is imported when it is called
local               the platform's side on this machine, used by dev, testing and cli
compat, wechat      other adapters' entry points; who is calling in a mini-program
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from .connector.state import Context, State
    from .errors import BridgeError
    from .events import (
        CloudEvent,
        ConnectionEvent,
        DestinationEvent,
        Event,
        LogEvent,
        LogRecord,
        MessageEvent,
        NotificationEvent,
        ObjectEvent,
        RowEvent,
        TimerEvent,
    )
    from .gateway import Platform
    from .handler import Handler
    from .model import Headers, Request, Response
    from .outcome import Outcome, ack, reject, retry

__version__ = "0.1.0"

__all__ = [
    "BridgeError", "CloudEvent", "ConnectionEvent", "Context", "DestinationEvent", "Event", "Handler", "Headers",
    "LogEvent", "LogRecord", "MessageEvent", "NotificationEvent", "ObjectEvent", "Outcome", "Request", "Response",
    "RowEvent", "State", "TimerEvent", "__version__", "ack", "bridge", "reject", "retry",
]  # fmt: skip

_HOMES = {
    "BridgeError": "errors", "CloudEvent": "events", "ConnectionEvent": "events", "Context": "connector.state",
    "DestinationEvent": "events", "Event": "events", "Handler": "handler", "Headers": "model", "LogEvent": "events",
    "LogRecord": "events", "MessageEvent": "events", "NotificationEvent": "events", "ObjectEvent": "events",
    "Outcome": "outcome", "Request": "model", "Response": "model", "RowEvent": "events", "State": "connector.state",
    "TimerEvent": "events", "ack": "outcome", "reject": "outcome", "retry": "outcome",
}  # fmt: skip


#: In place of an app.
_NONE = object()


def bridge(
    app: object = _NONE,
    *,
    platform: str | Platform | None = None,
    base_path: str = "",
    stage: str | None = None,
    lifespan: Literal["auto", "on", "off"] = "auto",
    text_types: tuple[str, ...] | list[str] = (),
    on_error: Literal["respond", "raise"] = "respond",
    background: Literal["await"] | float = "await",
    trusted_hops: int = 1,
    strict: bool = False,
    deadline_margin: float = 0.5,
    interface: Literal["auto", "asgi3", "asgi2", "wsgi"] = "auto",
    events_path: str | None = None,
) -> Handler:
    """Make a function handler of a web app.

    Events that are no HTTP requests go to functions, see ``Handler.on``. ``bridge()`` without an app is for functions
    that take only those.

    Args:
        app: an ASGI 3, ASGI 2 or WSGI app, a factory of one (called without arguments), or ``"module:attr"``.
        platform: name of the platform; by default it is recognised by the environment, else by each event.
        base_path: part of the path that the app does not own, as ``/api``; cut at a segment boundary only, it becomes
            ASGI's ``root_path`` and WSGI's ``SCRIPT_NAME``.
        stage: name of a gateway's stage where it stands first in the path and the event does not tell it.
        lifespan: ``auto`` (used where the app supports it), ``on`` (must be supported), ``off``.
        text_types: further content types to send as text, as ``application/x-foo`` or ``application/vnd.foo*``.
        on_error: ``respond`` (a plain 500 and a log with the traceback) or ``raise`` (the platform sees the exception,
            so that its retries and alarms work; also one that the framework has answered with a page of its own).
        background: how long tasks that outlive the response may go on before the handler returns: ``await`` (up to
            5 s) or a number of seconds.
        trusted_hops: how many proxies append to X-Forwarded-For, counted where the event has no client address.
        strict: raise ResponseLost rather than drop what the gateway cannot carry, such as a second Set-Cookie.
        deadline_margin: seconds before the platform's timeout at which work is cancelled and answered with 504.
        interface: ``asgi3``, ``asgi2`` or ``wsgi`` for an app that does not show what it is.
        events_path: where events that no function takes are posted to the app, as CloudEvents in binary mode, such as
            ``/events``; without it they are refused.

    Raises InvalidOption, UnknownPlatform, AmbiguousPlatform, AppNotFound, or whatever the app's module raises.
    """
    from .runners import Undisturbed

    with Undisturbed(f"{__name__}.handler"):
        from .handler import Handler
        from .options import Options

    if app is _NONE:
        from .connector.alone import app
    return Handler(
        app,
        Options(
            platform=platform,
            base_path=base_path,
            stage=stage,
            lifespan=lifespan,
            text_types=text_types,
            on_error=on_error,
            background=background,
            trusted_hops=trusted_hops,
            strict=strict,
            deadline_margin=deadline_margin,
            interface=interface,
            events_path=events_path,
        ),
    )


def __getattr__(name: str) -> object:
    # An import of fcbridge loads no more than ``bridge``.
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(__import__(f"{__name__}.{home}", fromlist=[name]), name)
    globals()[name] = found
    return found
