"""Events of Azure beside HTTP under Microsoft's own code: the functions that ``entry()`` registers, called with the
objects of the package azure-functions, and by the runtime of Python 3.13 and later."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import azure.functions as func
import pytest
from azure.functions.queue import QueueMessageInConverter
from azure.functions.timer import TimerRequestConverter

from fcbridge import Event, MessageEvent, ObjectEvent, TimerEvent, bridge
from fcbridge.errors import BridgeError, InvalidOption

APP = """
from fcbridge import MessageEvent, TimerEvent, bridge, retry


async def shop(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})


seen = []
handler = bridge(shop, platform="azure", lifespan="off")


@handler.on(MessageEvent, topic="orders")
async def order(event):
    seen.append((event.topic, event.text(), event.deliveries))
    if event.body == b"later":
        return retry(after=7)


@handler.on(TimerEvent, name="nightly")
def nightly(event):
    seen.append((event.name, event.raw.past_due))


app = handler.entry(queue="orders", timer={"nightly": "0 0 2 * * *"})
"""


def bindings(app: Any) -> dict[str, list[dict[str, Any]]]:
    return {
        function.get_function_name(): [json.loads(binding) for binding in function.get_raw_bindings()]
        for function in app.get_functions()
    }


async def hello(scope: Any, receive: Any, send: Any) -> None: ...


def test_each_source_is_a_function_of_the_app() -> None:
    app = bridge(hello, platform="azure", lifespan="off").entry(
        http=False,
        queue=["orders", "orders.retried"],
        blob="inbox/{name}",
        timer="0 */5 * * * *",
        eventgrid=True,
        servicebus=["jobs", "news/mail"],
        eventhub="telemetry",
        connection={"queue": "QueueStorage"},
    )
    assert bindings(app) == {
        "queue_orders": [
            {
                "direction": "IN", "type": "queueTrigger", "name": "event", "queueName": "orders",
                "connection": "QueueStorage",
            }
        ],
        "queue_orders_retried": [
            {
                "direction": "IN", "type": "queueTrigger", "name": "event", "queueName": "orders.retried",
                "connection": "QueueStorage",
            }
        ],
        "blob_inbox__name": [
            {
                "direction": "IN", "type": "blobTrigger", "name": "event", "path": "inbox/{name}",
                "connection": "AzureWebJobsStorage",
            }
        ],
        "timer": [{"direction": "IN", "type": "timerTrigger", "name": "event", "schedule": "0 */5 * * * *"}],
        "eventgrid_events": [{"direction": "IN", "type": "eventGridTrigger", "name": "event"}],
        "servicebus_jobs": [
            {
                "direction": "IN", "type": "serviceBusTrigger", "name": "event", "queueName": "jobs",
                "connection": "AzureWebJobsServiceBus",
            }
        ],
        "servicebus_news": [
            {
                "direction": "IN", "type": "serviceBusTrigger", "name": "event", "topicName": "news",
                "subscriptionName": "mail", "connection": "AzureWebJobsServiceBus",
            }
        ],
        "eventhub_telemetry": [
            {
                "direction": "IN", "type": "eventHubTrigger", "name": "event", "eventHubName": "telemetry",
                "connection": "AzureWebJobsEventHub",
            }
        ],
    }  # fmt: skip


def test_names_that_are_the_same_to_the_host_are_told_apart() -> None:
    app = bridge(hello, platform="azure", lifespan="off").entry(queue=["a.b", "a_b"], timer={"web": "0 0 2 * * *"})
    assert list(bindings(app)) == ["web", "queue_a_b", "queue_a_b_2", "web_3"]


@pytest.mark.parametrize(
    "options",
    [
        {"queue": ""},
        {"queue": 5},
        {"queue": []},
        {"blob": ["in/{name}", None]},
        {"timer": 5},
        {"timer": {"nightly": None}},
        {"eventgrid": "yes"},
        {"queue": "orders", "connection": {"timer": "x"}},
        {"queue": "orders", "connection": ""},
    ],
)
def test_a_wrong_option_is_named_with_what_it_takes(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption, match=f"option {list(options)[-1]} does not take") as caught:
        bridge(hello, platform="azure").entry(**options)
    assert caught.value.hint


def test_an_option_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError, match="kafka"):
        bridge(hello, platform="azure").entry(kafka="orders")


# -- through the converters -------------------------------------------------------------------------------------------

CONTEXT = SimpleNamespace(invocation_id="5e8f", function_name="queue_orders")


@pytest.fixture
def module() -> Iterator[dict[str, Any]]:
    names: dict[str, Any] = {}
    exec(APP, names)
    with names["handler"]:
        yield names


def called(module: dict[str, Any], name: str, event: Any) -> Any:
    [function] = [function for function in module["app"].get_functions() if function.get_function_name() == name]
    return asyncio.run(function.get_user_function()(event=event, context=CONTEXT))


def test_a_message_reaches_its_function_by_the_queues_name(module: dict[str, Any]) -> None:
    assert called(module, "queue_orders", func.QueueMessage(id="m-1", body="héllo")) is None
    assert module["seen"] == [("orders", "héllo", None)]


def test_a_message_that_is_wanted_again_fails_the_call(module: dict[str, Any]) -> None:
    with pytest.raises(BridgeError):
        called(module, "queue_orders", func.QueueMessage(id="m-1", body="later"))


def test_a_timer_reaches_its_function_by_its_name(module: dict[str, Any]) -> None:
    from azure.functions.timer import TimerRequest

    called(module, "nightly", TimerRequest(past_due=True))
    assert module["seen"] == [("nightly", True)]


def test_the_annotations_are_what_the_converters_take(module: dict[str, Any]) -> None:
    converters: dict[str, Any] = {"queue_orders": QueueMessageInConverter, "nightly": TimerRequestConverter}
    for function in module["app"].get_functions():
        if function.get_function_name() in converters:
            annotation = function.get_user_function().__annotations__["event"]
            assert converters[function.get_function_name()].check_input_type_annotation(annotation)


def test_a_custom_handler_gets_its_events_as_posts(module: dict[str, Any]) -> None:
    handler = bridge(hello, platform="azure", lifespan="off")
    seen: list[Event] = []
    handler.on(MessageEvent, topic="jobs")(seen.append)
    handler.on(TimerEvent, name="tick")(seen.append)
    handler.on(ObjectEvent, bucket="in")(seen.append)
    folder = Path(__file__).parents[1] / "events" / "azure"
    for name in ("queue", "queue-retry", "timer", "eventgrid"):
        answer = handler((folder / f"custom-handler-{name}-request.json").read_bytes(), {})
        assert answer == {"Outputs": {}, "Logs": [], "ReturnValue": None}
    assert [type(event).__name__ for event in seen] == ["MessageEvent", "MessageEvent", "TimerEvent", "ObjectEvent"]
    handler.pre_stop()


# -- the runtime that Azure runs --------------------------------------------------------------------------------------

if sys.version_info >= (3, 13):
    import uuid

    import azure_functions_runtime as runtime

    from .test_azure_real_runtime import Message, Parameter, StatusResult, asked

    @pytest.fixture
    def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
        """What the runtime answers when it has loaded ``function_app.py``."""
        (tmp_path / "function_app.py").write_text(APP, "utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "function_app", raising=False)
        request = asked(worker_init_request=Message(capabilities={}, function_app_directory=str(tmp_path)))
        yield asyncio.run(runtime.worker_init_request(request))
        sys.modules.pop("function_app", None)

    def delivered(name: str, data: Message, **metadata: Message) -> Any:
        request = asked(
            invocation_request=Message(
                invocation_id="5e8f",
                function_id=str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
                input_data=[Parameter(name="event", data=data)],
                trigger_metadata=metadata,
                trace_context=Message(trace_parent="", trace_state="", attributes={}),
                retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
            )
        )
        return asyncio.run(runtime.invocation_request(request))

    def message(text: str) -> Any:
        return delivered(
            "queue_orders",
            Message(string=text),
            Id=Message(string="m-1"),
            DequeueCount=Message(json="2"),
            InsertionTime=Message(string="2026-08-05T07:08:09+00:00"),
            ExpirationTime=Message(string="2026-08-12T07:08:09+00:00"),
            NextVisibleTime=Message(string="2026-08-05T07:18:09+00:00"),
            PopReceipt=Message(string="AgAA"),
        )

    def test_the_runtime_finds_a_function_for_each_source(loaded: Any) -> None:
        assert loaded.result.status == StatusResult.Success, vars(loaded.result)
        listed = asyncio.run(runtime.functions_metadata_request(asked()))
        found = {function.name: sorted(function.bindings) for function in listed.function_metadata_results}
        assert found == {"web": ["$return", "req"], "queue_orders": ["event"], "nightly": ["event"]}

    def test_the_runtime_delivers_a_message_and_a_timer(loaded: Any) -> None:
        done = message("hello")
        assert done.result.status == StatusResult.Success, vars(done.result)
        done = delivered("nightly", Message(json='{"Schedule": {}, "ScheduleStatus": {}, "IsPastDue": true}'))
        assert done.result.status == StatusResult.Success, vars(done.result)
        assert sys.modules["function_app"].seen == [("orders", "hello", 2), ("nightly", True)]

    def test_a_message_that_is_wanted_again_is_a_failed_invocation(loaded: Any) -> None:
        assert message("later").result.status == StatusResult.Failure
