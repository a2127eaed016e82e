"""The neutral events: what every trigger parses into. No I/O, no platform.

The attributes that all have are those of CloudEvents 1.0 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md):

``id``        of the event, as the platform tells it; the same in a second delivery. Empty where it tells none
``source``    where it comes from, as the platform names it: an ARN, a URL, the name of a service
``type``      what happened
``subject``   what it happened to
``time``      when, as an aware ``datetime`` in UTC; None where the platform does not tell
``raw``       the platform's own record, unchanged; no part of equality

What the platform does not tell is None, or empty where the attribute is a text that is always there.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any


class Event:
    """What every event has."""

    #: The attributes of a kind of event, in the order in which they are shown; each is a keyword of its constructor.
    fields: tuple[str, ...] = ("id", "source", "type", "subject", "time")
    #: What its ``repr`` shows beside id, type and source: names, and no contents. A subject may be that of a mail.
    shown: tuple[str, ...] = ()

    __slots__ = ("id", "raw", "source", "subject", "time", "type")

    def __init__(
        self,
        *,
        id: str = "",
        source: str = "",
        type: str = "",
        subject: str | None = None,
        time: datetime | None = None,
        raw: object = None,
    ) -> None:
        self.id = id
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        self.raw = raw

    def replace(self, **changes: Any) -> Event:
        """A copy with some attributes changed."""
        present = {name: getattr(self, name) for name in (*self.fields, "raw")}
        return type(self)(**{**present, **changes})

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.fields)

    __hash__ = None  # type: ignore[assignment]  # mappings inside

    def __repr__(self) -> str:
        # Bodies and rows carry secrets: what it is and where it comes from is shown, and no content.
        names = ("id", "type", "source", *self.shown)
        shown = [f"{name}={value!r}" for name in names if (value := getattr(self, name)) not in (None, "")]
        return f"<{' '.join([type(self).__name__, *shown])}>"


class ObjectEvent(Event):
    """Something happened to an object of a store.

    ``type`` is in the words of S3 without a vendor's prefix, as ``ObjectCreated:Put`` and ``ObjectRemoved:Delete``, so
    that ``ObjectCreated:*`` is right for every store; what comes after the colon is the platform's own word. ``key`` is
    decoded, as the store itself knows it. ``size`` is in bytes, ``etag`` without quotes.
    """

    fields = (*Event.fields, "bucket", "key", "size", "etag", "region", "version")
    shown = ("bucket", "key")

    __slots__ = ("bucket", "etag", "key", "region", "size", "version")

    def __init__(
        self,
        *,
        bucket: str = "",
        key: str = "",
        size: int | None = None,
        etag: str | None = None,
        region: str | None = None,
        version: str | None = None,
        **attributes: Any,
    ) -> None:
        super().__init__(**attributes)
        self.bucket = bucket
        self.key = key
        self.size = size
        self.etag = etag
        self.region = region
        self.version = version


class _WithBody(Event):
    """An event that carries bytes."""

    __slots__ = ("body",)

    def __init__(self, *, body: bytes = b"", **attributes: Any) -> None:
        super().__init__(**attributes)
        self.body = body

    def text(self) -> str:
        """The body, which is UTF-8. Raises UnicodeDecodeError where it is not."""
        return self.body.decode("utf-8")

    def json(self) -> Any:
        """The body as a JSON value. Raises ValueError where it is none."""
        import json

        return json.loads(self.body)


class MessageEvent(_WithBody):
    """A message of a topic or a queue.

    ``topic`` is the name of either. ``key`` is the message's key as bytes; a routing key is the ``subject``.
    ``headers`` are pairs, because names may repeat; their values are as the source has them: text, bytes or numbers.
    ``deliveries`` counts how often the message was delivered, this time included. ``receipt`` is what the source wants
    to have back, where it wants anything.
    """

    fields = (
        *Event.fields, "topic", "key", "body", "headers", "partition", "offset", "deliveries", "group", "receipt",
    )  # fmt: skip
    shown = ("topic", "partition", "offset", "deliveries")

    __slots__ = ("deliveries", "group", "headers", "key", "offset", "partition", "receipt", "topic")

    def __init__(
        self,
        *,
        topic: str = "",
        key: bytes | None = None,
        headers: tuple[tuple[str, Any], ...] = (),
        partition: int | None = None,
        offset: int | None = None,
        deliveries: int | None = None,
        group: str | None = None,
        receipt: str | None = None,
        **attributes: Any,
    ) -> None:
        super().__init__(**attributes)
        self.topic = topic
        self.key = key
        self.headers = headers
        self.partition = partition
        self.offset = offset
        self.deliveries = deliveries
        self.group = group
        self.receipt = receipt

    @property
    def queue(self) -> str:
        """The same as ``topic``, where the source has queues."""
        return self.topic

    def header(self, name: str, default: Any = None) -> Any:
        """The last value of a header, as Kafka's ``lastHeader``; names are compared as they are."""
        for key, value in reversed(self.headers):
            if key == name:
                return value
        return default


