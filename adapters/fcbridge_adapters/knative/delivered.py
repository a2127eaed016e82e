"""Events that the middleware for CloudEvents has read already: ``func_python.cloudevent``, for ``invoke: cloudevent``.

https://github.com/knative-extensions/func-python
"""

from __future__ import annotations

from fcbridge.cloudevents import to_http
from fcbridge.cloudevents.sdk import from_sdk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def posted_again(scope: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The scope and the body of the request that the event in a scope came with, as far as that can be told: it is
    structured now, whatever it was."""
    headers, body = to_http(from_sdk(scope["event"]), "structured")
    pairs = [(name, value) for name, value in scope["headers"] if not name.startswith(b"ce-") and name not in _REPLACED]
    pairs += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    pairs.append((b"content-length", str(len(body)).encode("ascii")))
    return {**{name: value for name, value in scope.items() if name != "event"}, "headers": pairs}, body


_REPLACED = frozenset({b"content-type", b"content-length", b"transfer-encoding"})
