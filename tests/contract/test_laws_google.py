"""The laws of Google's gateways."""

from __future__ import annotations

from fcbridge.registry import platform
from fcbridge.testing.laws import laws_of

TestLaws = laws_of(platform("google"))
