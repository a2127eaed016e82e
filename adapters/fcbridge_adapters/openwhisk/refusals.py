"""What the controller answers in place of an action.

https://github.com/apache/openwhisk/blob/master/common/scala/src/main/scala/org/apache/openwhisk/http/ErrorResponse.scala
has the texts. An action that fails in any way, and a result that is no HTTP answer, are a 400.
"""

from __future__ import annotations

from fcbridge.gateway import SAMPLE_STAMP, Refusal
from fcbridge.model import Headers, Response

_FAILED = "There was an error processing your request."
_NO_ANSWER = "Response is not valid 'message/http'."

_ANSWERS: dict[str, tuple[int, str]] = {
    Refusal.METHOD: (405, "HTTP method not allowed."),
    Refusal.REQUEST_TOO_LARGE: (413, "The request content was too large."),
    Refusal.RESPONSE_TOO_LARGE: (400, _FAILED),
    Refusal.BAD_PAYLOAD: (400, _NO_ANSWER),
    # The runtime reports {"error": "..."}, and what is in "error" is taken for the answer: text is none.
    Refusal.UNHANDLED: (400, _NO_ANSWER),
    Refusal.TIMEOUT: (400, _FAILED),
    Refusal.EXITED: (400, _FAILED),
    Refusal.OUT_OF_MEMORY: (400, _FAILED),
    Refusal.INIT_FAILED: (400, _FAILED),
}


def refusal_response(refusal: Refusal) -> Response:
    """The controller's error document. ``code`` is the transaction's id there."""
    import json

    status, text = _ANSWERS[refusal.kind]
    document = {"code": SAMPLE_STAMP.request_id, "error": text}
    return Response(
        status, Headers([("content-type", "application/json")]), json.dumps(document, indent=2).encode("utf-8")
    )
