"""The template's server, played: Flask with the template's routes, and what it makes of a function's result.

https://github.com/openfaas/python-flask-template/tree/master/template/python3-http
"""

from __future__ import annotations

from fcbridge.errors import MissingExtra
from fcbridge.gateway import Runtime
from fcbridge.played import packed_response, played_request, server_environ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import flask

    from fcbridge.gateway import Handler, Settings


class Event:
    """As the template makes it of Flask's request."""

    def __init__(self, request: flask.Request) -> None:
        self.body = request.get_data()
        self.headers = request.headers
        self.method = request.method
        self.query = request.args
        self.path = request.path


class Context:
    """The template's has the hostname alone. The call's id, which the gateway sends as X-Call-Id, rides along here."""

    def __init__(self, hostname: str, call_id: str) -> None:
        self.hostname = hostname
        self.call_id = call_id


class TemplateRuntime(Runtime):
    """It leaves logging alone: of-watchdog passes on what a function writes to standard output and error."""

    name = "openfaas-python3-http"

    def __init__(self) -> None:
        self._application: flask.Flask | None = None

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        environ = server_environ(played_request(event, "A function of OpenFaaS", "openfaas-http"))
        environ["REQUEST_URI"] = environ.pop("RAW_URI")  # waitress has the other name for it
        application = self._running()
        with application.request_context(environ) as entered:
            result: Any = _formatted(handler(Event(entered.request), context))
            answer = application.make_response(result)
            return packed_response(answer.status_code, answer.get_wsgi_headers(environ), answer.get_data())

    def context(self, settings: Settings, request_id: str) -> Context:
        return Context(f"{settings.name}-6d4cf56db6-x7k2p", request_id)

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {
            "fprocess": "python index.py",
            "mode": "http",
            "upstream_url": "http://127.0.0.1:5000",
            "exec_timeout": f"{settings.timeout}s",
        }

    def error(self, exception: BaseException) -> dict[str, object]:
        """Flask has a page for errors and no document."""
        return {"errorMessage": str(exception), "errorType": type(exception).__name__}

    def require(self) -> None:
        self._running()

    def _running(self) -> flask.Flask:
        if self._application is None:
            try:
                from flask import Flask
            except ModuleNotFoundError as error:
                raise MissingExtra(
                    "The template of OpenFaaS serves a function with Flask, which is not installed.",
                    hint="pip install flask",
                ) from error
            self._application = Flask(__name__)
        return self._application


def _formatted(result: object) -> object:
    """None is empty; of a dict ``statusCode``, ``headers`` and ``body`` count; all else is Flask's business."""
    if result is None:
        return "", 200
    if not isinstance(result, dict):
        return result
    body: object = result.get("body", "")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    headers: object = result.get("headers", [])  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not isinstance(body, dict):
        body = str(body)  # pyright: ignore[reportUnknownArgumentType]
    return body, result.get("statusCode", 200), headers  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


TEMPLATE_RUNTIME = TemplateRuntime()
