"""The laws of every gateway of nuclio."""

from __future__ import annotations

from fcbridge.testing.laws import laws_of
from fcbridge_adapters.nuclio import PLATFORM

TestLaws = laws_of(PLATFORM)
