"""What becomes of events, one and several, with and without partial results."""

# Functions of one expression are lambdas here, whose parameters have no types.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge import Event, MessageEvent, TimerEvent, ack, reject, retry
from fcbridge.errors import DeliveryFailed, MalformedEvent, UnhandledEvent
from fcbridge.outcome import Outcome

from .apps import wsgi
from .clockwork import Chains, letters

if TYPE_CHECKING:
    from collections.abc import Callable

    from fcbridge import Handler

    Make = Callable[[Callable[[Any], Any]], Callable[..., Any]]
    Send = Callable[..., Any]

TEN = [f"text {number}" for number in range(1, 11)]


class Recorder:
    """Notes what a function got; the third letter is one it cannot read."""

    def __init__(self, outcome: Outcome | None = None) -> None:
        self.ids: list[str] = []
        self.outcome = outcome

    def __call__(self, event: Event) -> object:
        self.ids.append(event.id)
        if event.id == "3":
            if self.outcome is not None:
                raise self.outcome
            raise ValueError("illegible")
        return None


ALL = [str(number) for number in range(1, 11)]


# -- record 3 of 10 fails ---------------------------------------------------------------------------------------------


def test_with_partial_results_exactly_the_failed_record_is_named(handler: Handler, send: Send, make: Make) -> None:
    seen = Recorder()
    handler.on(MessageEvent)(make(seen))
    assert send(letters("registered", *TEN)) == {"failed": ["3"]}
    assert seen.ids == ALL


