"""The laws of every gateway of Baidu AI Cloud."""

from __future__ import annotations

from fcbridge.registry import platform
from fcbridge.testing.laws import laws_of

TestLaws = laws_of(platform("baidu"))
