"""What a function of Lambda returns for the events of each source: partial results, answers, and what fails as a whole.

Through a real handler, as Lambda calls it.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest

from fcbridge import Handler, bridge
from fcbridge.errors import DeliveryFailed
from fcbridge.events import (
    CloudEvent,
    ConnectionEvent,
    DestinationEvent,
    Event,
    MessageEvent,
    NotificationEvent,
    ObjectEvent,
    RowEvent,
)
from fcbridge.outcome import ack, reject, retry
from fcbridge.registry import platform
from tests.examples import EVENTS, Examples

TRIGGERS = {trigger.name: trigger for trigger in platform("aws").triggers}
example = Examples("aws")
documented = Examples("aws/responses")


def handler_of(kind: type[Event], take: Callable[[Any], object], **how: Any) -> Handler:
    handler = bridge(platform="aws")

    @handler.on(kind, **how)
    def taken(event: Event) -> object:
        return take(event)

    return handler


def returning(value: object) -> Callable[[Any], object]:
    def taken(event: object) -> object:
        return value

    return taken


def through_json(value: object) -> Any:
    return json.loads(json.dumps(value))


class Failing:
    """Fails with the events at these places, and remembers what it was given."""

    def __init__(self, *places: int) -> None:
        self._places = places
        self.seen: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.seen.append(event)
        if len(self.seen) - 1 in self._places:
            raise RuntimeError("this one")


# -- batches ----------------------------------------------------------------------------------------------------------


def ten(name: str, **changes: Any) -> Any:
    """A payload of ten events like the sample, each with an id and an offset of its own."""
    trigger = TRIGGERS[name]
    (like,) = trigger.sample()
    numbered: list[Event] = []
    for index in range(10):
        told: dict[str, Any] = {"id": f"id-{index}", **changes}
        if "offset" in like.fields and changes.get("offset", "") == "":
            told["offset"] = 100 + index
        numbered.append(like.replace(**told))
    return trigger.compose(numbered)


def failed(result: Any) -> list[Any]:
    return [failure["itemIdentifier"] for failure in through_json(result)["batchItemFailures"]]


def test_of_a_standard_queue_exactly_the_failed_messages_come_again() -> None:
    failing = Failing(2, 7)
    result = handler_of(MessageEvent, failing)(ten("aws-sqs", offset=None))
    assert failed(result) == ["id-2", "id-7"]
    assert len(failing.seen) == 10


def test_behind_a_failed_message_of_a_group_the_others_of_the_group_wait_for_it() -> None:
    batch = ten("aws-sqs")
    for index, record in enumerate(batch["Records"]):
        record["eventSourceARN"] += ".fifo"
        record["attributes"]["MessageGroupId"] = "odd" if index % 2 else "even"
    failing = Failing(2)
    assert failed(handler_of(MessageEvent, failing)(batch)) == ["id-2", "id-4", "id-6", "id-8"]
    assert [event.id for event in failing.seen] == ["id-0", "id-1", "id-2", "id-3", "id-5", "id-7", "id-9"]


def test_a_group_of_a_standard_queue_holds_no_order() -> None:
    batch = ten("aws-sqs", offset=None)
    for record in batch["Records"]:
        record["attributes"]["MessageGroupId"] = "tenant"
    assert failed(handler_of(MessageEvent, Failing(2))(batch)) == ["id-2"]


def test_a_stream_begins_again_at_the_first_failed_record() -> None:
    failing = Failing(2)
    assert failed(handler_of(MessageEvent, failing)(ten("aws-kinesis"))) == ["102"]
    assert len(failing.seen) == 3


def test_the_stream_of_a_table_begins_again_at_the_first_failed_record() -> None:
    failing = Failing(2)
    batch = ten("aws-dynamodb")
    result = handler_of(RowEvent, failing)(batch)
    assert failed(result) == [batch["Records"][2]["dynamodb"]["SequenceNumber"]]
    assert len(failing.seen) == 3


def test_behind_a_failed_record_of_kafka_its_partition_waits_and_no_other() -> None:
    batch = ten("aws-kafka")
    for index, record in enumerate(batch["records"]["driving-0"]):
        record["offset"] = 15 + index
    other = [{**record, "partition": 1} for record in batch["records"]["driving-0"]]
    batch["records"]["driving-1"] = other[:2]
    failing = Failing(8)
    assert failed(handler_of(MessageEvent, failing)(batch)) == [
        {"partition": "driving-0", "offset": 23}, {"partition": "driving-0", "offset": 24},
    ]  # fmt: skip
    assert len(failing.seen) == 11


def test_of_a_queue_of_records_of_invocations_exactly_the_failed_ones_come_again() -> None:
    batch = example("destination-stream-sqs")
    batch["Records"].append({**batch["Records"][0], "messageId": "second"})
    assert failed(handler_of(DestinationEvent, Failing(1))(batch)) == ["second"]


@pytest.mark.parametrize(
    ("name", "file", "place", "response"),
    [
        ("aws-sqs", "sqs", 1, "sqs-partial-batch"),
        ("aws-kinesis", "kinesis", 1, "stream-partial-batch"),
        ("aws-kafka", "msk", 1, "kafka-partial-batch"),
    ],
)
def test_a_partial_result_is_the_documented_one(name: str, file: str, place: int, response: str) -> None:
    assert handler_of(MessageEvent, Failing(place))(example(file)) == documented(response)


@pytest.mark.parametrize("name", ["aws-sqs", "aws-kinesis", "aws-dynamodb", "aws-kafka", "aws-destination-sqs"])
def test_when_all_is_well_no_failure_is_listed(name: str) -> None:
    assert handler_of(Event, returning(None))(ten(name)) == {"batchItemFailures": []}


def test_what_is_rejected_does_not_come_again_and_what_is_wanted_again_does() -> None:
    outcomes = iter([ack(), reject("no such vehicle"), retry(after=30)] + [ack()] * 7)
    assert failed(handler_of(MessageEvent, lambda event: next(outcomes))(ten("aws-sqs", offset=None))) == ["id-2"]


@pytest.mark.parametrize("name", ["aws-s3", "aws-rabbitmq", "aws-activemq", "aws-firehose"])
def test_where_there_are_no_partial_results_the_batch_fails_after_the_others_have_run(name: str) -> None:
    failing = Failing(2)
    with pytest.raises(DeliveryFailed, match=rf"^1 of 10 events of {name} failed\."):
        handler_of(Event, failing)(ten(name))
    assert len(failing.seen) == 10


@pytest.mark.parametrize("name", ["aws-s3", "aws-sns", "aws-rabbitmq", "aws-activemq", "aws-logs", "aws-eventbridge"])
def test_of_what_lambda_does_not_look_at_nothing_is_returned(name: str) -> None:
    trigger = TRIGGERS[name]
    assert handler_of(trigger.kind, returning("seen"))(trigger.compose(trigger.sample())) is None


# -- tasks of a job ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        (None, "Succeeded", ""),
        ("2 pages", "Succeeded", "2 pages"),
        ({"pages": 2}, "Succeeded", '{"pages": 2}'),
        (retry(reason="busy"), "TemporaryFailure", "busy"),
        (reject("no image"), "PermanentFailure", "no image"),
    ],
)
def test_a_task_of_a_job_is_answered_with_what_has_become_of_it(outcome: object, code: str, said: str) -> None:
    assert handler_of(ObjectEvent, returning(outcome))(example("s3-batch-v2")) == {
        "invocationSchemaVersion": "2.0",
        "treatMissingKeysAs": "PermanentFailure",
        "invocationId": "inv-2",
        "results": [{"taskId": "t-1", "resultCode": code, "resultString": said}],
    }


def test_a_task_that_fails_is_tried_again() -> None:
    result = handler_of(ObjectEvent, Failing(0))(example("s3-batch-v2"))
    assert result["results"][0]["resultCode"] == "TemporaryFailure"
    assert "this one" not in json.dumps(result)


# -- answers ----------------------------------------------------------------------------------------------------------


def test_a_user_pool_gets_its_event_back_with_the_response_filled() -> None:
    event = example("cognito-pre-sign-up")
    result = handler_of(CloudEvent, returning({"autoConfirmUser": True}))(event)
    filled = {"autoConfirmUser": True, "autoVerifyEmail": False, "autoVerifyPhone": False}
    assert result == {**example("cognito-pre-sign-up"), "response": filled}
    assert event == example("cognito-pre-sign-up")


def test_a_user_pool_gets_its_event_back_as_it_was_where_nothing_is_returned() -> None:
    event = example("cognito-post-confirmation")
    assert handler_of(CloudEvent, returning(None))(event) == example("cognito-post-confirmation")


def test_a_function_may_return_the_whole_event_of_a_user_pool() -> None:
    details = {"claimsAndScopeOverrideDetails": {"idTokenGeneration": {"claimsToAddOrOverride": {"team": "red"}}}}
    whole = {**example("cognito-pre-token-generation-v2"), "response": details}
    result = handler_of(CloudEvent, returning(whole))(example("cognito-pre-token-generation-v2"))
    assert result == whole


def test_a_response_that_is_null_is_filled_too() -> None:
    event = example("cognito-pre-sign-up") | {"response": None}
    assert handler_of(CloudEvent, returning({"autoConfirmUser": True}))(event)["response"] == {"autoConfirmUser": True}


def test_a_user_is_refused_by_an_exception_with_its_own_words() -> None:
    def refuse(event: Event) -> None:
        raise PermissionError("members only")

    with pytest.raises(PermissionError, match="members only"):
        handler_of(CloudEvent, refuse)(example("cognito-pre-sign-up"))


def test_a_user_who_is_rejected_is_not_let_in() -> None:
    assert handler_of(CloudEvent, returning(reject()))(example("cognito-pre-sign-up")) is None


def test_what_a_task_returns_is_its_result() -> None:
    handler = handler_of(CloudEvent, lambda event: {"total": len(event.data["items"])}, trigger="stepfunctions")
    assert handler(example("step-functions-task")) == {"total": 2}
    with pytest.raises(KeyError):
        handler(example("step-functions-wait-for-task-token"))


def test_a_direct_invocation_is_answered_as_a_task_is() -> None:
    handler = handler_of(CloudEvent, lambda event: ack({"pong": event.data["op"]}))
    assert handler(example("direct-invoke")) == {"pong": "ping"}


def test_a_message_that_tells_its_topic_only_reaches_the_function_for_messages() -> None:
    failing = Failing()
    handler_of(MessageEvent, failing)(example("iot-rule"))
    assert [event.topic for event in failing.seen if isinstance(event, MessageEvent)] == ["plant/7/temp"]


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (None, b"line"),
        (b"LINE\n", b"LINE\n"),
        ("zwölf", "zwölf".encode()),
        ({"speed": 81}, b'{"speed": 81}\n'),
        ([1], b"[1]\n"),
        ({"result": "Ok", "data": "as text"}, b"as text"),
        ({"result": "Ok", "data": b"\xff"}, b"\xff"),
    ],
)
def test_what_is_returned_of_a_record_is_its_new_content(value: object, data: bytes) -> None:
    (record,) = handler_of(MessageEvent, returning(value))(example("firehose-transform"))["records"]
    assert (record["recordId"], record["result"], b64decode(record["data"])) == ("r1", "Ok", data)


def test_a_transformed_record_is_the_documented_one() -> None:
    assert handler_of(MessageEvent, returning(b"LINE\n"))(example("firehose-transform")) == documented(
        "firehose-transform"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"result": "Dropped"}, {"result": "Dropped", "data": "bGluZQ=="}),
        (reject("no line"), {"result": "ProcessingFailed", "data": "bGluZQ=="}),
        (
            {"result": "Ok", "metadata": {"partitionKeys": {"car": "7"}}},
            {"result": "Ok", "data": "bGluZQ==", "metadata": {"partitionKeys": {"car": "7"}}},
        ),
    ],
)
def test_a_record_may_be_dropped_and_may_have_failed(value: object, expected: dict[str, object]) -> None:
    result = handler_of(MessageEvent, returning(value))(example("firehose-transform"))
    assert through_json(result) == {"records": [{"recordId": "r1", **expected}]}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, {"statusCode": 200}),
        ("hi", {"statusCode": 200, "body": "hi"}),
        (b"\xff", {"statusCode": 200, "body": "/w==", "isBase64Encoded": True}),
        ({"text": "hi"}, {"statusCode": 200, "body": '{"text": "hi"}'}),
        (reject(), {"statusCode": 400}),
        ({"statusCode": 204}, {"statusCode": 204}),
    ],
)
def test_a_connection_is_answered(value: object, expected: dict[str, object]) -> None:
    assert handler_of(ConnectionEvent, returning(value))(example("websocket-message-default")) == expected


def test_a_handshake_is_accepted_with_a_protocol_or_refused() -> None:
    accepted = documented("websocket-connect-accept")
    assert handler_of(ConnectionEvent, returning(accepted))(example("websocket-connect")) == accepted
    assert handler_of(ConnectionEvent, returning(reject()))(example("websocket-connect")) == {"statusCode": 403}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "CONTINUE"),
        ("STOP_RULE", "STOP_RULE"),
        ({"disposition": "STOP_RULE_SET"}, "STOP_RULE_SET"),
        ("whatever", "CONTINUE"),
        (reject("spam"), "STOP_RULE_SET"),
    ],
)
def test_a_receipt_rule_is_told_how_to_go_on(value: object, said: str) -> None:
    assert handler_of(MessageEvent, returning(value))(example("ses")) == {"disposition": said}


# -- windows ----------------------------------------------------------------------------------------------------------


def test_what_is_returned_in_a_window_is_the_state_that_comes_next() -> None:
    handler = bridge(platform="aws")

    @handler.on(MessageEvent, batch=True)
    def sum_up(events: list[MessageEvent]) -> dict[str, str]:
        before: Any = events[0].raw
        return {"total": str(int(before["state"]["total"]) + len(events))}

    assert handler(example("kinesis-tumbling-window")) == documented("window-state")


def test_in_a_window_without_a_new_state_the_old_one_stays() -> None:
    payload = example("kinesis-tumbling-window")
    assert handler_of(MessageEvent, returning(None))(payload) == {"state": {"total": "3"}, "batchItemFailures": []}


def test_a_failed_record_of_a_window_is_named_beside_the_state() -> None:
    result = handler_of(MessageEvent, Failing(0))(example("kinesis-tumbling-window"))
    first = example("kinesis-tumbling-window")["Records"][0]["kinesis"]["sequenceNumber"]
    assert result == {"state": {"total": "3"}, "batchItemFailures": [{"itemIdentifier": first}]}


def test_the_end_of_a_window_without_records_keeps_the_state() -> None:
    payload = example("kinesis-tumbling-window") | {"Records": [], "isFinalInvokeForWindow": True}
    failing = Failing()
    assert handler_of(MessageEvent, failing)(payload) == {"state": {"total": "3"}, "batchItemFailures": []}
    assert [event.type for event in failing.seen] == ["aws:kinesis:window"]


def test_the_end_of_a_window_without_records_that_fails_is_no_success() -> None:
    payload = example("kinesis-tumbling-window") | {"Records": [], "isFinalInvokeForWindow": True}
    # No record has this number, so Lambda begins the batch again as a whole.
    assert failed(handler_of(MessageEvent, Failing(0))(payload)) == [""]


def test_the_probe_of_cloudwatch_reaches_no_function() -> None:
    from fcbridge.events import LogEvent

    logs = TRIGGERS["aws-logs"]
    probe = logs.compose([LogEvent(type="CONTROL_MESSAGE", group="g", stream="s", records=())])
    assert bridge(platform="aws")(probe) is None


def test_alarms_can_be_raised_for_failed_invocations_alone_wherever_their_records_come_from() -> None:
    handler = bridge(platform="aws")
    alarms: list[str] = []

    @handler.on(DestinationEvent, condition="failure")
    def alarm(event: DestinationEvent) -> None:
        alarms.append(f"{event.function}: {event.error}")

    @handler.on(DestinationEvent)
    def done(event: DestinationEvent) -> None:
        pass

    for path in sorted((EVENTS / "aws").glob("destination-*.json")):
        handler(example(path.stem))
    assert alarms == ["driving-log: EventAgeExceeded", "driving-log: Unhandled", "clicks: Unhandled"]


def test_a_topics_notification_is_no_record_of_an_invocation() -> None:
    failing = Failing()
    handler_of(NotificationEvent, failing)(example("sns"))
    assert len(failing.seen) == 1
