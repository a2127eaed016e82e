"""The sources of all platforms, through the handler: record 3 of 10 fails, with partial results and without."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from fcbridge import Event, MessageEvent, RowEvent, ack, bridge, retry
from fcbridge.errors import DeliveryFailed, UnhandledEvent
from fcbridge.gateway import Platform
from fcbridge.registry import platforms
from fcbridge.testing.trigger_laws import payloads_of
from fcbridge.trigger import Trigger
from tests.examples import Examples

SOURCES = {trigger.name: (owner, trigger) for owner in platforms().values() for trigger in owner.triggers}
#: Whose batches are objects of the platform's package, which nothing composes.
OBJECTS = {"azure-eventhub", "azure-servicebus"}
BATCHED = [name for name, (_, trigger) in SOURCES.items() if trigger.batched and name not in OBJECTS]


class Counter:
    """A function that notes its events; the third one fails."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        if len(self.events) == 3:
            raise ValueError("the third")


def ten(trigger: Trigger) -> tuple[Any, int]:
    """A payload of ten events, made of the sample, and how many it holds."""
    [payload, *_] = payloads_of(trigger, trigger.sample()[:1] * 10)
    return payload, len(trigger.parse(payload))


@pytest.mark.parametrize("name", BATCHED)
def test_record_3_of_10_fails(name: str) -> None:
    owner, trigger = SOURCES[name]
    payload, count = ten(trigger)
    assert count == 10
    handler = bridge(platform=owner)
    function = Counter()
    handler.on(trigger.kind)(function)
    if not trigger.partial and not trigger.over_http:
        with pytest.raises(DeliveryFailed, match=f"^1 of 10 events of {name} failed"):
            handler(payload)
        assert len(function.events) == 10, "the other records have run"
        return
    in_order = trigger.ordered_by(trigger.sample()[0]) is not None
    result = handler(payload)
    assert len(function.events) == (3 if in_order else 10)
    failed = retry(reason="ValueError")
    outcomes = [ack(), ack(), *[failed if in_order or place == 3 else ack() for place in range(3, 11)]]
    told, due = trigger.render(outcomes, payload), trigger.render([ack()] * 10, payload)
    assert _plain(result) == _plain(told) != _plain(due)


def _plain(result: Any) -> Any:
    """What a platform reads of a result; a Flask or Starlette response has no equality of its own."""
    if hasattr(result, "status_code"):
        return result.status_code, getattr(result, "data", None) or getattr(result, "body", None)
    return result


@pytest.mark.parametrize("name", list(SOURCES))
def test_a_single_event_that_fails_is_told_to_the_platform(name: str) -> None:
    owner, trigger = SOURCES[name]
    [payload, *_] = payloads_of(trigger, trigger.sample()[:1])
    handler = bridge(platform=owner)

    @handler.on(trigger.kind)
    async def fail(event: Event) -> None:
        raise LookupError("no such vehicle")

    if trigger.partial or trigger.over_http:
        told = trigger.render([retry(reason="LookupError")], payload)
        assert _plain(asyncio.run(handler.invoke(payload))) == _plain(told)
    else:
        with pytest.raises(LookupError, match="no such vehicle"):
            asyncio.run(handler.invoke(payload))
    handler.pre_stop()


@pytest.mark.parametrize("name", [name for name, (_, trigger) in SOURCES.items() if not trigger.over_http])
def test_an_event_that_nobody_takes_is_refused(name: str) -> None:
    owner, trigger = SOURCES[name]
    for payload in payloads_of(trigger, trigger.sample()):
        with pytest.raises(UnhandledEvent):
            bridge(platform=owner)(payload)


@pytest.mark.parametrize("name", list(SOURCES))
def test_on_a_laptop_a_source_is_told_by_its_payload(name: str) -> None:
    owner, trigger = SOURCES[name]
    handler = bridge()
    seen: list[Event] = []
    handler.on(trigger.kind, trigger=name)(seen.append)
    sample = trigger.sample()
    handler(payloads_of(trigger, sample)[0])
    assert seen == sample, owner.name


