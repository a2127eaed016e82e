"""The laws of every gateway of OpenWhisk."""

from __future__ import annotations

from fcbridge.testing.laws import laws_of
from fcbridge_adapters.openwhisk import PLATFORM

TestLaws = laws_of(PLATFORM)
