"""What a gateway cannot carry, said so that a machine can check it.

A loss is a projection: it maps a request (or a response) to what is left of it behind the gateway. The laws compare
with the projection, so a loss that is not declared fails them; each loss brings a witness that it really changes, so a
declared loss that does not happen fails too.
"""

from __future__ import annotations

from .codec import joined_query, json_text, pairs_of_query, query_of_pairs, routed_path, scheme_of, wire_text
from .model import Headers, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Loss:
    """One thing that does not survive. ``quiet`` losses harm nobody and are not warned about."""

    __slots__ = ("cure", "name", "on_request", "on_response", "quiet", "says", "witness")

    def __init__(
        self,
        name: str,
        says: str,
        *,
        cure: str | None = None,
        on_request: Callable[[Request], Request] | None = None,
        on_response: Callable[[Response], Response] | None = None,
        witness: Request | Response,
        quiet: bool = False,
    ) -> None:
        self.name = name
        self.says = says
        self.cure = cure
        self.on_request = on_request
        self.on_response = on_response
        self.witness = witness
        self.quiet = quiet

    def __repr__(self) -> str:
        return f"Loss({self.name!r})"


def request_behind(losses: Iterable[Loss], request: Request) -> Request:
    """What is left of ``request`` behind a gateway with these losses."""
    for loss in losses:
        if loss.on_request is not None:
            request = loss.on_request(request)
    return request


def response_behind(losses: Iterable[Loss], response: Response) -> Response:
    """What is left of ``response`` behind a gateway with these losses."""
    for loss in losses:
        if loss.on_response is not None:
            response = loss.on_response(response)
    return response


def same_request(one: Request, other: Request) -> bool:
    """Equal but for the order of different header names, which means nothing (RFC 9110 section 5.3)."""
    return _by_name(one) == _by_name(other)


def same_response(one: Response, other: Response) -> bool:
    """Equal but for the order of different header names."""
    return _by_name(one) == _by_name(other)


def _by_name(message: Request | Response) -> Request | Response:
    return message.replace(headers=Headers.of(sorted(message.headers, key=lambda pair: pair[0])))


def lost_of_request(losses: Iterable[Loss], request: Request) -> list[Loss]:
    """The losses worth a warning that hit this very request."""
    # RFC 3986 section 6.2.2.1: %e4, as curl sends it, is %E4. Nobody has to be warned that it arrives so.
    request = request.replace(path=_with_large_escapes(request.path))
    return [
        loss
        for loss in losses
        if not loss.quiet and loss.on_request is not None and not same_request(loss.on_request(request), request)
    ]


def _with_large_escapes(path: str) -> str:
    begin, *escapes = path.split("%")
    return begin + "".join(f"%{escape[:2].upper()}{escape[2:]}" for escape in escapes)


def lost_of_response(losses: Iterable[Loss], response: Response) -> list[Loss]:
    """The losses worth a warning that hit this very response."""
    return [
        loss
        for loss in losses
        if not loss.quiet and loss.on_response is not None and not same_response(loss.on_response(response), response)
    ]


# -- losses that several gateways share -------------------------------------------------------------------------------


def _with_headers(request: Request, pairs: list[tuple[str, str]]) -> Request:
    return request.replace(headers=Headers.of(pairs))


def _query_as_map(request: Request) -> Request:
    return request.replace(query=query_of_pairs(sorted(pairs_of_query(request.query), key=lambda pair: pair[0])))


QUERY_SPELLING = Loss(
    "query-spelling",
    "the query arrives decoded and as a mapping: its spelling and the order of its keys are not kept",
    on_request=_query_as_map,
    witness=Request(query="b=x%20y&a"),
    quiet=True,
)

REPEATED_QUERY_KEYS = Loss(
    "repeated-query-keys",
    "repeated query keys are joined with a comma",
    cure="send one key with a list in it, or use a gateway that keeps repeats",
    on_request=lambda request: _repeats_joined(request),
    witness=Request(query="tag=red&tag=blue"),
)

