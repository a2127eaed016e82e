"""The benchmark runs. What it measures depends on the machine and is not asserted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import etl
from bench.__main__ import GOALS, PAGE, TABLES
from bench.apps import APPS
from bench.contestants import LIMIT, REST, Contestant, contestants, entered
from bench.entry import Entry
from bench.events import CASES, GET, REQUEST_5, RESPONSE_5, Answer
from bench.goals import faster, overhead
from bench.page import rewritten
from bench.record import Record
from bench.table import Goal
from fcbridge.model import Request

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Record]:
    """What the quick form prints, and what it keeps."""
    file = tmp_path_factory.mktemp("bench") / "run.json"
    paths = [str(ROOT), str(ROOT / "adapters")]  # also works in a checkout that was never installed
    run = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--json", str(file)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout, Record.read(file)


def test_the_quick_form_checks_every_contestant_and_prints_a_table_for_each_app(run: tuple[str, Record]) -> None:
    printed, record = run
    for app in APPS:
        assert f"**{app.name}: x LIMIT (+us)**" in printed
        for contestant in contestants(app, GET):
            assert " | ".join(contestant.key) in record.medians["invocation"][f"{app.name}: x LIMIT (+us)"]["GET"]


def test_every_part_keeps_its_tables_and_its_goals(run: tuple[str, Record]) -> None:
    printed, record = run
    assert set(record.tables) == set(TABLES)
    assert set(record.goals) == set(GOALS)
    assert all(table in printed for tables in record.tables.values() for table in tables)
    assert all(goal.case in printed for goals in record.goals.values() for goal in goals)


def test_a_page_is_made_of_what_is_kept_and_the_text_around_stays(run: tuple[str, Record]) -> None:
    _, record = run
    end = "<!-- bench: end -->"
    page = f"# Title\n<!-- bench: goals -->\nold tables\n{end}\nText\n<!-- bench: cold -->\n{end}\n"
    made = rewritten(page, [record])
    assert made.startswith("# Title\n<!-- bench: goals -->\n\n| case ")
    assert "old tables" not in made
    assert f'\n{end}\nText\n<!-- bench: cold -->\n\n=== "Python 3.' in made
    assert rewritten(made, [record]) == made


def test_goals_that_are_not_reached_on_a_python_stand_out() -> None:
    record = Record("a machine", "a command")
    record.goals = {"cold": [Goal("first", "5 ms", "<= 3 ms", False), Goal("second", "2 ms", "<= 3 ms", True)]}
    made = rewritten("<!-- bench: goals -->\n<!-- bench: end -->", [record])
    assert [line.split("|")[3].strip() for line in made.splitlines() if "3 ms" in line] == ["**5 ms**", "2 ms"]


def test_the_page_on_performance_has_a_place_for_everything_that_is_measured() -> None:
    page = PAGE.read_text("utf-8")
    assert all(f"<!-- bench: {name} -->\n" in page for name in ("runs", "goals", *TABLES))


def test_overhead_is_the_time_above_the_app_itself() -> None:
    ours, peer = ("fcbridge", REST), ("peer", REST)
    times = {LIMIT: [1.0, 2.0, 3.0], ours: [2.0, 3.0, 4.0], peer: [5.0, 6.0, 7.0]}
    assert overhead(ours, peer, 0.25).goal("GET", times) == Goal(
        "GET: overhead of fcbridge (REST 1.0) / peer", "0.250", "<= 0.25", True
    )
    assert not overhead(ours, peer, 0.2).goal("GET", times).reached
    assert faster(ours, peer, 2).goal("GET", times).reached
    assert not faster(ours, peer, 2.1).goal("GET", times).reached


def test_a_contestant_that_answers_wrongly_is_not_measured() -> None:
    closed: list[bool] = []

    def read(_: object) -> Answer:
        return Answer(200, "text/plain", b"{}")

    def enter(app: object, interface: str, request: Request) -> Entry:
        return Entry(lambda: None, read, lambda: closed.append(True))

    with pytest.raises(ValueError, match=r"wrong \(none\) answers GET with a wrong body"):
        entered(Contestant("wrong", "none", ("asgi",), "", enter), None, "asgi", CASES[0])
    assert closed == [True]


@pytest.mark.parametrize("case", [REQUEST_5, RESPONSE_5], ids=lambda case: case.name)
def test_a_large_body_that_is_cut_short_is_a_wrong_answer(case: object) -> None:
    assert isinstance(case, type(GET))
    short = b"\0" * 100
    assert case.check(Answer(200, "application/octet-stream", short)) is not None


def test_a_file_on_its_way_to_kafka_is_measured_by_its_sample() -> None:
    [table] = etl.tables(quick=True)
    assert [row[0] for row in table.rows] == ["1", "4"]
    assert all(float(row[-1]) > 1 for row in table.rows)
