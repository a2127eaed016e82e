"""What the repository says of itself, in several places at once, is the same everywhere."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import fcbridge
from fcbridge.gateway import Gateway
from fcbridge.registry import platforms
from fcbridge_adapters import SIGNS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SAMPLES = sorted(path for path in (ROOT / "samples").iterdir() if path.is_dir() and path.name[0] not in "._")
PAGES = sorted(DOCS.rglob("*.md"))
# The page of each platform. A platform without a page fails.
PLATFORM_PAGES = {name: DOCS / "platforms" / f"{name}.md" for name in SIGNS} | {
    "aliyun": DOCS / "platforms" / "alibaba.md"
}

# What a platform may import; all else in the core is machinery.
CONTRACT = {
    "binary",
    "bodies",
    "cloudevents",
    "codec",
    "document",
    "envelope",
    "errors",
    "events",
    "fields",
    "gateway",
    "instants",
    "losses",
    "model",
    "native",
    "outcome",
    "outside",
    "packed",
    "played",
    "posted",
    "reasons",
    "trigger",
    "typed_values",
}


def _contracts() -> list[dict[str, Any]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts: list[dict[str, Any]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return contracts


def _modules(folder: Path) -> set[str]:
    """The modules and packages of a package."""
    return {path.stem for path in folder.glob("*.py") if not path.stem.startswith("__")} | {
        path.parent.name for path in folder.glob("*/__init__.py")
    }


def _texts() -> Iterator[tuple[Path, str]]:
    """Every text file that belongs to the repository."""
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts)
        if hidden or not path.is_file() or not {"__pycache__", "dist", "build", "site"}.isdisjoint(parts):
            continue
        try:
            yield path, path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


# -- samples ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_explains_itself(sample: Path) -> None:
    assert (sample / "README.md").read_text("utf-8").startswith("# ")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_brings_events_that_are_json(sample: Path) -> None:
    events = sorted((sample / "events").glob("*.json"))
    assert events
    for event in events:
        json.loads(event.read_text("utf-8"))


# -- the rules about imports ------------------------------------------------------------------------------------------


def test_platforms_are_kept_from_the_whole_machinery_of_the_core() -> None:
    [contract] = [rule for rule in _contracts() if rule.get("source_modules") == ["fcbridge_adapters"]]
    assert set(contract["forbidden_modules"]) == {f"fcbridge.{name}" for name in _modules(ROOT / "fcbridge") - CONTRACT}


def test_as_soon_as_there_are_two_platforms_their_independence_names_all_of_them() -> None:
    names = {f"fcbridge_adapters.{name}" for name in _modules(ROOT / "adapters" / "fcbridge_adapters")}
    independent = [set(rule["modules"]) for rule in _contracts() if rule["type"] == "independence"]
    assert independent == ([names] if len(names) > 1 else [])


def test_every_platform_in_the_folder_is_registered_with_the_signs_that_it_names() -> None:
    found = platforms()
    assert _modules(ROOT / "adapters" / "fcbridge_adapters") == set(SIGNS)
    assert {name: found[name].signs for name in SIGNS} == SIGNS


# -- documents --------------------------------------------------------------------------------------------------------


def test_the_version_is_the_newest_entry_of_the_changelog() -> None:
    [newest, *_] = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest == fcbridge.__version__


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *PAGES, *ROOT.glob("samples/*/*.md")], ids=lambda path: path.name)
def test_relative_links_lead_to_files(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)", text) + re.findall(r"^\[[^\]]+\]:\s+(\S+)", text, re.MULTILINE)
    relative = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [target for target in relative if not (page.parent / target).exists()] == []


def test_every_page_is_in_the_navigation() -> None:
    listed = re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(page.relative_to(DOCS).as_posix() for page in PAGES)


def test_every_loss_is_in_the_table_of_its_platforms_page_for_the_gateways_that_have_it() -> None:
    for platform in platforms().values():
        _assert_losses(PLATFORM_PAGES[platform.name], platform.gateways)


def test_every_loss_of_the_doors_of_mini_programs_is_in_the_table_of_their_page() -> None:
    doors = [gateway for gateway in platforms()["tencent"].gateways if gateway.vouched_by is not None]
    _assert_losses(DOCS / "platforms" / "wechat.md", doors)


def _assert_losses(page: Path, gateways: Sequence[Gateway]) -> None:
    declared: dict[str, dict[str, str]] = {}
    for gateway in gateways:
        for loss in gateway.loses:
            declared.setdefault(loss.name, {})[gateway.name] = "x" if loss.quiet else "**!**"
    assert _marks(page.read_text("utf-8"), [gateway.name for gateway in gateways]) == declared


def _marks(page: str, gateways: list[str]) -> dict[str, dict[str, str]]:
    """The table of losses: name -> gateway -> what its column says, where it says something."""
    table = [[cell.strip().strip("`") for cell in line.strip("| ").split("|")] for line in page.splitlines()]
    [head] = [row for row in table if row[0] == "loss"]
    columns = {name: head.index(name) for name in gateways}
    rows = table[table.index(head) + 2 :]
    rows = rows[: next(number for number, row in enumerate(rows) if len(row) < len(head))]
    return {row[0]: {name: row[column] for name, column in columns.items() if row[column]} for row in rows}


def test_no_file_mentions_a_path_of_somebodys_machine() -> None:
    machine = re.compile(r"(?<![\w.])/(root|work|home/\w+|Users/\w+)/")
    assert [str(path.relative_to(ROOT)) for path, text in _texts() if machine.search(text)] == []
