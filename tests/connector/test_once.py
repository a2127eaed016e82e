"""Functions that run once for an event, whatever its number of deliveries."""

# Functions of one expression are lambdas here, whose parameters have no types.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge import MessageEvent, TimerEvent, reject, retry
from fcbridge.errors import InvalidOption, StoreUnavailable
from fcbridge.once import Claim, SQLiteStore

from .apps import asgi, wsgi
from .clockwork import letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fcbridge import Handler

    Make = Callable[[Callable[[Any], Any]], Callable[..., Any]]
    Send = Callable[..., Any]


@pytest.fixture
def store() -> Iterator[SQLiteStore]:
    made = SQLiteStore(":memory:")
    yield made
    made.close()


class Notes:
    """A store that notes what it is told, and by which thread; it says what it is told to say."""

    def __init__(self, state: Any = "new", *, held: bool = True, broken: str = "") -> None:
        self.told: list[tuple[str, object]] = []
        self.threads: set[int] = set()
        self.state = state
        self.held = held
        self.broken = broken

    def _note(self, verb: str, value: object) -> None:
        self.told.append((verb, value))
        self.threads.add(threading.get_ident())
        if verb == self.broken:
            raise StoreUnavailable("The store is away.")

    def begin(self, key: str, remaining: float | None = None) -> Claim:
        self._note("begin", key)
        return Claim(key, self.state, 1 if self.state == "new" else 0, 30.0 if self.state == "busy" else 0.0)

    def done(self, claim: Claim) -> bool:
        self._note("done", claim.key)
        return self.held

    def forget(self, claim: Claim) -> bool:
        self._note("forget", claim.key)
        return self.held


def test_an_event_that_has_succeeded_is_not_run_again(
    handler: Handler, send: Send, make: Make, store: SQLiteStore
) -> None:
    ids: list[str] = []
    handler.on(MessageEvent, once=store)(make(lambda event: ids.append(event.id)))
    assert send(letters("registered", "one", "two")) == {"failed": []}
    assert send(letters("registered", "one", "two", "three")) == {"failed": []}
    assert ids == ["1", "2", "3"]


def test_an_event_that_has_failed_is_run_again(handler: Handler, send: Send, make: Make, store: SQLiteStore) -> None:
    ids: list[str] = []

    def read(event: MessageEvent) -> None:
        ids.append(event.id)
        if len(ids) == 2:
            raise ValueError

    handler.on(MessageEvent, once=store)(make(read))
    assert send(letters("registered", "one", "two")) == {"failed": ["2"]}
    assert send(letters("registered", "one", "two")) == {"failed": []}
    assert ids == ["1", "2", "2"]


@pytest.mark.parametrize(("outcome", "runs"), [(reject("no"), 1), (retry(), 2)])
def test_what_is_rejected_is_done_and_what_is_wanted_again_is_not(
    handler: Handler, make: Make, store: SQLiteStore, outcome: Any, runs: int
) -> None:
    ids: list[str] = []

    def read(event: MessageEvent) -> Any:
        ids.append(event.id)
        return outcome

    handler.on(MessageEvent, once=store)(make(read))
    for _ in range(2):
        handler(letters("registered", "one"))
    assert len(ids) == runs


def test_the_key_is_source_and_id(handler: Handler, make: Make) -> None:
    store = Notes()
    handler.on(MessageEvent, once=store)(make(lambda event: None))
    handler(letters("registered", "one"))
    assert store.told == [("begin", "clockwork 1"), ("done", "clockwork 1")]


def test_an_event_that_another_delivery_runs_is_wanted_again(handler: Handler, make: Make) -> None:
    ids: list[str] = []
    handler.on(MessageEvent, once=Notes("busy"))(make(lambda event: ids.append(event.id)))
    assert handler(letters("registered", "one")) == {"failed": ["1"]}
    assert ids == []


def test_an_event_without_an_id_cannot_be_guarded(handler: Handler, make: Make, store: SQLiteStore) -> None:
    handler.on(TimerEvent, once=store)(make(lambda event: None))
    with pytest.raises(InvalidOption, match="A TimerEvent without an id cannot be told from another"):
        handler({"bells": "bell"})


