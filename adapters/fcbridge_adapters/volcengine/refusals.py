"""What veFaaS answers in place of a function: no body, and two headers that say why.

The codes are those of the official Go runtime (https://github.com/volcengine/vefaas-golang-runtime) and of the page on
native functions, https://docs.byteplus.com/en/docs/faas/Native_runtime_Development_methods_Web_applications. For all
that goes wrong elsewhere no code is published: the nearest one is taken (inferred).
"""

from __future__ import annotations

from fcbridge.codec import json_text
from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response

_ANSWERS: dict[str, tuple[int, str]] = {
    Refusal.METHOD: (405, ""),
    Refusal.REQUEST_TOO_LARGE: (413, ""),
    Refusal.BAD_PAYLOAD: (500, "function_no_response"),
    Refusal.UNHANDLED: (500, "function_execution_error"),
    Refusal.TIMEOUT: (504, "function_execution_error"),
    Refusal.INIT_FAILED: (500, "function_start_timeout"),
}
_EXITED = (500, "function_panic")


def refusal_response(refusal: Refusal) -> Response:
    status, code = _ANSWERS.get(refusal.kind, _EXITED)
    if not code:
        return Response(status)
    message = refusal.message
    if refusal.error is not None:
        message = str(refusal.error.get("X-Faas-Response-Error-Message") or message)
    fields = [("x-faas-response-error-code", code), ("x-faas-response-error-message", _one_line(message))]
    return Response(status, Headers(fields))


def _one_line(message: str) -> str:
    text = " ".join(message.split())
    return json_text(text).encode("utf-8", "replace").decode("latin-1")
