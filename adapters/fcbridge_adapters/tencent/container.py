"""``wx.cloud.callContainer``: WeChat's gateway in front of a container, which gets HTTP itself with ``X-WX-*`` headers.

https://developers.weixin.qq.com/miniprogram/dev/wxcloudrun/src/development/weixin/ for the headers
https://developers.weixin.qq.com/miniprogram/dev/wxcloudrun/src/development/call/mini.html for the call
The event is the scope of the container's ASGI server with the body beside it, which the entry has read: see ``BODY``.
"""

from __future__ import annotations

from fcbridge.codec import is_object, scheme_of
from fcbridge.envelope import malformed
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, Refusal, Runtime
from fcbridge.losses import SCHEME, Loss
from fcbridge.model import Headers, Request, Response
from fcbridge.native import request_of_scope
from fcbridge.played import packed_request, packed_response, played_request, read_packed, server_scope

from .caller import ENVIRONMENT, HEADERS
from .headers import last_written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Handler, Settings, Stamp
    from fcbridge.model import Pair
    from fcbridge.played import Wire

    class Answer(TypedDict):
        status: int
        headers: list[Pair]
        body: bytes

    class ContainerContext(TypedDict):
        request_id: str


#: Where the event, which is a scope, has the body. The entry writes it there.
BODY = "tencent.body"

_SOURCE = "x-wx-source"
# The caller names the service that he wants; all other headers of this kind are WeChat's.
_SERVICE = "x-wx-service"
_CLIENT = "x-original-forwarded-for"
_CHAIN = "x-forwarded-for"


def _is_wechats(name: str) -> bool:
    # Both are one name in a WSGI environ, which an ASGI app may make of the request for one below it.
    plain = name.replace("_", "-")
    return plain.startswith("x-wx-") and plain != _SERVICE


def _through_wechat(request: Request) -> Request:
    pairs = [pair for pair in request.headers if not _is_wechats(pair[0]) and pair[0] not in (_CLIENT, _CHAIN)]
    pairs += HEADERS
    chain = request.headers.get_all(_CHAIN)
    client = request.client and (request.client[0], 0)
    if client:
        pairs.append((_CLIENT, client[0]))
        chain.append(client[0])
    if chain:
        pairs.append((_CHAIN, ", ".join(chain)))
    return request.replace(headers=Headers.of(pairs), client=client)


WECHAT = Loss(
    "wechat",
    "WeChat says who is calling in X-WX-* headers, and the address in X-Original-Forwarded-For",
    on_request=_through_wechat,
    witness=Request(headers=Headers([("x-wx-openid", "somebody-else")]), client=("203.0.113.24", 50712)),
    quiet=True,
)


class ContainerRuntime(Runtime):
    """An ASGI server in a container of WeChat CloudRun, in front of the entry."""

    name = "tcb-container"

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        request = played_request(event, "A container", "tcb-container")
        if is_path_check(request.method, request.body):
            return packed_response(PATH_CHECKED["status"], PATH_CHECKED["headers"], PATH_CHECKED["body"])
        answer: Any = handler({**server_scope(request), BODY: request.body}, context)
        return packed_response(answer["status"], answer["headers"], answer["body"])

    def context(self, settings: Settings, request_id: str) -> ContainerContext:
        """What the entry makes of a request: containers are given no context."""
        return {"request_id": request_id}

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {"CBR_ENV_ID": ENVIRONMENT}

    def error(self, exception: BaseException) -> dict[str, object]:
        """A server has no document for errors, only a log."""
        return {"errorMessage": str(exception), "errorType": type(exception).__name__}


class CallContainer(Gateway):
    """``callContainer``, and whatever else reaches the container.

    Documented: a request is WeChat's own where it has ``X-WX-SOURCE``; the service's public domain lets everybody write
    the other headers. So without the one the others do not get to the app.
    """

    name = "tcb-container"
    title = "WeChat mini-program (wx.cloud.callContainer)"
    runtime = ContainerRuntime()
    # https://developers.weixin.qq.com/minigame/dev/wxcloudrun/src/development/call/faq.html: the errors 102005, -606001
    # and -606002. They are those of callContainer: the public domain has others.
    limits = Limits(
        methods=frozenset({"GET", "POST", "PUT", "DELETE"}), request_body=100 * 1024, response_body=1024 * 1024
    )
    loses = (WECHAT, SCHEME)
    vouched_by = "wechat-call-container"

    def matches(self, event: Any) -> bool:
        # Bytes, which no JSON holds: what somebody sends to a function as an event cannot pass for this.
        return is_object(event) and isinstance(event.get(BODY), bytes) and event.get("type") == "http"

    def parse(self, event: dict[str, Any]) -> Request:
        try:
            request = request_of_scope(event, event[BODY])
            headers = request.headers
            sources = headers.get_all(_SOURCE)
            if len(sources) != 1 or not sources[0].strip():
                headers.pairs = [pair for pair in headers.pairs if not _is_wechats(pair[0]) and pair[0] != _CLIENT]
            else:
                # WeChat writes a dash, so what has an underscore is the caller's.
                headers.pairs = [pair for pair in headers.pairs if "_" not in pair[0] or not _is_wechats(pair[0])]
            # The server's peer is the platform's proxy. Of several addresses the last was written nearest to us.
            client = last_written(headers, _CLIENT)
            request.client = (client, 0) if client else None
            request.scheme = scheme_of(headers)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise malformed(self.title, "scope", error) from error
        return request

    def render(self, response: Response, event: object) -> Answer:
        return {"status": response.status, "headers": response.headers.pairs, "body": response.body}

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Wire:
        return packed_request(_through_wechat(request))

    def read(self, payload: bytes) -> Response:
        return read_packed(self.title, payload)

    def refuse(self, refusal: Refusal) -> Response:
        code, status = _REFUSALS.get(refusal.kind, (0, 500))
        # With a code the mini-program's call fails; what a server says of an app that fails is text.
        text = f'{{"errCode": {code}, "errMsg": "cloud.callContainer:fail"}}' if code else "Internal Server Error"
        kind = "application/json" if code else "text/plain; charset=utf-8"
        return Response(status, Headers([("content-type", kind)]), text.encode("ascii"))


# Which status goes with a code is inferred: a mini-program sees codes alone.
_REFUSALS: dict[str, tuple[int, int]] = {
    Refusal.METHOD: (102005, 405),
    Refusal.REQUEST_TOO_LARGE: (-606001, 413),
    Refusal.RESPONSE_TOO_LARGE: (-606002, 502),
    Refusal.TIMEOUT: (102002, 504),
}


# -- the check of a path ----------------------------------------------------------------------------------------------

#: Documented: "success" with status 200, or nothing.
PATH_CHECKED: Answer = {"status": 200, "headers": [("content-type", "text/plain")], "body": b"success"}

_CHECKS = frozenset(
    {
        b'{"action":"CheckContainerPath"}',
        b"<xml><action>CheckContainerPath</action></xml>",
        b"<xml><action><![CDATA[CheckContainerPath]]></action></xml>",
    }
)
_LONGEST_CHECK = 256


def is_path_check(method: str, body: bytes) -> bool:
    """Whether WeChat asks if there is something on the path that is to get its messages.

    https://developers.weixin.qq.com/miniprogram/dev/wxcloudrun/src/guide/weixin/push.html
    """
    return method == "POST" and len(body) <= _LONGEST_CHECK and b"".join(body.split()) in _CHECKS


CALL_CONTAINER = CallContainer()
