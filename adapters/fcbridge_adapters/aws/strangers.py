"""Events of API Gateway that look like requests, and want another answer than an HTTP response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
"""

from __future__ import annotations

from fcbridge.codec import is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def named(event: Any) -> str | None:
    """What an event is, as a part of a sentence; None for any other."""
    if is_object(event) and ("methodArn" in event or "routeArn" in event):
        return "one for a Lambda authorizer of Amazon API Gateway"
    return None
