"""CloudEvents that are posted to an HTTP trigger, or as they are to a topic with a message queue trigger.

https://fission.io/docs/architecture/message-queue-trigger/
To a message queue trigger only 200 is a success: after its retries, anything else goes to the error topic.
"""

from __future__ import annotations

from fcbridge.posted import CloudEventsTrigger

from ..http import HTTP_TRIGGER


class Posted(CloudEventsTrigger):
    accepted = rejected = 200


CLOUDEVENT = Posted("fission-cloudevent", "Fission, CloudEvents", (HTTP_TRIGGER,))
