"""The laws of every gateway of AWS Lambda, and what they have found."""

from __future__ import annotations

from fcbridge.registry import platform
from fcbridge.testing.laws import laws_of

TestLaws = laws_of(platform("aws"))
