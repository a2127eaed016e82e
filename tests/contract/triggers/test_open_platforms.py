"""The posted events of Fission, OpenFaaS and OpenWhisk: the laws, and exactly what example requests become."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st

from fcbridge.errors import MalformedEvent
from fcbridge.events import CloudEvent, Event, MessageEvent
from fcbridge.gateway import Settings
from fcbridge.model import Headers, Request
from fcbridge.outcome import ack, reject, retry
from fcbridge.registry import gateway, platform
from fcbridge.testing.event_strategies import bodies, names, texts
from fcbridge.testing.trigger_laws import trigger_laws_of
from tests.contract.triggers.posted import cloudevents, post, received

FISSION, OPENFAAS, OPENWHISK = platform("fission"), platform("openfaas"), platform("openwhisk")
CLOUDEVENT = post(
    b'{"order":17}',
    ("content-type", "application/json"),
    ("ce-specversion", "1.0"),
    ("ce-id", "a-1"),
    ("ce-source", "/shop/orders"),
    ("ce-type", "com.example.order.placed"),
    ("ce-subject", "Order%20%E2%82%AC"),
)


@pytest.mark.parametrize(
    ("name", "door"),
    [
        ("fission-cloudevent", "fission-http"),
        ("openfaas-cloudevent", "openfaas-http"),
        ("openwhisk-cloudevent", "openwhisk-raw"),
        ("openwhisk-cloudevent", "openwhisk-web"),
    ],
)
def test_a_cloudevent_is_one_on_every_platform(name: str, door: str) -> None:
    owner = platform(name.partition("-")[0])
    behind = gateway(door)
    request = CLOUDEVENT.replace(
        headers=Headers([*CLOUDEVENT.headers, ("content-length", "12"), ("x-fission-function-name", "demo")])
    )
    composed: Any = behind.compose(request)
    seen: list[Any] = []

    def handler(event: Any, context: Any) -> object:
        seen.append(event)
        found = owner.trigger(event)
        assert found is not None
        return found.render([ack()], event)

    response = behind.read(behind.runtime.call(handler, composed, behind.runtime.context(Settings(), "1")))
    trigger = owner.trigger(seen[0])
    assert trigger is not None
    assert trigger.name == name
    assert trigger.parse(seen[0]) == [
        CloudEvent(
            id="a-1",
            source="/shop/orders",
            type="com.example.order.placed",
            subject="Order €",
            data={"order": 17},
            datacontenttype="application/json",
        )
    ]
    assert response.status in (200, 204)


def connected(*pairs: tuple[str, str], body: bytes = b"hello") -> Request:
    return post(
        body, ("content-type", "text/plain"), ("x-topic", "orders"), ("x-connector", "kafka-connector"), *pairs
    )  # fmt: skip


MESSAGE = MessageEvent(source="kafka-connector", type="message", topic="orders", body=b"hello")


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (connected(), MESSAGE),
        (
            connected(
                ("x-kafka-partition", "3"), ("x-kafka-offset", "42"), ("x-kafka-key", "car-7"), ("x-kafka-trace", "t1")
            ),
            MESSAGE.replace(
                id="orders-3-42", partition=3, offset=42, key=b"car-7", headers=(("trace", "t1"),)
            ),
        ),
        (connected(("x-kafka-key", "AP8="), ("x-kafka-key-enc", "b64")), MESSAGE.replace(key=b"\x00\xff")),
        (connected(("x-pubsub-attr-kind", "order")), MESSAGE.replace(headers=(("kind", "order"),))),
        # A message that is a CloudEvent is a message all the same.
        (connected(("ce-specversion", "1.0")), MESSAGE),
    ],
)  # fmt: skip
def test_what_a_connector_of_openfaas_posts_is_a_message(request_: Request, expected: Event) -> None:
    payload, _ = received(request_, gateway("openfaas-http"))
    trigger = OPENFAAS.trigger(payload)
    assert trigger is not None
    assert trigger.name == "openfaas-connector"
    assert trigger.parse(payload) == [expected]


def test_a_broken_offset_is_malformed() -> None:
    payload, _ = received(connected(("x-kafka-offset", "late")), gateway("openfaas-http"))
    with pytest.raises(MalformedEvent):
        OPENFAAS.triggers[0].parse(payload)


def test_a_message_queue_trigger_of_fission_takes_nothing_but_200_for_a_success() -> None:
    [trigger] = FISSION.triggers
    request = CLOUDEVENT.replace(headers=Headers([*CLOUDEVENT.headers, ("x-fission-function-name", "demo")]))
    statuses: list[int] = []
    for outcome in (ack(), reject(), retry()):

        def rendered(event: Any, outcome: Any = outcome) -> object:
            return trigger.render([outcome], event)

        statuses.append(received(request, gateway("fission-http"), rendered)[1].status)
    assert statuses == [200, 200, 503]


@st.composite
def connected_messages(draw: st.DrawFn) -> list[Event]:
    topic = draw(names())
    place = draw(st.none() | st.tuples(st.integers(0, 99), st.integers(0, 2**40)))
    headers = draw(st.dictionaries(names(), st.text("abc =%", min_size=1).map(str.strip), max_size=2))
    return [
        MessageEvent(
            id=f"{topic}-{place[0]}-{place[1]}" if place else "",
            source=draw(names()),
            type="message",
            topic=topic,
            key=draw(st.none() | st.binary(min_size=1) | texts(min_size=1).map(str.encode)),
            body=draw(bodies()),
            headers=tuple((name, value) for name, value in headers.items() if name not in ("key", "key-enc")),
            partition=place[0] if place else None,
            offset=place[1] if place else None,
        )
    ]


EVENTS = st.lists(cloudevents(st.just("com.example.order")), max_size=3)
TestFission = trigger_laws_of(FISSION, {"fission-cloudevent": EVENTS})
TestOpenFaaS = trigger_laws_of(OPENFAAS, {"openfaas-connector": connected_messages(), "openfaas-cloudevent": EVENTS})
TestOpenWhisk = trigger_laws_of(OPENWHISK, {"openwhisk-cloudevent": EVENTS})
