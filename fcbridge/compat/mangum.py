"""``Mangum``: https://mangum.fastapiexpert.com/adapter/"""

from __future__ import annotations

from .. import bridge
from ..codec import below_base
from ..gateway import Invocation
from ..model import Request, Response
from ..native import request_of_scope
from .doors import Lambda, Manner, OneWay, stage_untold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping
    from typing import Any, Literal, Protocol, TypedDict

    from ..gateway import Gateway

    Scope = MutableMapping[str, Any]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    App = Callable[[Any, Any, Any], Awaitable[None]]

    class Config(TypedDict):
        """What a custom handler is given beside event and context."""

        api_gateway_base_path: str
        text_mime_types: list[str]
        exclude_headers: list[str]

    class Answer(TypedDict):
        """What a custom handler is called with."""

        status: int
        headers: list[list[bytes]]
        body: bytes

    class CustomHandler(Protocol):
        """What Mangum's documentation asks of a custom handler."""

        def __init__(self, event: Any, context: Any, config: Any, /) -> None: ...

        @classmethod
        def infer(cls, event: Any, context: Any, config: Any) -> bool: ...

        @property
        def body(self) -> bytes: ...

        @property
        def scope(self) -> Any: ...

        def __call__(self, response: Any) -> Any: ...


class Mangum:
    """A Lambda handler of an ASGI app.

    Args:
        app: an ASGI 3 app.
        lifespan: ``auto``, ``on`` or ``off``. The lifespan is that of the instance, and not of each invocation.
        api_gateway_base_path: what a custom domain's mapping has put in front of the path; it is cut off.
        custom_handlers: classes that are asked first whether an event is theirs (``infer``).
        text_mime_types: what is sent as text, as parts of a Content-Type, instead of what fcbridge knows to be text.
        exclude_headers: response headers to leave out.

    ``scope["aws.event"]`` and ``scope["aws.context"]`` are what Lambda handed over. ``handler`` is the Handler, with
    the hooks ``initialize`` and ``pre_stop``. Raises InvalidOption.
    """

    def __init__(
        self,
        app: App,
        lifespan: Literal["auto", "on", "off"] = "auto",
        api_gateway_base_path: str = "/",
        custom_handlers: list[type[CustomHandler]] | None = None,
        text_mime_types: list[str] | None = None,
        exclude_headers: list[str] | None = None,
    ) -> None:
        self.app = app
        self.lifespan = lifespan
        self.custom_handlers = custom_handlers or []
        self.config: Config = {
            "api_gateway_base_path": api_gateway_base_path or "/",
            "text_mime_types": text_mime_types or _TEXT_MIME_TYPES.copy(),
            "exclude_headers": [name.lower() for name in exclude_headers or ()],
        }
        manner = _Manner(self.config, self.custom_handlers, text_mime_types or None)
        self.handler = bridge(
            _with_keys(app),
            platform=_Lambda(manner),
            lifespan=lifespan,
            interface="asgi3",
        )

    def __call__(self, event: Any, context: Any = None) -> Any:
        return self.handler(event, context)


# Mangum's own list, which custom handlers see in their config.
_TEXT_MIME_TYPES = [
    "text/", "application/json", "application/javascript", "application/xml", "application/vnd.api+json",
    "application/vnd.oai.openapi",
]  # fmt: skip


def _with_keys(app: App) -> App:
    async def keyed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            context = scope["fcbridge.context"]
            if isinstance(context, _Custom):
                for key, value in context.scope.items():
                    scope.setdefault(key, value)
                context = scope["fcbridge.context"] = context.context
            scope["aws.event"] = scope["fcbridge.event"]
            scope["aws.context"] = context
        await app(scope, receive, send)

    keyed.__wrapped__ = app  # type: ignore[attr-defined]  # where the local commands look for it
    return keyed


class _Manner(Manner):
    def __init__(
        self, config: Config, custom_handlers: Iterable[type[CustomHandler]], text_types: list[str] | None
    ) -> None:
        self._config = config
        base = config["api_gateway_base_path"].strip("/")
        self._base = f"/{base}" if base else ""
        self._custom_handlers = tuple(custom_handlers)
        self._text_types = text_types
        self._excluded = frozenset(config["exclude_headers"])

    def arrived(self, request: Request, event: Any) -> Request:
        request = stage_untold(request, event)
        if self._base and below_base(request.path, self._base):
            request.path = request.path[len(self._base) :] or "/"
        return request

    def leaving(self, response: Response, event: Any) -> Response:
        if self._text_types is not None:
            kind = response.headers.get("content-type") or ""
            packed = response.headers.get("content-encoding") is not None
            response.text = not packed and any(part in kind for part in self._text_types)
        elif "application/vnd.oai.openapi" in (response.headers.get("content-type") or ""):
            response.text = response.headers.get("content-encoding") is None
        if self._excluded:
            response.headers = response.headers.without(*self._excluded)
        return response

    def door(self, event: Any, context: object) -> Gateway | None:
        for kind in self._custom_handlers:
            if kind.infer(event, context, self._config):
                return _CustomDoor(kind(event, context, self._config))
        return None


class _Custom:
    """The context of an event that a custom handler took, on its way to the app."""

    def __init__(self, context: object, scope: Any) -> None:
        self.context = context
        self.scope = scope


class _CustomDoor(OneWay):
    """One event in the hands of a custom handler."""

    name = "custom-handler"
    title = "a custom handler"

    def __init__(self, handler: CustomHandler) -> None:
        self._handler = handler
        self._scope = handler.scope

    def matches(self, event: Any) -> bool:
        return True

    def parse(self, event: Any) -> Request:
        # Custom handlers written for Mangum leave raw_path None, and have headers of lists.
        return request_of_scope(self._scope, self._handler.body or b"")

    def context(self, event: Any, context: object) -> object:
        return _Custom(context, self._scope)

    def render(self, response: Response, event: Any) -> object:
        answer: Answer = {
            "status": response.status,
            "headers": [[name.encode("latin-1"), value.encode("latin-1")] for name, value in response.headers],
            "body": response.body,
        }
        return self._handler(answer)


class _Lambda(Lambda):
    def invocation(self, context: object) -> Invocation:
        return super().invocation(context.context if isinstance(context, _Custom) else context)


__all__ = ["Mangum"]
