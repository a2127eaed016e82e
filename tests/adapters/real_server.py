"""The odd app under a platform's own server, over a real socket, and what holds for each of them.

The test stands where the front end stands: it sends what ``compose`` says that the container gets. What comes back must
be what the played runtime gives for the same event.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fcbridge import bridge
from fcbridge.gateway import Settings
from fcbridge.losses import same_response
from fcbridge.played import packed_response
from fcbridge.registry import platform_of

from . import odd
from .child import answered

if TYPE_CHECKING:
    from fcbridge.gateway import Gateway
    from fcbridge.model import Request, Response

    from .child import Child


class RealServer:
    """``child`` serves ``odd.app`` on ``port`` of the loopback, behind the gateway ``door``."""

    def __init__(self, door: Gateway, child: Child, port: int) -> None:
        self.door = door
        self.child = child
        self.port = port

    def answer(self, request: Request, *, chunked: bool = False) -> Response:
        """What the client of the front end gets."""
        response = answered(self.port, self.door.compose(request), chunked=chunked)
        return self.door.read(packed_response(response.status, response.headers, response.body))


class ServerLaws:
    """A module takes these over by a class of its own, whose fixture ``server`` is its server."""

    @pytest.mark.parametrize("name", odd.REQUESTS)
    def test_its_answer_is_that_of_the_played_one(self, server: RealServer, name: str) -> None:
        request, door = odd.REQUESTS[name], server.door
        with bridge(odd.app, platform=platform_of(door.name).name) as handler:
            context = door.runtime.context(Settings(), "1-67c1a2b3")
            played = door.read(door.runtime.call(handler, door.compose(request), context))
        real = server.answer(request)
        if request.method == "HEAD":
            played.body = b""
        assert (real.status, real.body[:2000]) == (played.status, played.body[:2000])
        assert same_response(real, played), (real.headers, played.headers)

    def test_what_the_app_was_asked_is_what_the_client_sent(self, server: RealServer) -> None:
        headers = ("content-type", "application/json"), ("x-forwarded-for", "198.51.100.7")
        request = odd.ask("/caf%C3%A9/a%2Fb", "tag=1&tag=2", *headers, method="POST", body=b"{}")
        asked = json.loads(server.answer(request).body)
        assert (asked["method"], asked["raw_path"], asked["path"]) == ("POST", "/caf%C3%A9/a%2Fb", "/café/a/b")
        assert (asked["query"], asked["body"], asked["root_path"]) == ("tag=1&tag=2", "{}", "")
        assert (asked["client"], asked["scheme"]) == (["203.0.113.24", 0], "https")
        assert asked["request_id"] == "1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b"

    def test_every_cookie_reaches_the_client(self, server: RealServer) -> None:
        assert server.answer(odd.ask("/cookies")).headers.get_all("set-cookie") == ["a=1; Path=/", "b=2; HttpOnly"]

    @pytest.mark.parametrize(
        ("path", "length"), [("/measured", "8"), ("/untyped", "2"), ("/empty", "0"), ("/none", None)]
    )
    def test_an_answer_is_sent_with_its_length_and_not_in_chunks(
        self, server: RealServer, path: str, length: str | None
    ) -> None:
        response = answered(server.port, server.door.compose(odd.ask(path)))
        assert response.headers.get("content-length") == length

    def test_bytes_come_through_in_both_directions(self, server: RealServer) -> None:
        request = odd.REQUESTS["binary"]
        assert json.loads(server.answer(request).body)["body"].encode("latin-1") == odd.EVERY_BYTE
        assert server.answer(odd.ask("/big")).body == odd.BIG

    def test_a_body_in_chunks_arrives_whole(self, server: RealServer) -> None:
        request = odd.ask("/", "", ("content-type", "text/plain"), method="POST", body=b"hello, world")
        assert json.loads(server.answer(request, chunked=True).body)["body"] == "hello, world"

    def test_a_crash_tells_the_client_nothing(self, server: RealServer) -> None:
        answer = server.answer(odd.ask("/boom"))
        assert (answer.status, answer.body) == (500, b"Internal Server Error")
        server.child.wait_for("a secret that no client may read")  # the log has it
