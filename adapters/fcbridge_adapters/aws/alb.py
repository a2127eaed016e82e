"""The two modes of an Application Load Balancer: maps of single values, and maps of lists.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#multi-value-headers
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object, json_text
from fcbridge.envelope import parsed_header_lists, parsed_headers, rendered_object
from fcbridge.losses import (
    FOLDED_RESPONSE_HEADERS,
    HTTP_VERSION,
    REQUEST_HEADER_TEXT,
    RESPONSE_HEADER_TEXT,
    Loss,
    refused_request_headers,
    refused_response_headers,
)
from fcbridge.model import Headers, Request

from . import reading
from .balancer import Balancer, raw_pairs
from .composing import CLIENT_IN_FORWARDED, added_fields
from .headers import request_refused, response_refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from fcbridge.model import Pair, Response

    from .balancer import Event


def _joined(pairs: Iterable[Pair]) -> str:
    return "&".join([f"{name}={value}" for name, value in pairs])


def _last_values(request: Request) -> Request:
    pairs = raw_pairs(request.query)
    last = dict(pairs)
    return request if len(last) == len(pairs) else request.replace(query=_joined(last.items()))


_LAST_QUERY_VALUE = Loss(
    "last-query-value",
    "of a repeated query key, only the last value arrives",
    cure="switch lambda.multi_value_headers.enabled on",
    on_request=_last_values,
    witness=Request(query="tag=red&tag=blue"),
)

_QUERY_ORDER = Loss(
    "query-order",
    "the query arrives as a mapping: the order of its keys is not kept, nor whether a blank value had an equals sign",
    on_request=lambda request: request.replace(
        query=_joined(sorted(raw_pairs(request.query), key=lambda pair: pair[0]))
    ),
    witness=Request(query="b=x%20y&a"),
    quiet=True,
)

_LAST_REQUEST_HEADER = Loss(
    "last-request-header",
    "of a repeated request header, only the last value arrives",
    cure="switch lambda.multi_value_headers.enabled on",
    on_request=lambda request: request.replace(headers=Headers.of(list(dict(request.headers.pairs).items()))),
    witness=Request(headers=Headers([("x-tag", "alpha"), ("x-tag", "beta")])),
)


class SingleValues(Balancer):
    """The mode of a target group that nobody has configured."""

    name = "aws-alb"
    title = "AWS Application Load Balancer"
    loses = (
        refused_request_headers(request_refused, "connection"),
        added_fields(),
        _LAST_REQUEST_HEADER,
        REQUEST_HEADER_TEXT,
        _LAST_QUERY_VALUE,
        _QUERY_ORDER,
        CLIENT_IN_FORWARDED,
        HTTP_VERSION,
        refused_response_headers(response_refused, "content-length"),
        FOLDED_RESPONSE_HEADERS,
        RESPONSE_HEADER_TEXT,
    )

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
        if not all(isinstance(value, str) for value in _values(envelope.get("headers"))):
            raise reading.refused(self.title, "headers", "has a value that is no text")
        return reading.fields_of(self.title, envelope.get("headers"))


class MultipleValues(Balancer):
    """The mode that keeps repeats, both ways."""

    name = "aws-alb-multi"
    title = "AWS Application Load Balancer (multi-value headers)"
    loses = (
        refused_request_headers(request_refused, "connection"),
        added_fields(),
        REQUEST_HEADER_TEXT,
        _QUERY_ORDER,
        CLIENT_IN_FORWARDED,
        HTTP_VERSION,
        refused_response_headers(response_refused, "content-length"),
        RESPONSE_HEADER_TEXT,
    )

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
