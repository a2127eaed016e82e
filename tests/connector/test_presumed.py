"""Events that no shape tells: presumed where the platform is known, and somebody takes them."""

from __future__ import annotations

from typing import Any

import pytest

from fcbridge import CloudEvent, NotificationEvent, bridge
from fcbridge.errors import UnknownEvent

READING = b'{"deviceName": "sensor-7", "temperature": 21.5}'


def test_a_text_reaches_the_function_for_notifications_where_the_platform_is_known() -> None:
    handler = bridge(platform="aliyun")
    seen: list[NotificationEvent] = []

    @handler.on(NotificationEvent)
    def notified(event: NotificationEvent) -> None:
        seen.append(event)

    handler(b"hello topic", None)
    assert seen == [NotificationEvent(body=b"hello topic")]


def test_any_json_reaches_the_function_for_other_events() -> None:
    handler = bridge(platform="aliyun")
    seen: list[Any] = []

    @handler.on(CloudEvent, trigger="iot")
    def read(event: CloudEvent) -> None:
        seen.append(event.data)

    handler(READING, None)
    assert seen == [{"deviceName": "sensor-7", "temperature": 21.5}]


@pytest.mark.parametrize("payload", [b"hello topic", READING])
def test_where_the_platform_is_not_known_it_is_unknown(payload: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FC_FUNC_CODE_PATH", "FC_REGION", "FC_INSTANCE_ID"):
        monkeypatch.delenv(name, raising=False)
    handler = bridge()
    handler.on(NotificationEvent)(_ignore)
    handler.on(CloudEvent)(_ignore)
    with pytest.raises(UnknownEvent):
        handler(payload, None)


def test_what_nobody_takes_is_unknown() -> None:
    handler = bridge(platform="aliyun")
    handler.on(NotificationEvent)(_ignore)
    with pytest.raises(UnknownEvent):
        handler(READING, None)


def test_it_is_posted_to_the_app_that_wants_events() -> None:
    posted: list[tuple[str, bytes]] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        posted.append((environ["PATH_INFO"], environ["wsgi.input"].read()))
        start_response("204 No Content", [])
        return []

    bridge(app, platform="aliyun", interface="wsgi", events_path="/events")(b"hello topic", None)
    assert posted == [("/events", b"hello topic")]


def _ignore(event: object) -> None:
    raise AssertionError("nobody has registered for this")
