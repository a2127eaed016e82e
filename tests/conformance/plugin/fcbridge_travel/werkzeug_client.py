"""Werkzeug's test client, which is Flask's."""

from __future__ import annotations

from http.client import responses as reasons
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import werkzeug.test
from werkzeug.datastructures import Headers as WerkzeugHeaders

from fcbridge.model import Headers, Request, Response

from .ways import PastLoss, ThroughGateway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .ways import Way

    Environ = dict[str, Any]
    App = Callable[[Environ, Any], Iterable[bytes]]
    Answer = tuple[Iterable[bytes], str, WerkzeugHeaders]

#: By this entry of the environ Flask's client has its app keep a request's context for the test to look into. It is no
#: part of a request, and it is carried beside it.
_FACILITY = "werkzeug.debug.preserve_context"

_direct: Callable[..., Answer] = werkzeug.test.run_wsgi_app


def patch(way: Way) -> None:
    """Have every request of a werkzeug Client take ``way``."""

    def run_wsgi_app(app: App, environ: Environ, buffered: bool = False) -> Answer:
        if isinstance(way, ThroughGateway):
            return _through_gateway(way, app, environ)
        return _past_loss(way, app, environ, buffered)

    werkzeug.test.run_wsgi_app = run_wsgi_app


def _through_gateway(way: ThroughGateway, app: App, environ: Environ) -> Answer:
    def with_facility(received: Environ, start_response: Any) -> Iterable[bytes]:
        if _FACILITY in environ:
            received[_FACILITY] = environ[_FACILITY]
        return app(received, start_response)

    base_path = quote(environ.get("SCRIPT_NAME", "").rstrip("/").encode("latin-1"), safe=_PCHAR)
    handler = way.handler(with_facility, base_path=base_path, on_error="raise", interface="wsgi")
    return _werkzeug_answer(way.answer(_request(environ), handler))


def _past_loss(way: PastLoss, app: App, environ: Environ, buffered: bool) -> Answer:
    changed = _environ(way.sent(_request(environ)), environ)
    if way.spares_responses:
        return _direct(app, changed, buffered)
    chunks, status, headers = _direct(app, changed, buffered=True)
    response = way.received(Response(int(status[:3]), Headers(headers.to_wsgi_list()), b"".join(chunks)))
    return iter([response.body]), status, WerkzeugHeaders(list(response.headers))


# -- between werkzeug and the model -----------------------------------------------------------------------------------

# RFC 3986 section 3.3, and the slash. PEP 3333 has the path decoded, so a percent sign in it is one.
_PCHAR = "/!$&'()*+,;=:@~"
_CONTENT = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


def _request(environ: Environ) -> Request:
    path = environ.get("SCRIPT_NAME", "").rstrip("/") + environ.get("PATH_INFO", "")
    pairs = [(key[5:].replace("_", "-"), str(value)) for key, value in environ.items() if key.startswith("HTTP_")]
    pairs += [(name, str(environ[key])) for key, name in _CONTENT.items() if environ.get(key)]
    address = environ.get("REMOTE_ADDR")
    body = environ["wsgi.input"].read()
    # The client sends the same stream again where a redirect asks for it.
    environ["wsgi.input"] = BytesIO(body)
    return Request(
        method=environ["REQUEST_METHOD"],
        path=quote(path.encode("latin-1"), safe=_PCHAR) or "/",
        query=environ.get("QUERY_STRING", ""),
        headers=Headers(pairs),
        body=body,
        client=(address, int(environ.get("REMOTE_PORT") or 0)) if address else None,
        scheme=environ["wsgi.url_scheme"],
        http_version=environ.get("SERVER_PROTOCOL", "HTTP/1.1").rpartition("/")[2],
    )


def _environ(request: Request, sent: Environ) -> Environ:
    """``sent`` with what a loss has left of it."""
    environ = {key: value for key, value in sent.items() if not key.startswith("HTTP_") and key not in _CONTENT}
    environ.update(
        {
            "REQUEST_METHOD": request.method,
            "QUERY_STRING": request.query,
            "REMOTE_ADDR": request.client[0] if request.client else "",
            "SERVER_PROTOCOL": f"HTTP/{request.http_version}",
            "wsgi.url_scheme": request.scheme,
            "wsgi.input": BytesIO(request.body),
        }
    )
    content = {name: key for key, name in _CONTENT.items()}
    for name, value in request.headers:
        key = content.get(name) or "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def _werkzeug_answer(response: Response) -> Answer:
    status = f"{response.status} {reasons.get(response.status, 'Unknown').upper()}"
    return iter([response.body]), status, WerkzeugHeaders(list(response.headers))
