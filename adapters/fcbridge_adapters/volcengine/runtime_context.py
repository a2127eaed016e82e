"""The context object as veFaaS' Python runtime makes it."""

from __future__ import annotations


class FunctionContext:
    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
