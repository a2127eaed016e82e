"""The two forms in which a binding's event arrives: posted to a custom handler, and as an object of the Python worker.

https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#request-payload
Posted, the names of bindings tell no kind: it is told by what is in the data and in the metadata. The host writes bytes
as base64, dates as ISO, objects as objects, and everything else as JSON in a string: the text ``hi`` is ``"\\"hi\\""``.
(https://github.com/Azure/azure-functions-host, WebJobs.Script/Workers/Http)
"""

from __future__ import annotations

from abc import abstractmethod

from fcbridge.codec import is_list, is_object
from fcbridge.envelope import malformed
from fcbridge.fields import mapping, sequence, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, rfc3339
from fcbridge.trigger import Trigger

from ..custom import CUSTOM_HANDLER
from ..delivery import Delivery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

    class Posted(TypedDict):
        Data: dict[str, Any]  # by the name of the binding
        Metadata: dict[str, Any]


class BindingTrigger(Trigger):
    """``posts`` says whether an event was posted, ``attributes`` which ones the type of an object has."""

    #: By which attributes the type of the worker's object is known.
    attributes: tuple[str, ...]

    # -- what a binding adds -------------------------------------------------------------------------------------------

    @abstractmethod
    def posts(self, values: Iterable[Any], metadata: Mapping[str, Any]) -> bool:
        """Whether the data of bindings and the metadata are of an event of this binding. Never raises."""

    @abstractmethod
    def of_post(self, values: Sequence[Any], metadata: Mapping[str, Any], payload: Posted) -> Event:
        """The event that was posted. Raises KeyError, TypeError or ValueError."""

    @abstractmethod
    def of_object(self, event: Any, name: str) -> Event:
        """The event in an object. Raises AttributeError, KeyError, TypeError or ValueError."""

    @abstractmethod
    def posted(self, event: Event) -> tuple[Any, dict[str, Any]]:
        """Data and metadata of the post of an event, and under ``MethodName`` the function's name."""

    def is_object_of(self, event: object) -> bool:
        """Whether an object is one of this binding's: asked of its type, because attributes of an instance may
        raise."""
        kind = type(event)
        return all([hasattr(kind, name) for name in self.attributes])

    # -- the three verbs -----------------------------------------------------------------------------------------------

    def matches(self, payload: Any) -> bool:
        if is_object(payload):
            data, metadata = payload.get("Data"), payload.get("Metadata")
            if not is_object(data) or not is_object(metadata) or CUSTOM_HANDLER.matches(payload):
                return False
            if self.batched:
                metadata = {**metadata, **{name.removesuffix(_ARRAY): None for name in metadata}}
            return self.posts(data.values(), metadata)
        event = payload.event if isinstance(payload, Delivery) else payload
        if is_list(event):
            return self.batched and bool(event) and all([self.is_object_of(one) for one in event])
        return self.is_object_of(event)

    def parse(self, payload: Any) -> list[Event]:
        try:
            if is_object(payload):
                data, metadata = mapping(payload["Data"]), mapping(payload["Metadata"])
                pieces = _pieces(data, metadata) if self.batched else [([*data.values()], metadata)]
                return [self.of_post(values, told, payload) for values, told in pieces]  # type: ignore[arg-type]
            event, name = (payload.event, payload.name) if isinstance(payload, Delivery) else (payload, "")
            return [self.of_object(one, name) for one in event] if is_list(event) else [self.of_object(event, name)]
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            field = str(error.args[0]) if isinstance(error, KeyError) and error.args else "Data"
            raise malformed(self.title, field, error) from error

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> object:
        """For a custom handler, an answer without which the host would wait; the worker wants nothing. What a function
        has returned is the value of the binding ``$return``."""
        if not is_object(payload):
            return None
        value = outcomes[0].value if len(outcomes) == 1 else None
        kept = value if isinstance(value, (str, int, float)) or is_object(value) or is_list(value) else None
        return {"Outputs": {}, "Logs": [], "ReturnValue": kept}

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Posted:
        """The post to a custom handler: an object is not for JSON."""
        posts = [self.posted(event) for event in events]
        names = [metadata.pop("MethodName") for _, metadata in posts]
        if len(posts) == 1:
            value, told = posts[0]
        else:
            value, told = _batch(posts)
        return {"Data": {"event": value}, "Metadata": {**told, "sys": system(names[0], stamp)}}


