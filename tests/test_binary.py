"""Events with a long base64 body, however they are read."""

from __future__ import annotations

import copy
import json
import os
import pickle
import tracemalloc
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fcbridge import bodies, bridge, document
from fcbridge.binary import BinaryEvent
from fcbridge.codec import is_object
from fcbridge.document import load_event

from .apps import Receive, Scope, Send, answered, context, http_event
from .test_document import by_json

OCTETS = bytes(range(256)) * 157
TEXT = b64encode(OCTETS).decode()
EVENT = {"version": "v1", "body": TEXT, "isBase64Encoded": True, "headers": {"body": "x", "a": "é"}}
RAW = json.dumps(EVENT).encode()


@pytest.fixture(params=["binascii", "pybase64"])
def decoder(request: pytest.FixtureRequest) -> Iterator[None]:
    bodies.use_pybase64(request.param == "pybase64")
    yield
    bodies.use_pybase64(True)


def is_cut(event: object) -> bool:
    """Whether nobody has made a text of the body yet."""
    return type(event) is BinaryEvent and isinstance(super(BinaryEvent, event).get("body"), bodies.EncodedBody)


# -- which events are cut -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        RAW,
        bytearray(RAW),
        json.dumps(EVENT, indent=2).encode() + b"\n",
        RAW.replace(b'"body": ', b'"body"\t\r\n :\t\r\n '),
        json.dumps(EVENT, ensure_ascii=False, separators=(",", ":")).encode(),
        json.dumps(dict(reversed(EVENT.items()))).encode(),
        json.dumps({**EVENT, "isBase64Encoded": "True"}).encode(),
        json.dumps({"headers": {"body": TEXT[:400]}, **EVENT}).encode(),
    ],
)
def test_a_long_body_of_base64_is_decoded_without_being_a_text_first(raw: bytes, decoder: None) -> None:
    event = load_event(raw)
    assert is_cut(event)
    assert bodies.event_body(event) == OCTETS
    assert event == json.loads(raw)
    assert bodies.event_body(event) == OCTETS


