"""CloudEvents that are posted to a function.

https://docs.openfaas.com/reference/triggers/
"""

from __future__ import annotations

from fcbridge.posted import CloudEventsTrigger, claims_cloudevents

from ..http import HTTP_TEMPLATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.model import Request


class Posted(CloudEventsTrigger):
    def carried(self, request: Request) -> bool:
        # What a connector passes on is a message, whatever it holds.
        return claims_cloudevents(request) and "x-topic" not in request.headers


CLOUDEVENT = Posted("openfaas-cloudevent", "OpenFaaS, CloudEvents", (HTTP_TEMPLATE,))
