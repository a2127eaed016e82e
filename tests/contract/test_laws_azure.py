"""The laws of both gateways of Azure Functions."""

from __future__ import annotations

import pytest

from fcbridge.errors import MalformedEvent
from fcbridge.registry import gateway, platform
from fcbridge.testing.laws import arrived, laws_of

TestLaws = laws_of(platform("azure"))


def test_an_empty_method_is_malformed() -> None:
    door = gateway("azure-custom")
    event = arrived(door, door.sample())
    event["Data"]["req"]["Method"] = ""
    with pytest.raises(MalformedEvent, match="'Method'"):
        door.parse(event)
