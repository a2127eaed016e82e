"""What Tencent Cloud answers in place of a function.

SCF's codes: https://cloud.tencent.com/document/product/583/42611. That they are HTTP's status as well is inferred: the
error document says ``"statusCode": 430``. Of a timeout the documents say that the API gateway answers 200 with the
error document as its body; it is 433 here, so that no client takes it for a success.
"""

from __future__ import annotations

from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_SCF: dict[str, int] = {
    Refusal.METHOD: 405,
    Refusal.REQUEST_TOO_LARGE: 406,
    Refusal.RESPONSE_TOO_LARGE: 407,
    Refusal.BAD_PAYLOAD: 403,
    Refusal.UNHANDLED: 430,
    Refusal.TIMEOUT: 433,
    Refusal.EXITED: 439,
    Refusal.OUT_OF_MEMORY: 434,
    Refusal.INIT_FAILED: 430,  # inferred: code that does not load is the user's code as well
}

# https://docs.cloudbase.net/error-code/service for the codes. Which status comes with them is inferred.
_CLOUDBASE: dict[str, tuple[int, str]] = {
    Refusal.METHOD: (405, "INVALID_PARAM"),
    Refusal.REQUEST_TOO_LARGE: (413, "EXCEED_REQUEST_SIZE_LIMIT"),
    Refusal.RESPONSE_TOO_LARGE: (500, "FUNCTION_INVOCATION_FAILED"),
    Refusal.BAD_PAYLOAD: (500, "FUNCTION_INVOCATION_FAILED"),
    Refusal.UNHANDLED: (500, "FUNCTION_INVOCATION_FAILED"),
    Refusal.TIMEOUT: (504, "FUNCTION_TIME_LIMIT_EXCEEDED"),
    Refusal.EXITED: (500, "FUNCTION_INVOCATION_FAILED"),
    Refusal.OUT_OF_MEMORY: (500, "FUNCTION_MEMORY_LIMIT_EXCEEDED"),
    Refusal.INIT_FAILED: (500, "FUNCTION_INVOCATION_FAILED"),
}

_UNREADABLE = "Invalid scf response format. please check your scf response format."


def scf_refusal(refusal: Refusal, unreadable: str = _UNREADABLE) -> Response:
    """SCF's answer; ``unreadable`` is what the gateway says of a result that is no response."""
    status = _SCF[refusal.kind]
    if refusal.kind == Refusal.BAD_PAYLOAD:
        return _json_response(status, {"errno": status, "error": unreadable})
    if refusal.error is not None:
        return _json_response(status, {**refusal.error, "statusCode": status})
    return _json_response(status, {"errorCode": -1, "errorMessage": refusal.message, "statusCode": status})


def cloudbase_refusal(refusal: Refusal) -> Response:
    """The answer of CloudBase's own gateway."""
    status, code = _CLOUDBASE[refusal.kind]
    return _json_response(status, {"code": code, "message": refusal.message})


def _json_response(status: int, document: Mapping[str, object]) -> Response:
    import json

    headers = Headers([("content-type", "application/json; charset=utf-8")])
    return Response(status, headers, json.dumps(document, ensure_ascii=False).encode("utf-8"))
