"""HTTP APIs of API Gateway, with payload format 2.0, which they have unless they are set to another.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

from fcbridge.codec import decoded_path, encoded_path
from fcbridge.gateway import SAMPLE_STAMP, Limits
from fcbridge.losses import (
    CLIENT_PORT,
    FOLDED_RESPONSE_HEADERS,
    REQUEST_HEADER_TEXT,
    RESPONSE_HEADER_TEXT,
    Loss,
    folded_request_headers,
    refused_request_headers,
    refused_response_headers,
)
from fcbridge.model import Headers, Request

from .composing import added, added_fields, domain
from .headers import RESPONSE_REFUSED, passed_on, request_refused, response_refused
from .limits import HEAD, PAYLOAD
from .payload2 import Payload2, claimed, cookie_pairs, is_url
from .reading import default_type
from .refusals import http_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.model import Response

    from .payload2 import Event

_DOMAIN = "h8m4n2p6wq.execute-api.eu-west-3.amazonaws.com"


def _cookies_as_pairs(request: Request) -> Request:
    cookies = cookie_pairs(";".join(request.headers.get_all("cookie")))
    pairs = request.headers.without("cookie").pairs
    if cookies:
        pairs.append(("cookie", "; ".join(cookies)))
    return request.replace(headers=Headers.of(pairs))


_COOKIE_SPELLING = Loss(
    "cookie-spelling",
    "cookies arrive one by one: what stood between them is not kept",
    on_request=_cookies_as_pairs,
    witness=Request(headers=Headers([("cookie", "a=1;b=2;")])),
    quiet=True,
)

_ENCODED_SLASHES = Loss(
    "encoded-slashes",
    "the path arrives decoded: %2F in it cannot be told from a slash",
    cure="put the value into the query, or use a REST API or a function URL",
    on_request=lambda request: request.replace(path=request.path.replace("%2F", "/").replace("%2f", "/")),
    witness=Request(path="/files/a%2Fb"),
)


def _respelled(path: str) -> str:
    return "%2F".join([encoded_path(decoded_path(part)) for part in path.replace("%2f", "%2F").split("%2F")])


_PATH_SPELLING = Loss(
    "path-spelling",
    "the path arrives decoded: how it was escaped is not kept, nor are bytes that are not UTF-8",
    on_request=lambda request: request.replace(path=_respelled(request.path)),
    witness=Request(path="/caf%c3%a9"),
    quiet=True,
)


class HttpApi2(Payload2):
    """``rawPath`` is decoded, in spite of its name, and begins with the stage if that has a name."""

    name = "aws-http-v2"
    title = "Amazon API Gateway (HTTP API)"
    response_refused = RESPONSE_REFUSED
    limits = Limits(request_headers=HEAD, request_body=PAYLOAD, request_event=PAYLOAD, response_body=PAYLOAD)
    default_type = default_type("text/plain; charset=utf-8")
    loses = (
        refused_request_headers(request_refused, "connection"),
        added_fields(),
        _COOKIE_SPELLING,
        folded_request_headers(",", "; "),
        REQUEST_HEADER_TEXT,
        _ENCODED_SLASHES,
        _PATH_SPELLING,
        CLIENT_PORT,
        refused_response_headers(response_refused, "content-length"),
        FOLDED_RESPONSE_HEADERS,
        default_type,
        RESPONSE_HEADER_TEXT,
    )

    def matches(self, event: Any) -> bool:
        return claimed(event) and not is_url(event)

    def path(self, path: str) -> str:
        path = encoded_path(path)
        return path if path.startswith("/") else f"/{path}"

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Event:
        passed = added(passed_on(request, request_refused), stamp).headers
        host = domain(request, _DOMAIN)
        event = self.composed(
            request, passed, decoded_path(request.path), _DOMAIN if ".lambda-url." in host else host, stamp
        )
        event["headers"].pop("cookie", None)
        return event

    def refuse(self, refusal: Refusal) -> Response:
        return http_refusal(refusal)


HTTP_API_2 = HttpApi2()
