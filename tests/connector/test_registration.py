"""Which function takes an event."""

# Functions of one expression are lambdas here, whose parameters have no types.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fcbridge import CloudEvent, Event, MessageEvent, ObjectEvent, TimerEvent, bridge
from fcbridge.connector.filters import Filters
from fcbridge.errors import InvalidOption, UnhandledEvent, UnknownEvent
from fcbridge.events import KINDS

from .apps import wsgi, wsgi_app
from .clockwork import CLOCKWORK, letters

if TYPE_CHECKING:
    from fcbridge import Handler

FROM_KEY = {"inbox/a.jpg": "raw/*", "raw/a.jpg": "inbox/*"}


def takes(kind: type[Event], event: Event, **filters: Any) -> bool:
    return Filters(kind, filters).take(event)


# -- filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "pattern", "fits"),
    [
        ("raw/a.jpg", "raw/*.jpg", True),
        ("raw/2026/a.jpg", "raw/*.jpg", True),
        ("raw/a.JPG", "raw/*.jpg", False),
        ("Raw/a.jpg", "raw/*.jpg", False),
        ("raw/", "raw/*", True),
        ("a.jpg", "?.jpg", True),
        ("ab.jpg", "?.jpg", False),
        ("7.log", "[0-9].log", True),
        ("x.log", "[!0-9].log", True),
        ("*", "[*]", True),
        ("a", "[*]", False),
        ("报告/三月.csv", "报告/*", True),
        ("two\nlines.log", "*.log", True),
        ("a.jpg\n", "*.jpg", False),
        ("a+b c%.log", "a+b c%.log", True),
        ("(a|b).log", "(a|b).log", True),
        ("", "*", True),
        ("", "", True),
    ],
)
def test_a_pattern_is_one_of_the_shell_whose_star_crosses_slashes(key: str, pattern: str, fits: bool) -> None:
    assert takes(ObjectEvent, ObjectEvent(key=key), key=pattern) is fits


def test_all_filters_have_to_pass() -> None:
    event = ObjectEvent(type="ObjectCreated:Put", bucket="inbox", key="raw/a.jpg")
    assert takes(ObjectEvent, event, type="ObjectCreated:*", bucket="inbox", key="raw/*.jpg")
    assert not takes(ObjectEvent, event, type="ObjectCreated:*", bucket="outbox", key="raw/*.jpg")


@pytest.mark.parametrize("several", [["a*", "b*"], ("a*", "b*"), {"a*", "b*"}])
def test_of_several_patterns_one_has_to_fit(several: Any) -> None:
    assert [takes(ObjectEvent, ObjectEvent(bucket=name), bucket=several) for name in ("ab", "ba", "c")] == [
        True, True, False,
    ]  # fmt: skip


def test_a_function_of_the_value_decides() -> None:
    assert takes(ObjectEvent, ObjectEvent(size=2**20), size=lambda size: size > 1024)
    assert not takes(ObjectEvent, ObjectEvent(size=10), size=lambda size: size > 1024)
    assert takes(ObjectEvent, ObjectEvent(raw={"vip": True}), raw=lambda raw: raw["vip"])


def test_what_is_no_text_is_compared_as_it_is() -> None:
    event = MessageEvent(partition=3, key="钥".encode(), group=None)
    assert takes(MessageEvent, event, partition=3)
    assert takes(MessageEvent, event, partition="3")
    assert not takes(MessageEvent, event, partition=4)
    assert takes(MessageEvent, event, key="钥")
    assert takes(MessageEvent, event, key="钥".encode())
    assert takes(MessageEvent, event, group=None)


def test_no_pattern_fits_what_the_platform_does_not_tell() -> None:
    assert not takes(ObjectEvent, ObjectEvent(region=None), region="*")
    assert not takes(MessageEvent, MessageEvent(key=b"\xff"), key="*")


