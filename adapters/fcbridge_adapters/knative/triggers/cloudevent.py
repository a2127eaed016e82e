"""What brokers, channels and sources send: CloudEvents in binary or structured mode.

https://github.com/knative/specs/blob/main/specs/eventing/data-plane.md
An answer with an event is a reply, which goes back to the broker. After 404, 408, 409, 429 and 5xx the event is
delivered again, as the trigger's ``delivery`` says; after all other refusals it goes to its dead-letter sink.
"""

from __future__ import annotations

from fcbridge.posted import CloudEventsTrigger

from ..http import FUNCTION


class Eventing(CloudEventsTrigger):
    accepted = 202
    # Not delivered again, and not lost where there is a dead-letter sink.
    rejected = 400


CLOUDEVENT = Eventing("knative-cloudevent", "Knative Eventing", (FUNCTION,))
