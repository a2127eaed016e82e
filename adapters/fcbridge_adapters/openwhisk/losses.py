"""What the web actions lose, whether raw or parsed.

https://github.com/apache/openwhisk/blob/master/docs/webactions.md
"""

from __future__ import annotations

from fcbridge.losses import (
    FORWARDED,
    HTTP_VERSION,
    LAST_QUERY_VALUE,
    LAST_REQUEST_HEADER,
    QUERY_SPELLING,
    REQUEST_HEADER_TEXT,
    RESPONSE_HEADER_TEXT,
    Loss,
    refused_request_headers,
    refused_response_headers,
)
from fcbridge.model import Headers, Request, Response

from .headers import request_refused, response_refused, with_type
from .media import is_encoded
from .results import carried, with_known_status
from .web import merged


def respelled_path(path: str) -> str:
    """Decoded and encoded again, one segment after the other: an encoded slash stays one."""
    from urllib.parse import quote, unquote

    return "/".join([quote(unquote(segment), safe="!$&'()*+,;=:@") for segment in path.split("/")])


def respelled_query(query: str) -> str:
    """Decoded and encoded again, one pair after the other."""
    from urllib.parse import quote_plus, unquote_plus

    pairs = [part.partition("=") for part in query.split("&")]
    return "&".join(
        [f"{quote_plus(unquote_plus(key))}{sign}{quote_plus(unquote_plus(value))}" for key, sign, value in pairs]
    )


def _text_body(request: Request) -> Request:
    if is_encoded(request.headers.get("content-type")):
        return request
    return request.replace(body=request.body.decode("utf-8", "replace").encode("utf-8"))


CONTENT_TYPE_ADDED = Loss(
    "content-type-added",
    "a body without a Content-Type arrives as application/octet-stream",
    on_request=with_type,
    witness=Request("POST", body=b"\x00"),
    quiet=True,
)

PATH_SPELLING = Loss(
    "path-spelling",
    "the path is decoded and encoded again: the same path, in one spelling; what is not UTF-8 is lost",
    on_request=lambda request: request.replace(path=respelled_path(request.path)),
    witness=Request(path="/%7eme"),
    quiet=True,
)

QUERY_RESPELLED = Loss(
    "query-respelled",
    "the query is decoded and encoded again: keys, values and their order stay, the spelling does not",
    on_request=lambda request: request.replace(query=respelled_query(request.query)),
    witness=Request(query="q=a%20b"),
    quiet=True,
)

TEXT_BODY = Loss(
    "text-body",
    "a body of a text type is taken for UTF-8: other bytes are lost",
    cure="send UTF-8, or a type that the platform knows as binary",
    on_request=_text_body,
    witness=Request("POST", headers=Headers([("content-type", "text/plain; charset=gbk")]), body="报告".encode("gbk")),
)

STATUSES = Loss(
    "statuses",
    "a status that is not registered becomes the one of its class, 299 becomes 200; 205 has no body",
    on_response=with_known_status,
    witness=Response(299),
    quiet=True,
)

TYPED_BODY = Loss(
    "typed-body",
    "the platform sends text types as UTF-8 and writes the type anew: a text body is unpacked and translated for it; "
    "what cannot be, and a body without a type, becomes application/octet-stream; an empty body has no type",
    cure="send text as UTF-8, and leave compressing to what stands before the platform",
    on_response=carried,
    witness=Response(200, Headers([("content-type", "text/plain; charset=gbk")]), "报告".encode("gbk")),
    quiet=True,
)

REQUEST_LOSSES = (
    refused_request_headers(request_refused, "content-length"),
    FORWARDED,
    LAST_REQUEST_HEADER,
    REQUEST_HEADER_TEXT,
    CONTENT_TYPE_ADDED,
    PATH_SPELLING,
)
RESPONSE_LOSSES = (
    HTTP_VERSION,
    refused_response_headers(response_refused, "date"),
    STATUSES,
    TYPED_BODY,
    RESPONSE_HEADER_TEXT,
)

RAW_ACTION = (*REQUEST_LOSSES, QUERY_RESPELLED, TEXT_BODY, *RESPONSE_LOSSES)


# -- parsed ones ------------------------------------------------------------------------------------------------------

_JSON = Headers([("content-type", "application/json")])

PARAMETERS = Loss(
    "parameters",
    "query, form and JSON become one set of arguments: where there is a form or JSON, the query comes in it",
    cure="make it a raw web action: --web raw",
    on_request=lambda request: merged(request) if request.query else request,
    witness=Request("POST", query="tag=blue", headers=_JSON, body=b'{"n":1}'),
)

BODY_ANEW = Loss(
    "body-anew",
    "a JSON or form body arrives parsed, and is written anew: a signature of its bytes does not match any more",
    on_request=lambda request: request if request.query else merged(request),
    witness=Request("POST", headers=_JSON, body=b'{"n" : 1}'),
    quiet=True,
)

WEB_ACTION = (
    *REQUEST_LOSSES,
    LAST_QUERY_VALUE,
    QUERY_SPELLING,
    TEXT_BODY,
    PARAMETERS,
    BODY_ANEW,
    *RESPONSE_LOSSES,
)
