"""The laws of every gateway of fission."""

from __future__ import annotations

from fcbridge.testing.laws import laws_of
from fcbridge_adapters.fission import PLATFORM

TestLaws = laws_of(PLATFORM)
