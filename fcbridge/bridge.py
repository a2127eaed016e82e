"""The function ``bridge``, alone: what it makes a handler of is imported when it is called."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from .gateway import Platform
    from .handler import Handler


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

    with Undisturbed():
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
