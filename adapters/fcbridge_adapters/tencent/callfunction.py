"""``wx.cloud.callFunction``: a mini-program calls the function, whose event is what it passed as ``data``.

https://developers.weixin.qq.com/miniprogram/dev/wxcloudservice/wxcloud/reference-sdk-api/functions/Cloud.callFunction.html
There is no HTTP in this. How an event becomes a request, and what the mini-program gets for a response, is a convention
of fcbridge, made of names that the other gateways of this cloud have:

- ``path`` with its ``/`` first, or ``httpMethod``, makes the event a request. The path may have a query; the method is
  POST where none is named. ``headers``, ``queryStringParameters`` (or ``query``; a mapping, or a text as it is) and
  ``body`` (a text, base64 with ``isBase64Encoded``, a Buffer, or any JSON) are taken from it and nothing else.
- Any other event is ``POST /`` with the whole of it as JSON.
- The result is ``statusCode``, ``headers`` in lower case, ``cookies`` where there are some, ``body`` and
  ``isBase64Encoded``.

WeChat itself calls functions in the same way, with a payment's result or a message for the mini-program. These events
have no caller to name a path, so each has a fixed one: see ``CALLBACKS``.
"""

from __future__ import annotations

from fcbridge.bodies import body_bytes
from fcbridge.codec import is_list, is_object, json_text, method_name, query_of_pairs, wire_path, wire_query
from fcbridge.codec import pairs_of_query as decoded_pairs
from fcbridge.envelope import (
    composed_body,
    malformed,
    parsed_header_lists,
    read_envelope,
    read_json,
    rendered_object,
)
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response

from .caller import APPID, OPENID, is_told_by_platform, names_its_caller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss

    class UserInfo(TypedDict):
        appId: str
        openId: str

    class _Call(TypedDict):
        path: str
        httpMethod: str
        headers: dict[str, str | list[str]]
        queryStringParameters: dict[str, str | list[str]]
        body: str
        userInfo: UserInfo

    class Call(_Call, total=False):
        isBase64Encoded: bool


PAYMENT = "/wechat/pay-callback"
MESSAGE = "/wechat/message-push"
#: What WeChat itself calls a function with, known by keys that all of a kind have, and the path on which it arrives.
CALLBACKS: tuple[tuple[frozenset[str], str], ...] = (
    # https://developers.weixin.qq.com/miniprogram/dev/wxcloud/reference-sdk-api/open/pay/CloudPay.unifiedOrder.html
    (frozenset({"returnCode", "mchId", "outTradeNo"}), PAYMENT),
    # https://developers.weixin.qq.com/miniprogram/dev/wxcloud/guide/functions/openapi.html
    (frozenset({"FromUserName", "ToUserName", "CreateTime", "MsgType"}), MESSAGE),
)

_SIZE = 6 * 1024 * 1024


class CallFunction(Gateway):
    """``callFunction`` of mini-programs, and WeChat's own callbacks to functions.

    Of all doors this is the one whose events have least to be known by: ``matches`` claims those that name their caller
    in ``userInfo``, which older versions of the platform add, and the callbacks. The rest is known by the context, for
    which see ``Tencent.door``.
    """

    name = "tcb-call"
    title = "WeChat mini-program (wx.cloud.callFunction)"
    # https://cloud.tencent.com/document/product/583/11637: event and result of a synchronous invocation. WeChat advises
    # to keep each field below 256 KB.
    limits = Limits(request_body=_SIZE, request_event=_SIZE, response_body=_SIZE)

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import CALL_FUNCTION_RUNTIME

        return CALL_FUNCTION_RUNTIME

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from fcbridge.losses import (
            FOLDED_RESPONSE_HEADERS,
            HTTP_VERSION,
            QUERY_SPELLING,
            REQUEST_HEADER_TEXT,
            RESPONSE_HEADER_TEXT,
            Loss,
            refused_request_headers,
        )

        return (
            refused_request_headers(is_told_by_platform, "x-wx-openid"),
            REQUEST_HEADER_TEXT,
            QUERY_SPELLING,
            Loss(
                "client",
                "the client's address is in the context and not in the event: fcbridge.wechat.identity() has it",
                on_request=lambda request: request.replace(client=None),
                witness=Request(client=("203.0.113.24", 50712)),
                quiet=True,
            ),
            Loss(
                "https",
                "a call has no scheme: https is assumed",
                on_request=lambda request: request.replace(scheme="https"),
                witness=Request(scheme="http"),
                quiet=True,
            ),
            HTTP_VERSION,
            FOLDED_RESPONSE_HEADERS,
            RESPONSE_HEADER_TEXT,
        )

    vouched_by = "wechat-call-function"

    def matches(self, event: Any) -> bool:
        return is_object(event) and (names_its_caller(event) or _callback(event) is not None)

    def parse(self, event: dict[str, Any]) -> Request:
        field = "data"
        try:
            if not _is_request(event):
                return _whole(event)
            field = "httpMethod"
            method = method_name(event.get("httpMethod") or "POST")
            field = "headers"
            headers = _headers(event.get("headers") or {})
            field = "path"
            path, _, query = (event.get("path") or "/").partition("?")
            path = wire_path(path)
            queries = [wire_query(query)] if query else []
            field = "queryStringParameters" if event.get("queryStringParameters") is not None else "query"
            named = _query(event.get(field))
            if named:
                queries.append(named)
            field = "body"
            body = _body(event, headers)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, "&".join(queries), headers, body)

    def render(self, response: Response, event: Any) -> object:
        callback = _callback(event) if is_object(event) else None
        if callback is not None:
            return _acknowledged(response, callback)
        headers = response.headers.without("set-cookie").fold()
        result = rendered_object({name: json_text(value) for name, value in headers.items()}, response)
        cookies = response.headers.get_all("set-cookie")
        if cookies:
            result["cookies"] = [json_text(cookie) for cookie in cookies]
        return result

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Call:
        body, encoded = composed_body(request)
        call: Call = {
            "path": request.path,
            "httpMethod": request.method,
            "headers": _listed((name, json_text(value)) for name, value in request.headers),
            "queryStringParameters": _listed(sorted(decoded_pairs(request.query), key=lambda pair: pair[0])),
            "body": body,
            "userInfo": {"appId": APPID, "openId": OPENID},
        }
        if encoded:
            call["isBase64Encoded"] = True
        return call

    def read(self, payload: bytes) -> Response:
        result = read_json(payload)
        if not is_object(result) or "statusCode" not in result:
            # The mini-program gets whatever a function returns; only ours return responses.
            return Response(200, Headers([("content-type", "application/json")]), payload)
        response = read_envelope(self.title, result)
        cookies: object = result.get("cookies", [])
        try:
            if not is_list(cookies):
                raise TypeError
            response.headers.pairs.extend(parsed_header_lists({"set-cookie": cookies}))
        except (AttributeError, TypeError, ValueError):
            raise MalformedEvent(
                f"The function's result is not what {self.title} reads: 'cookies' is no list of strings."
            ) from None
        return response

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import scf_refusal

        return scf_refusal(refusal)


