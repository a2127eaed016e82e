"""Facts of the harness: what it fails for. The suites themselves are run by ``python -m tests.conformance``."""

from __future__ import annotations

from typing import Any

import pytest

from fcbridge.registry import gateway
from tests.conformance.differences import CAPABILITIES, Differences, check
from tests.conformance.outcomes import Outcomes
from tests.conformance.report import document, table
from tests.conformance.suites import SUITES
from tests.conformance.verdict import judge

PLAIN = Outcomes({"a": "passed", "b": "passed", "c": "failed"})


def behind(travelled: int = 7, **outcomes: str) -> Outcomes:
    return Outcomes({**PLAIN.outcomes, **outcomes}, messages={"a": "assert 1 == 2"}, travelled=travelled)


def listing(**table: Any) -> Differences:
    return check(table, gateway("fc3-http"))


def test_the_same_outcomes_are_no_fault() -> None:
    verdict = judge(PLAIN, behind(), listing(), {})
    assert verdict.faults == []
    assert (verdict.tests, verdict.plain_passed, verdict.same, verdict.travelled) == (3, 2, 3, 7)


def test_a_difference_that_is_not_listed_is_a_fault_that_says_why() -> None:
    (fault,) = judge(PLAIN, behind(a="failed"), listing(), {}).faults
    assert fault == "a is passed plainly and failed behind the gateway, and is not listed: assert 1 == 2"


def test_a_test_that_passes_only_behind_the_gateway_is_a_difference_too() -> None:
    assert len(judge(PLAIN, behind(c="passed"), listing(), {}).faults) == 1


def test_a_test_that_was_not_run_is_a_difference() -> None:
    (fault,) = judge(PLAIN, Outcomes({"a": "passed", "b": "passed"}, travelled=7), listing(), {}).faults
    assert fault.startswith("c is failed plainly and not run behind the gateway")


def test_a_listed_difference_is_counted_and_no_fault() -> None:
    differences = listing(capabilities={"streaming": {"tests": ["a"]}})
    verdict = judge(PLAIN, behind(a="failed"), differences, {})
    assert verdict.faults == []
    assert (verdict.same, verdict.kinds["capabilities"], verdict.reasons["capabilities.streaming"]) == (2, 1, 1)


def test_a_listed_difference_that_no_longer_occurs_is_a_fault() -> None:
    (fault,) = judge(PLAIN, behind(), listing(capabilities={"streaming": {"tests": ["a"]}}), {}).faults
    assert fault == "a is listed under capabilities.streaming, but it no longer differs: remove it"


@pytest.mark.parametrize(
    "table",
    [
        {"losses": {"never-declared": {"tests": ["a"]}}},
        {"limits": {"never-declared": {"tests": ["a"]}}},
        {"capabilities": {"never-declared": {"tests": ["a"]}}},
        {"excuses": {"scheme": {"tests": ["a"]}}},
    ],
)
def test_a_reason_that_nobody_declares_is_a_fault(table: dict[str, Any]) -> None:
    faults = judge(PLAIN, behind(a="failed"), check(table, gateway("fc3-http")), {}).faults
    assert "fc3-http declares no such thing" in faults[0]


def test_a_test_that_is_listed_twice_is_a_fault() -> None:
    differences = listing(losses={"scheme": {"tests": ["a"]}}, capabilities={"streaming": {"tests": ["a"]}})
    (fault,) = judge(PLAIN, behind(a="failed"), differences, {}).faults
    assert "listed twice" in fault


def test_a_loss_that_alone_does_no_harm_is_no_reason() -> None:
    differences = listing(losses={"scheme": {"tests": ["a"]}})
    (fault,) = judge(PLAIN, behind(a="failed"), differences, {"scheme": Outcomes({"a": "passed"})}).faults
    assert "with that loss alone it is passed too" in fault
    assert judge(PLAIN, behind(a="failed"), differences, {"scheme": Outcomes({"a": "failed"})}).faults == []


def test_a_loss_must_have_been_tried_alone() -> None:
    differences = listing(losses={"scheme": {"tests": ["a"]}})
    (fault,) = judge(PLAIN, behind(a="failed"), differences, {"scheme": Outcomes({})}).faults
    assert "was not run" in fault


def test_a_limit_for_which_nothing_was_refused_is_no_reason() -> None:
    differences = listing(limits={"method": {"tests": ["a"]}})
    differing = behind(a="failed")
    (fault,) = judge(PLAIN, differing, differences, {}).faults
    assert "the gateway refused nothing for it" in fault
    differing.refusals["a"] = ["method"]
    assert judge(PLAIN, differing, differences, {}).faults == []


def test_a_run_in_which_nothing_travelled_is_a_fault() -> None:
    (fault,) = judge(PLAIN, behind(travelled=0), listing(), {}).faults
    assert "no request has travelled" in fault


def test_the_scores_are_a_table_and_json() -> None:
    verdict = judge(PLAIN, behind(a="failed"), listing(capabilities={"streaming": {"tests": ["a"]}}), {})
    head, row = table({("fc3-http", "flask"): verdict}).splitlines()
    assert head.split()[:2] == ["gateway", "suite"]
    assert row.split() == ["fc3-http", "flask", SUITES["flask"].version, "3", "2", "2", "0", "0", "1", "7"]
    (scores,) = document({("fc3-http", "flask"): verdict})
    assert scores["differences"] == {"capabilities.streaming": 1}


def test_the_suites_are_pinned() -> None:
    assert sorted(SUITES) == ["flask", "starlette"]


def test_every_capability_says_what_it_is() -> None:
    assert all(len(sentence) > 30 for sentence in CAPABILITIES.values())
