"""What the triggers have in common: how a payload tells its source, and how its fields are read."""

from __future__ import annotations

from fcbridge.bodies import decoded_base64
from fcbridge.codec import is_list, is_object
from fcbridge.envelope import malformed
from fcbridge.fields import text
from fcbridge.instants import EPOCH, instant_since_epoch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any, TypeVar

    Value = TypeVar("Value")

REGION = "eu-west-3"


def first_record(payload: Any) -> dict[str, Any] | None:
    """The first of the ``Records``, by which the others are judged; None where there is none."""
    if not is_object(payload):
        return None
    records = payload.get("Records")
    if not is_list(records) or not records or not is_object(records[0]):
        return None
    return records[0]


def source_of(payload: Any) -> str | None:
    """The service that ``Records`` come from, as ``aws:s3``; SNS alone writes its field in capitals."""
    record = first_record(payload)
    if record is None:
        return None
    source = record.get("eventSource", record.get("EventSource"))
    return source if isinstance(source, str) else None


def is_bucket_event(payload: Any) -> bool:
    """Whether an event of EventBridge is a notification of S3."""
    if not is_object(payload) or payload.get("source") != "aws.s3":
        return False
    kind, detail = payload.get("detail-type"), payload.get("detail")
    return isinstance(kind, str) and is_object(detail) and is_object(detail.get("bucket")) and "object" in detail


# -- fields -----------------------------------------------------------------------------------------------------------

_WRONG = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


class Fields:
    """An object of a payload. Its fields are read as what they have to be; what is wrong is told with its path."""

    __slots__ = ("path", "title", "value")

    def __init__(self, title: str, value: object, path: str = "") -> None:
        if not is_object(value):
            raise malformed(title, path or "(all)", TypeError(type(value).__name__))
        self.title = title
        self.value = value
        self.path = path

    def read(self, name: str, reader: Callable[[Any], Value]) -> Value:
        """A field that has to be there. ``reader`` may raise KeyError, TypeError, ValueError, AttributeError or
        ArithmeticError."""
        try:
            return reader(self.value[name])
        except _WRONG as error:
            raise malformed(self.title, self.at(name), error) from None

    def find(self, name: str, reader: Callable[[Any], Value]) -> Value | None:
        """A field that may be absent or null."""
        return None if self.value.get(name) is None else self.read(name, reader)

    def text(self, name: str) -> str:
        """A text, empty where it is absent or null."""
        return self.find(name, text) or ""

    def inner(self, name: str) -> Fields:
        return self.read(name, lambda value: Fields(self.title, value, self.at(name)))

    def inner_if_any(self, name: str) -> Fields:
        """An object, empty where it is absent or null."""
        return self.inner(name) if self.value.get(name) is not None else Fields(self.title, {}, self.at(name))

    def items(self, name: str) -> list[Fields]:
        """A list of objects."""
        values = self.value.get(name)
        if not is_list(values):
            raise malformed(self.title, self.at(name), TypeError() if name in self.value else KeyError(name))
        return [Fields(self.title, value, f"{self.at(name)}[{index}]") for index, value in enumerate(values)]

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


# -- what a field has to be -------------------------------------------------------------------------------------------


def utf8(value: object) -> bytes:
    """The bytes of a text. Raises TypeError, or ValueError for lone surrogates."""
    return text(value).encode("utf-8")


def octets(value: object) -> bytes:
    """The bytes that a text in base64 stands for. Raises TypeError or ValueError."""
    return decoded_base64(text(value))


def number(value: object) -> int:
    """A whole number, which many services write as text. Raises TypeError or ValueError."""
    if isinstance(value, str):
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value


def milliseconds(value: object) -> datetime:
    """A time in milliseconds since 1970, as a number or as text. Raises TypeError or ValueError."""
    return instant_since_epoch(number(value), 1000)


def seconds(value: object) -> datetime:
    """A time in seconds since 1970, as a whole number or a broken one. Raises TypeError or ValueError."""
    return instant_since_epoch(value)


def since_1970(time: datetime) -> float:
    """What :func:`seconds` reads."""
    return (time - EPOCH).total_seconds()


def last_of(arn: str, separator: str = ":") -> str:
    """The name in an ARN."""
    return arn.rpartition(separator)[2]


# -- results ----------------------------------------------------------------------------------------------------------


def failures(identifiers: list[object]) -> dict[str, object]:
    """A partial result, for event source mappings with ``ReportBatchItemFailures``; without that setting Lambda does
    not look at it (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html)."""
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}