ROUTED_PATH = Loss(
    "routed-path",
    "the path is decoded and encoded again: an escaped slash becomes one, and '//', '.' and '..' are taken out, for "
    "which most doors send the client a redirect",
    on_request=lambda request: request.replace(path=routed_path(request.path)),
    witness=Request(path="/items//a%2Fb"),
    quiet=True,
)

LAST_QUERY_VALUE = Loss(
    "last-query-value",
    "of a repeated query key, only the last value arrives",
    cure="send one key with a list in it, or use a gateway that keeps repeats",
    on_request=lambda request: _repeats_dropped(request),
    witness=Request(query="tag=red&tag=blue"),
)

LAST_REQUEST_HEADER = Loss(
    "last-request-header",
    "of a repeated request header only the last value arrives, Cookie lines are joined",
    cure="send one field with a list in it",
    on_request=lambda request: _with_headers(request, _last_of_each(request.headers)),
    witness=Request(headers=Headers([("x-tag", "alpha"), ("x-tag", "beta")])),
)

UNDERSCORES_DROPPED = Loss(
    "underscores",
    "headers with an underscore in their name are dropped, as they could pass for others in an environ",
    cure="use a dash",
    on_request=lambda request: _with_headers(request, [pair for pair in request.headers if "_" not in pair[0]]),
    witness=Request(headers=Headers([("x_tag", "1")])),
)

# Go's net/http looks for a type in what a body begins with: https://pkg.go.dev/net/http#DetectContentType
TYPE_ADDED = Loss(
    "type-added",
    "a body without a Content-Type is sent as application/octet-stream: the server behind would guess one",
    on_response=lambda response: typed_body(response),
    witness=Response(200, body=b"x"),
    quiet=True,
)

SCHEME = Loss(
    "scheme",
    "the event does not tell http from https: X-Forwarded-Proto does where there is one, else https is assumed",
    on_request=lambda request: request.replace(scheme=scheme_of(request.headers)),
    witness=Request(scheme="http"),
    quiet=True,
)

CLIENT_PORT = Loss(
    "client-port",
    "the client's address comes without its port",
    on_request=lambda request: request.replace(client=request.client and (request.client[0], 0)),
    witness=Request(client=("203.0.113.24", 50712)),
    quiet=True,
)

FORWARDED = Loss(
    "forwarded",
    "the client's address comes as the last entry of X-Forwarded-For, its scheme as X-Forwarded-Proto",
    on_request=lambda request: _forwarded(request),
    witness=Request(client=("203.0.113.24", 50712)),
    quiet=True,
)

HTTP_VERSION = Loss(
    "http-version",
    "the event does not tell the HTTP version: 1.1 is assumed",
    on_request=lambda request: request.replace(http_version="1.1"),
    witness=Request(http_version="2"),
    quiet=True,
)

REQUEST_HEADER_TEXT = Loss(
    "request-header-text",
    "header values that are not UTF-8 are changed on their way through JSON",
    on_request=lambda request: _with_headers(request, _utf8(request.headers)),
    witness=Request(headers=Headers([("x-name", "caf\xe9")])),
)

RESPONSE_HEADER_TEXT = Loss(
    "response-header-text",
    "header values that are not UTF-8 are changed on their way through JSON",
    cure="send the value as UTF-8, or percent-encoded (RFC 8187)",
    on_response=lambda response: response.replace(headers=Headers.of(_utf8(response.headers))),
    witness=Response(headers=Headers([("x-name", "caf\xe9")])),
)

ONE_SET_COOKIE = Loss(
    "one-set-cookie",
    "only one Set-Cookie can be carried: the last one is kept",
    cure="set one cookie a response, or deploy where HTTP is passed through, as a custom runtime or a container",
    on_response=lambda response: response.replace(headers=Headers.of(_last_set_cookie(response.headers))),
    witness=Response(headers=Headers([("set-cookie", "a=1"), ("set-cookie", "b=2")])),
)

