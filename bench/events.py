"""The requests, as the event of each front door, and what an app has to answer.

The events of Alibaba Function Compute are those of the gateways' own ``compose``. Those of AWS have the fields of its
documentation: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
(REST APIs, format 1.0) and .../http-api-develop-integrations-lambda.html (HTTP APIs, format 2.0).
"""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from fcbridge.model import Headers, Request
from fcbridge.registry import gateway

from .apps import BINARY, MEGABYTE, PICTURES, seen

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

    def check(self, answer: Answer, whole: bool = True) -> str | None:
        """What is wrong with an answer; None where it is right. Without ``whole`` it is the body that was read."""
        if not whole:
            return None if answer.body == self.request.body else f"a body of {len(answer.body)} bytes"
        if answer.status != 200:
            return f"status {answer.status}"
        if self.request.path in PICTURES:
            right = answer.kind == BINARY and answer.body == PICTURES[self.request.path]
        elif self.request.path == "/pictures":
            right = answer.body == seen(self.request.body)
        elif self.request.method == "POST":
            right = json.loads(answer.body) == _DOCUMENT
        else:
            text = answer.body.decode("utf-8")
            right = (json.loads(text) if text.startswith("{") else dict(parse_qsl(text))) == _PARAMETERS
        return None if right else f"a wrong body of {len(answer.body)} bytes and type {answer.kind!r}"


def _get(path: str, query: str = "") -> Request:
    return Request("GET", path, query, Headers(_HEADERS), client=(_CLIENT, 0))


def _post(path: str, kind: str, body: bytes) -> Request:
    form = [("content-type", kind), ("content-length", str(len(body)))]
    return Request("POST", path, "", Headers([*_HEADERS, *form]), body, (_CLIENT, 0))


GET = Case("GET", _get("/items/7", "color=red&q=deep%20blue&size=xl"))
POST = Case("POST 2 KB", _post("/items", "application/json", _JSON))
REQUEST_1, REQUEST_5 = (Case(f"{size} MB in", _post("/pictures", BINARY, MEGABYTE * size)) for size in (1, 5))
RESPONSE_1, RESPONSE_5 = (Case(f"{size} MB back", _get(f"/pictures/{size}")) for size in (1, 5))

SMALL = (GET, POST)
LARGE = (REQUEST_1, REQUEST_5, RESPONSE_1, RESPONSE_5)
CASES = SMALL + LARGE


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
        "body": (_encoded(request) if _is_binary(request) else request.body.decode("utf-8")) or None,
        "isBase64Encoded": _is_binary(request),
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
        "isBase64Encoded": _is_binary(request),
    }
    if request.query:
        event["queryStringParameters"] = dict(parse_qsl(request.query))
    if request.body:
        event["body"] = _encoded(request) if _is_binary(request) else request.body.decode("utf-8")
    return event


def azure(request: Request) -> Any:
    """The ``func.HttpRequest`` that Azure's Python worker makes."""
    from azure.functions.http import HttpRequest

    event: Any = gateway("azure-python").compose(request)
    event["body"] = a2b_base64(event.pop("body_base64"))
    return HttpRequest(body_type="bytes", **event)


def read_azure(response: Any) -> Answer:
    """Of a ``func.HttpResponse``."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers.get("content-type", ""), response.get_body())


def _is_binary(request: Request) -> bool:
    return request.headers.get("content-type") == BINARY


def _encoded(request: Request) -> str:
    return b2a_base64(request.body, newline=False).decode("ascii")


def _titled(request: Request) -> dict[str, str]:
    return {"-".join(part.title() for part in name.split("-")): value for name, value in request.headers}
