"""The server of the Python environment, played: Flask, with the function called inside of a request's context.

https://github.com/fission/environments/blob/master/python/server.py
"""

from __future__ import annotations

from fcbridge.errors import MissingExtra
from fcbridge.gateway import Runtime
from fcbridge.played import packed_response, played_request, server_environ

from .context import FunctionCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    import flask

    from fcbridge.gateway import Handler, Settings


class FlaskRuntime(Runtime):
    """``main()`` has no arguments; the handler gets here what :func:`.entry.function` gives to it.

    The environment gives a handler to Flask's logger and none to the root.
    """

    name = "fission"

    def __init__(self) -> None:
        self._application: flask.Flask | None = None

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        environ = server_environ(played_request(event, "A function of Fission", "fission-http"))
        del environ["RAW_URI"]  # bjoern and gevent keep the decoded path only
        application = self._running()
        with application.request_context(environ) as entered:
            answer = application.make_response(handler(entered.request, context))  # type: ignore[arg-type]  # Flask looks
            return packed_response(answer.status_code, answer.get_wsgi_headers(environ), answer.get_data())

    def context(self, settings: Settings, request_id: str) -> FunctionCall:
        return FunctionCall({"HTTP_X_FISSION_FUNCTION_NAME": settings.name}, request_id)

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {"RUNTIME_PORT": "8888", "USERFUNCVOL": directory}

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
                    "The environment of Fission serves a function with Flask, which is not installed.",
                    hint="pip install flask",
                ) from error
            self._application = Flask(__name__)
        return self._application


FLASK_RUNTIME = FlaskRuntime()
