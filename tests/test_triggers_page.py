"""The page of events: the example of every source runs and prints what stands below it; the tables are true."""

from __future__ import annotations

from typing import Any

import pytest

import fcbridge
import fcbridge.events
from fcbridge import bridge
from fcbridge.gateway import Platform
from fcbridge.registry import platforms
from fcbridge.testing.trigger_laws import payloads_of
from fcbridge.trigger import Trigger

from .test_documentation import ROOT, Block, blocks

PAGE = ROOT / "docs" / "triggers.md"
PYTHON = [block for block in blocks(PAGE) if block.language == "python"]
EXAMPLES = [block for block in PYTHON if block.title and block.title != "index.py"]
SOURCES = {trigger.name: (owner, trigger) for owner in platforms().values() for trigger in owner.triggers}
PRINTED = "#> "


def table(owner: Platform) -> str:
    """The table of a platform's sources, as it has to be on the page."""
    lines = [
        "| source | what it is | events | several at once | of those, failed ones alone again |",
        "|---|---|---|---|---|",
    ]
    for trigger in owner.triggers:
        alone = ("yes" if trigger.partial else "no") if trigger.batched else ""
        cells = (f"`{trigger.name}`", trigger.title, f"`{trigger.kind.__name__}`", _yes(trigger.batched), alone)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def test_every_source_has_one_example() -> None:
    assert sorted(block.title for block in EXAMPLES) == sorted(SOURCES)


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.title)
def test_the_example_of_a_source_takes_its_events_and_prints_this(
    block: Block, capsys: pytest.CaptureFixture[str]
) -> None:
    owner, trigger = SOURCES[block.title]
    handler = bridge(platform=owner)
    run(block, handler=handler)
    handler(sample(trigger))
    shown = [line.removeprefix(PRINTED) for line in block.text.splitlines() if line.startswith(PRINTED)]
    assert shown and shown == capsys.readouterr().out.splitlines()
    assert f'trigger="{trigger.name}"' in block.text


@pytest.mark.parametrize("owner", [owner for owner in platforms().values() if owner.triggers], ids=lambda it: it.name)
def test_the_table_of_a_platform_is_true(owner: Platform) -> None:
    page = PAGE.read_text("utf-8")
    assert f"\n### {owner.title}\n" in page
    assert table(owner) in page, table(owner)


def test_the_code_of_the_guide_runs_one_piece_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    namespace: dict[str, Any] = {}
    for block in PYTHON:
        if block not in EXAMPLES:
            exec(compile(block.text, str(PAGE), "exec"), namespace)
    with namespace["handler"] as handler:
        handler(sample(SOURCES["aws-sqs"][1]))
    assert capsys.readouterr().out == "aws:sqs arn:aws:sqs:eu-west-3:123456789012:orders b'{\"order\": 17}'\n"


def test_every_kind_of_event_is_in_the_guide() -> None:
    page = PAGE.read_text("utf-8")
    for name, kind in fcbridge.events.KINDS.items():
        [line] = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        own = [field for field in kind.fields if field not in fcbridge.Event.fields]
        assert [field for field in own if f"`{field}`" not in line] == [], name


def run(block: Block, **names: Any) -> None:
    exec(
        compile(block.text, block.title, "exec"),
        {**{name: getattr(fcbridge, name) for name in fcbridge.__all__}, **names},
    )


def sample(trigger: Trigger) -> Any:
    return payloads_of(trigger, trigger.sample())[0]
