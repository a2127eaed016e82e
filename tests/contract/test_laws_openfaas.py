"""The laws of every gateway of openfaas."""

from __future__ import annotations

from fcbridge.testing.laws import laws_of
from fcbridge_adapters.openfaas import PLATFORM

TestLaws = laws_of(PLATFORM)
