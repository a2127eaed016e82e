"""The short events with which apps have their handlers tested: the peers ask for less than API Gateway sends."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from fcbridge.compat import awsgi, serverless_wsgi
from fcbridge.compat.apig_wsgi import make_lambda_handler
from fcbridge.compat.mangum import Mangum
from fcbridge.errors import MalformedEvent, UnknownEvent

SHORT: dict[str, Any] = {
    "httpMethod": "GET", "path": "/items", "headers": {"x-tag": "1"}, "queryStringParameters": {"a": "b"}, "body": None,
}  # fmt: skip


def wsgi(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['PATH_INFO']}?{environ['QUERY_STRING']} {environ['HTTP_X_TAG']}".encode()]


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    told = scope["path"].encode() + b"?" + scope["query_string"] + b" " + dict(scope["headers"])[b"x-tag"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": told})


ENTRIES: dict[str, Callable[[Any], Any]] = {
    "mangum": lambda event: Mangum(asgi, lifespan="off")(event, None),
    "apig_wsgi": lambda event: make_lambda_handler(wsgi)(event, None),
    "serverless_wsgi": lambda event: serverless_wsgi.handle_request(wsgi, event, None),
    "awsgi": lambda event: awsgi.response(wsgi, event, None),
}
PEERS: dict[str, Callable[[Any, Any], Any]] = {
    "mangum": lambda peer, event: peer.Mangum(asgi, lifespan="off")(event, None),
    "apig_wsgi": lambda peer, event: peer.make_lambda_handler(wsgi)(event, None),
    "serverless_wsgi": lambda peer, event: peer.handle_request(wsgi, event, None),
    "awsgi": lambda peer, event: peer.response(wsgi, event, None),
}


@pytest.mark.parametrize("name", ENTRIES)
@pytest.mark.parametrize(
    "more",
    [
        {"resource": "/", "requestContext": {}},
        {"resource": "/", "requestContext": {"stage": "prod", "path": "/prod/items"}},
    ],
    ids=["bare", "stage"],
)
def test_an_event_by_hand_is_answered_as_the_peer_does(name: str, more: dict[str, Any]) -> None:
    event = SHORT | more
    answer = ENTRIES[name](dict(event))
    theirs = PEERS[name](importlib.import_module(name), dict(event))
    assert (int(theirs["statusCode"]), theirs["body"]) == (answer["statusCode"], answer["body"])
    assert answer["body"] == "/items?a=b 1"


@pytest.mark.parametrize("name", ["apig_wsgi", "serverless_wsgi", "awsgi"])
def test_the_wsgi_peers_ask_for_no_context(name: str) -> None:
    event = dict(SHORT)
    assert PEERS[name](importlib.import_module(name), dict(event))["body"] == "/items?a=b 1"
    assert ENTRIES[name](event)["body"] == "/items?a=b 1"
    assert event == SHORT


@pytest.mark.parametrize("name", ENTRIES)
def test_what_is_named_as_something_else_is_not_taken_for_one_by_hand(name: str) -> None:
    for more in ({"methodArn": "arn:aws:execute-api"}, {"version": "2.0"}, {"requestContext": {"connectionId": "c"}}):
        with pytest.raises(UnknownEvent):
            ENTRIES[name](SHORT | more)


@pytest.mark.parametrize("name", ENTRIES)
def test_a_broken_event_by_hand_is_named(name: str) -> None:
    with pytest.raises(MalformedEvent, match="'path'"):
        ENTRIES[name](SHORT | {"path": None})


@pytest.mark.parametrize("name", ENTRIES)
def test_a_version_that_is_null_is_that_of_a_rest_api(name: str) -> None:
    context = {"stage": "prod", "path": "/prod/items", "identity": {"sourceIp": "203.0.113.24"}}
    event = SHORT | {"resource": "/", "requestContext": context}
    assert ENTRIES[name](event | {"version": None})["body"] == "/items?a=b 1"