class TimerEvent(Event):
    """A schedule has come due. ``name`` is the trigger's or rule's, ``payload`` what was written into it."""

    fields = (*Event.fields, "name", "payload")
    shown = ("name",)

    __slots__ = ("name", "payload")

    def __init__(self, *, name: str = "", payload: Any = None, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.name = name
        self.payload = payload


class LogRecord:
    """One line of a log: when, the text, and its fields where it has some."""

    __slots__ = ("fields", "id", "message", "time")

    def __init__(
        self, message: str = "", time: datetime | None = None, id: str = "", fields: Mapping[str, str] | None = None
    ) -> None:
        self.message = message
        self.time = time
        self.id = id
        self.fields = dict(fields or {})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LogRecord):
            return NotImplemented
        return (self.message, self.time, self.id, self.fields) == (other.message, other.time, other.id, other.fields)

    __hash__ = None  # type: ignore[assignment]  # a mapping inside

    def __repr__(self) -> str:
        return f"<LogRecord id={self.id!r} {len(self.message)} characters>"


class LogEvent(Event):
    """A piece of a log service's log.

    ``group`` is the project or log group, ``stream`` the logstore or log stream. Where the payload has the lines they
    are ``records``; where it has none, ``records`` is None and the piece from cursor ``begin`` to cursor ``end`` of the
    ``shard`` is to be pulled at the ``endpoint``.
    """

    fields = (*Event.fields, "group", "stream", "shard", "begin", "end", "endpoint", "records")
    shown = ("group", "stream", "shard")

    __slots__ = ("begin", "end", "endpoint", "group", "records", "shard", "stream")

    def __init__(
        self,
        *,
        group: str = "",
        stream: str = "",
        shard: int | None = None,
        begin: str | None = None,
        end: str | None = None,
        endpoint: str | None = None,
        records: tuple[LogRecord, ...] | None = None,
        **attributes: Any,
    ) -> None:
        super().__init__(**attributes)
        self.group = group
        self.stream = stream
        self.shard = shard
        self.begin = begin
        self.end = end
        self.endpoint = endpoint
        self.records = records


class RowEvent(Event):
    """A row of a table has changed. ``kind`` is ``insert``, ``update`` or ``delete``, or ``other`` (a change of the
    table itself, a heartbeat).

    ``keys`` is the primary key; ``before`` and ``after`` are columns by name, None where there is none or the stream
    does not carry it.
    """

    fields = (*Event.fields, "table", "kind", "keys", "before", "after")
    shown = ("table", "kind")

    __slots__ = ("after", "before", "keys", "kind", "table")

    def __init__(
        self,
        *,
        table: str = "",
        kind: str = "",
        keys: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        **attributes: Any,
    ) -> None:
        super().__init__(**attributes)
        self.table = table
        self.kind = kind
        self.keys = None if keys is None else dict(keys)
        self.before = None if before is None else dict(before)
        self.after = None if after is None else dict(after)


class NotificationEvent(_WithBody):
    """A message that a topic has sent to all who listen; ``subject`` is its title, ``attributes`` what goes with it."""

    fields = (*Event.fields, "topic", "body", "attributes")
    shown = ("topic",)

    __slots__ = ("attributes", "topic")

    def __init__(
        self, *, topic: str = "", attributes: Mapping[str, Any] | None = None, **attributes_of_event: Any
    ) -> None:
        super().__init__(**attributes_of_event)
        self.topic = topic
        self.attributes = dict(attributes or {})


class ConnectionEvent(_WithBody):
    """A connection was opened, has sent something, or was closed: ``kind`` is ``connect``, ``message`` or
    ``disconnect``. ``endpoint`` is where an answer to ``connection`` can be sent."""

    fields = (*Event.fields, "connection", "kind", "body", "endpoint")
    shown = ("connection", "kind")

    __slots__ = ("connection", "endpoint", "kind")

    def __init__(self, *, connection: str = "", kind: str = "", endpoint: str | None = None, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.connection = connection
        self.kind = kind
        self.endpoint = endpoint


class CloudEvent(Event):
    """An event of any other kind: the attributes of CloudEvents 1.0.

    ``data`` is a JSON value where the source has one, bytes where it has those, None where it has none.
    ``extensions`` are further attributes by name.
    """

    fields = (*Event.fields, "data", "datacontenttype", "dataschema", "extensions")

    __slots__ = ("data", "datacontenttype", "dataschema", "extensions")

    def __init__(
        self,
        *,
        data: Any = None,
        datacontenttype: str | None = None,
        dataschema: str | None = None,
        extensions: Mapping[str, Any] | None = None,
        **attributes: Any,
    ) -> None:
        super().__init__(**attributes)
        self.data = data
        self.datacontenttype = datacontenttype
        self.dataschema = dataschema
        self.extensions = dict(extensions or {})


class DestinationEvent(Event):
    """The record that an asynchronous invocation leaves when it has succeeded or failed.

    ``condition`` is ``success`` or ``failure``, ``function`` the function's name, ``request`` and ``response`` what it
    was given and has answered, ``error`` what the platform says of the failure, ``attempts`` how often it was tried.
    """

    fields = (*Event.fields, "condition", "function", "request", "response", "error", "attempts")
    shown = ("condition", "function", "attempts")

    __slots__ = ("attempts", "condition", "error", "function", "request", "response")

    def __init__(
        self,
        *,
        condition: str = "",
        function: str = "",
        request: Any = None,
        response: Any = None,
        error: str | None = None,
        attempts: int | None = None,
        **attributes: Any,
    ) -> None:
        super().__init__(**attributes)
        self.condition = condition
        self.function = function
        self.request = request
        self.response = response
        self.error = error
        self.attempts = attempts


#: The kinds of events, by name.
KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        ObjectEvent, MessageEvent, TimerEvent, LogEvent, RowEvent, NotificationEvent, ConnectionEvent, CloudEvent,
        DestinationEvent,
    )
}  # fmt: skip
