"""The two modes of an Application Load Balancer: maps of single values, and maps of lists.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#multi-value-headers
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object, json_text
from fcbridge.envelope import parsed_header_lists, parsed_headers, rendered_object
from fcbridge.gateway import lazy

from .balancer import Balancer
from .protocol import response_refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.losses import Loss
    from fcbridge.model import Headers, Pair, Response

    from .balancer import Event


class SingleValues(Balancer):
    """The mode of a target group that nobody has configured."""

    name = "aws-alb"
    title = "AWS Application Load Balancer"

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .balancer_losses import SINGLE_VALUES

        return SINGLE_VALUES

    def matches(self, event: Any) -> bool:
        return _claimed(event) and not _has_lists(event)

    def header_pairs(self, event: Event) -> list[Pair]:
        return parsed_headers(event.get("headers") or {})

    def query_pairs(self, event: Event) -> list[Pair]:
        return list((event.get("queryStringParameters") or {}).items())

    def render(self, response: Response, event: object) -> dict[str, object]:
        fields: dict[str, str] = {}
        cookies = 0
        for name, value in response.headers.pairs:
            if name == "set-cookie":
                fields[set_cookie(cookies)] = value
                cookies += 1
            elif name in fields:
                fields[name] += f", {value}"
            elif not response_refused(name):
                fields[name] = value
        return rendered_object({name: json_text(value) for name, value in fields.items()}, response)

    def compose_maps(self, event: Event, headers: Headers, query: dict[str, list[str]]) -> None:
        event["queryStringParameters"] = {name: values[-1] for name, values in query.items()}
        event["headers"] = {name: json_text(value) for name, value in sorted(dict(headers.pairs).items())}

    def answered(self, envelope: dict[str, Any]) -> list[Pair]:
        from . import reading

        if not all(isinstance(value, str) for value in _values(envelope.get("headers"))):
            raise reading.refused(self.title, "headers", "has a value that is no text")
        return reading.fields_of(self.title, envelope.get("headers"))


class MultipleValues(Balancer):
    """The mode that keeps repeats, both ways."""

    name = "aws-alb-multi"
    title = "AWS Application Load Balancer (multi-value headers)"

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .balancer_losses import MULTIPLE_VALUES

        return MULTIPLE_VALUES

    def matches(self, event: Any) -> bool:
        return _claimed(event) and _has_lists(event)

    def header_pairs(self, event: Event) -> list[Pair]:
        return parsed_header_lists(event.get("multiValueHeaders") or {})

    def query_pairs(self, event: Event) -> list[Pair]:
        return [
            (name, value)
            for name, values in (event.get("multiValueQueryStringParameters") or {}).items()
            for value in _listed(values)
        ]

    def render(self, response: Response, event: object) -> dict[str, object]:
        lists: dict[str, list[str]] = {}
        for name, value in response.headers.pairs:
            if not response_refused(name):
                lists.setdefault(name, []).append(json_text(value))
        answer = rendered_object(lists, response)
        # "headers" is not read in this mode.
        answer["multiValueHeaders"] = answer.pop("headers")
        return answer

    def compose_maps(self, event: Event, headers: Headers, query: dict[str, list[str]]) -> None:
        event["multiValueQueryStringParameters"] = query
        lists: dict[str, list[str]] = {}
        for name, value in sorted(headers, key=lambda pair: pair[0]):
            lists.setdefault(name, []).append(json_text(value))
        event["multiValueHeaders"] = lists

    def answered(self, envelope: dict[str, Any]) -> list[Pair]:
        from . import reading

        lists = envelope.get("multiValueHeaders")
        if not all(is_list(values) and all(isinstance(value, str) for value in values) for values in _values(lists)):
            raise reading.refused(self.title, "multiValueHeaders", "has a value that is no list of texts")
        return reading.lists_of(self.title, lists)


def _claimed(event: Any) -> bool:
    if not is_object(event) or "httpMethod" not in event:
        return False
    context = event.get("requestContext")
    return is_object(context) and "elb" in context


def _has_lists(event: dict[str, Any]) -> bool:
    """Typed languages print the map of the other mode as null."""
    return event.get("multiValueHeaders") is not None or ("multiValueHeaders" in event and event.get("headers") is None)


def _listed(values: object) -> list[Any]:
    return values if is_list(values) else [values]


def _values(headers: object) -> list[Any]:
    return list(headers.values()) if is_object(headers) else []


def set_cookie(index: int) -> str:
    """The name of the ``index``-th cookie in a map that has one value a name: ``set-cookie``, ``Set-cookie``, ...

    No document says so; but names have no case to a client, the balancer writes each key of the map as it is, and
    several adapters have sent their cookies this way for years. Where it did not hold, one cookie would be left, as
    without it. There are 512 such names.
    """
    name = "".join([letter.upper() if index >> place & 1 else letter for place, letter in enumerate("setcookie")])
    return f"{name[:3]}-{name[3:]}"


SINGLE_VALUES = SingleValues()
MULTIPLE_VALUES = MultipleValues()
