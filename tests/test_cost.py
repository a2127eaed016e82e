"""An invocation costs what is recorded, within a fifth: counted, so that it is the same on every machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cost import figures
from tests.cost.cases import CASES
from tests.cost.counting import Count
from tests.cost.figures import RECORD, ROOT, VERSION, VERSIONS, Figures, measured, recorded, verdict

FEW = ("wsgi GET, fc3-http", "asgi GET, aws-rest", "asgi GET that suspends once, aws-rest, deadline")


@pytest.fixture(scope="module")
def now() -> Figures:
    return measured()[0]


@pytest.mark.parametrize("case", CASES)
def test_an_invocation_costs_what_is_recorded(case: str, now: Figures) -> None:
    problem = verdict(case, now[case], recorded())
    if problem:
        pytest.fail(problem, pytrace=False)


# -- the guard itself -------------------------------------------------------------------------------------------------


def test_the_figures_are_the_same_in_another_process_in_another_order_and_alone(now: Figures) -> None:
    assert measured(reversed(FEW))[0] == {case: now[case] for case in FEW}
    assert measured(FEW[:1])[0] == {FEW[0]: now[FEW[0]]}


def test_every_version_has_a_figure_for_every_case_and_no_other() -> None:
    for version in VERSIONS:
        assert set(recorded(version=version)) == set(CASES), version


def test_the_app_s_own_share_is_small(now: Figures) -> None:
    """Else it would hide what is added."""
    for case, share in measured(FEW)[1].items():
        assert 0 < share.instructions < now[case].instructions / 10


def test_a_path_that_is_a_fifth_longer_fails_with_the_figure(now: Figures) -> None:
    case = FEW[1]
    before = now[case]
    # A turn of an idle loop is two instructions, or three (FOR_ITER, STORE_FAST, JUMP).
    longer = measured([case], burden=round(before.instructions * 0.15))[0][case]
    problem = verdict(case, longer, {case: before})
    assert problem == (
        f"{case}: {longer.instructions:g} instructions an invocation on Python {VERSION}; {before.instructions:g} are "
        f"recorded, {longer.instructions / before.instructions - 1:.0%} more.\n"
        "hint: where that is wanted, record it: python -m tests.cost --write"
    )


def test_a_path_that_is_a_little_longer_passes(now: Figures) -> None:
    case = FEW[1]
    longer = measured([case], burden=10)[0][case]
    assert longer.instructions > now[case].instructions
    assert verdict(case, longer, now) is None


def test_calls_into_c_are_judged_by_themselves() -> None:
    known = {"case": Count(1000, 100)}
    assert verdict("case", Count(1200, 120), known) is None
    assert verdict("case", Count(1000, 121), known) == (
        f"case: 121 calls into C an invocation on Python {VERSION}; 100 are recorded, 21% more.\n"
        "hint: where that is wanted, record it: python -m tests.cost --write"
    )


def test_a_gain_of_more_than_a_fifth_fails_until_it_is_recorded() -> None:
    known = {"case": Count(1000, 100)}
    assert verdict("case", Count(800, 80), known) is None
    assert verdict("case", Count(790, 100), known) == (
        f"case: 790 instructions an invocation on Python {VERSION}; 1000 are recorded, 21% less.\n"
        "hint: where that is real, record it: python -m tests.cost --write"
    )


def test_a_version_without_figures_fails_and_says_how_to_record_them(tmp_path: Path) -> None:
    known = recorded(tmp_path / "none.json")
    assert verdict(FEW[0], Count(1, 1), known) == (
        f"No figures are recorded for Python {VERSION} and the case {FEW[0]!r}.\n"
        "hint: python -m tests.cost --write, with this Python"
    )


def test_the_command_records_for_this_python_and_leaves_the_others_alone(now: Figures, tmp_path: Path) -> None:
    record = tmp_path / "figures.json"
    others = [version for version in VERSIONS if version != VERSION]
    shutil.copy(RECORD, record)
    figures.record({case: Count(1, 1) for case in CASES}, record)
    run = _command("--write", "--record", str(record))
    assert run.returncode == 0, run.stderr
    assert recorded(record) == now
    for version in others:
        assert recorded(record, version) == recorded(version=version)
    assert all(case in run.stdout for case in CASES)


def test_the_command_fails_with_the_figures_that_are_wrong(tmp_path: Path) -> None:
    record = tmp_path / "figures.json"
    figures.record({case: Count(1, 1) for case in CASES}, record)
    run = _command(FEW[0], "--record", str(record))
    assert run.returncode == 1
    assert f"{FEW[0]}: " in run.stderr and "1 are recorded" in run.stderr


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "tests.cost", *arguments]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
