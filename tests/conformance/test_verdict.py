"""Facts of the harness: what it fails for. The suites themselves are run by ``python -m tests.conformance``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fcbridge.registry import gateway, gateways
from tests.conformance.differences import CAPABILITIES, Differences, Reason, check, listed, written
from tests.conformance.outcomes import Outcomes
from tests.conformance.report import PAGE, document, table, write_page
from tests.conformance.suites import HERE, SUITES
from tests.conformance.verdict import Verdict, judge, stale

DOOR = gateway("fc3-http")
OTHER = gateway("fc-apigw")

PLAIN = Outcomes({"a": "passed", "b": "passed", "c": "failed"})


def behind(travelled: int = 7, **outcomes: str) -> Outcomes:
    return Outcomes({**PLAIN.outcomes, **outcomes}, messages={"a": "assert 1 == 2"}, travelled=travelled)


def listing(**table: Any) -> Differences:
    return check(table, [DOOR])


def verdict_of(after: Outcomes, differences: Differences, past_losses: dict[str, Outcomes] | None = None) -> Verdict:
    return judge(DOOR, PLAIN, after, differences, past_losses or {})


def test_the_same_outcomes_are_no_fault() -> None:
    verdict = verdict_of(behind(), listing())
    assert verdict.faults == []
    assert (verdict.tests, verdict.plain_passed, verdict.same, verdict.travelled) == (3, 2, 3, 7)


def test_a_difference_that_is_not_listed_is_a_fault_that_says_why() -> None:
    verdict = verdict_of(behind(a="failed"), listing())
    assert verdict.faults == ["a is passed plainly and failed behind the gateway, and it is not listed: assert 1 == 2"]
    assert verdict.unlisted == ["a"]


def test_a_test_that_passes_only_behind_the_gateway_is_a_difference_too() -> None:
    assert len(verdict_of(behind(c="passed"), listing()).faults) == 1


def test_a_test_that_was_not_run_is_a_difference() -> None:
    (fault,) = verdict_of(Outcomes({"a": "passed", "b": "passed"}, travelled=7), listing()).faults
    assert fault.startswith("c is failed plainly and not run behind the gateway")


def test_a_listed_difference_is_counted_and_no_fault() -> None:
    verdict = verdict_of(behind(a="failed"), listing(capabilities={"streaming": {"tests": ["a"]}}))
    assert verdict.faults == []
    assert (verdict.same, verdict.kinds["capabilities"], verdict.reasons["capabilities.streaming"]) == (2, 1, 1)
    assert verdict.held == {("a", Reason("capabilities", "streaming"))}


@pytest.mark.parametrize("kind", ["losses", "limits", "capabilities", "excuses"])
def test_a_reason_that_nobody_declares_is_a_mistake(kind: str) -> None:
    assert listing(**{kind: {"never-declared": {"tests": ["a"]}}}).mistakes == [
        f"{kind}.never-declared: no gateway declares such a thing"
    ]


def test_a_test_that_is_listed_twice_under_one_reason_is_a_mistake() -> None:
    assert listing(losses={"scheme": {"tests": ["a", "a"]}}).mistakes == ["a is listed twice under losses.scheme"]


def test_the_loss_of_another_gateway_is_no_reason() -> None:
    differences = check({"losses": {"forwarded": {"tests": ["a"]}}}, [DOOR, OTHER])
    assert differences.losses_of(DOOR) == []
    assert differences.losses_of(OTHER) == ["forwarded"]
    past = {"forwarded": Outcomes({"a": "failed"})}
    assert len(judge(DOOR, PLAIN, behind(a="failed"), differences, past).faults) == 1
    assert judge(OTHER, PLAIN, behind(a="failed"), differences, past).faults == []


def test_a_loss_that_alone_does_no_harm_is_no_reason() -> None:
    differences = listing(losses={"scheme": {"tests": ["a"]}})
    (fault,) = verdict_of(behind(a="failed"), differences, {"scheme": Outcomes({"a": "passed"})}).faults
    assert "its reason does not hold (losses.scheme)" in fault
    assert verdict_of(behind(a="failed"), differences, {"scheme": Outcomes({"a": "failed"})}).faults == []


def test_a_loss_must_have_been_tried_alone() -> None:
    differences = listing(losses={"scheme": {"tests": ["a"]}})
    assert len(verdict_of(behind(a="failed"), differences, {"scheme": Outcomes({})}).faults) == 1


def test_a_limit_for_which_nothing_was_refused_is_no_reason() -> None:
    differences = listing(limits={"method": {"tests": ["a"]}})
    after = behind(a="failed")
    assert len(verdict_of(after, differences).faults) == 1
    after.refusals["a"] = ["method"]
    assert verdict_of(after, differences).faults == []


def test_what_the_gateway_declares_counts_before_what_no_function_has() -> None:
    differences = listing(capabilities={"server": {"tests": ["a"]}}, losses={"scheme": {"tests": ["a"]}})
    verdict = verdict_of(behind(a="failed"), differences, {"scheme": Outcomes({"a": "failed"})})
    assert verdict.kinds == {"losses": 1}


def test_a_run_in_which_nothing_travelled_is_a_fault() -> None:
    (fault,) = verdict_of(behind(travelled=0), listing()).faults
    assert "no request has travelled" in fault


# -- the list ---------------------------------------------------------------------------------------------------------


def test_a_listed_difference_that_occurs_nowhere_is_stale() -> None:
    differences = listing(capabilities={"streaming": {"tests": ["a"]}})
    seen = [(DOOR, verdict_of(behind(), differences))]
    assert stale(differences, seen, [DOOR]) == [
        "a is listed under capabilities.streaming, but differs behind no gateway for it: remove it"
    ]
    assert stale(differences, [(DOOR, verdict_of(behind(a="failed"), differences))], [DOOR]) == []


def test_what_another_gateway_may_yet_show_is_not_stale() -> None:
    differences = check(
        {"capabilities": {"streaming": {"tests": ["a"]}}, "losses": {"client-port": {"tests": ["b"]}}}, [DOOR, OTHER]
    )
    seen = [(DOOR, verdict_of(behind(), differences))]
    assert stale(differences, seen, [DOOR, OTHER]) == [
        "b is listed under losses.client-port, but differs behind no gateway for it: remove it"
    ]


def test_the_lists_are_as_they_would_be_written() -> None:
    for suite in SUITES.values():
        differences = listed(suite, gateways().values())
        assert differences.mistakes == []
        file = HERE / "differences" / f"{suite.name}.toml"
        assert file.read_text("utf-8") == written(differences, suite.name.capitalize())


# -- the report -------------------------------------------------------------------------------------------------------


def test_the_scores_are_a_table_and_json() -> None:
    verdict = verdict_of(behind(a="failed"), listing(capabilities={"streaming": {"tests": ["a"]}}))
    head, row = table({("fc3-http", "flask"): verdict}).splitlines()
    assert head.split()[:2] == ["gateway", "suite"]
    assert row.split() == ["fc3-http", "flask", SUITES["flask"].version, "3", "2", "2", "0", "0", "1", "7"]
    (scores,) = document({("fc3-http", "flask"): verdict})
    assert scores["differences"] == {"capabilities.streaming": 1}


def test_the_table_is_put_between_the_marks_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- scores -->\nold\n<!-- end of scores -->\nafter\n")
    write_page({("fc3-http", "flask"): verdict_of(behind(), listing())}, page)
    text = page.read_text()
    assert text.startswith("before\n<!-- scores -->\n\n| gateway | Flask ")
    assert "| `fc3-http` | 3 of 3 | 0 | 0 | 0 |" in text
    assert text.endswith("<!-- end of scores -->\nafter\n")


def test_the_page_has_a_row_for_every_gateway() -> None:
    text = PAGE.read_text("utf-8")
    missing = [name for name in gateways() if f"| `{name}` |" not in text]
    assert not missing, f"run: python -m tests.conformance --page ({missing})"


def test_the_suites_are_pinned() -> None:
    assert sorted(SUITES) == ["flask", "starlette"]


def test_every_capability_says_what_it_is() -> None:
    assert all(len(sentence) > 30 for sentence in CAPABILITIES.values())
