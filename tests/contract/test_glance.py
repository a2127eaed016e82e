"""The short cut of usual events: an app that is asked by it is asked the same, and what it says leaves the same.

``glance`` itself is held to ``parse`` by the laws of every gateway.
"""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fcbridge import Handler, bridge
from fcbridge.codec import METHODS
from fcbridge.errors import AppProtocolError
from fcbridge.gateway import Gateway
from fcbridge.model import Headers, Request
from fcbridge.registry import gateways, platform_of
from fcbridge.runners.cycle import scope_at_a_glance, scope_of
from fcbridge.runners.environ import ErrorLog, environ_at_a_glance, environ_of
from fcbridge.testing.laws import arrived
from fcbridge.testing.strategies import requests
from tests.contract.test_corpus import OWNERS
from tests.examples import event_of

DOORS = [door for door in gateways().values() if type(door).glance is not Gateway.glance]

thorough = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

USUAL = Request(
    "GET", "/items/7", "color=red&q=deep+blue", Headers([("host", "api.example.com"), ("x-tag", "1")]), b"",
    ("203.0.113.24", 0),
)  # fmt: skip


def test_the_gateways_for_which_it_pays_have_one() -> None:
    assert [door.name for door in DOORS] == ["fc3-http", "aws-http-v2", "aws-url", "aws-rest", "aws-http-v1"]


@pytest.fixture(params=DOORS, ids=lambda door: door.name)
def door(request: pytest.FixtureRequest) -> Gateway:
    return request.param  # type: ignore[no-any-return]


def seen_by(door: Gateway, event: Any) -> Any:
    door.glance(event)  # names are learned
    door.parse(event)
    return door.glance(event)


def test_a_usual_event_is_seen(door: Gateway) -> None:
    assert seen_by(door, arrived(door, USUAL)) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"method": "HEAD"}, {"method": "PROPFIND"}, {"http_version": "2"}, {"client": None},
        {"headers": Headers([("host", "a.example"), ("x-name", "caf\xc3\xa9")])},
        {"headers": Headers([("host", "a.example"), ("x-forwarded-proto", "http")])},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_an_unusual_one_is_not(door: Gateway, change: dict[str, Any]) -> None:
    event = arrived(door, USUAL.replace(**change))
    whole = door.parse(event)
    told = (
        whole.method not in METHODS
        or whole.http_version != "1.1"
        or whole.client is None
        or whole.scheme != "https"
        or not all(value.isascii() for _, value in whole.headers)
    )
    assert (seen_by(door, event) is None) is told  # not every gateway tells


def test_a_broken_one_is_left_to_parse(door: Gateway) -> None:
    event = arrived(door, USUAL)
    headers = "multiValueHeaders" if "multiValueHeaders" in event else "headers"
    wrong: list[Any] = [None, [], {"host": 1}, {"host": {"0": "a.example"}}, {"host": "a\nb"}, {"ho st": "a"}]
    for broken in wrong:
        assert seen_by_alone(door, {**event, headers: broken}) is None, broken


