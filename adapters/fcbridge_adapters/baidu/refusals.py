"""What CFC's HTTP trigger answers in place of a function.

Inferred from Baidu's own open function platform (https://github.com/baidu/EasyFaaS, pkg/httptrigger): a function that
fails is a 500 with its error document, a platform that fails is a 502 with a text. What becomes of a method that the
trigger does not have is documented nowhere; it matches no trigger, hence 404.
"""

from __future__ import annotations

from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response

_TEXTS: dict[str, tuple[int, str]] = {
    Refusal.METHOD: (404, "Not Found"),
    Refusal.REQUEST_TOO_LARGE: (413, "Request Entity Too Large"),
    Refusal.RESPONSE_TOO_LARGE: (502, "Bad Gateway"),
    Refusal.BAD_PAYLOAD: (502, "Bad Gateway"),
}


def refusal_response(refusal: Refusal) -> Response:
    import json

    if refusal.kind in _TEXTS:
        status, text = _TEXTS[refusal.kind]
        return Response(status, Headers([("content-type", "text/plain; charset=utf-8")]), text.encode("ascii"))
    document = {"errorMessage": refusal.message} if refusal.error is None else refusal.error
    headers = Headers([("content-type", "application/json; charset=utf-8")])
    return Response(500, headers, json.dumps(document, ensure_ascii=False).encode("utf-8"))
