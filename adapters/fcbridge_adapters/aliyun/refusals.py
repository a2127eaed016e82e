"""What Function Compute answers in place of a function.

Statuses and ``X-Fc-Error-Type``: the platform's pages on error handling and on HTTP functions (document 85445). That a
handler's exception gives 502 is documented for FC 2.0 and inferred for 3.0.
"""

from __future__ import annotations

import json

from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response

_PLATFORM = "FcCommonError"
_FUNCTION = "UnhandledInvocationError"

_ANSWERS: dict[str, tuple[int, str, str]] = {
    Refusal.METHOD: (403, _PLATFORM, "AccessDenied"),
    Refusal.REQUEST_TOO_LARGE: (400, _PLATFORM, "InvalidArgument"),
    Refusal.RESPONSE_TOO_LARGE: (502, _FUNCTION, "BadResponse"),
    Refusal.BAD_PAYLOAD: (502, _FUNCTION, "BadResponse"),
    Refusal.UNHANDLED: (502, _FUNCTION, ""),
    Refusal.TIMEOUT: (502, _FUNCTION, ""),
    Refusal.EXITED: (502, _FUNCTION, ""),
    Refusal.OUT_OF_MEMORY: (502, _FUNCTION, ""),
    Refusal.INIT_FAILED: (502, _FUNCTION, ""),
}


def refusal_response(refusal: Refusal) -> Response:
    """The platform's answer, with the runtime's error document as its body where there is one."""
    status, kind, code = _ANSWERS[refusal.kind]
    document: dict[str, object] = {"errorCode": code} if code else {}
    document["errorMessage"] = refusal.message
    if refusal.error is not None:
        document = dict(refusal.error)
    return error_response(status, kind, document)


def error_response(status: int, kind: str, document: dict[str, object]) -> Response:
    headers = Headers([("content-type", "application/json"), ("x-fc-error-type", kind)])
    return Response(status, headers, json.dumps(document, ensure_ascii=False).encode("utf-8"))
