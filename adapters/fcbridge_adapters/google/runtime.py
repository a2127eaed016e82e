"""The Functions Framework for Python, played: what it makes of a request, and of what a function returns.

https://github.com/GoogleCloudPlatform/functions-framework-python, version 3.10
"""

from __future__ import annotations

from fcbridge.errors import MissingExtra
from fcbridge.gateway import Runtime
from fcbridge.played import packed_response, played_request, server_environ, server_scope

from .context import Execution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import flask

    from fcbridge.gateway import Handler, Settings

#: Where the event of an ASGI function, which is a scope, has the body. The entry writes it there.
BODY = "google.body"

# The framework answers these itself.
_NOT_FOUND = frozenset({"/robots.txt", "/favicon.ico"})


class FunctionsFramework(Runtime):
    """What both forms have in common. There is no context argument: the second one is None."""

    def context(self, settings: Settings, request_id: str) -> Execution:
        execution = Execution(request_id)
        execution.timeout = float(settings.timeout)
        return execution

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {
            "K_SERVICE": settings.name,
            "K_REVISION": f"{settings.name}-00001-abc",
            "K_CONFIGURATION": settings.name,
            "PORT": "8080",
            "FUNCTION_TARGET": settings.handler.rpartition(".")[2],
            "FUNCTION_SIGNATURE_TYPE": "http",
            # Inferred: the framework reads it, and no page says on which services it is set.
            "CLOUD_RUN_TIMEOUT_SECONDS": str(settings.timeout),
        }

    def error(self, exception: BaseException) -> dict[str, object]:
        """The framework has no document for errors, only text."""
        return {"errorMessage": str(exception), "errorType": type(exception).__name__}


class FlaskRuntime(FunctionsFramework):
    """``main(request)``, inside of the framework's own Flask app."""

    name = "gcf-http"

    def __init__(self) -> None:
        self._application: flask.Flask | None = None

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        request = played_request(event, "A function of Google", self.name)
        application = self._running()
        if request.path in _NOT_FOUND:
            return packed_response(404, [("content-type", "text/html; charset=utf-8")], b"Not Found")
        environ = server_environ(request)
        with application.request_context(environ) as entered:
            answer = application.make_response(handler(entered.request, None))  # type: ignore[arg-type]  # Flask looks
            headers = answer.get_wsgi_headers(environ)
            # The client's door takes the body of an answer to HEAD away.
            return packed_response(answer.status_code, headers, answer.get_data())

    def require(self) -> None:
        self._running()

    def _running(self) -> flask.Flask:
        if self._application is None:
            try:
                from flask import Flask
            except ModuleNotFoundError as error:
                raise MissingExtra(
                    "An HTTP function of Google is called with a flask.Request, and Flask is not installed.",
                    hint="pip install functions-framework",
                ) from error
            self._application = Flask(__name__)
        return self._application


class StarletteRuntime(FunctionsFramework):
    """``await main(request)``. A handler that is called here, as Handler is, answers at once."""

    name = "gcf-asgi"

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        request = played_request(event, "A function of Google", self.name)
        if request.path in _NOT_FOUND and request.method in ("GET", "HEAD"):
            return packed_response(404, [("content-type", "text/plain; charset=utf-8")], b"Not Found")
        scope: dict[str, Any] = {**server_scope(request), BODY: request.body}
        answer = handler(scope, None)
        raw = getattr(answer, "raw_headers", None)
        if raw is None:
            raise TypeError(f"{type(answer).__name__!r} object is not callable")  # as Starlette has it
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw]
        return packed_response(answer.status_code, pairs, bytes(answer.body))  # type: ignore[attr-defined]  # Starlette's


FLASK_RUNTIME = FlaskRuntime()
STARLETTE_RUNTIME = StarletteRuntime()
