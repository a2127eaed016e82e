"""The door beside the gateway: where ``fcbridge trigger`` delivers events, and learns what is played here."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect
from starlette.requests import Request as ServerRequest
from starlette.responses import JSONResponse, PlainTextResponse

from .. import __version__
from ..bodies import base64_text
from ..gateway import Refusal
from ..local.firing import DOOR, SENDER
from ..registry import platform_of
from .pages import is_loopback

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from .console import Console
    from .plan import Plan
    from .pool import Pool
    from .process import Outcome


class SideDoor:
    """Takes what comes to its own path; all else goes to the gateway's front."""

    def __init__(self, front: ASGIApp, plan: Plan, pool: Pool, console: Console, *, show_event: bool = False) -> None:
        self._front = front
        self._plan = plan
        self._pool = pool
        self._console = console
        self._show_event = show_event

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != DOOR:
            await self._front(scope, receive, send)
            return
        try:
            response = await self._answer(ServerRequest(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: ServerRequest) -> Response:
        # Another name may have been rebound to this machine by a page in the browser. A page of another origin cannot
        # read what is told here, and cannot send the header without asking, which is answered with 405.
        if not is_loopback(request.headers.get("host")):
            return PlainTextResponse("This is for the machine that fcbridge dev runs on.\n", 403)
        if request.method == "GET":
            return JSONResponse(self._told())
        if request.method != "POST":
            return PlainTextResponse("GET or POST\n", 405, {"allow": "GET, POST"})
        sender = request.headers.get(SENDER)
        if not sender:
            return PlainTextResponse(f"The header {SENDER} is missing.\n", 400)
        return JSONResponse(await self._fire(sender, await request.body()))

    def _told(self) -> dict[str, object]:
        gateway = self._plan.gateway
        return {
            "fcbridge": __version__,
            "gateway": gateway.name,
            "platform": platform_of(gateway.name).name,
            "target": self._plan.target,
            "objects": str(self._plan.objects) if self._plan.objects else None,
        }

    async def _fire(self, sender: str, payload: bytes) -> dict[str, object]:
        """Call the function, and report what came of it."""
        request_id = str(uuid.uuid4())
        if self._show_event:
            self._console.event(_shown(payload))
        outcome = await self._pool.invoke(request_id, payload, fired=True)
        refusal = outcome.refusal
        if refusal is not None and refusal.kind != Refusal.INIT_FAILED:  # that has been told by the pool
            self._console.failure(refusal, outcome.traceback)
        self._console.fired(sender, outcome, request_id)
        return _report(sender, outcome, request_id)


def _shown(payload: bytes) -> object:
    try:
        value: object = json.loads(payload)
    except (ValueError, RecursionError):
        return f"{len(payload)} bytes, not JSON"
    return value


def _report(sender: str, outcome: Outcome, request_id: str) -> dict[str, Any]:
    refusal = outcome.refusal
    report: dict[str, Any] = {
        "trigger": sender,
        "request_id": request_id,
        "duration_ms": round(outcome.seconds * 1000, 3),
        "memory_bytes": outcome.memory,
        "cold": outcome.cold,
        "payload": None,
        "encoding": None,
        "refusal": None,
    }
    if refusal is not None:
        report["refusal"] = {"kind": refusal.kind, "message": refusal.message, "error": refusal.error}
        return report
    try:
        report["payload"], report["encoding"] = outcome.payload.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        report["payload"], report["encoding"] = base64_text(outcome.payload), "base64"
    return report