@pytest.mark.parametrize(
    "raw",
    [
        RAW.replace(b"true", b"false"),
        RAW.replace(b"true", b"1"),
        RAW.replace(b"isBase64Encoded", b"is_base64_encoded"),
        RAW.replace(b'"body"', b'"\\u0062ody"', 1),
        json.dumps({"body": "", "isBase64Encoded": True, "deeper": EVENT}).encode(),
        json.dumps({"deeper": EVENT, "isBase64Encoded": True}).encode(),
        json.dumps({"deeper": EVENT, "isBase64Encoded": True, "body": "1"}).encode(),
        json.dumps([EVENT]).encode(),
        RAW[:-1] + b', "body": "QUJD"}',
        RAW[:-1] + b', "body": ""}',
        RAW[:-1] + b', "body": null}',
        RAW[:-1] + b', "b\\u006fdy": "1"}',
        RAW[:-1] + b', "isBase64Encoded": false}',
        RAW.replace(TEXT.encode(), TEXT.replace("/", "\\/").encode()),
        RAW.replace(TEXT.encode(), TEXT[:-1].encode() + b"\\u003d"),
        RAW.replace(TEXT.encode(), TEXT[:-3].encode()),
        RAW.replace(TEXT.encode(), b"AAA=" + TEXT.encode()),
        RAW.replace(TEXT.encode(), TEXT.encode() + b"\\n"),
        RAW.replace(TEXT.encode(), TEXT.encode() + b"\n"),
        RAW.replace(TEXT.encode(), TEXT.encode() + b"\xff"),
        RAW.replace(TEXT.encode(), TEXT.encode() + "é".encode()),
        RAW.replace(TEXT.encode(), TEXT[:-4].encode() + b"/x=="),
        RAW.replace(TEXT.encode(), TEXT[:-4].encode() + b"===="),
        RAW.replace(TEXT.encode(), b"x" + TEXT.encode() + b"xxx"),
        b"\xef\xbb\xbf" + RAW,
        b" " + RAW,
        RAW + b"x",
        RAW[:-1],
        RAW[: len(RAW) // 2],
        b'"body":' * 6000 + RAW,
        b'{"body"' + b" " * 70_000 + b":1}",
        b'{"a":"\\"body\\":\\"' + TEXT.encode() + b'"}',
        b'"body":"' + TEXT.encode() + b'"',
    ],
)
def test_what_only_looks_like_it_is_what_json_makes_of_it(raw: bytes, decoder: None) -> None:
    expected = by_json(raw)
    assert not is_cut(load_event(raw))
    assert repr(load_event(raw)) == repr(expected)
    if is_object(expected) and isinstance(expected.get("body"), str):
        assert _body(load_event(raw)) == _body(expected)


def _body(event: Any) -> object:
    try:
        return bodies.event_body(event)
    except ValueError:
        return "refused"


_KEYS = st.sampled_from(
    [
        '"body"', '"body"', '"isBase64Encoded"', '"isBase64Encoded"', '"b\\u006fdy"', '"x\\"body"', '"headers"', '""',
        '"1"',
    ]
)  # fmt: skip
_FLAGS = st.sampled_from(["true", "true", '"true"', '"True"', '"t\\u0072ue"', "false", '"false"', "null", "1"])
_BASE64 = st.sampled_from(
    [
        "A" * 64, "/" * 64, "A" * 61 + "A==", "A" * 62 + "==", "A" * 63 + "=", "A" * 63, "A===",
        "A" * 32 + "\\n" + "A" * 32,
    ]
)  # fmt: skip
_STRINGS = _BASE64 | st.sampled_from(
    [
        "", "1", "body", '\\"body\\": \\"AAAA', "\\u0022body\\u0022:", "\\\\", "\n", "\xff", '", "body": "AAAA', "\\",
        "\ud800",
    ]
)  # fmt: skip
_FILLERS = st.sampled_from(["", "", "", " ", "\n\t", "\xa0", "\ufeff"])


@st.composite
def _members(draw: st.DrawFn, depth: int = 0) -> str:
    members: list[str] = []
    for _ in range(draw(st.integers(0, 4))):
        key, value = draw(_KEYS), f'"{draw(_STRINGS)}"'
        if "isBase64" in key:
            value = draw(_FLAGS)
        elif depth < 2 and draw(st.integers(0, 4)) == 0:
            value = draw(st.sampled_from(["{%s}", "[{%s}]"])) % draw(_members(depth + 1))
        members.append(f"{draw(_FILLERS)}{key}{draw(_FILLERS)}:{draw(_FILLERS)}{value}{draw(_FILLERS)}")
    return ",".join(members)


@given(
    _members().map(lambda members: "{" + members + "}"),
    st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "latin-1", "utf-16"]),
    st.booleans(),
)
@example('{"body":"' + "A" * 64 + '","isBase64Encoded":true}', "utf-8", True)
@example('{"body":"' + "A" * 64 + '","isBase64Encoded":true,"body":"1"}', "utf-8", True)
@example('{"x":{"body":"' + "A" * 64 + '"},"isBase64Encoded":true,"body":""}', "utf-8", True)
def test_whatever_an_event_holds_it_is_what_json_makes_of_it(text: str, encoding: str, fast: bool) -> None:
    raw = text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")
    expected = by_json(raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "_LONG", 0)
        patch.setattr(bodies, "_WORTH_CALLING", 0)
        patch.setattr(bodies, "_WORTH_IMPORTING", 0)
        bodies.use_pybase64(fast)
        try:
            loaded = load_event(raw)
            if is_object(expected) and isinstance(expected.get("body"), str):
                assert _body(loaded) == _body(expected)
            assert repr(loaded) == repr(expected)
        finally:
            bodies.use_pybase64(True)


# -- what is cut is the event as it was -----------------------------------------------------------------------------


def _matched(event: Mapping[str, Any]) -> object:
    match event:
        case {"body": body, **rest}:
            return body, rest
        case _:
            return None


def _keywords(**entries: Any) -> object:
    return entries


def _popped(event: dict[str, Any]) -> object:
    return event.pop("body"), event.pop("body", "gone"), dict(event)


def _emptied(event: dict[str, Any]) -> object:
    return [event.popitem() for _ in range(len(event))]


def _changed(event: dict[str, Any]) -> object:
    event["body"] = "other"
    event |= {"more": 1}
    event.update(less=2)
    del event["version"]
    return dict(event), bodies.body_bytes(event["body"], False)


