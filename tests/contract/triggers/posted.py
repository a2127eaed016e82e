"""What the tests of posted events have in common: the way of a request to a function, and CloudEvents to send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from fcbridge.events import CloudEvent
from fcbridge.gateway import Gateway, Settings
from fcbridge.model import Headers, Request, Response
from fcbridge.played import packed_request, read_packed
from fcbridge.testing.event_strategies import ids, maybe, microseconds, names, payloads, texts

if TYPE_CHECKING:
    from collections.abc import Callable


def received(
    request: Request, door: Gateway, answer: Callable[[Any], object] | None = None
) -> tuple[Any, Response]:  # fmt: skip
    """What a function is called with where ``request`` is what its container gets, and the answer to the sender."""
    seen: list[Any] = []

    def handler(event: Any, context: Any) -> object:
        seen.append(event)
        return door.render(Response(204), event) if answer is None else answer(event)

    payload = door.runtime.call(handler, packed_request(request), door.runtime.context(Settings(), "1"))
    return seen[0], read_packed("", payload)


def post(body: bytes, *pairs: tuple[str, str]) -> Request:
    return Request("POST", "/", headers=Headers([("host", "fn.example.com"), *pairs]), body=body)


def legal(text: str) -> bool:
    """Whether a CloudEvent can have it as an attribute."""
    return not any(
        code < 0x20 or 0x7F <= code < 0xA0 or 0xFDD0 <= code < 0xFDF0 or code & 0xFFFE == 0xFFFE
        for code in map(ord, text)
    )


@st.composite
def cloudevents(draw: st.DrawFn, kind: st.SearchStrategy[str]) -> CloudEvent:
    """Events that are the same in every mode: their extensions are text, and the type of JSON is told."""
    data: Any
    content_type: str | None
    if draw(st.booleans()):
        data, content_type = draw(payloads()), "application/json"
    else:
        data = draw(st.none() | st.binary(min_size=1))
        content_type = draw(st.sampled_from((None, "application/octet-stream")))
    extensions: dict[str, Any] = draw(st.dictionaries(st.text("ab1", min_size=1), texts().filter(legal), max_size=2))
    return CloudEvent(
        id=draw(ids()),
        source=f"/{draw(names())}",
        type=draw(kind),
        subject=draw(maybe(texts(min_size=1).filter(legal))),
        time=draw(maybe(microseconds())),
        data=data,
        datacontenttype=content_type,
        extensions=extensions,
    )
