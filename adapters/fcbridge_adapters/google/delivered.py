"""Events that the framework has read already, for functions with the signatures "cloudevent" and "event".

https://github.com/GoogleCloudPlatform/functions-framework-python
Deploying a function for a trigger of Eventarc sets ``FUNCTION_SIGNATURE_TYPE=cloudevent``. What came as a request is
made one again, as the scope that an ASGI function gets, so that it takes the way of all others: to a function that has
been registered for it, or to the app. The framework wants no answer: it knows success, and an exception.
"""

from __future__ import annotations

from fcbridge.cloudevents import to_http
from fcbridge.cloudevents.sdk import from_sdk
from fcbridge.codec import is_object
from fcbridge.errors import AppError

from .runtime import BODY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.events import CloudEvent


def scope_of_event(event: Any) -> dict[str, Any]:
    """The scope of a ``cloudevents.http.CloudEvent``."""
    return _scope(from_sdk(event))


def scope_of_background(data: object, context: Any) -> dict[str, Any]:
    """The scope of an event of the first generation, whose context is a ``google.cloud.functions.Context``."""
    from urllib.parse import quote

    from .triggers.legacy import upgraded

    told = upgraded(
        {
            "context": {
                "eventId": context.event_id,
                "timestamp": context.timestamp,
                "eventType": context.event_type,
                "resource": context.resource if is_object(context.resource) else str(context.resource or ""),
            },
            "data": data,
        }
    )
    # The names of resources are no URIs, where they hold the user's own.
    told.source = quote(told.source, safe="-._~:/?#[]@!$&'()*+,;=%")
    return _scope(told)


def dealt_with(answer: Any) -> None:
    """Raises AppError where an event was answered with anything but a success: the framework has to fail, too."""
    status: int = answer.status_code
    if status >= 300:
        raise AppError(
            f"The event has not been dealt with: it was answered with {status}.", hint="the log says what has failed"
        )


def _scope(event: CloudEvent) -> dict[str, Any]:
    headers, body = to_http(event, "structured")
    pairs = [("host", "localhost"), *headers, ("content-length", str(len(body)))]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
        "client": None,
        "server": ("localhost", 443),
        BODY: body,
    }
