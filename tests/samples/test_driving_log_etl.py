"""samples/driving-log-etl from end to end: objects in, messages out, and servers that go away in the middle.

What is counted is what a consumer sees that drops repetitions, as the sample's own does. librdkafka's mock cluster is a
harder judge than Kafka: it keeps what was sent twice, and what was aborted, for everybody to see.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.errors import UnhandledEvent
from fcbridge.testing import Client
from tests.services.kafka import END_TRANSACTION, PRODUCE, TOO_LARGE, KafkaServer

from .etl import DEAD_LETTERS, KEY, READINGS, SAMPLE, SOURCES, Etl, Log, client_of
from .modules import module_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    from tests.services.redis import RedisServer
    from tests.services.s3 import S3Server

# https://kafka.apache.org/protocol#protocol_error_codes
PRODUCER_FENCED = 90


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    monkeypatch.setenv("DONE_STORE", str(tmp_path / "of-the-module.sqlite3"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "EXAMPLEKEY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example-secret")
    with module_of(SAMPLE, "app") as app:
        import_module("consumer")
        yield app


@pytest.fixture
def kafka(own_kafka_server: KafkaServer) -> KafkaServer:
    own_kafka_server.create(READINGS, 4)
    own_kafka_server.create(DEAD_LETTERS)
    return own_kafka_server


@pytest.fixture
def function(app: ModuleType, kafka: KafkaServer, s3_server: S3Server, tmp_path: Path) -> Iterator[Callable[..., Etl]]:
    """``function(kafka_patience=1.0)`` is a new instance of the function with these settings."""
    with ExitStack() as stack:

        def make(store: S3Server = s3_server, **changed: object) -> Etl:
            etl = Etl(app, kafka, store, tmp_path / "done.sqlite3", **changed)
            stack.callback(etl.handler.pre_stop)
            return etl

        yield make


@pytest.fixture(params=["on", "off"], ids=["transactions", "no transactions"])
def transactions(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "on")


def when(monkeypatch: pytest.MonkeyPatch, etl: Etl, moments: dict[int, Callable[[], object]]) -> None:
    """Do something before a certain piece of the file is read; pieces are small."""
    opened = etl.app.opened

    class Watched:
        def __init__(self, file: Any) -> None:
            self.file, self.pieces = file, 0

        def read(self, size: int) -> bytes:
            self.pieces += 1
            if self.pieces in moments:
                moments.pop(self.pieces)()
            content: bytes = self.file.read(10_000)
            return content

        def __enter__(self) -> Watched:
            return self

        def __exit__(self, *exception: object) -> None:
            self.file.close()

    def watched(*arguments: Any) -> Watched:
        return Watched(opened(*arguments))

    monkeypatch.setattr(etl.app, "opened", watched)


# -- what is uploaded arrives -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("trigger", SOURCES)
def test_every_line_of_an_uploaded_file_arrives_as_a_reading_or_as_a_dead_letter(
    function: Callable[..., Etl], trigger: str
) -> None:
    etl, log = function(), Log(2000)
    etl.deliver(trigger, etl.upload(log.content, trigger))
    view = etl.view()
    view.assert_is(log)
    assert view.keys == {True}
    assert len(view.messages) + len(view.letters) == 2000


def test_the_readings_of_a_car_stay_in_their_order(function: Callable[..., Etl]) -> None:
    etl, log = function(), Log(2000)
    etl.deliver("aliyun-oss", etl.upload(log.content))
    arrived, sent = by_car(etl.view().readings), by_car(log.readings)
    assert arrived == sent


def by_car(readings: list[tuple[str, float]]) -> dict[str, list[float]]:
    cars: dict[str, list[float]] = {}
    for car, speed in readings:
        cars.setdefault(car, []).append(speed)
    return cars


def test_a_dead_letter_has_the_line_and_says_where_it_is_from_and_what_is_wrong(function: Callable[..., Etl]) -> None:
    etl = function()
    etl.deliver("aliyun-oss", etl.upload(b'{"carID": "B-1", "speed": 1}\n\n' + b"x" * 100_000))
    [letter] = etl.view().letters
    assert letter.value() == b"x" * 65536
    assert dict(letter.headers()) == {
        "id": b"67C41A94F4E5D6C7B8A90123/1/" + KEY.encode() + b"/3",
        "reason": b"not JSON",
        "line": b"3",
        "origin": f"inbox/{KEY}".encode(),
    }


def test_the_status_tells_what_the_instance_has_loaded(function: Callable[..., Etl]) -> None:
    etl, log = function(), Log(200)
    with Client(etl.handler, gateway="fc3-http") as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/status").json() == {"events": 0, "readings": 0, "broken": 0}
        etl.deliver("aliyun-oss", etl.upload(log.content))
        assert client.get("/status").json() == {"events": 1, "readings": 190, "broken": 10}


@pytest.mark.parametrize(
    ("attribute", "value"), [("type", "ObjectRemoved:Delete"), ("key", "done/a.log"), ("bucket", "outbox")]
)
def test_another_event_is_refused(function: Callable[..., Etl], attribute: str, value: str) -> None:
    etl = function(inbox="inbox")
    event = etl.upload(b"").replace(**{attribute: value})
    with pytest.raises(UnhandledEvent):
        etl.deliver("aliyun-oss", event)


# -- brokers that go away ---------------------------------------------------------------------------------------------


def test_nothing_is_lost_or_twice_when_the_brokers_go_away_in_the_middle_and_come_back(
    function: Callable[..., Etl], monkeypatch: pytest.MonkeyPatch, transactions: bool
) -> None:
    etl, log = function(kafka_transactions=transactions), Log(20_000)
    when(monkeypatch, etl, {20: etl.kafka.kill, 60: etl.kafka.restart})
    etl.deliver("aliyun-oss", etl.upload(log.content))
    etl.view().assert_is(log)


def test_an_invocation_fails_when_the_brokers_stay_away_and_its_repetition_brings_everything_once(
    function: Callable[..., Etl], monkeypatch: pytest.MonkeyPatch, transactions: bool
) -> None:
    etl, log = function(kafka_transactions=transactions, kafka_patience=1.0), Log(20_000)
    event = etl.upload(log.content)
    with monkeypatch.context() as patched:
        when(patched, etl, {60: etl.kafka.kill})
        with pytest.raises(etl.failure):
            etl.deliver("aliyun-oss", event)
    etl.kafka.restart()
    function(kafka_transactions=transactions).deliver("aliyun-oss", event)
    etl.view().assert_is(log)


def test_what_a_failed_attempt_has_left_behind_is_not_seen_twice(
    function: Callable[..., Etl], transactions: bool
) -> None:
    etl, log = function(kafka_transactions=transactions), Log(20_000)
    event = etl.upload(log.content)
    etl.kafka.errors(PRODUCE, [0, 0, 0, TOO_LARGE])
    with pytest.raises(etl.failure, match="MSG_SIZE_TOO_LARGE"):
        etl.deliver("aliyun-oss", event)
    left = len(etl.view().messages) + len(etl.view().letters)
    assert 0 < left < 20_000
    etl.kafka.recover(PRODUCE)
    etl.deliver("aliyun-oss", event)
    view = etl.view()
    assert len(view.messages) + len(view.letters) == left + 20_000
    view.assert_is(log)


def test_brokers_that_answer_nothing_fail_the_invocation_and_what_they_took_nevertheless_is_not_seen_twice(
    function: Callable[..., Etl], monkeypatch: pytest.MonkeyPatch
) -> None:
    etl, log = function(kafka_patience=1.0), Log(20_000)
    event = etl.upload(log.content)
    with monkeypatch.context() as patched:
        when(patched, etl, {60: etl.kafka.freeze})
        with pytest.raises(etl.failure):
            etl.deliver("aliyun-oss", event)
    etl.kafka.thaw()
    function().deliver("aliyun-oss", event)
    etl.view().assert_is(log)


def test_brokers_that_were_never_there_fail_the_invocation(function: Callable[..., Etl]) -> None:
    etl = function(kafka_patience=1.0)
    event = etl.upload(Log(20).content)
    etl.kafka.kill()
    with pytest.raises(etl.failure):
        etl.deliver("aliyun-oss", event)


# -- transactions -----------------------------------------------------------------------------------------------------


def test_an_invocation_whose_transaction_is_not_committed_fails(function: Callable[..., Etl]) -> None:
    etl, log = function(), Log(200)
    event = etl.upload(log.content)
    etl.kafka.errors(END_TRANSACTION, [PRODUCER_FENCED])  # a later attempt has begun meanwhile
    with pytest.raises(etl.failure, match="FENCED"):
        etl.deliver("aliyun-oss", event)
    etl.kafka.recover(END_TRANSACTION)
    etl.deliver("aliyun-oss", event)
    etl.view().assert_is(log)


def test_without_transactions_none_is_ended(function: Callable[..., Etl]) -> None:
    etl, log = function(kafka_transactions=False), Log(200)
    etl.kafka.errors(END_TRANSACTION, [PRODUCER_FENCED])
    etl.deliver("aliyun-oss", etl.upload(log.content))
    etl.view().assert_is(log)


# -- deliveries of the same event -------------------------------------------------------------------------------------


def test_a_second_delivery_of_an_event_that_has_succeeded_brings_nothing(function: Callable[..., Etl]) -> None:
    etl, log = function(), Log(200)
    event = etl.upload(log.content)
    etl.deliver("aliyun-oss", event)
    etl.deliver("aliyun-oss", event)
    function().deliver("aliyun-oss", event)  # a new instance, on the same machine
    assert len(etl.view().messages) + len(etl.view().letters) == 200


def test_instances_of_several_machines_know_of_each_other_through_redis(
    function: Callable[..., Etl], redis_server: RedisServer
) -> None:
    etl, log = function(done_store=redis_server.url), Log(200)
    event = etl.upload(log.content)
    etl.deliver("aliyun-oss", event)
    function(done_store=redis_server.url).deliver("aliyun-oss", event)
    assert len(etl.view().messages) + len(etl.view().letters) == 200


def test_an_instance_that_died_before_it_could_write_down_its_success_is_repeated_and_nothing_is_seen_twice(
    function: Callable[..., Etl], tmp_path: Path
) -> None:
    etl, log = function(), Log(200)
    event = etl.upload(log.content)
    etl.deliver("aliyun-oss", event)
    function(done_store=str(tmp_path / "knows nothing.sqlite3")).deliver("aliyun-oss", event)
    view = etl.view()
    assert len(view.messages) + len(view.letters) == 400
    view.assert_is(log)


def test_two_attempts_at_the_same_time_are_seen_as_one(
    function: Callable[..., Etl], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The platform has given up an attempt that still runs. Kafka would shut it out; here it goes on to its end."""
    first, second, log = function(), function(done_store=str(tmp_path / "other.sqlite3")), Log(20_000)
    event = first.upload(log.content)
    when(monkeypatch, first, {60: lambda: second.deliver("aliyun-oss", event)})
    first.deliver("aliyun-oss", event)
    view = first.view()
    assert len(view.messages) + len(view.letters) == 40_000
    view.assert_is(log)


