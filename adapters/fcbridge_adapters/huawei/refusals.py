"""What API Gateway answers in place of a function.

https://support.huaweicloud.com/intl/en-us/eu-west-0-usermanual-apig/apig-en-ug-180530090.html for the codes. A result
that is no HTTP response is a 500, says the FAQ on triggers (functiongraph_03_0290); its code is inferred. So is a
function that fails (inferred): what the runtime reports then has no ``statusCode``.
"""

from __future__ import annotations

from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response

_NO_RESPONSE = (500, "APIG.9999", "System error")

_ANSWERS: dict[str, tuple[int, str, str]] = {
    Refusal.METHOD: (404, "APIG.0101", "The API does not exist."),
    Refusal.REQUEST_TOO_LARGE: (413, "APIG.0201", "Request entity too large."),
    Refusal.TIMEOUT: (504, "APIG.0201", "Backend timeout."),
}


def refusal_response(refusal: Refusal) -> Response:
    """The gateway's document, which says nothing of what went wrong inside of the function."""
    import json

    status, code, message = _ANSWERS.get(refusal.kind, _NO_RESPONSE)
    document = {"error_code": code, "error_msg": message}
    return Response(status, Headers([("content-type", "application/json")]), json.dumps(document).encode("ascii"))
