"""The WSGI environ of a request (PEP 3333, "environ Variables"; CGI's own in RFC 3875 section 4.1).

Text is "bytes as str" throughout, as PEP 3333 wants it ("Unicode Issues") and as :class:`Headers` holds it already.
"""

from __future__ import annotations

from io import BytesIO

from ..codec import below_base, decoded_path_bytes, field_name
from ..model import SERVERS, server_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..model import Glance, Layout, Request

    Environ = dict[str, Any]


def environ_of(request: Request, errors: ErrorLog) -> Environ:
    """A plain dict of its own, for the app to change. ``errors`` becomes ``wsgi.errors``."""
    environ = _TEMPLATE.copy()
    path, query, base = request.path, request.query, request.base_path
    environ["REQUEST_METHOD"] = request.method
    if base or "%" in path or path == "*":
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = _names(path, base)
    else:
        environ["PATH_INFO"] = path
    environ["QUERY_STRING"] = query
    # The undecoded target: mod_wsgi and uWSGI call it REQUEST_URI, gunicorn RAW_URI; frameworks look for both.
    environ["REQUEST_URI"] = environ["RAW_URI"] = f"{path}?{query}" if query else path
    if request.client is not None:
        environ["REMOTE_ADDR"], port = request.client
        if port:
            environ["REMOTE_PORT"] = str(port)
    environ["wsgi.input"] = BytesIO(request.body)  # shares the bytes until somebody writes
    environ["wsgi.errors"] = errors
    environ["SERVER_NAME"], port = request.server
    if port != 443:
        environ["SERVER_PORT"] = str(port)
    if request.http_version != "1.1":
        environ["SERVER_PROTOCOL"] = f"HTTP/{request.http_version}"
    environ["wsgi.url_scheme"] = request.scheme
    environ["fcbridge.event"] = request.event
    environ["fcbridge.context"] = request.context
    if request.vouched_by is not None:
        environ["fcbridge.vouched_by"] = request.vouched_by
    for name, value in request.headers:
        key = _keys.get(name)
        if key is None:
            key = _key(name)
        if key not in environ:
            environ[key] = value
        elif name == "cookie":
            environ[key] += "; " + value  # RFC 9113 section 8.2.3
        elif name not in _SINGLE:
            environ[key] += ", " + value  # RFC 9110 section 5.3
    return _measured(environ, request.body)


def environ_at_a_glance(seen: Glance, event: object, context: object, errors: ErrorLog) -> Environ:
    """:func:`environ_of` a request at a glance."""
    method, path, query, layout, values, body, client, base = seen
    template, keys, odd = layout.environ or _laid_out(layout)
    environ = template.copy()
    environ["REQUEST_METHOD"] = method
    if base or "%" in path or path == "*":
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = _names(path, base)
    else:
        environ["PATH_INFO"] = path
    if query:
        environ["QUERY_STRING"] = query
        environ["REQUEST_URI"] = environ["RAW_URI"] = f"{path}?{query}"
    else:
        environ["REQUEST_URI"] = environ["RAW_URI"] = path
    if client is not None:
        environ["REMOTE_ADDR"], port = client
        if port:
            environ["REMOTE_PORT"] = str(port)
    host = values[layout.host or 0]
    environ["SERVER_NAME"], port = SERVERS.get(host) or server_of("https", host)
    if port != 443:
        environ["SERVER_PORT"] = str(port)
    environ["wsgi.input"] = BytesIO(body)
    environ["wsgi.errors"] = errors
    environ["fcbridge.event"] = event
    environ["fcbridge.context"] = context
    for key, value in zip(keys, values):  # noqa: B905  # of one length
        environ[key] = value
    return _measured(environ, body) if odd or body else environ


def _laid_out(layout: Layout) -> tuple[Environ, tuple[str, ...], bool]:
    """A template with room for all header fields, so that a copy need not grow."""
    keys = tuple([_key(name) for name in layout.names])
    odd = _DROPPED in keys or "CONTENT_LENGTH" in keys
    layout.environ = made = {**_TEMPLATE, **dict.fromkeys(keys, "")}, keys, odd
    return made


def _measured(environ: Environ, body: bytes) -> Environ:
    environ.pop(_DROPPED, None)
    # What the client wrote may be missing, wrong, or the length before the gateway unpacked the body.
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    elif "CONTENT_LENGTH" in environ:
        environ["CONTENT_LENGTH"] = "0"
    return environ


