"""Events that only keep an instance warm."""

# Functions of one expression are lambdas here, whose parameters have no types.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

from typing import Any

import pytest

from fcbridge import Event, TimerEvent, bridge
from fcbridge.connector.warmups import is_warm_up
from fcbridge.errors import StartupFailed, UnknownEvent
from tests.examples import EVENTS, event_of

from .apps import asgi
from .clockwork import CLOCKWORK

WARM_UPS: list[Any] = [
    {"source": "serverless-plugin-warmup"},
    {"source": "serverless-plugin-lambda-warmup"},
    {"warmer": True},
    {"warmer": True, "concurrency": 3},
    {"warmer": True, "concurrency": 3, "target": "orders:live"},
    {
        "warmer": True,
        "concurrency": 3,
        "__WARMER_INVOCATION__": 2,
        "__WARMER_CONCURRENCY__": 3,
        "__WARMER_CORRELATIONID__": "1772439331482-0042",
    },
    [{"warmer": True, "target": "orders"}, {"warmer": True, "target": "bills"}],
]

#: What looks like one, and is somebody's event.
OTHERS: list[Any] = [
    {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}, "id": "1", "resources": []},
    {"source": "serverless-plugin-warmup", "detail-type": "Order placed", "detail": {}},
    {"source": "com.example.warmup"},
    {"source": ["serverless-plugin-warmup"]},
    {"warmer": True, "vehicle": 7},
    {"warmer": "yes"},
    {"warmer": 1},
    {"warmer": False},
    {"httpMethod": "GET", "warmer": True},
    [],
    [{"warmer": True}, {"order": 7}],
    {},
    None,
    b"warm",
    "serverless-plugin-warmup",
]


@pytest.mark.parametrize("event", WARM_UPS)
def test_a_warm_up_is_known(event: Any) -> None:
    assert is_warm_up(event)


@pytest.mark.parametrize("event", OTHERS)
def test_what_is_like_one_is_none(event: Any) -> None:
    assert not is_warm_up(event)


def test_no_example_event_of_any_platform_is_a_warm_up() -> None:
    files = [path for path in EVENTS.rglob("*") if path.is_file()]
    assert len(files) > 200
    assert [path for path in files if is_warm_up(event_of(path))] == []


@pytest.mark.parametrize("event", WARM_UPS)
def test_a_warm_up_starts_the_app_and_runs_nothing(event: Any) -> None:
    started: list[str] = []
    ran: list[object] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            ran.append(scope)
            return
        for _ in range(2):
            step = (await receive())["type"]
            started.append(step)
            await send({"type": f"{step}.complete"})

    handler = bridge(app, platform=CLOCKWORK, events_path="/events")
    handler.on(Event)(ran.append)
    assert handler(event) == {"warm": True}
    assert started == ["lifespan.startup"]
    handler.pre_stop()
    assert ran == []


@pytest.mark.parametrize("platform", ["aliyun", "aws", "tencent", None])
def test_a_warm_up_is_one_on_every_platform(platform: str | None) -> None:
    handler = bridge(platform=platform)
    assert handler({"source": "serverless-plugin-warmup"}) == {"warm": True}


async def _fail(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})


def test_a_warm_up_of_an_app_that_does_not_start_fails() -> None:
    with pytest.raises(StartupFailed, match="no database"):
        bridge(_fail, platform=CLOCKWORK)({"warmer": True})


def test_a_schedule_of_the_platform_is_never_one() -> None:
    """Also where its rule is one that Zappa made to keep a function warm: the rule is the user's own choice."""
    schedule: dict[str, Any] = {
        "version": "0",
        "id": "9c906e93-2cef-7aa3-35f1-3d1b74239b9f",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-03-02T08:15:31Z",
        "region": "eu-west-3",
        "resources": ["arn:aws:events:eu-west-3:123456789012:rule/shop-zappa-keep-warm-handler.keep_warm_callback"],
        "detail": {},
    }
    handler = bridge(platform="aws")
    names: list[str] = []
    handler.on(TimerEvent)(lambda event: names.append(event.name))
    handler(schedule)
    assert names == ["shop-zappa-keep-warm-handler.keep_warm_callback"]


def test_what_is_like_a_warm_up_is_refused_as_unknown() -> None:
    with asgi() as handler, pytest.raises(UnknownEvent):
        handler({"warmer": "yes"})
