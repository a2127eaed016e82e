"""fcbridge: any web app as a function on any function platform, without changing the app.

from fcbridge import bridge

handler = bridge(app)

General layout, from the inside out; imports point inward only:

errors, model       what is refused, and the neutral Request and Response
codec, losses       the rules that all platforms share, and what a gateway cannot carry
envelope, native    the JSON that several clouds share; platforms that hand over an environ or a scope (played: outside)
gateway             the contracts that a platform fulfils
registry, runners   which platforms there are; what runs an ASGI or a WSGI app
trigger, events     the contract of a source of other events, and what they parse into; outcome: what becomes of them
cloudevents, posted CloudEvents over HTTP, and sources whose events are HTTP requests
handler             event -> parse -> run -> render -> payload
connector           other events -> parse -> functions -> render -> payload; once: which of them are done
bridge              makes a handler of an app
local               the platform's side on this machine, used by dev, testing and cli
compat, wechat      other adapters' entry points; who is calling in a mini-program
"""

from __future__ import annotations

from .bridge import bridge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .connector.state import Context, State
    from .errors import BridgeError
    from .events import (
        CloudEvent,
        ConnectionEvent,
        DestinationEvent,
        Event,
        LogEvent,
        LogRecord,
        MessageEvent,
        NotificationEvent,
        ObjectEvent,
        RowEvent,
        TimerEvent,
    )
    from .handler import Handler
    from .model import Headers, Request, Response
    from .outcome import Outcome, ack, reject, retry

__version__ = "0.1.0"

__all__ = [
    "BridgeError", "CloudEvent", "ConnectionEvent", "Context", "DestinationEvent", "Event", "Handler", "Headers",
    "LogEvent", "LogRecord", "MessageEvent", "NotificationEvent", "ObjectEvent", "Outcome", "Request", "Response",
    "RowEvent", "State", "TimerEvent", "__version__", "ack", "bridge", "reject", "retry",
]  # fmt: skip

_HOMES = {
    "BridgeError": "errors", "CloudEvent": "events", "ConnectionEvent": "events", "Context": "connector.state",
    "DestinationEvent": "events", "Event": "events", "Handler": "handler", "Headers": "model", "LogEvent": "events",
    "LogRecord": "events", "MessageEvent": "events", "NotificationEvent": "events", "ObjectEvent": "events",
    "Outcome": "outcome", "Request": "model", "Response": "model", "RowEvent": "events", "State": "connector.state",
    "TimerEvent": "events", "ack": "outcome", "reject": "outcome", "retry": "outcome",
}  # fmt: skip


def __getattr__(name: str) -> object:
    # An import of fcbridge loads no more than ``bridge``, which imports what it makes a handler of.
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(__import__(f"{__name__}.{home}", fromlist=[name]), name)
    globals()[name] = found
    return found
