"""A function that starts its app while Lambda loads it."""

from __future__ import annotations

from tests.adapters.aws_functions.startup_function import handler

handler.initialize()