def test_what_is_made_of_attributes_is_one() -> None:
    assert takes(MessageEvent, MessageEvent(topic="orders"), queue="ord*")


@pytest.mark.parametrize("kind", KINDS.values())
def test_every_attribute_of_every_kind_can_be_filtered_by(kind: type[Event]) -> None:
    for name in (*kind.fields, "raw"):
        filters: Any = {name: "*"}
        wsgi().on(kind, **filters)


def test_a_filter_that_the_kind_has_not_names_the_nearest() -> None:
    with pytest.raises(InvalidOption, match=r"ObjectEvent has no attribute 'buckets'.*\n.*did you mean 'bucket'\?"):
        wsgi().on(ObjectEvent, buckets="inbox")


def test_a_filter_that_is_like_none_names_all() -> None:
    with pytest.raises(InvalidOption, match=r"(?s)TimerEvent has no attribute 'zzz'.*it has id, name, payload, raw"):
        wsgi().on(TimerEvent, zzz="inbox")


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(InvalidOption, match="bucket is an empty list"):
        wsgi().on(ObjectEvent, bucket=[])


def test_a_class_is_no_filter() -> None:
    with pytest.raises(InvalidOption, match="bucket is a class"):
        wsgi().on(ObjectEvent, bucket=str)


# -- kinds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (None, "was given a NoneType"),
        (dict, "was given dict"),
        ("ObjectEvnt", "import ObjectEvent"),
        (print, "call it with the kind"),
        (7, "kinds are: ObjectEvent"),
    ],
)
def test_what_is_no_kind_of_event_is_refused(kind: Any, message: str) -> None:
    with pytest.raises(InvalidOption, match=message):
        wsgi().on(kind)


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(InvalidOption, match="A str was registered"):
        wsgi().on(ObjectEvent)("index.on_upload")  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]


def test_a_decorated_function_is_what_it_was() -> None:
    def nightly(event: TimerEvent) -> str:
        return event.name

    assert wsgi().on(TimerEvent)(nightly) is nightly


# -- which one --------------------------------------------------------------------------------------------------------


def test_the_first_registration_that_takes_an_event_has_it(handler: Handler) -> None:
    handler.on(TimerEvent, name="n*")(lambda event: "n*")
    handler.on(TimerEvent, name="nightly")(lambda event: "nightly")
    handler.on(TimerEvent)(lambda event: "any")
    assert [handler({"bells": "bell", "name": name}) for name in ("nightly", "noon", "dawn")] == ["n*", "n*", "any"]


def test_several_registrations_stand_above_one_function(handler: Handler) -> None:
    @handler.on(TimerEvent, name="dawn")
    @handler.on(TimerEvent, name="dusk")
    def ring(event: TimerEvent) -> str:
        return event.name

    assert handler({"bells": "bell", "name": "dawn"}) == "dawn"
    assert handler({"bells": "bell", "name": "dusk"}) == "dusk"
    with pytest.raises(UnhandledEvent):
        handler({"bells": "bell", "name": "noon"})


def test_event_is_every_kind(handler: Handler) -> None:
    handler.on(Event)(lambda event: type(event).__name__)
    assert handler({"bells": "bell"}) == "TimerEvent"
    assert handler(letters("letters", "one")) is None


@pytest.mark.parametrize("source", ["clockwork-letters", "letters", "clock*-letters", ["sqs", "letters"]])
def test_a_registration_can_be_for_one_source(handler: Handler, source: Any) -> None:
    handler.on(MessageEvent, trigger=source)(lambda event: None)
    handler(letters("letters", "one"))
    with pytest.raises(UnhandledEvent, match="clockwork-registered"):
        handler(letters("registered", "one", "two"))


# -- nobody -----------------------------------------------------------------------------------------------------------