# -- what a mini-program passes ---------------------------------------------------------------------------------------


def _is_request(event: Mapping[str, Any]) -> bool:
    """Whether the caller meant a request. A ``path`` of another kind may be anything, as a file's name."""
    path = event.get("path")
    return "httpMethod" in event or (isinstance(path, str) and path.startswith("/"))


def _callback(event: Mapping[str, Any]) -> str | None:
    """The path of a callback of WeChat's own; None where a mini-program is calling."""
    if _is_request(event) or names_its_caller(event):
        return None
    for keys, path in CALLBACKS:
        if event.keys() >= keys:
            return path
    return None


def _whole(event: Mapping[str, Any]) -> Request:
    """The event itself as the body; without what the platform has added to it."""
    own = {key: value for key, value in event.items() if key != "userInfo"} if names_its_caller(event) else event
    headers = Headers.of([("content-type", "application/json"), ("host", "localhost")])
    return Request("POST", _callback(event) or "/", "", headers, _json(own))


def _headers(headers: Mapping[str, Any]) -> Headers:
    told = {name: [_text(item) for item in _items(value)] for name, value in headers.items() if value is not None}
    fields = Headers.of([pair for pair in parsed_header_lists(told) if not is_told_by_platform(pair[0])])
    if fields.get("host") is None:
        fields.pairs.append(("host", "localhost"))
    return fields


def _query(query: Any) -> str:
    """Of a mapping, or a query string as it is."""
    if query is None:
        return ""
    if isinstance(query, str):
        return wire_query(query.removeprefix("?"))
    return query_of_pairs([(key, _text(item)) for key, value in query.items() for item in _items(value)])


def _body(event: Mapping[str, Any], headers: Headers) -> bytes:
    body = event.get("body")
    if body is None or isinstance(body, str):
        return body_bytes(body, event.get("isBase64Encoded"))
    if is_object(body) and body.keys() == {"type", "data"} and body["type"] == "Buffer":
        # Documented: what becomes of an ArrayBuffer on its way.
        return bytes(body["data"] if is_list(body["data"]) else None)  # type: ignore[arg-type]  # raises TypeError
    if headers.get("content-type") is None:
        headers.pairs.append(("content-type", "application/json"))
    return _json(body)


def _json(value: object) -> bytes:
    import json

    # In ASCII, so that half of a surrogate pair, of which JavaScript thinks nothing, does no harm.
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _items(value: Any) -> list[Any]:
    """The values of a key: JavaScript's ``undefined`` does not get here, and ``null`` is none either."""
    return [item for item in (value if is_list(value) else [value]) if item is not None]


def _text(value: Any) -> str:
    """A text, or a number or boolean as JavaScript writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(int(value)) if isinstance(value, int) or value.is_integer() else repr(value)
    raise TypeError(type(value).__name__)


def _listed(pairs: Any) -> dict[str, str | list[str]]:
    """One text a name, a list where it is repeated."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: found if len(found) > 1 else found[0] for name, found in values.items()}


# -- what WeChat's callbacks want to hear -----------------------------------------------------------------------------


def _acknowledged(response: Response, path: str) -> object:
    """WeChat Pay repeats a callback for two days that is not answered with an ``errcode`` of 0; of a message's answer
    nothing is read."""
    if path != PAYMENT:
        return "success"
    if not 200 <= response.status <= 299:
        return {"errcode": response.status, "errmsg": f"HTTP {response.status}"}
    answer = read_json(response.body)
    return answer if is_object(answer) and "errcode" in answer else {"errcode": 0, "errmsg": "ok"}


CALL_FUNCTION = CallFunction()
