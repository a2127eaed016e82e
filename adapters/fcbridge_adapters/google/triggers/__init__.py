"""The sources of events of Google Cloud: Eventarc, Pub/Sub and Cloud Scheduler post them to a function.

https://docs.cloud.google.com/eventarc/standard/docs/run/event-receivers
"""

from __future__ import annotations

from .cloudevent import ANY, AUDIT
from .firestore import FIRESTORE
from .pubsub import PUBSUB, PUSH
from .scheduler import SCHEDULER
from .storage import STORAGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.posted import PostedTrigger

TRIGGERS: tuple[PostedTrigger, ...] = (STORAGE, PUBSUB, PUSH, FIRESTORE, AUDIT, SCHEDULER, ANY)