def test_events_without_an_id_are_told_apart_by_their_objects(function: Callable[..., Etl]) -> None:
    etl, first, second = function(), Log(200), Log(340)
    event = etl.upload(first.content, "huawei-obs", id="")
    etl.deliver("huawei-obs", event)
    etl.deliver("huawei-obs", event)
    etl.deliver("huawei-obs", etl.upload(second.content, "huawei-obs", id=""))
    etl.view().assert_is(first, second)


# -- stores that go away ----------------------------------------------------------------------------------------------


def test_a_store_that_goes_away_in_the_middle_fails_the_invocation_and_its_repetition_brings_everything_once(
    function: Callable[..., Etl], own_s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    etl, log = function(own_s3_server), Log(20_000)
    event = etl.upload(log.content)
    monkeypatch.setattr(sys.modules["storage"], "CHUNK", 200_000)
    with monkeypatch.context() as patched:
        when(patched, etl, {60: own_s3_server.kill})
        with pytest.raises(OSError, match="send http request"):
            etl.deliver("aliyun-oss", event)
    own_s3_server.restart()
    etl.deliver("aliyun-oss", event)
    etl.view().assert_is(log)


def test_of_an_object_that_was_replaced_the_new_one_is_loaded_and_by_its_own_event(
    function: Callable[..., Etl],
) -> None:
    etl, log = function(), Log(200)
    old = etl.upload(Log(300).content)
    new = etl.upload(log.content, id="67C41A94F4E5D6C7B8A90124/1")
    etl.deliver("aliyun-oss", old)  # a retry could bring nothing: it is done with
    etl.deliver("aliyun-oss", new)
    etl.view().assert_is(log)


def test_an_object_that_was_deleted_brings_nothing(function: Callable[..., Etl]) -> None:
    etl = function()
    event = etl.upload(Log(20).content)
    client = client_of(etl.store)
    client.delete_object(Bucket="inbox", Key=KEY)
    client.close()
    etl.deliver("aliyun-oss", event)
    assert etl.view().messages == []