ODD: list[Any] = [
    [],
    [""],
    ["a"],
    [7],
    {},
    {"a": 1},
    {"a": ["b"]},
    None,
    7,
    True,
    "",
    "a b",
    "a\nb",
    "caf\xe9",
    " /x",
    "*",
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything that an event has, itself left out."""
    if path:
        yield path
    members: list[Any] = list(value.items()) if isinstance(value, dict) else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, list):
        members = list(enumerate(value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    for key, member in members:
        yield from places(member, (*path, key))


def test_whatever_a_field_is_it_is_seen_as_parse_reads_it_or_left_to_parse(door: Gateway) -> None:
    usual = arrived(door, USUAL)
    seen_by(door, usual)
    for way in places(usual):
        for odd in [*ODD, places]:  # the last for a field that is missing
            event = copy.deepcopy(usual)
            holder = event
            for key in way[:-1]:
                holder = holder[key]
            if odd is places:
                del holder[way[-1]]
            else:
                holder[way[-1]] = odd
            seen = seen_by_alone(door, event)
            if seen is not None:
                assert door.matches(event), (way, odd)
                assert request_of(seen) == door.parse(event), (way, odd)


def request_of(seen: Any) -> Request:
    method, path, query, layout, values, body, client, base = seen
    headers = Headers.of(list(zip(layout.names, values, strict=True)))
    return Request(method, path, query, headers, body, client, base_path=base)


def seen_by_alone(door: Gateway, event: Any) -> Any:
    door.glance(event)
    return door.glance(event)


@thorough
@given(request=requests(), context=st.sampled_from([None, "context"]))
def test_the_app_sees_the_same(door: Gateway, request: Request, context: object) -> None:
    event = arrived(door, request)
    seen = seen_by(door, event)
    if seen is None:
        return
    whole = door.parse(event)
    whole.event, whole.context = event, context
    errors = ErrorLog()
    environs = [environ_of(whole, errors), environ_at_a_glance(seen, event, context, errors)]
    bodies = [environ.pop("wsgi.input").read() for environ in environs]
    assert environs[0] == environs[1]
    assert bodies[0] == bodies[1] == whole.body
    for state in (None, {"a": 1}):
        assert scope_of(whole, state) == scope_at_a_glance(seen, event, context, state)


# -- through the handler ----------------------------------------------------------------------------------------------

ANSWERS: dict[str, tuple[int, list[tuple[bytes, bytes]], bytes]] = {
    "text": (200, [(b"content-type", b"text/plain"), (b"content-length", b"5")], b"hello"),
    "nothing": (204, [], b""),
    "binary": (200, [(b"content-type", b"image/png")], bytes(range(256))),
    "cookies": (200, [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")], b"x"),
    "not ascii": (200, [(b"content-type", b"text/plain"), (b"x-name", "caf\xe9".encode("latin-1"))], b"x"),
    "hop by hop": (200, [(b"connection", b"keep-alive"), (b"content-type", b"text/plain")], b"x"),
    "blanks": (200, [(b"content-type", b" text/plain "), (b"x-tab", b"\ta\tb")], b"x"),
    "long": (200, [(b"content-type", b"text/plain")], b"x" * 10_000),
    "not found": (404, [(b"content-type", b"application/json")], b"{}"),
    "encoded": (200, [(b"content-type", b"text/plain"), (b"content-encoding", b"gzip")], b"\x1f\x8b"),
}


def asgi(answer: str) -> Any:
    status, headers, body = ANSWERS[answer]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def wsgi(answer: str) -> Any:
    status, headers, body = ANSWERS[answer]
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]

    def app(environ: Any, start_response: Any) -> Any:
        start_response(f"{status} Whatever", [pair for pair in fields if pair[0] != "connection"])
        return [body]

    return app


def thrice(handler: Handler, event: Any) -> list[Any]:
    """The first one goes the long way."""
    return [handler(copy.deepcopy(event), None) for _ in range(3)]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("make", [asgi, wsgi])
def test_what_the_app_says_leaves_the_same(door: Gateway, make: Any, answer: str) -> None:
    with bridge(make(answer), platform=platform_of(door.name), lifespan="off") as handler:
        first, *others = thrice(handler, arrived(door, USUAL))
        assert all(other == first for other in others)


@pytest.mark.parametrize("path", sorted(OWNERS), ids=lambda path: path.stem)
def test_an_example_event_is_answered_the_same(path: Any) -> None:
    door = gateways()[OWNERS[path]]
    if door not in DOORS:
        return

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        told = {key: value for key, value in scope.items() if not key.startswith("fcbridge.")}
        text = json.dumps([repr(told), body.hex()])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": text.encode()})

    with bridge(app, platform=platform_of(door.name), lifespan="off") as handler:
        first, *others = thrice(handler, event_of(path))
        assert all(other == first for other in others)


@pytest.mark.parametrize("make", ["asgi", "wsgi"])
def test_an_app_that_fails_is_logged_the_same(door: Gateway, make: str, caplog: pytest.LogCaptureFixture) -> None:
    async def failing(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("no")

    def refusing(environ: Any, start_response: Any) -> Any:
        raise RuntimeError("no")

    app: Any = failing if make == "asgi" else refusing
    with caplog.at_level(logging.ERROR), bridge(app, platform=platform_of(door.name), lifespan="off") as handler:
        first, *others = thrice(handler, arrived(door, USUAL))
    assert all(other == first for other in others)
    assert [record.getMessage() for record in caplog.records] == ["GET /items/7 failed with 500"] * 3


def test_on_error_raise_raises(door: Gateway) -> None:
    async def silent(scope: Any, receive: Any, send: Any) -> None:
        return

    with bridge(silent, platform=platform_of(door.name), lifespan="off", on_error="raise") as handler:
        for _ in range(3):
            with pytest.raises(AppProtocolError):
                handler(arrived(door, USUAL), None)


@pytest.mark.parametrize("options", [{"base_path": "/items"}, {"stage": "items"}, {"text_types": ("a/b",)}])
def test_options_that_only_the_long_way_follows_take_it(door: Gateway, options: dict[str, Any]) -> None:
    with bridge(asgi("text"), platform=platform_of(door.name), lifespan="off", **options) as handler:
        thrice(handler, arrived(door, USUAL))
        assert handler._door is None  # pyright: ignore[reportPrivateUsage]
