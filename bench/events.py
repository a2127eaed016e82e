"""The requests, as the event of each front door, and what an app has to answer.

The events of Alibaba Function Compute are those of the gateways' own ``compose``. Those of AWS have the fields of its
documentation: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
(REST APIs, format 1.0) and .../http-api-develop-integrations-lambda.html (HTTP APIs, format 2.0).
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from fcbridge.model import Headers, Request
from fcbridge.registry import gateway

from .apps import BINARY, PICTURE

_HOST = "api.example.com"
_CLIENT = "203.0.113.24"
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_HEADERS = [
    ("accept", "application/json"),
    ("accept-encoding", "gzip, deflate, br"),
    ("accept-language", "en-US,en;q=0.5"),
    ("cache-control", "no-cache"),
    ("cookie", "session=5f0b6a1c; theme=dark"),
    ("host", _HOST),
    ("referer", "https://www.example.com/shop"),
    ("user-agent", _AGENT),
    ("x-forwarded-for", _CLIENT),
    ("x-forwarded-proto", "https"),
]
_PARAMETERS = {"color": "red", "q": "deep blue", "size": "xl"}
_DOCUMENT = {"notes": [{"id": number, "text": "A note of some length.", "done": False} for number in range(33)]}
_JSON = json.dumps(_DOCUMENT).encode("ascii")


class Answer(NamedTuple):
    status: int
    kind: str
    """The Content-Type."""
    body: bytes


class Case(NamedTuple):
    name: str
    request: Request

    def check(self, answer: Answer) -> str | None:
        """What is wrong with an answer; None where it is right."""
        if answer.status != 200:
            return f"status {answer.status}"
        if self.request.path == "/picture":
            right = answer.kind == BINARY and answer.body == PICTURE
        elif self.request.method == "POST":
            right = json.loads(answer.body) == _DOCUMENT
        else:
            text = answer.body.decode("utf-8")
            right = (json.loads(text) if text.startswith("{") else dict(parse_qsl(text))) == _PARAMETERS
        return None if right else f"a wrong body of {len(answer.body)} bytes and type {answer.kind!r}"


_FORM = [("content-type", "application/json"), ("content-length", str(len(_JSON)))]

CASES = (
    Case("GET", Request("GET", "/items/7", "color=red&q=deep%20blue&size=xl", Headers(_HEADERS), client=(_CLIENT, 0))),
    Case("POST 2 KB", Request("POST", "/items", "", Headers([*_HEADERS, *_FORM]), _JSON, (_CLIENT, 0))),
    Case("1 MB back", Request("GET", "/picture", "", Headers(_HEADERS), client=(_CLIENT, 0))),
)


# -- event formats ----------------------------------------------------------------------------------------------------


def aliyun(name: str, request: Request) -> Any:
    """The event of one of Function Compute's gateways, as a JSON value."""
    return gateway(name).compose(request)


def rest(request: Request) -> dict[str, Any]:
    """An AWS REST API's event, payload format 1.0."""
    headers = _titled(request)
    query = dict(parse_qsl(request.query))
    return {
        "resource": "/{proxy+}",
        "path": request.path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": {"proxy": request.path[1:]},
        "stageVariables": None,
        "requestContext": {
            "accountId": "135790000002",
            "apiId": "a1b2c3d4e5",
            "domainName": _HOST,
            "extendedRequestId": "JKJaXmPLvHcESHA=",
            "httpMethod": request.method,
            "identity": {"sourceIp": _CLIENT, "userAgent": _AGENT},
            "path": request.path,
            "protocol": "HTTP/1.1",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "requestTimeEpoch": 1772439322482,
            "resourcePath": "/{proxy+}",
            "stage": "$default",
        },
        "body": request.body.decode("utf-8") or None,
        "isBase64Encoded": False,
    }


def http_api(request: Request) -> dict[str, Any]:
    """An AWS HTTP API's event, payload format 2.0."""
    fields = dict(request.headers.pairs)
    cookies = fields.pop("cookie").split("; ")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query,
        "cookies": cookies,
        "headers": fields,
        "requestContext": {
            "accountId": "135790000002",
            "apiId": "a1b2c3d4e5",
            "domainName": _HOST,
            "domainPrefix": "api",
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": _CLIENT,
                "userAgent": _AGENT,
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "02/Mar/2026:08:15:22 +0000",
            "timeEpoch": 1772439322482,
        },
        "isBase64Encoded": False,
    }
    if request.query:
        event["queryStringParameters"] = dict(parse_qsl(request.query))
    if request.body:
        event["body"] = request.body.decode("utf-8")
    return event


def _titled(request: Request) -> dict[str, str]:
    return {"-".join(part.title() for part in name.split("-")): value for name, value in request.headers}
