"""Parsed web actions (``--web true``): the query and the members of a JSON or form body become the action's arguments.

https://github.com/apache/openwhisk/blob/master/docs/webactions.md
Nothing tells one from the other, nor from the parameters that the action is bound to. With a method that has a body
they are taken for the body, if its type is JSON or that of a form, else for the query.
"""

from __future__ import annotations

from fcbridge.codec import is_object, pairs_of_query, query_of_pairs
from fcbridge.envelope import malformed
from fcbridge.gateway import SAMPLE_STAMP, lazy
from fcbridge.model import Headers, Request

from .action import META, composed_body, composed_meta, parsed_body, parsed_meta
from .media import media_type
from .raw import WebAction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from fcbridge.gateway import Stamp
    from fcbridge.losses import Loss

_RESERVED = META | {"__ow_body", "__ow_query", "__ow_user"}
_WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
_FORM = "application/x-www-form-urlencoded"
_NOTHING: Any = object()


class ParsedAction(WebAction):
    name = "openwhisk-web"
    title = "OpenWhisk (parsed web action)"

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .losses import WEB_ACTION

        return WEB_ACTION

    def matches(self, event: Any) -> bool:
        return is_object(event) and event.keys() >= META and "__ow_query" not in event

    def parse(self, event: Mapping[str, Any]) -> Request:
        request = parsed_meta(self.title, event)
        parameters = {key: value for key, value in event.items() if key not in _RESERVED}
        try:
            if _is_json(request.headers):
                _take_json(request, parameters, event.get("__ow_body", _NOTHING))
            elif "__ow_body" in event or not _is_form(request.headers):
                request.body = parsed_body(event.get("__ow_body"), request.headers)
                request.query = _query(parameters)
            else:
                _take_form(request, parameters)
        except (TypeError, ValueError, RecursionError) as error:
            raise malformed(self.title, "__ow_body or a parameter", error) from error
        return request

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> dict[str, Any]:
        meta, body = composed_meta(request)
        parameters: dict[str, Any] = dict(sorted(pairs_of_query(request.query), key=lambda pair: pair[0]))
        headers = Headers(meta["__ow_headers"].items())
        if not body:
            return {**parameters, **meta}
        if _is_json(headers):
            value = _json_value(body)
            return {**parameters, **value, **meta} if is_object(value) else {**parameters, **meta, "__ow_body": value}
        if _is_form(headers):
            return {**parameters, **_form(body), **meta}
        return {**parameters, **meta, "__ow_body": composed_body(meta, body)}


# -- what the arguments were ------------------------------------------------------------------------------------------


def _is_json(headers: Headers) -> bool:
    kind = media_type(headers.get("content-type") or "")
    return kind is not None and kind.is_json


def _is_form(headers: Headers) -> bool:
    kind = media_type(headers.get("content-type") or "")
    return kind is not None and kind.kind == _FORM


def _take_json(request: Request, parameters: dict[str, Any], value: object) -> None:
    if value is not _NOTHING:
        request.query, request.body = _query(parameters), _json(value)
    elif request.method in _WITHOUT_BODY and all(isinstance(value, str) for value in parameters.values()):
        request.query = _query(parameters)
    else:
        request.body = _json(parameters)


def _take_form(request: Request, parameters: dict[str, Any]) -> None:
    if request.method in _WITHOUT_BODY:
        request.query = _query(parameters)
    else:
        request.body = _query(parameters).encode("ascii")


def _query(parameters: Mapping[str, Any]) -> str:
    return query_of_pairs([(key, _text(value)) for key, value in parameters.items()])


def _text(value: object) -> str:
    # A parameter that the action is bound to may be any JSON value.
    return value if isinstance(value, str) else _json(value).decode("ascii")


def _json(value: object) -> bytes:
    import json

    return json.dumps(value, separators=(",", ":")).encode("ascii")


# -- what they become -------------------------------------------------------------------------------------------------


def _json_value(body: bytes) -> Any:
    """What the controller reads of a body. What is no JSON it answers with 400; here it goes on as text."""
    import json

    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number beyond what a float can hold")
    return number


def _form(body: bytes) -> dict[str, str]:
    return dict(pairs_of_query(body.decode("utf-8", "replace")))


def merged(request: Request) -> Request:
    """``request`` as the arguments bring it back."""
    if not _is_json(request.headers) and not _is_form(request.headers):
        return request
    parameters: dict[str, Any] = dict(pairs_of_query(request.query))
    merged = request.replace(query="", body=b"")
    if _is_form(request.headers):
        _take_form(merged, {**parameters, **_form(request.body)})
        return merged
    value: Any = _json_value(request.body) if request.body else {}
    if is_object(value):
        _take_json(merged, {**parameters, **value}, _NOTHING)
    else:
        _take_json(merged, parameters, value)
    return merged


WEB_ACTION = ParsedAction()