def test_an_event_that_nobody_takes_is_refused_with_what_is_registered(handler: Handler) -> None:
    @handler.on(MessageEvent, topic="orders", body=len)
    @handler.on(TimerEvent, name=["dawn", "dusk"], trigger="bell")
    def ring(event: Any) -> None: ...

    with pytest.raises(UnhandledEvent) as caught:
        handler({"bells": "bell", "name": "noon"})
    assert caught.value.message == "No function takes this TimerEvent of Clockwork's bell (clockwork-bell)."
    assert caught.value.hint == (
        "registered are: on(TimerEvent, name=['dawn', 'dusk'], trigger='bell') "
        f"{__name__}.{ring.__qualname__}; on(MessageEvent, topic='orders', body=len) {__name__}.{ring.__qualname__}"
    )
    assert caught.value.__context__ is None


def test_where_nothing_is_registered_it_is_said_how_to(handler: Handler) -> None:
    with pytest.raises(UnhandledEvent, match=r"(?s)No function is registered.*@handler\.on\(TimerEvent\).*events_path"):
        handler({"bells": "bell"})


def test_in_a_batch_the_others_run_beside_an_event_that_nobody_takes(handler: Handler) -> None:
    ids: list[str] = []
    handler.on(MessageEvent, id=["1", "3"])(lambda event: ids.append(event.id))
    assert handler(letters("registered", "one", "two", "three")) == {"failed": ["2"]}
    assert ids == ["1", "3"]


def test_a_filter_that_raises_fails_its_event_alone(handler: Handler, caplog: pytest.LogCaptureFixture) -> None:
    ids: list[str] = []
    handler.on(MessageEvent, id=lambda id: bool(1 / (int(id) - 2)))(lambda event: ids.append(event.id))
    assert handler(letters("registered", "one", "two", "three")) == {"failed": ["2"]}
    assert ids == ["1", "3"]
    assert "ZeroDivisionError" in caplog.text


def test_what_is_neither_a_request_nor_of_a_trigger_is_unknown(handler: Handler) -> None:
    handler.on(Event)(lambda event: None)
    with pytest.raises(UnknownEvent, match=r"No gateway recognises the event \(an object with the keys colour\)"):
        handler({"colour": 1})


def test_a_registration_may_come_when_the_app_is_up() -> None:
    from .apps import asgi

    handler = asgi()
    with handler:
        assert handler({"http": "/a"}) == {"status": 200, "body": "/a"}
        handler.on(TimerEvent)(lambda event, state: dict(state))
        assert handler({"bells": "bell"}) == {"table": {}}
        assert handler({"http": "/b"}) == {"status": 200, "body": "/b"}


# -- across platforms -------------------------------------------------------------------------------------------------


def test_on_a_laptop_the_event_alone_tells_the_source() -> None:
    from fcbridge.registry import platforms

    handler = bridge(wsgi_app)
    handler.on(ObjectEvent)(lambda event: None)
    oss = next(trigger for trigger in platforms()["aliyun"].triggers if trigger.name == "aliyun-oss")
    s3 = next(trigger for trigger in platforms()["aws"].triggers if trigger.name == "aws-s3")
    for trigger in (oss, s3):
        handler(trigger.compose(trigger.sample()))


def test_an_event_in_text_or_bytes_is_read() -> None:
    import json

    handler = bridge(wsgi_app, platform=CLOCKWORK)
    handler.on(TimerEvent)(lambda event: event.name)
    assert handler(json.dumps({"bells": "bell", "name": "noon"})) == "noon"
    assert handler(json.dumps({"bells": "bell", "name": "noon"}).encode()) == "noon"


def test_options_of_bridge_are_checked() -> None:
    for path in ("events", "/events?x=1", "/événements", "/a b", "/#", 7):
        with pytest.raises(InvalidOption, match="events_path"):
            wsgi(events_path=path)


def test_a_cloud_event_is_filtered_by_its_own_attributes() -> None:
    assert takes(CloudEvent, CloudEvent(type="com.example.a", subject=None), type="com.example.*")
