"""Example events of Function Compute with the exact events that each must become.

The values are invented, the structures are the documented ones.
"""

from __future__ import annotations

import pytest

from tests.contract.triggers.expected_aliyun import EXPECTED, PRESUMED, ROWS
from tests.contract.triggers.payloads_aliyun import ALIYUN, example, parsed
from tests.examples import EVENTS, event_of

#: Results, answers and headers, which are no events.
NO_EVENTS = {
    "custom-runtime-http-invoke-headers", "custom-runtime-initialize-headers", "custom-runtime-invoke-headers",
    "error-handler-load", "error-platform-openapi", "error-unhandled", "fc2-http-response-params-decoded",
    "http-v1-response", "http-v1-response-binary",
}  # fmt: skip


# -- the tests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_example_event_becomes_exactly_these_events(name: str) -> None:
    assert parsed(example(name)) == EXPECTED[name]


def test_the_same_rows_come_as_cbor() -> None:
    assert parsed(event_of(example.folder / "tablestore.cbor")) == ROWS


def test_every_example_is_an_event_or_known_to_be_none() -> None:
    presumed = {name.partition(".")[0] for name in PRESUMED if name.endswith(".json")}
    assert example.names() == EXPECTED.keys() | NO_EVENTS | presumed


@pytest.mark.parametrize("name", sorted(NO_EVENTS))
def test_no_source_claims_what_is_no_event(name: str) -> None:
    assert ALIYUN.trigger(example(name)) is None


@pytest.mark.parametrize("name", ["http-v1-get", "http-v1-post-json", "apigateway-event"])
def test_no_source_claims_a_request(name: str) -> None:
    assert ALIYUN.trigger(event_of(EVENTS / "aliyun" / f"{name}.json")) is None


@pytest.mark.parametrize("name", sorted(PRESUMED))
def test_what_no_shape_tells_is_claimed_by_a_presumed_source_alone(name: str) -> None:
    payload = event_of(example.folder / name)
    assert ALIYUN.trigger(payload) is None
    claims = {trigger.name: trigger.parse(payload) for trigger in ALIYUN.presumed if trigger.matches(payload)}
    source, events = PRESUMED[name]
    assert claims == {source: events}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("oss", ("events", 0)),
        ("cdn-CdnDomainAdded", ("events", 0)),
        ("datahub", ("records", 0)),
        ("tablestore", ("Records", 0)),
        ("kafka-streaming-objects", (0,)),
        ("mns-queue-driven", ()),
        ("eventbridge-default-oss", ()),
        ("timer", ()),
    ],
)
def test_raw_is_the_platforms_own_record(name: str, path: tuple[str | int, ...]) -> None:
    payload = example(name)
    record = payload
    for step in path:
        record = record[step]
    assert parsed(payload)[0].raw is record