def test_without_partial_results_the_batch_fails_after_the_others_have_run(
    handler: Handler, send: Send, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    seen = Recorder()
    handler.on(MessageEvent)(make(seen))
    with pytest.raises(DeliveryFailed, match=r"^1 of 10 events of clockwork-letters failed\.") as caught:
        send(letters("letters", *TEN))
    assert seen.ids == ALL
    assert isinstance(caught.value.__cause__, ValueError)
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info is not None and isinstance(record.exc_info[1], ValueError)
    assert "id='3'" in record.getMessage() and "text 3" not in record.getMessage()


def test_in_order_what_is_behind_a_failed_record_is_not_run(handler: Handler, send: Send, make: Make) -> None:
    seen = Recorder()
    handler.on(MessageEvent)(make(seen))
    payload = letters("chains", *TEN)
    for record in payload["events"]:
        record["group"] = "odd" if int(record["id"]) % 2 else "even"
    assert send(payload) == {"failed": ["3", "5", "7", "9"]}
    assert seen.ids == ["1", "2", "3", "4", "6", "8", "10"]


def test_a_long_batch_is_not_gone_through_for_each_of_its_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of Kinesis may have ten thousand."""
    asked: list[Event] = []

    def ordered_by(self: object, event: MessageEvent) -> object:
        asked.append(event)
        return event.group

    monkeypatch.setattr(Chains, "ordered_by", ordered_by)
    handler = wsgi()
    handler.on(MessageEvent)(Recorder())
    assert len(handler(letters("chains", *["text"] * 1000, group="a"))["failed"]) == 998
    assert len(asked) <= 4 * 1000


def test_a_record_without_order_stops_nobody(handler: Handler, send: Send, make: Make) -> None:
    seen = Recorder()
    handler.on(MessageEvent)(make(seen))
    assert send(letters("chains", *TEN)) == {"failed": ["3"]}
    assert seen.ids == ALL


def test_two_failures_are_both_in_the_log(handler: Handler, caplog: pytest.LogCaptureFixture) -> None:
    @handler.on(MessageEvent)
    def read(event: MessageEvent) -> None:
        if event.text() == "bad":
            raise ValueError(event.id)

    with pytest.raises(DeliveryFailed, match="2 of 3"):
        handler(letters("letters", "bad", "good", "bad"))
    failures = [str(record.exc_info[1]) for record in caplog.records if record.exc_info is not None]
    assert failures == ["1", "3"]


# -- one event --------------------------------------------------------------------------------------------------------


def test_the_exception_of_a_single_event_leaves_the_handler(handler: Handler, send: Send, make: Make) -> None:
    def fail(event: Event) -> None:
        raise LookupError("no such vehicle")

    handler.on(MessageEvent)(make(fail))
    with pytest.raises(LookupError, match="no such vehicle") as caught:
        send(letters("letters", "one"))
    assert caught.value.__context__ is None


def test_a_retry_of_a_single_event_fails_the_delivery(handler: Handler, send: Send, make: Make) -> None:
    handler.on(MessageEvent)(make(lambda event: retry(after=3, reason="the store is closed")))
    with pytest.raises(DeliveryFailed, match="wanted again: the store is closed"):
        send(letters("letters", "one"))


def test_what_a_function_returns_is_the_result_of_a_caller_who_waits(handler: Handler, send: Send, make: Make) -> None:
    handler.on(TimerEvent)(make(lambda event: {"struck": event.name}))
    assert send({"bells": "bell", "name": "noon"}) == {"struck": "noon"}


def test_an_empty_batch_is_done(handler: Handler, send: Send) -> None:
    @handler.on(MessageEvent)
    def read(event: MessageEvent) -> None:
        raise AssertionError

    assert send(letters("registered")) == {"failed": []}
    assert send(letters("letters")) is None


def test_a_malformed_payload_runs_nothing(handler: Handler, send: Send) -> None:
    handler.on(MessageEvent)(lambda event: pytest.fail("it ran"))
    with pytest.raises(MalformedEvent, match=r"Clockwork's letters, but its field 'events' is missing"):
        send({"bells": "registered"})


# -- said plainly -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["returned", "raised"])
@pytest.mark.parametrize(("outcome", "failed"), [(ack(), []), (retry(), ["1"]), (reject("no"), [])])
def test_an_outcome_is_returned_or_raised(
    handler: Handler, send: Send, make: Make, way: str, outcome: Outcome, failed: list[str]
) -> None:
    def say(event: Event) -> Outcome:
        if way == "raised":
            raise outcome
        return outcome

    handler.on(MessageEvent)(make(say))
    assert send(letters("registered", "one")) == {"failed": failed}


def test_a_rejected_event_is_done_and_logged_as_an_error_with_its_reason(
    handler: Handler, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    handler.on(MessageEvent)(make(lambda event: reject("no such vehicle")))
    assert handler(letters("letters", "one")) is None
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "rejected" in record.getMessage() and "no such vehicle" in record.getMessage()


def test_a_retry_is_logged_with_its_reason(handler: Handler, caplog: pytest.LogCaptureFixture) -> None:
    handler.on(MessageEvent)(lambda event: retry(reason="the store is closed"))
    handler(letters("registered", "one"))
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "the store is closed" in caplog.text


# -- batch=True -------------------------------------------------------------------------------------------------------


def test_a_batch_function_gets_all_its_events_at_once(handler: Handler, send: Send, make: Make) -> None:
    calls: list[list[str]] = []
    handler.on(MessageEvent, batch=True)(make(lambda events: calls.append([event.id for event in events])))
    assert send(letters("registered", *TEN)) == {"failed": []}
    assert calls == [ALL]


def test_a_batch_function_may_tell_the_outcome_of_each(handler: Handler, send: Send, make: Make) -> None:
    def read(events: list[MessageEvent]) -> list[Outcome]:
        return [retry() if event.id == "3" else ack() for event in events]

    handler.on(MessageEvent, batch=True)(make(read))
    assert send(letters("registered", *TEN)) == {"failed": ["3"]}
    with pytest.raises(DeliveryFailed, match="1 of 10"):
        send(letters("letters", *TEN))


@pytest.mark.parametrize("way", ["returned", "raised"])
def test_a_batch_function_may_tell_one_outcome_for_all(handler: Handler, send: Send, make: Make, way: str) -> None:
    def read(events: list[MessageEvent]) -> Outcome:
        if way == "raised":
            raise retry()
        return retry()

    handler.on(MessageEvent, batch=True)(make(read))
    assert send(letters("registered", "one", "two")) == {"failed": ["1", "2"]}


def test_an_event_that_nobody_takes_is_logged_without_a_traceback(
    handler: Handler, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(UnhandledEvent):
        handler({"bells": "bell"})
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "No function" in record.getMessage()
    assert record.exc_info is None


def test_a_batch_function_that_raises_is_logged_once(
    handler: Handler, send: Send, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(events: list[MessageEvent]) -> None:
        raise ValueError("illegible")

    handler.on(MessageEvent, batch=True)(make(fails))
    send(letters("registered", *TEN))
    [record] = [record for record in caplog.records if record.exc_info is not None]
    assert "id='1'" in record.getMessage()
    assert "and 9 more" in record.getMessage()


def test_a_batch_function_that_raises_fails_all_of_its_events(handler: Handler, send: Send, make: Make) -> None:
    def read(events: list[MessageEvent]) -> None:
        raise ValueError

    handler.on(MessageEvent, batch=True)(make(read))
    assert send(letters("registered", "one", "two")) == {"failed": ["1", "2"]}


def test_too_few_outcomes_are_no_outcomes(
    handler: Handler, send: Send, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    handler.on(MessageEvent, batch=True)(make(lambda events: [ack()]))
    assert send(letters("registered", "one", "two")) == {"failed": ["1", "2"]}
    assert "returned 1 outcomes for 2 events" in caplog.text


def test_a_list_without_an_outcome_is_a_value(handler: Handler, make: Make) -> None:
    handler.on(TimerEvent, batch=True)(make(lambda events: ["tick", "tock"]))
    assert handler({"bells": "bell"}) == ["tick", "tock"]


def test_what_succeeded_behind_a_failure_comes_again_with_it(handler: Handler, make: Make) -> None:
    def read(events: list[MessageEvent]) -> list[Outcome]:
        return [retry() if event.id == "2" else ack() for event in events]

    handler.on(MessageEvent, batch=True)(make(read))
    assert handler(letters("chains", "one", "two", "three", group="a")) == {"failed": ["2", "3"]}


def test_several_functions_share_a_batch(handler: Handler, make: Make) -> None:
    calls: list[object] = []
    handler.on(MessageEvent, id=["2", "4"], batch=True)(make(lambda events: calls.append([one.id for one in events])))
    handler.on(MessageEvent)(make(lambda event: calls.append(event.id)))
    handler(letters("letters", "one", "two", "three", "four"))
    assert calls == ["1", ["2", "4"], "3"]