class ErrorLog:
    """``wsgi.errors``: its lines become error records of the logger ``fcbridge.wsgi``."""

    # Of the class until something is written: there is one log for each request.
    pending = ""
    _logging_in: int | None = None  # the thread

    def write(self, text: str) -> int:
        if self._is_logging():
            # A log handler that writes to wsgi.errors (Flask's documentation has one for the root logger) got a record
            # of ours. It would come back for ever.
            _write_to_stderr(text)
            return len(text)
        *lines, self.pending = (self.pending + text).split("\n")
        if lines:
            self._log(lines)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Log what is there of an unfinished line."""
        if self.pending and not self._is_logging():
            line, self.pending = self.pending, ""
            self._log([line])

    def _log(self, lines: list[str]) -> None:
        from logging import getLogger
        from threading import get_ident

        logger = getLogger("fcbridge.wsgi")
        self._logging_in = get_ident()
        try:
            for line in lines:
                logger.error("%s", line)
        finally:
            self._logging_in = None

    def _is_logging(self) -> bool:
        if self._logging_in is None:
            return False
        from threading import get_ident

        return self._logging_in == get_ident()


def _write_to_stderr(text: str) -> None:
    import sys

    if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison]  # None under pythonw
        sys.stderr.write(text)


def _names(path: str, base: str) -> tuple[str, str]:
    """SCRIPT_NAME and PATH_INFO. A base that the path is not below owns nothing of it."""
    if path == "*":
        # OPTIONS *: "the target URI's combined path and query component is empty" (RFC 9112 section 3.3).
        return "", ""
    if not base or not below_base(path, base):
        return "", decoded_path_bytes(path).decode("latin-1")
    return decoded_path_bytes(base).decode("latin-1"), decoded_path_bytes(path[len(base) :]).decode("latin-1")


# -- environ keys of header fields ------------------------------------------------------------------------------------

_DROPPED = ""

_FIXED = {
    # CGI names these two without HTTP_ (RFC 3875 sections 4.1.2 and 4.1.3).
    "content-type": "CONTENT_TYPE",
    "content-length": "CONTENT_LENGTH",
    # The body is complete and its length known: an app that saw this would wait for chunks.
    "transfer-encoding": _DROPPED,
    # HTTP_PROXY is an environment variable that HTTP clients obey in a CGI process (httpoxy, CVE-2016-5385).
    "proxy": _DROPPED,
}
# Fields with one value: of several the first one counts, as in Headers.get.
_SINGLE = frozenset({"content-type", "content-length"})


# Of names that were seen. Clients choose them: bounded in entries and in the length of a name.
_keys: dict[str, str] = {}
_CACHE_ENTRIES = 1024
_CACHE_KEY = 64


def _key(name: str) -> str:
    """``x-tag`` as ``HTTP_X_TAG``; nothing for a name that would become the key of another one.

    ``x_tag`` would be HTTP_X_TAG too, and so slip past whoever guards ``x-tag`` in front of the app (CVE-2015-0219;
    nginx and gunicorn drop such names too). Names that are no tokens have letters that upper() turns into ASCII ones.
    """
    if name in _FIXED:
        return _FIXED[name]
    try:
        field_name(name)
    except ValueError:
        return _DROPPED
    key = _DROPPED if "_" in name else "HTTP_" + name.upper().replace("-", "_")
    if len(name) <= _CACHE_KEY:
        if len(_keys) >= _CACHE_ENTRIES:
            _keys.clear()  # whoever fills it with names of his own must not slow down everybody else for good
        _keys[name] = key
    return key


# Everything that each request has, so that a copy need not grow; what is usual is there already.
_TEMPLATE: Environ = {
    "REQUEST_METHOD": "GET",
    "SCRIPT_NAME": "",
    "PATH_INFO": "",
    "QUERY_STRING": "",
    "REQUEST_URI": "",
    "RAW_URI": "",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SERVER_NAME": "",
    "SERVER_PORT": "443",
    "SERVER_SOFTWARE": "fcbridge",
    "REMOTE_ADDR": "",  # RFC 3875 section 4.1.8: it must be there
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "https",
    "wsgi.input": None,
    "wsgi.errors": None,
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
    "fcbridge.event": None,
    "fcbridge.context": None,
}
