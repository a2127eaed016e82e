"""The laws of every gateway of Alibaba Cloud, and what they have found."""

from __future__ import annotations

from typing import Any

import pytest

from fcbridge.errors import MalformedEvent
from fcbridge.losses import REPEATED_QUERY_KEYS, Loss, lost_of_request
from fcbridge.model import Request
from fcbridge.registry import gateway, platform
from fcbridge.testing.laws import arrived, laws_of

TestLaws = laws_of(platform("aliyun"))


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("fc3-http", ("requestContext", "http", "method")),
        ("fc-apigw", ("httpMethod",)),
        ("fc2-http", ("REQUEST_METHOD",)),
    ],
)
def test_an_empty_method_is_malformed(name: str, place: tuple[str, ...]) -> None:
    door = gateway(name)
    event: Any = arrived(door, door.sample())
    inner = event
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = ""
    with pytest.raises(MalformedEvent):
        door.parse(event)


def test_repeats_are_lost_only_where_there_are_some() -> None:
    assert lost_of_request([REPEATED_QUERY_KEYS], Request(query="b=x%20y&a")) == []
    assert lost_of_request([REPEATED_QUERY_KEYS], Request(query="a=1&a=2")) == [REPEATED_QUERY_KEYS]


def test_small_letters_in_an_escape_are_nothing_to_warn_about() -> None:
    encoded = Loss(
        "encoded",
        "the path is encoded anew",
        on_request=lambda request: request.replace(path=request.path.upper()),
        witness=Request(path="/a"),
    )

    assert lost_of_request([encoded], Request(path="/%e4%b8%96")) == []
    assert lost_of_request([encoded], Request(path="/%e4%b8%96/a")) == [encoded]