FOLDED_RESPONSE_HEADERS = Loss(
    "folded-response-headers",
    "repeated response headers are joined with a comma, which means the same (RFC 9110 section 5.3)",
    on_response=lambda response: response.replace(headers=Headers.of(_folded(response.headers, ", "))),
    witness=Response(headers=Headers([("vary", "accept"), ("vary", "cookie")])),
    quiet=True,
)


def folded_request_headers(separator: str, cookie: str) -> Loss:
    """Repeated request headers are joined, Cookie lines with ``cookie``."""
    return Loss(
        "folded-request-headers",
        f"repeated request headers are joined with {separator!r}, Cookie lines with {cookie!r}",
        on_request=lambda request: _with_headers(request, _folded(request.headers, separator, cookie)),
        witness=Request(headers=Headers([("x-tag", "alpha"), ("x-tag", "beta")])),
        quiet=True,
    )


# RFC 9110 section 7.6.1: they speak of one connection, and every intermediary takes them out.
HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    }
)  # fmt: skip


def typed_body(response: Response) -> Response:
    """``response`` with a Content-Type for its body, where the app has named none."""
    if not response.body or "content-type" in response.headers:
        return response
    return response.replace(headers=Headers.of([*response.headers, ("content-type", "application/octet-stream")]))


def refused_request_headers(refused: Callable[[str], bool], example: str) -> Loss:
    """Headers that the platform does not pass on to the function."""
    return Loss(
        "refused-request-headers",
        f"the platform does not pass on request headers such as {example!r}",
        on_request=lambda request: _with_headers(request, [pair for pair in request.headers if not refused(pair[0])]),
        witness=Request(headers=Headers([(example, "1")])),
        quiet=True,
    )


def refused_response_headers(refused: Callable[[str], bool], example: str) -> Loss:
    """Headers that the platform drops or overwrites."""
    return Loss(
        "refused-response-headers",
        f"the platform drops or overwrites response headers such as {example!r}",
        on_response=lambda response: response.replace(
            headers=Headers.of([pair for pair in response.headers if not refused(pair[0])])
        ),
        witness=Response(headers=Headers([(example, "1")])),
        quiet=True,
    )


def _repeats_joined(request: Request) -> Request:
    joined = joined_query(request.query)
    if len(joined) == len(pairs_of_query(request.query)):
        return request
    return request.replace(query=query_of_pairs(joined.items()))


def _repeats_dropped(request: Request) -> Request:
    pairs = pairs_of_query(request.query)
    last = dict(pairs)
    return request if len(last) == len(pairs) else request.replace(query=query_of_pairs(last.items()))


def _last_of_each(headers: Headers) -> list[tuple[str, str]]:
    last = dict(headers.pairs)
    if "cookie" in last:
        last["cookie"] = "; ".join(headers.get_all("cookie"))
    return list(last.items())


def _utf8(headers: Headers) -> list[tuple[str, str]]:
    return [(name, wire_text(json_text(value))) for name, value in headers]


def _folded(headers: Headers, separator: str, cookie: str = "; ") -> list[tuple[str, str]]:
    cookies = [pair for pair in headers if pair[0] == "set-cookie"]
    return [*headers.without("set-cookie").fold(separator, cookie).items(), *cookies]


def _last_set_cookie(headers: Headers) -> list[tuple[str, str]]:
    cookies = headers.get_all("set-cookie")
    return [*headers.without("set-cookie"), *(("set-cookie", value) for value in cookies[-1:])]


def _forwarded(request: Request) -> Request:
    chain = request.headers.get_all("x-forwarded-for") + ([request.client[0]] if request.client else [])
    pairs = request.headers.without("x-forwarded-for", "x-forwarded-proto").pairs
    if chain:
        pairs.append(("x-forwarded-for", ", ".join(chain)))
    pairs.append(("x-forwarded-proto", request.scheme))
    return request.replace(headers=Headers.of(pairs), client=None)
