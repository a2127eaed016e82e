"""Events under Google's own Functions Framework, over a real socket, to a function of each of its signatures."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from cloudevents import conversion, http

from fcbridge.events import Event, MessageEvent, ObjectEvent
from fcbridge.model import Headers, Request, Response
from fcbridge.played import packed_request
from fcbridge.registry import platform
from tests.examples import Examples

from .child import Child, answered

MAIN = """
from event_function import handler

main = handler("google").entry({options})
"""
_LISTENS = r"Listening at: http://127\.0\.0\.1:(\d+)"
_FORMS = {
    "http": ("", "http"),
    "asgi": ("asgi=True", "http"),
    "cloudevent": ("", "cloudevent"),
    "asgi cloudevent": ("asgi=True", "cloudevent"),
    "event": ("", "event"),
}
TRIGGERS = {trigger.name: trigger for trigger in platform("google").triggers}
example = Examples("google/other")
sdk: Any = http
sdk_conversion: Any = conversion


class Framework:
    """``functions-framework`` on a free port, with a function of events."""

    def __init__(self, form: str, directory: Path) -> None:
        self.form = form
        options, signature = _FORMS[form]
        (directory / "main.py").write_text(MAIN.format(options=options), "utf-8")
        arguments = ["--host", "127.0.0.1", "--port", "0", "--target", "main", "--signature-type", signature]
        self.child = Child(
            [sys.executable, "-m", "functions_framework", *arguments, *(["--asgi"] if options else [])],
            directory,
            {"GUNICORN_LOG_LEVEL": "info"},
        )
        self.port = int(self.child.wait_for(_LISTENS)[1])

    @property
    def answers(self) -> bool:
        """Whether the function's answer is the sender's: else it is OK, or a failure."""
        return _FORMS[self.form][1] == "http"

    def post(self, body: bytes, headers: Any) -> Response:
        pairs = [("host", "fn.example.com"), *headers, ("content-length", str(len(body)))]
        return answered(self.port, packed_request(Request("POST", "/", headers=Headers(pairs), body=body)))

    def fire(self, trigger: str, event: Event) -> Response:
        return answered(self.port, TRIGGERS[trigger].compose([event]))


@pytest.fixture(scope="module", params=_FORMS)
def framework(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Framework]:
    running = Framework(request.param, tmp_path_factory.mktemp("google"))
    yield running
    running.child.stop()


def message(body: bytes, number: str) -> MessageEvent:
    return MessageEvent(
        id=number, source="//pubsub.googleapis.com/projects/demo/topics/orders", topic="orders", body=body,
        time=datetime(2026, 8, 5, 7, 8, 9, tzinfo=timezone.utc), headers=(("kind", "order"),),
    )  # fmt: skip


def test_an_object_reaches_its_function(framework: Framework) -> None:
    stored = ObjectEvent(
        id="41", type="ObjectCreated:Finalized", bucket="media-in", key="in/a b€%41.pdf", size=2048,
        time=datetime(2026, 8, 5, 7, 8, 9, tzinfo=timezone.utc),
    )  # fmt: skip
    assert framework.fire("google-storage", stored).status == (204 if framework.answers else 200)
    line = framework.child.wait_for(r'^stored (.*"41".*)')[1]
    assert json.loads(line) == ["41", "ObjectCreated:Finalized", "in/a b€%41.pdf", 2048]


def test_a_message_reaches_its_function(framework: Framework) -> None:
    assert framework.fire("google-pubsub", message("héllo".encode(), "42")).status in (200, 204)
    assert json.loads(framework.child.wait_for(r'^published (.*"42".*)')[1]) == ["42", "héllo", [["kind", "order"]]]


@pytest.mark.parametrize(("body", "number"), [(b"later", "43"), (b"boom", "44")])
def test_a_message_that_fails_is_to_be_delivered_again(framework: Framework, body: bytes, number: str) -> None:
    response = framework.fire("google-pubsub", message(body, number))
    assert response.status == (503 if framework.answers else 500)
    if framework.answers:
        assert response.headers.get("retry-after") == ("7" if body == b"later" else None)
    assert b"secret" not in response.body


def test_a_message_that_is_rejected_is_not_delivered_again(framework: Framework) -> None:
    assert framework.fire("google-pubsub", message(b"never", "45")).status in (200, 204)


@pytest.mark.parametrize("write", [sdk_conversion.to_binary, sdk_conversion.to_structured])
def test_an_event_that_the_sdk_has_written_reaches_its_function(framework: Framework, write: Any) -> None:
    if framework.form == "event":
        pytest.skip("the framework makes no event of the first generation of it")
    number = f"sdk-{write.__name__}"
    made = sdk.CloudEvent(
        {
            "id": number, "source": "/shop", "type": "com.example.order.placed", "subject": "order/1", "x": "y",
            "datacontenttype": "application/json",
        },
        {"order": 17},
    )  # fmt: skip
    headers, body = write(made)
    response = framework.post(body, headers.items())
    line = framework.child.wait_for(rf"^ordered (.*{number}.*)")[1]
    assert json.loads(line) == [number, "order/1", {"order": 17}, {"x": "y"}]
    if framework.answers:
        assert (response.headers.get("ce-id"), response.body) == ("r-1", b'{"ok":true}')
    else:
        assert (response.status, response.body) == (200, b"OK")


@pytest.mark.parametrize("name", ["background-storage-legacy", "background-pubsub-legacy", "background-flat-legacy"])
def test_an_event_of_the_first_generation_reaches_its_function(framework: Framework, name: str) -> None:
    if framework.form == "asgi cloudevent":
        pytest.skip("the framework converts none in this form")
    body = json.dumps(example(name)).encode()
    assert framework.post(body, [("content-type", "application/json")]).status in (200, 204)
    framework.child.wait_for(r'^stored .*"st-1"' if "storage" in name else r'^published .*"9000000000000001"')


def test_what_no_function_takes_is_a_request_to_the_app(framework: Framework) -> None:
    if framework.form == "event":
        pytest.skip("the framework makes no event of the first generation of it")
    body = b'{"specversion":"1.0","id":"46","source":"/shop","type":"com.example.other","data":{"n":1}}'
    response = framework.post(body, [("content-type", "application/cloudevents+json; charset=utf-8")])
    assert (response.status, response.body) == (200, b"of the app" if framework.answers else b"OK")
    got = framework.child.wait_for(r"^the app got / (\[.*?\]) (.*\"46\".*)")
    assert json.loads(got[2]) == {**json.loads(got[2]), **json.loads(body)}
    assert "application/cloudevents+json; charset=utf-8" in got[1]
