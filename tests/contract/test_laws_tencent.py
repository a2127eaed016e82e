"""The laws of every gateway of Tencent Cloud, and what they have found."""

from __future__ import annotations

from fcbridge.testing.laws import laws_of
from fcbridge_adapters.tencent import PLATFORM

TestLaws = laws_of(PLATFORM)
