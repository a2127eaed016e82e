"""Functions for events, and an app beside them: what a platform's own server calls in a process of its own.

Each says on the console what it has got, by its exact values.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fcbridge import CloudEvent, MessageEvent, ObjectEvent, Outcome, bridge, reject, retry

if TYPE_CHECKING:
    from fcbridge import Handler


def say(*words: object) -> None:
    """A line in one piece: the server's log goes to the same console, and may come between the words of a print()."""
    print(f"{' '.join(map(str, words))}\n", end="", flush=True)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with what it was asked; the path ``/no`` is none of its own."""
    if scope["type"] != "http":
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    kinds = [value.decode() for name, value in scope["headers"] if name == b"content-type"]
    say("the app got", scope["path"], kinds, body.decode())
    status = 404 if scope["path"] == "/no" else 200
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"of the app"})


def handler(platform: str) -> Handler:
    made = bridge(app, platform=platform)

    @made.on(ObjectEvent, bucket="media-in")
    def stored(event: ObjectEvent) -> None:
        say("stored", json.dumps([event.id, event.type, event.key, event.size]))

    @made.on(MessageEvent, topic="orders")
    async def published(event: MessageEvent) -> Outcome | None:
        say("published", json.dumps([event.id, event.text(), event.headers]))
        if event.body == b"later":
            return retry(after=7)
        if event.body == b"never":
            return reject("it is wrong")
        if event.body == b"boom":
            raise RuntimeError("a secret that nobody may read")
        return None

    @made.on(CloudEvent, type="com.example.order.*")
    def ordered(event: CloudEvent) -> CloudEvent:
        say("ordered", json.dumps([event.id, event.subject, event.data, event.extensions]))
        return CloudEvent(
            id="r-1", source="/fn", type="com.example.accepted", data={"ok": True}, datacontenttype="application/json"
        )

    return made
