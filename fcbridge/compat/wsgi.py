"""What the three entry points for WSGI apps share: keys in the environ, and one handler an app."""

from __future__ import annotations

from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from ..handler import Handler

    App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def with_keys(app: App, keys: Callable[[Any, Any], Mapping[str, Any]]) -> App:
    """``app``, with what ``keys(event, context)`` gives in its environ."""

    def keyed(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ.setdefault("CONTENT_LENGTH", "0")  # all three have it always
        environ.update(keys(environ["fcbridge.event"], environ["fcbridge.context"]))
        return app(environ, start_response)

    keyed.__wrapped__ = app  # type: ignore[attr-defined]  # where the local commands look for it
    return keyed


class Handlers:
    """The handlers of entry points that are given the app with each event: each is made once."""

    #: A function has one app, or a few; one that makes an app for each event must not fill the memory.
    MOST = 16

    def __init__(self) -> None:
        self._made: dict[object, tuple[object, Handler]] = {}
        self._making = allocate_lock()

    def of(self, app: object, make: Callable[[], Handler], *settings: object) -> Handler:
        """The handler of ``app`` with these settings, which must be hashable."""
        key = (id(app), *settings)
        known = self._made.get(key)
        if known is None:
            with self._making:  # or two first events at once would start the app twice
                known = self._made.get(key)
                if known is None:
                    while len(self._made) >= self.MOST:
                        self._made.pop(next(iter(self._made)))[1].pre_stop()
                    # Holds the app, so that no other one can have its id.
                    known = self._made[key] = (app, make())
        return known[1]