def test_what_has_no_id_in_a_batch_fails_alone(handler: Handler, make: Make, store: SQLiteStore) -> None:
    ids: list[str] = []
    handler.on(MessageEvent, once=store)(make(lambda event: ids.append(event.body.decode())))
    payload = letters("registered", "one", "two")
    payload["events"][0]["id"] = ""
    assert handler(payload) == {"failed": [""]}
    assert ids == ["two"]


def test_a_batch_function_gets_what_is_not_done_yet(
    handler: Handler, send: Send, make: Make, store: SQLiteStore
) -> None:
    calls: list[list[str]] = []

    def read(events: list[MessageEvent]) -> Any:
        calls.append([event.id for event in events])
        return [retry() if event.id == "2" else None for event in events]

    handler.on(MessageEvent, batch=True, once=store)(make(read))
    assert send(letters("registered", "one", "two", "three")) == {"failed": ["2"]}
    assert send(letters("registered", "one", "two", "three", "four")) == {"failed": ["2"]}
    assert calls == [["1", "2", "3"], ["2", "4"]]


def test_a_batch_of_which_all_is_done_runs_nothing(handler: Handler, make: Make, store: SQLiteStore) -> None:
    calls: list[Any] = []
    handler.on(MessageEvent, batch=True, once=store)(make(calls.append))
    for _ in range(2):
        assert handler(letters("registered", "one", "two")) == {"failed": []}
    assert len(calls) == 1


def test_a_store_that_is_away_before_fails_the_event(
    handler: Handler, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    ids: list[str] = []
    handler.on(MessageEvent, once=Notes(broken="begin"))(make(lambda event: ids.append(event.id)))
    with pytest.raises(StoreUnavailable):
        handler(letters("letters", "one"))
    assert ids == []
    assert "StoreUnavailable" in caplog.text


def test_a_store_that_is_away_after_does_not_undo_what_is_done(
    handler: Handler, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    handler.on(MessageEvent, once=Notes(broken="done"))(make(lambda event: None))
    assert handler(letters("registered", "one")) == {"failed": []}
    assert "could not be told" in caplog.text


def test_a_lease_that_has_passed_to_another_is_logged(
    handler: Handler, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    handler.on(MessageEvent, once=Notes(held=False))(make(lambda event: None))
    assert handler(letters("registered", "one")) == {"failed": []}
    [record] = caplog.records
    assert record.levelno == logging.WARNING and "longer than its lease" in record.getMessage()


def test_the_store_is_never_asked_on_the_loop(make: Make) -> None:
    store = Notes()
    loops: list[int] = []
    handler = asgi()

    @handler.on(TimerEvent)
    async def where() -> None:
        loops.append(threading.get_ident())

    handler.on(MessageEvent, once=store)(make(lambda event: None))

    async def caller() -> None:
        # The loop moves to a thread of its own, and stays there.
        await handler.invoke({"bells": "bell"})
        await handler.invoke(letters("registered", "one"))
        loops.append(threading.get_ident())

    with handler:
        asyncio.run(caller())
    assert store.threads and store.threads.isdisjoint(loops)


def test_a_function_that_is_cancelled_gives_its_event_back() -> None:
    store = Notes()
    handler = asgi()

    @handler.on(MessageEvent, once=store)
    async def read(event: MessageEvent) -> None:
        await asyncio.Event().wait()

    with handler:
        assert handler(letters("registered", "one"), 0.2) == {"failed": ["1"]}
    assert store.told == [("begin", "clockwork 1"), ("forget", "clockwork 1")]


def test_two_deliveries_at_once_run_an_event_once(handler: Handler, make: Make, store: SQLiteStore) -> None:
    ids: list[str] = []
    handler.on(MessageEvent, once=store)(make(lambda event: ids.append(event.id)))
    together = threading.Barrier(4)
    answers: list[Any] = []

    def deliver() -> None:
        together.wait(30)
        answers.append(handler(letters("registered", "one")))

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ids == ["1"]
    assert len(answers) == 4 and all(answer in ({"failed": []}, {"failed": ["1"]}) for answer in answers)


def test_what_is_no_store_is_refused() -> None:
    with pytest.raises(InvalidOption, match=r"(?s)once does not take a str.*SQLiteStore"):
        wsgi().on(MessageEvent, once="/tmp/done.sqlite3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
