"""The pytest plugin of the conformance runs: sends the HTTP requests of a suite's test clients on another way.

It is told what to do by FCBRIDGE_TRAVEL, a JSON object: ``suite`` and ``gateway`` by name; ``way``, which is "plain",
"gateway", or the name of a loss for the direct way with that loss in it; ``report``, the file for the outcomes.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from .ways import Way

# From harmless to harmful: the outcome of a test is the worst of its phases.
_ORDER = ("passed", "xfailed", "skipped", "xpassed", "failed", "error")


class Travel:
    """One run: the way that was chosen, and what became of each test."""

    def __init__(self, told: dict[str, str]) -> None:
        self.report = told["report"]
        self.outcomes: dict[str, str] = {}
        self.messages: dict[str, str] = {}
        self.refusals: dict[str, list[str]] = {}
        self.way: Way | None = None
        if told["way"] != "plain":
            self.way = _patched(told["suite"], told["gateway"], told["way"])

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """The loop of a function is asyncio's, so what is run on trio would be the same test twice."""
        trio = [item for item in items if _is_on_trio(item)]
        if trio:
            config.hook.pytest_deselected(items=trio)
            items[:] = [item for item in items if not _is_on_trio(item)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        try:
            return (yield)
        finally:
            refusals = self.way.leave() if self.way is not None else []
            if refusals:
                self.refusals[item.nodeid] = refusals

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome: str = report.outcome
        if hasattr(report, "wasxfail"):
            outcome = "xfailed" if report.skipped else "xpassed"
        elif report.failed and report.when != "call":
            outcome = "error"
        crash = getattr(report.longrepr, "reprcrash", None)
        if report.failed and crash is not None:
            self.messages[report.nodeid] = crash.message.partition("\n")[0][:200]
        before = self.outcomes.get(report.nodeid, "passed")
        self.outcomes[report.nodeid] = max(before, outcome, key=_ORDER.index)

    def pytest_sessionfinish(self) -> None:
        travelled = self.way.travelled if self.way is not None else 0
        told = {
            "outcomes": self.outcomes, "messages": self.messages, "refusals": self.refusals, "travelled": travelled,
        }  # fmt: skip
        with open(self.report, "w", encoding="utf-8") as file:
            json.dump(told, file)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Travel(json.loads(os.environ["FCBRIDGE_TRAVEL"])), "fcbridge-travel")


def _patched(suite: str, gateway: str, way: str) -> Way:
    from .ways import way_of

    chosen = way_of(gateway, way)
    if suite == "starlette":
        from . import starlette_client

        starlette_client.patch(chosen)
    else:
        from . import werkzeug_client

        werkzeug_client.patch(chosen)
    return chosen


def _is_on_trio(item: pytest.Item) -> bool:
    parameters: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    # The name of the backend, or a tuple of it and its options.
    return "trio" in str(parameters.get("anyio_backend"))