# -- Lambda's partial results, as the service reads them --------------------------------------------------------------


def records(name: str, count: int = 10) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An example event of Lambda with so many records, each a copy of its first one."""
    event = Examples("aws")(name)
    first = json.dumps(event["Records"][0])
    event["Records"] = [json.loads(first) for _ in range(count)]
    return event, event["Records"]


def aws(function: Any, kind: type[Event]) -> Any:
    handler = bridge(platform="aws")
    handler.on(kind)(function)
    return handler


def test_of_a_queue_exactly_the_third_message_comes_again() -> None:
    event, messages = records("sqs")
    for number, message in enumerate(messages, 1):
        message["messageId"] = f"id-{number}"
    function = Counter()
    assert aws(function, MessageEvent)(event) == {"batchItemFailures": [{"itemIdentifier": "id-3"}]}
    assert [event.id for event in function.events] == [f"id-{number}" for number in range(1, 11)]


def test_of_a_queue_in_order_all_of_the_group_behind_the_third_comes_again() -> None:
    event, messages = records("sqs-fifo")
    for number, message in enumerate(messages, 1):
        message["messageId"] = f"id-{number}"
        message["attributes"]["MessageGroupId"] = "a" if number < 7 else "b"
    function = Counter()
    assert aws(function, MessageEvent)(event) == {
        "batchItemFailures": [{"itemIdentifier": f"id-{number}"} for number in (3, 4, 5, 6)]
    }
    assert [event.id for event in function.events] == ["id-1", "id-2", "id-3", "id-7", "id-8", "id-9", "id-10"]


def test_of_a_stream_lambda_begins_again_at_the_third_record() -> None:
    event, stream = records("kinesis")
    for number, record in enumerate(stream, 1):
        record["kinesis"]["sequenceNumber"] = f"4965000000000000000000000000000000000000000000000000{number:04d}"
    function = Counter()
    result = aws(function, MessageEvent)(event)
    told = [failure["itemIdentifier"] for failure in result["batchItemFailures"]]
    assert min(told) == stream[2]["kinesis"]["sequenceNumber"]
    assert len(function.events) == 3, "what is behind it comes again, and is not run before"


def test_of_a_table_lambda_begins_again_at_the_third_row() -> None:
    event, rows = records("dynamodb-streams")
    for number, row in enumerate(rows, 1):
        row["dynamodb"]["SequenceNumber"] = f"1000000000000000000000{number:02d}"
    function = Counter()
    result = aws(function, RowEvent)(event)
    told = [failure["itemIdentifier"] for failure in result["batchItemFailures"]]
    assert min(told) == rows[2]["dynamodb"]["SequenceNumber"]
    assert len(function.events) == 3


def test_of_kafka_each_partition_begins_again_at_its_own_failure() -> None:
    event = Examples("aws")("msk")
    [(partition, [first, *_]), *_] = event["records"].items()
    topic = first["topic"]
    event["records"] = {
        f"{topic}-{number}": [{**first, "partition": number, "offset": offset} for offset in range(10, 15)]
        for number in (0, 1)
    }
    seen: list[tuple[int | None, int | None]] = []

    def read(event: MessageEvent) -> None:
        seen.append((event.partition, event.offset))
        if (event.partition, event.offset) == (0, 12):
            raise ValueError

    result = aws(read, MessageEvent)(event)
    told = [failure["itemIdentifier"] for failure in result["batchItemFailures"]]
    assert {place["partition"] for place in told} == {f"{topic}-0"}
    assert min(place["offset"] for place in told) == 12
    assert seen == [(0, 10), (0, 11), (0, 12), *[(1, offset) for offset in range(10, 15)]]
    assert partition.startswith(topic)


def test_every_platform_with_functions_has_sources() -> None:
    without = {owner.name for owner in platforms().values() if not owner.triggers}
    assert isinstance(next(iter(platforms().values())), Platform)
    assert without <= {"nuclio"}
