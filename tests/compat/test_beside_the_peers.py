"""The same event through a peer and through its counterpart: the same request and the same answer, but for the peers'
mistakes, each of which is named here and on the page "From another adapter"."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compat.peers import AWS, FIELDS, PEERS, entry, http_events, seen

EVENTS = http_events()

# What a peer gets wrong, by the beginning of the event's name: the fields of the request that may differ.
MISTAKES: dict[str, dict[str, set[str]]] = {
    "mangum": {
        "alb-": {"client"},  # the whole of X-Forwarded-For, the caller's own part too
        "api-gateway-http-v2-double-encoded": {"path"},  # decoded twice
        "function-url-double-encoded": {"path"},
        "api-gateway-rest-v1-console-test": {"path", "client"},  # no slash; a word for an address
    },
    "apig_wsgi": {
        "alb-": {"client", "scheme"},  # the caller's part of X-Forwarded-For; http where nothing is told
        "api-gateway-http-v2": {"path", "cookie"},  # not bytes in str (PEP 3333), decoded twice; ";" without a space
        "function-url": {"cookie"},  # twice
        "api-gateway-rest-v1-console-test": {"path", "client", "scheme"},
    },
    "serverless_wsgi": {
        "alb-": {"base", "client"},  # "/" for a stage; nothing
        "api-gateway-http-v1.0": {"base"},  # "/$default"
        "api-gateway-http-v2": {"base", "path", "cookie"},  # the same, decoded twice, "" for no cookie
        "function-url-minimal": {"cookie"},
        "api-gateway-rest-v1-console-test": {"path", "client"},
    },
    "awsgi": {
        # The path is never decoded; of repeated query keys the last one; the first hop is the caller's own.
        "": {"path", "query", "client", "scheme"},
    },
}

# Events that a peer does not take at all.
UNKNOWN = {
    "mangum": ("vpc-lattice",),
    "apig_wsgi": ("vpc-lattice", "lambda-edge"),
    "serverless_wsgi": ("vpc-lattice", "lambda-edge"),
    "awsgi": (
        "vpc-lattice", "lambda-edge", "api-gateway-http-v2", "function-url", "alb-multi-value",
        "alb-health-check-multi-value",
    ),
}  # fmt: skip

CASES = [(peer, name) for peer in PEERS for name in EVENTS]


@pytest.mark.parametrize(("peer", "name"), CASES, ids=[f"{peer}-{name}" for peer, name in CASES])
def test_the_app_sees_what_it_saw_behind_the_peer(peer: str, name: str) -> None:
    event, door = EVENTS[name]
    ours = seen(entry(f"fcbridge.compat.{peer}"), event, door)
    assert ours.status == 201
    if name.startswith(UNKNOWN[peer]):
        with pytest.raises((KeyError, RuntimeError)):
            seen(entry(peer), event, door)
        return
    if peer == "mangum" and name.startswith("lambda-edge"):
        return  # CloudFront refuses what it answers: test_the_edge_is_answered_in_its_own_format
    theirs = seen(entry(peer), event, door)
    known: set[str] = set()
    for beginning, fields in MISTAKES[peer].items():
        if name.startswith(beginning):
            known |= fields
    differing = {key for key in theirs.request if theirs.request[key] != ours.request[key]}
    assert differing <= known, {key: (theirs.request[key], ours.request[key]) for key in differing - known}
    assert theirs.status == ours.status


@pytest.mark.parametrize("peer", PEERS)
def test_every_named_mistake_is_one(peer: str) -> None:
    """A peer that has mended its ways has no place in the list any more."""
    for beginning, fields in MISTAKES[peer].items():
        found: set[str] = set()
        for name, (event, door) in EVENTS.items():
            if name.startswith(beginning) and not name.startswith((*UNKNOWN[peer], "lambda-edge")):
                theirs = seen(entry(peer), event, door).request
                ours = seen(entry(f"fcbridge.compat.{peer}"), event, door).request
                found |= {key for key in theirs if theirs[key] != ours[key]}
        assert fields <= found, f"{peer}, {beginning}: {fields - found}"


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("name", [name for name in EVENTS if not name.startswith(("vpc-lattice", "lambda-edge"))])
def test_no_cookie_and_no_repeat_is_lost(peer: str, name: str) -> None:
    event, door = EVENTS[name]
    fields = seen(entry(f"fcbridge.compat.{peer}"), event, door).fields
    assert [value for key, value in fields if key == "set-cookie"] == ["a=1", "b=2"]
    assert ", ".join([value for key, value in fields if key == "vary"]) == "accept, cookie"
    assert ("content-type", "application/json") in fields
    assert len(FIELDS) >= len(fields)


def test_what_the_peers_lose_of_an_answer() -> None:
    event, door = EVENTS["alb-single-value"]
    for peer in ("apig_wsgi", "awsgi"):
        assert [value for key, value in seen(entry(peer), event, door).fields if key == "set-cookie"] == ["b=2"]
    event, door = EVENTS["api-gateway-http-v2"]
    assert [value for key, value in seen(entry("apig_wsgi"), event, door).fields if key == "vary"] == ["cookie"]


def test_the_edge_is_answered_in_its_own_format() -> None:
    event, door = EVENTS["lambda-edge-viewer-request"]
    theirs: Any = entry("mangum")(event, None)
    ours: Any = entry("fcbridge.compat.mangum")(event, None)
    assert "isBase64Encoded" in theirs and "bodyEncoding" not in theirs
    assert "isBase64Encoded" not in ours and ours["bodyEncoding"] == "text"
    assert [item["value"] for item in theirs["headers"]["set-cookie"]] == ["b=2"]
    assert [item["value"] for item in ours["headers"]["set-cookie"]] == ["a=1", "b=2"]
    assert AWS.door(event, None) is door