# -- batches ----------------------------------------------------------------------------------------------------------

_ARRAY = "Array"


def _pieces(data: dict[str, Any], metadata: dict[str, Any]) -> list[tuple[list[Any], dict[str, Any]]]:
    """Data and metadata of each event: in a batch the data is an array, and of what differs there are arrays too, each
    as JSON in a string. Inferred: the host's rule for arrays, and the names that the worker's converters read."""
    arrays = {name: _listed(value) for name, value in metadata.items() if name.endswith(_ARRAY)}
    if not arrays:
        return [([*data.values()], metadata)]
    common = {name: value for name, value in metadata.items() if name not in arrays}
    bodies = _listed(next(iter(data.values()), None))
    pieces: list[tuple[list[Any], dict[str, Any]]] = []
    for place, body in enumerate(bodies):
        own = {
            name.removesuffix(_ARRAY): values[place] for name, values in arrays.items() if place < len(values)
        }  # fmt: skip
        pieces.append(([in_string(body) if isinstance(body, str) else body], {**common, **own}))
    return pieces


def _listed(value: object) -> list[Any]:
    import json

    return sequence(json.loads(value) if isinstance(value, str) else value)


def _batch(posts: Sequence[tuple[Any, dict[str, Any]]]) -> tuple[str, dict[str, Any]]:
    import json

    names = {name for _, told in posts for name in told if name != "PartitionContext"}
    batch: dict[str, Any] = {
        name + _ARRAY: json.dumps([_plain(told.get(name)) for _, told in posts]) for name in sorted(names)
    }
    context = posts[0][1].get("PartitionContext") if posts else None
    if context is not None:
        batch["PartitionContext"] = context
    return json.dumps([_plain(value) for value, _ in posts]), batch


def _plain(value: Any) -> Any:
    return _inner(value) if isinstance(value, str) else value


# -- what the host writes ---------------------------------------------------------------------------------------------


def told(metadata: Mapping[str, Any], name: str) -> str | None:
    """A text in the metadata, which is JSON in a string, as a rule; None where it is not there."""
    value = metadata.get(name)
    if value is None:
        return None
    return _inner(text(value))


def number(metadata: Mapping[str, Any], name: str) -> int | None:
    """A whole number in the metadata, which is text, as a rule."""
    value = metadata.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError(type(value).__name__)
    return int(value)


def moment(value: object) -> datetime | None:
    """A time of the metadata or of an object; one without a zone is in UTC."""
    from datetime import datetime, timezone

    if value is None:
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)
    written = _inner(text(value))
    # .NET leaves the zone away where it does not know one.
    zoned = written.endswith(("Z", "z")) or written[-6:-5] in ("+", "-")
    return instant(written if zoned else f"{written}Z")


def body_of(value: object) -> bytes:
    """The bytes of a message. Of bytes that are no text it has base64, which no flag tells from a text."""
    import json

    if is_object(value) or is_list(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return _inner(text(value)).encode("utf-8")


def _inner(value: str) -> str:
    """The text that is JSON in a string; what is none stays as it is."""
    import json

    if not value.startswith('"'):
        return value
    try:
        inner: object = json.loads(value)
    except ValueError:
        return value
    return inner if isinstance(inner, str) else value


def method_name(metadata: Mapping[str, Any]) -> str:
    """The function's name. Of a queue or a hub the host tells none: it is in the function's configuration alone."""
    return text(mapping(metadata.get("sys") or {}).get("MethodName") or "")


def in_string(value: str) -> str:
    """A text as the host writes it: as JSON, in a string."""
    import json

    return json.dumps(value, ensure_ascii=False)


def system(name: str, stamp: Stamp) -> dict[str, str]:
    from fcbridge.instants import instant_since_epoch

    return {
        "MethodName": name,
        "UtcNow": f"{rfc3339(instant_since_epoch(stamp.milliseconds, 1000), 6)[:-1]}0Z",
        "RandGuid": stamp.request_id,
    }
