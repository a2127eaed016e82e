"""A request from what was typed, in curl's grammar: ``-X``, ``-H``, ``-d``; and its printing."""

from __future__ import annotations

import json
from http.client import responses
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from ..codec import field_name, wire_path
from ..model import Headers
from .parser import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

    from ..model import Pair, Request, Response
    from .environment import Environment

_FORM = "application/x-www-form-urlencoded"
# What may stand in a query as it is; whoever types more than RFC 3986 allows has it on the wire, as with curl.
_QUERY = "%/?:@!$&'()*+,;=~[]|^`{}\"<>\\"


def add_body_options(parser: ArgumentParser) -> None:
    """The options from which :func:`with_headers` and :func:`with_body` make a request."""
    parser.add_argument(
        "-H", "--header", action="append", default=[], metavar="'NAME: VALUE'", help="a header; 'NAME:' removes one"
    )
    parser.add_argument(
        "-d", "--data", "--body", action="append", default=[], metavar="DATA",
        help="the body: text, @FILE, or @- for stdin; several are joined with &",
    )  # fmt: skip


def with_url(request: Request, url: str) -> Request:
    """``request`` for another path, or for another host too: ``/items?color=red``, ``http://shop.example.com/``."""
    scheme, host, path = request.scheme, request.headers.get("host"), url.partition("#")[0]
    if "://" in url:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise UsageError(f"{parts.scheme}:// is not what a gateway takes.", hint="a path, or an http or https URL")
        scheme, host = parts.scheme, parts.netloc.rpartition("@")[2]
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    path, _, query = path.partition("?")
    fields = [("host", host or "localhost"), *request.headers.without("host")]
    return request.replace(
        path=wire_path(path), query=quote(query, safe=_QUERY), scheme=scheme, headers=Headers.of(fields)
    )


def with_headers(request: Request, typed: Sequence[str]) -> Request:
    """``request`` with headers as curl takes them: ``Name: value``, ``Name;`` for an empty one, ``Name:`` for none."""
    added: list[Pair] = []
    removed: set[str] = set()
    for text in typed:
        name, colon, value = text.partition(":")
        if not colon and text.endswith(";"):
            name, value = text[:-1], ""
        elif not colon:
            raise UsageError("A header has no colon.", hint="-H 'Name: value'")
        try:
            name = field_name(name.strip())
        except ValueError as error:
            raise UsageError(f"-H does not take this: {error}.", hint="-H 'Name: value'") from None
        if "\r" in value or "\n" in value or "\0" in value:
            raise UsageError(f"The header {name!r} has a line break or a NUL in it.", hint="one -H for each header")
        removed.add(name)
        if value.strip() or not colon:
            # Characters stand for bytes in the model; what is typed is UTF-8.
            added.append((name, value.strip().encode("utf-8", "surrogateescape").decode("latin-1")))
    return request.replace(headers=Headers.of([*request.headers.without(*removed), *added]))


def pairs(typed: Sequence[str]) -> list[Pair]:
    """The headers of a message, which may have any name: ``name: value``."""
    found: list[Pair] = []
    for text in typed:
        name, colon, value = text.partition(":")
        if not colon or not name.strip():
            raise UsageError("A header has no colon, or no name.", hint="-H 'name: value'")
        found.append((name.strip(), value.strip()))
    return found


def with_body(request: Request, body: bytes | None, environment: Environment) -> Request:
    """``request`` with a body; its type is that of a form where no header tells another, as with curl."""
    if body is None:
        return request
    headers = request.headers.without("content-length")
    if "content-type" not in headers:
        headers.pairs.append(("content-type", _FORM))
        if _is_json(body):
            environment.note(f"the body is sent as {_FORM}", hint="-H 'content-type: application/json' for JSON")
    headers.pairs.append(("content-length", str(len(body))))
    return request.replace(headers=headers, body=body)


def typed_body(data: Sequence[str], environment: Environment) -> bytes | None:
    """The bytes that ``-d`` names, or None where there was none. Files are sent as they are, line ends and all."""
    if not data:
        return None
    return b"&".join(
        read_input(text[1:], environment) if text.startswith("@") else text.encode("utf-8", "surrogateescape")
        for text in data
    )


def read_input(name: str, environment: Environment) -> bytes:
    """The bytes of a file, or of stdin where it is called ``-``. Raises UsageError."""
    if name == "-":
        return environment.stdin.read()
    try:
        return (environment.cwd / name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name!r} cannot be read: {error.strerror or type(error).__name__}.") from None


def _is_json(body: bytes) -> bool:
    if body[:1] not in (b"{", b"["):
        return False
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


# -- responses --------------------------------------------------------------------------------------------------------


def reason(status: int) -> str:
    """The phrase for a status, as HTTP/1.1 has it in the first line."""
    return responses.get(status, "")


def head_lines(response: Response, environment: Environment, *, data: bool) -> str:
    """The status line and the headers, with the empty line below them."""
    style = "green" if response.status < 400 else "red"
    status = environment.styled(f"{response.status} {reason(response.status)}".rstrip(), style, data=data)
    fields = [f"{environment.styled(name, 'cyan', data=data)}: {_readable(value)}" for name, value in response.headers]
    return "\n".join([f"HTTP/1.1 {status}", *fields, ""])


def response_report(response: Response) -> dict[str, object]:
    """A response for a script: the body as text where it is UTF-8, else as base64."""
    try:
        body, encoding = response.body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        from ..bodies import base64_text

        body, encoding = base64_text(response.body), "base64"
    return {
        "status": response.status,
        "reason": reason(response.status),
        "headers": [[name, _readable(value)] for name, value in response.headers],
        "body": body,
        "encoding": encoding,
    }


def _readable(value: str) -> str:
    """A header's bytes as the UTF-8 that they mostly are."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
