"""The events of Knative: the laws, and example requests with exactly what each must become, and the answers."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import strategies as st

from fcbridge.errors import MalformedEvent
from fcbridge.events import CloudEvent, Event
from fcbridge.outcome import Outcome, ack, reject, retry
from fcbridge.registry import gateway, platform
from fcbridge.testing.trigger_laws import trigger_laws_of
from tests.contract.triggers.posted import cloudevents, post, received
from tests.examples import Examples

KNATIVE = platform("knative")
DOOR = gateway("knative-func")
[TRIGGER] = KNATIVE.triggers
example = Examples("knative/other")
answer = Examples("knative/responses")

ORDER = CloudEvent(
    id="a-1",
    source="/shop/orders",
    type="net.example.order.placed",
    subject='Order € "17" 50%',
    time=datetime(2026, 8, 5, 7, 8, 9, 500000, timezone.utc),
    data={"order": 17},
    datacontenttype="application/json",
    extensions={"partitionkey": "p1"},
)
BARE = CloudEvent(id="a-1", source="/shop/orders", type="net.example.order.placed")
EXPECTED: dict[str, list[Event]] = {
    "cloudevent-binary-http": [ORDER],
    "cloudevent-structured-http": [ORDER],
    "cloudevent-structured-with-redundant-ce-headers-http": [ORDER],
    "cloudevent-batch-http": [ORDER, CloudEvent(id="a-4", source="/s", type="t", data=b"\x00\x01")],
    "cloudevent-binary-quoted-header-http": [CloudEvent(id="a-2", source="/s", type="t", subject='two "words"')],
}
VARIANTS: list[Event] = [
    BARE.replace(data="plain string, no datacontenttype -> JSON string value"),
    BARE.replace(datacontenttype="application/json"),
    BARE.replace(datacontenttype="application/xml", data=b"<a/>"),
    BARE.replace(data=b'{"a":1}'),
    BARE.replace(datacontenttype="text/plain; charset=utf-8", data=b"x"),
]
REFUSED = "cloudevent-binary-invalid-utf8-header-http"


def arrived(name: str) -> Any:
    told = example(name)
    payload, _ = received(post(told["body"].encode(), *told["headers"].items()), DOOR)
    return payload


def test_every_example_is_told() -> None:
    assert example.names() == {*EXPECTED, REFUSED, "cloudevent-structured-data-variants"}


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_becomes_exactly_these_events(name: str) -> None:
    payload = arrived(name)
    assert KNATIVE.trigger(payload) is TRIGGER
    assert TRIGGER.parse(payload) == EXPECTED[name]


def test_the_variants_of_data_become_exactly_these() -> None:
    parsed: list[Event] = []
    for document in example("cloudevent-structured-data-variants"):
        request = post(json.dumps(document).encode(), ("content-type", "application/cloudevents+json"))
        parsed += TRIGGER.parse(received(request, DOOR)[0])
    assert parsed == VARIANTS


def test_a_broken_event_is_malformed() -> None:
    payload = arrived(REFUSED)
    assert TRIGGER.matches(payload)
    with pytest.raises(MalformedEvent, match=r"Knative Eventing: .*'subject' is not UTF-8"):
        TRIGGER.parse(payload)


@pytest.mark.parametrize(
    ("outcomes", "status", "after"),
    [
        ([ack()], 202, None),
        ([ack({"no": "event"})], 202, None),
        ([reject()], 400, None),
        ([retry(after=7)], 503, "7"),
        ([reject(), retry()], 503, None),
        ([], 202, None),
    ],
)
def test_the_answer_says_what_has_become_of_the_events(outcomes: list[Outcome], status: int, after: str | None) -> None:
    def rendered(event: Any) -> object:
        return TRIGGER.render(outcomes, event)

    told = example("cloudevent-binary-http")
    _, response = received(post(told["body"].encode(), *told["headers"].items()), DOOR, rendered)
    assert (response.status, response.headers.get("retry-after"), response.body) == (status, after, b"")


def test_a_returned_event_is_the_reply() -> None:
    reply = CloudEvent(
        id="r-1", source="/fn", type="net.example.order.accepted", data={"ok": True}, datacontenttype="application/json"
    )

    def rendered(event: Any) -> object:
        return TRIGGER.render([ack(reply)], event)

    told, due = example("cloudevent-binary-http"), answer("reply-event-binary-http")
    _, response = received(post(told["body"].encode(), *told["headers"].items()), DOOR, rendered)
    sent = {name: value for name, value in response.headers if name != "content-length"}
    assert (response.status, sent, response.body.decode()) == (due["status"], due["headers"], due["body"])


def test_a_batch_has_no_reply() -> None:
    assert TRIGGER.render([ack(BARE), ack(BARE)], arrived("cloudevent-batch-http")) == TRIGGER.render(
        [ack(), ack()], arrived("cloudevent-batch-http")
    )


TestLaws = trigger_laws_of(
    KNATIVE, {"knative-cloudevent": st.lists(cloudevents(st.just("com.example.order")), max_size=3)}
)
