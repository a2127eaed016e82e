"""The attributes of an event as options: ``--bucket inbox --size 12``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from ..instants import instant
from . import message
from .parser import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Sequence

    from ..events import Event
    from ..local.sources import Source
    from .environment import Environment


class _Attribute(NamedTuple):
    """One option; ``read`` makes the value of what was typed, and knows the event that it is for."""

    metavar: str
    says: str
    read: Callable[[str, Event], Any]


def _text(typed: str, event: Event) -> str:
    return typed


def _whole(typed: str, event: Event) -> int:
    return int(typed)


def _time(typed: str, event: Event) -> object:
    return instant(typed)


def _json(typed: str, event: Event) -> object:
    return json.loads(typed)


def _mapping(typed: str, event: Event) -> object:
    value: object = json.loads(typed)
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value  # pyright: ignore[reportUnknownVariableType]  # a JSON value


def _key(typed: str, event: Event) -> object:
    """Of an object a text, of a message bytes."""
    from ..events import MessageEvent

    return _bytes(typed) if isinstance(event, MessageEvent) else typed


def _payload(typed: str, event: Event) -> object:
    """Of a schedule: a text where the source has texts, else any JSON value."""
    if isinstance(getattr(event, "payload", None), str):
        return typed
    try:
        return json.loads(typed)
    except (ValueError, RecursionError):
        return typed


def _bytes(typed: str) -> bytes:
    return typed.encode("utf-8", "surrogateescape")


# What is told to who typed something else; the others take any text.
_SHAPES: dict[Callable[[str, Event], Any], str] = {
    _whole: "a whole number",
    _time: "a time, as 2026-03-02T08:15:31Z",
    _json: "JSON",
    _mapping: "a JSON object, as '{\"id\": 7}'",
}

_ATTRIBUTES: dict[str, _Attribute] = {
    "id": _Attribute("ID", "the event's id", _text),
    "source": _Attribute("TEXT", "where it comes from", _text),
    "type": _Attribute("TYPE", "what happened, as ObjectCreated:Put", _text),
    "subject": _Attribute("TEXT", "what it happened to", _text),
    "time": _Attribute("TIME", "when, as 2026-03-02T08:15:31Z", _time),
    "bucket": _Attribute("NAME", "the object's bucket", _text),
    "key": _Attribute("KEY", "the object's or the message's key", _key),
    "size": _Attribute("BYTES", "the object's size", _whole),
    "etag": _Attribute("TEXT", "the object's etag", _text),
    "region": _Attribute("NAME", "the object's region", _text),
    "version": _Attribute("ID", "the object's version", _text),
    "topic": _Attribute("NAME", "the message's topic or queue", _text),
    "partition": _Attribute("N", "the message's partition", _whole),
    "offset": _Attribute("N", "the message's offset", _whole),
    "deliveries": _Attribute("N", "how often the message was delivered", _whole),
    "group": _Attribute("NAME", "the message's group; the log's project or group", _text),
    "receipt": _Attribute("TEXT", "what the source wants to have back", _text),
    "name": _Attribute("NAME", "the schedule's name", _text),
    "payload": _Attribute("TEXT", "what is written into the schedule", _payload),
    "stream": _Attribute("NAME", "the log's store or stream", _text),
    "shard": _Attribute("N", "the log's shard", _whole),
    "begin": _Attribute("CURSOR", "the log's first cursor", _text),
    "end": _Attribute("CURSOR", "the log's last cursor", _text),
    "endpoint": _Attribute("HOST", "where the log is, or where an answer can be sent", _text),
    "table": _Attribute("NAME", "the row's table", _text),
    "kind": _Attribute("WORD", "insert, update, delete; connect, message, disconnect", _text),
    "keys": _Attribute("JSON", "the row's primary key", _mapping),
    "before": _Attribute("JSON", "the row as it was", _mapping),
    "after": _Attribute("JSON", "the row as it is", _mapping),
    "connection": _Attribute("ID", "the connection's id", _text),
    "condition": _Attribute("WORD", "of an asynchronous invocation: success or failure", _text),
    "function": _Attribute("NAME", "the function that was invoked", _text),
    "request": _Attribute("JSON", "what it was given", _json),
    "response": _Attribute("JSON", "what it has answered", _json),
    "error": _Attribute("TEXT", "what the platform says of the failure", _text),
    "attempts": _Attribute("N", "how often it was tried", _whole),
}


def add_options(parser: ArgumentParser) -> None:
    """An option for each attribute that events have; a kind takes those of its own."""
    group = parser.add_argument_group("attributes of events, each where the kind of event has it")
    for name, attribute in _ATTRIBUTES.items():
        group.add_argument(
            f"--{name}", metavar=attribute.metavar, help=attribute.says, default=None, dest=f"attribute_{name}"
        )


def add_body_options(parser: ArgumentParser) -> None:
    """Headers and body, of requests and of messages."""
    message.add_body_options(parser)
    parser.add_argument("--body-file", metavar="FILE", help="the body, as it is; - is stdin")


def typed_names(options: Namespace) -> list[str]:
    """The attributes that were typed, but for body and headers."""
    return [name for name in _ATTRIBUTES if getattr(options, f"attribute_{name}") is not None]


def read(options: Namespace, source: Source, environment: Environment) -> dict[str, Any]:
    """What was typed as attributes of the source's events. Raises UsageError for what the kind of event has not."""
    event = source.trigger.sample()[0]
    changes: dict[str, Any] = {}
    for name in typed_names(options):
        if name not in event.fields:
            raise _refused(f"--{name}", source, event)
        attribute = _ATTRIBUTES[name]
        try:
            changes[name] = attribute.read(getattr(options, f"attribute_{name}"), event)
        except (ValueError, RecursionError):
            raise UsageError(f"--{name} does not take this.", hint=f"it is {_SHAPES[attribute.read]}") from None
    body = body_of(options, environment)
    if body is not None:
        changes |= _with_body(body, source, event)
    if options.header:
        changes |= _with_headers(message.pairs(options.header), source, event)
    return changes


