"""The contract of a trigger: a source of events that are no HTTP requests.

It is a codec with three verbs; all are pure:

=========  ======================================  ==================================
           inside the function                     outside: development server, tests
=========  ======================================  ==================================
event      ``parse(payload) -> events``            ``compose(events) -> payload``
result     ``render(outcomes, payload) -> result``
=========  ======================================  ==================================

``parse(compose(events)) == events`` for all events that the source can carry. What the platform hands to the function
is the *payload* here, because it may hold many events.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from .gateway import SAMPLE_STAMP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .events import Event
    from .gateway import Runtime, Stamp
    from .outcome import Outcome


class Trigger(ABC):
    """One source of events on one platform."""

    #: ``<platform>-<source>``, as ``aliyun-oss``; the part behind the platform's name is what people call it.
    name: str
    title: str
    #: The kind of its events.
    kind: type[Event]
    #: Whether the platform takes partial results: then ``render`` names the failed events, and only they come again.
    partial = False
    #: Whether several events can be in one payload.
    batched = False
    #: Whether its payloads are HTTP requests, which a gateway of the platform claims too. Then an event of which a
    #: function has been registered is that function's, and any other is a request to the app.
    over_http = False
    #: The runtime that makes the payload of what ``compose`` gives, where that is more than reading JSON: an object of
    #: the platform's package, a scope. None: the function gets the JSON, as text or read.
    runtime: Runtime | None = None

    @abstractmethod
    def matches(self, payload: Any) -> bool:
        """Whether the payload is one of this source; never raises, whatever it is. No payload matches two triggers of a
        platform, or a trigger and a gateway of it."""

    @abstractmethod
    def parse(self, payload: Any) -> list[Event]:
        """The events in a payload that matches, in their order. Raises MalformedEvent; does not change the payload."""

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> object:
        """What the function returns when its events have had these outcomes, which are as many as its events, in their
        order. Without partial results it is called only where none has failed, but for a source over HTTP, whose answer
        tells it."""
        return None

    def ordered_by(self, event: Event) -> object:
        """For sources with partial results that begin again at the first failure: what the order holds within, as a
        shard, a partition or a group, as a value that can be hashed; None where there is no order. Of the events that
        have one in common, those behind a failed one are not run, and count as failed."""
        return None

    @abstractmethod
    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
        """The payload that the platform makes of events: a JSON value, or bytes or text where it is not JSON."""

    @abstractmethod
    def sample(self) -> list[Event]:
        """Events worth looking at, for ``fcbridge event generate``."""
