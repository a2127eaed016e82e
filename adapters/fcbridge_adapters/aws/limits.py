"""Sizes that several front doors share, in bytes."""

from __future__ import annotations

#: An invocation's event, and its result. The event is measured whole, and a body in base64 is a third longer in it.
#: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
PAYLOAD = 6 * 1024 * 1024

#: Request line and headers at API Gateway. https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
HEAD = 10_240