def warn_of(source: Source, lost: Sequence[str], environment: Environment) -> None:
    """Say which of the attributes that were typed the source has no place for."""
    for name in lost:
        environment.warn(f"{source.name} does not carry this {name}", hint="the function sees another, or none")


def body_of(options: Namespace, environment: Environment) -> bytes | None:
    """The body that was typed or named, or None."""
    if options.data and options.body_file:
        raise UsageError("There are two bodies: -d and --body-file.", hint="use one of them")
    if options.body_file:
        return message.read_input(options.body_file, environment)
    return message.typed_body(options.data, environment)


def _with_body(body: bytes, source: Source, event: Event) -> dict[str, Any]:
    if "body" in event.fields:
        return {"body": body}
    if "data" not in event.fields:
        raise _refused("a body", source, event)
    try:
        return {"data": json.loads(body)}
    except (ValueError, RecursionError):
        return {"data": body}


def _with_headers(pairs: list[tuple[str, str]], source: Source, event: Event) -> dict[str, Any]:
    if "headers" in event.fields:
        # As the source's own are: Kafka's are bytes.
        known: tuple[tuple[str, Any], ...] = getattr(event, "headers", ())
        octets = bool(known) and isinstance(known[0][1], bytes)
        return {"headers": tuple((name, _bytes(value) if octets else value) for name, value in pairs)}
    for name in ("attributes", "extensions"):
        if name in event.fields:
            return {name: dict(pairs)}
    raise _refused("a header", source, event)


def _refused(option: str, source: Source, event: Event) -> UsageError:
    kind = type(event).__name__
    known = [f"--{name}" for name in _ATTRIBUTES if name in event.fields]
    known += [option for field, option in _OTHERS.items() if field in event.fields]
    return UsageError(
        f"{source.name} does not take {option}: {'an' if kind[0] in 'AEIOU' else 'a'} {kind} has none.",
        hint=f"it takes {', '.join(known)}",
    )


_OTHERS = {"body": "-d", "data": "-d", "headers": "-H", "attributes": "-H", "extensions": "-H"}
