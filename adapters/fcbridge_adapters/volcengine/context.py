"""The context object of veFaaS' Python runtime, of which one field is documented.

https://www.volcengine.com/docs/6662/107430
"""

from __future__ import annotations

from os import environ

from fcbridge.gateway import Invocation


def read_context(context: object) -> Invocation:
    """The timeout is in the environment (inferred: the official templates take it from there for their servers)."""
    request_id = getattr(context, "request_id", None)
    remaining = None
    seconds = environ.get("_FAAS_FUNC_TIMEOUT", "")
    if seconds.isascii() and seconds.isdigit() and len(seconds) < 8:
        remaining = float(seconds) or None
    return Invocation(request_id if isinstance(request_id, str) else "", remaining)