def _updated(event: dict[str, Any]) -> object:
    other = {"body": "other"}
    other.update(event)
    return other


LOOKS: dict[str, Callable[[Any], object]] = {
    "[]": lambda event: event["body"],
    "get": lambda event: (event.get("body"), event.get("none"), event.get("none", 1)),
    "setdefault": lambda event: (event.setdefault("body", "no"), event.setdefault("new", 1), dict(event)),
    "pop": _popped,
    "popitem": _emptied,
    "change": _changed,
    "items": lambda event: list(event.items()),
    "values": lambda event: list(event.values()),
    "keys": lambda event: (list(event), list(event.keys()), list(reversed(event)), len(event), "body" in event),
    "dict": dict,
    "{**}": lambda event: {**event},
    "(**)": lambda event: _keywords(**event),
    "|": lambda event: event | {"new": 1},
    "| it": lambda event: {"body": 1} | event,
    "update": _updated,
    "copy": lambda event: event.copy(),
    "copy.copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda event: pickle.loads(pickle.dumps(event)),
    "json": json.dumps,
    "indented json": lambda event: json.dumps([event], indent=1, sort_keys=True),
    "repr": lambda event: (repr(event), str(event), f"{event}", repr([event])),
    "format": "{body}".format_map,
    "%": lambda event: "%(body)s" % event,  # noqa: UP031
    "match": _matched,
    "==": lambda event: event == EVENT,
    "== it": lambda event: EVENT == event,  # noqa: SIM300
    "!=": lambda event: event != EVENT,
    "!= it": lambda event: EVENT != event,  # noqa: SIM300
    "== other": lambda event: (event == {**EVENT, "body": "x"}, event == 1, event != 1),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_it_is_as_it_was_however_an_app_looks_at_it(look: Callable[[Any], object]) -> None:
    event = load_event(RAW)
    assert is_cut(event)
    assert look(event) == look(json.loads(RAW))


def test_two_of_them_are_compared_by_what_they_say() -> None:
    assert load_event(RAW) == load_event(bytearray(RAW))
    assert load_event(RAW) != load_event(RAW.replace(b'"v1"', b'"v2"'))


def test_it_is_no_key_as_no_dict_is() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(load_event(RAW))


def test_copies_are_ordinary_dicts() -> None:
    event: Any = load_event(RAW)
    copies = [dict(event), event.copy(), copy.copy(event), copy.deepcopy(event), event | {}, {} | event]
    assert [type(made) for made in copies] == [dict] * 6


def test_code_that_goes_past_the_methods_finds_no_string() -> None:
    event = load_event(RAW)
    assert isinstance(event, BinaryEvent)
    assert not isinstance(super(BinaryEvent, event).get("body"), (str, bytes))


# -- through the bridge ---------------------------------------------------------------------------------------------


# ASGI, because the validator between WSGI apps and their runner makes a text of all that it is given.


@pytest.mark.parametrize("name", ["fc3-http", "fc-apigw"])
def test_the_app_gets_the_bytes_and_the_event_and_nobody_makes_a_text_of_them(name: str) -> None:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        seen.extend([scope["fcbridge.event"], message["body"]])
        await answer(send, message["body"])

    event = http_event("POST", name=name, body=OCTETS)
    payload = bridge(app, platform="aliyun", lifespan="off")(json.dumps(event).encode(), context())
    assert seen[1] == OCTETS
    assert is_cut(seen[0])
    assert seen[0] == event
    assert answered(payload)["body"] == TEXT


def test_one_copy_of_a_long_body_is_made_on_the_way_in_and_one_on_the_way_out() -> None:
    body = os.urandom(3 * 1024 * 1024)
    raw = json.dumps(http_event("POST", body=body)).encode()
    peaks: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.reset_peak()
        await answer(send, body)

    handler = bridge(app, platform="aliyun", lifespan="off")
    handler(raw, context())  # which imports
    tracemalloc.start()
    try:
        payload = handler(raw, context())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peaks[1] < 1.06 * len(body)
    assert peak - len(body) < 1.06 * len(payload)


async def answer(send: Send, body: bytes) -> None:
    kind = (b"content-type", b"application/octet-stream")
    await send({"type": "http.response.start", "status": 200, "headers": [kind]})
    await send({"type": "http.response.body", "body": body})
