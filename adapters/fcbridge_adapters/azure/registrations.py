"""The functions of a FunctionApp for other sources than HTTP: each hands its event to the handler.

https://learn.microsoft.com/azure/azure-functions/functions-reference-python#triggers-and-inputs
What the handler's ``on`` has registered takes it from there: the host has to know the sources before it calls anything,
and the names of queues and the schedules are not in a registration of events.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.errors import InvalidOption

from .delivery import Delivery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from fcbridge.gateway import Entered

    Add = Callable[[Any, Any, str, str], tuple[Any, Any]]

#: The settings that hold connections, by Microsoft's own names where there are such.
CONNECTIONS = {
    "queue": "AzureWebJobsStorage",
    "blob": "AzureWebJobsStorage",
    "servicebus": "AzureWebJobsServiceBus",
    "eventhub": "AzureWebJobsEventHub",
}


def add_sources(func: Any, app: Any, handler: Entered, sources: dict[str, Any]) -> None:
    """Add a function for each source. Raises InvalidOption."""
    connection = _connections(sources.pop("connection", None))
    taken: set[str] = set()
    for option, value in sources.items():
        for name, told in _named(option, value).items():
            decorator, kind = _BINDINGS[option](func, app, told, connection.get(option, ""))
            function = _function(func, handler, kind, name)
            app.function_name(name=_function_name(option, name, taken))(decorator(function))


def _function(func: Any, handler: Entered, kind: Any, name: str) -> Any:
    async def deliver(event: Any, context: Any) -> None:
        await handler.invoke(Delivery(event, name), context)

    # The worker looks the types up by these names.
    deliver.__annotations__ = {"event": kind, "context": func.Context}
    return deliver


def _function_name(option: str, name: str, taken: set[str]) -> str:
    """A name for the host, which takes letters, digits, dashes and underscores, and each name once."""
    plain = "".join([character if character.isascii() and character.isalnum() else "_" for character in name])
    function = name if option == "timer" and plain == name and name[:1].isalpha() else f"{option}_{plain}".rstrip("_")
    if function in taken or function == "web":
        function = f"{function}_{len(taken) + 1}"
    taken.add(function)
    return function


# -- options ----------------------------------------------------------------------------------------------------------


def _named(option: str, value: Any) -> Mapping[str, str]:
    """What an option says, by the name that its events have."""
    if option == "eventgrid":
        if not isinstance(value, bool):
            raise _refused(option, value, "use True")
        return {"events": ""} if value else {}
    if option == "timer":
        value = {"timer": value} if isinstance(value, str) else value
        if not is_object(value) or not all(isinstance(schedule, str) for schedule in value.values()):
            raise _refused(option, value, 'use a schedule of six fields, or {"name": schedule}')
        return value
    several = tuple(value) if is_list(value) or isinstance(value, tuple) else (value,)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    names = [name for name in several if isinstance(name, str) and name]  # pyright: ignore[reportUnknownVariableType]
    if not names or len(names) < len(several):  # pyright: ignore[reportUnknownArgumentType]
        raise _refused(option, value, "use a name, or a list of names")  # pyright: ignore[reportUnknownArgumentType]
    found: dict[str, str] = {}
    for name in names:
        # The events of a subscription have the topic's name, unless there is another subscription of it.
        topic = name.partition("/")[0]
        found[topic if option == "servicebus" and topic not in found else name] = name
    return found


def _connections(value: Any) -> Mapping[str, str]:
    if value is None:
        return CONNECTIONS
    if isinstance(value, str) and value:
        return dict.fromkeys(CONNECTIONS, value)
    if not is_object(value) or not value.keys() <= CONNECTIONS.keys():
        raise _refused("connection", value, f"use the name of a setting, or one for some of {', '.join(CONNECTIONS)}")
    return {**CONNECTIONS, **value}


def _refused(option: str, value: object, hint: str) -> InvalidOption:
    return InvalidOption(f"The option {option} does not take {value!r}.", hint=hint)


# -- the decorators of the package ------------------------------------------------------------------------------------


def _queue(func: Any, app: Any, name: str, connection: str) -> tuple[Any, Any]:
    return app.queue_trigger(arg_name="event", queue_name=name, connection=connection), func.QueueMessage


def _blob(func: Any, app: Any, path: str, connection: str) -> tuple[Any, Any]:
    return app.blob_trigger(arg_name="event", path=path, connection=connection), func.InputStream


def _timer(func: Any, app: Any, schedule: str, connection: str) -> tuple[Any, Any]:
    return app.timer_trigger(arg_name="event", schedule=schedule), func.TimerRequest


def _eventgrid(func: Any, app: Any, name: str, connection: str) -> tuple[Any, Any]:
    return app.event_grid_trigger(arg_name="event"), func.EventGridEvent


def _servicebus(func: Any, app: Any, name: str, connection: str) -> tuple[Any, Any]:
    topic, slash, subscription = name.partition("/")
    if slash:
        return app.service_bus_topic_trigger(
            arg_name="event", topic_name=topic, subscription_name=subscription, connection=connection
        ), func.ServiceBusMessage
    return app.service_bus_queue_trigger(
        arg_name="event", queue_name=name, connection=connection
    ), func.ServiceBusMessage  # fmt: skip


def _eventhub(func: Any, app: Any, name: str, connection: str) -> tuple[Any, Any]:
    return app.event_hub_message_trigger(
        arg_name="event", event_hub_name=name, connection=connection
    ), func.EventHubEvent  # fmt: skip


_BINDINGS: dict[str, Add] = {
    "queue": _queue,
    "blob": _blob,
    "timer": _timer,
    "eventgrid": _eventgrid,
    "servicebus": _servicebus,
    "eventhub": _eventhub,
}
