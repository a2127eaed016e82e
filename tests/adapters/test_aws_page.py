"""docs/platforms/aws.md tells of ten doors in one table: what it says of their losses is what they declare."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

from fcbridge_adapters.aws import PLATFORM

PAGE = Path(__file__).parents[2] / "docs" / "platforms" / "aws.md"


def cells(row: str) -> list[str]:
    return [cell.strip().strip("`") for cell in row.strip("|").split("|")]


def test_the_table_of_losses_is_what_the_gateways_declare() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| loss |"))
    doors = cells(lines[start])[1:-1]
    told: dict[str, dict[str, str]] = {gateway.name: {} for gateway in PLATFORM.gateways}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        loss, *marks, _ = cells(line)
        for door, mark in zip(doors, marks, strict=True):
            for name in told:
                if fnmatchcase(name, f"aws-{door}") and mark:
                    told[name][loss] = mark
    declared = {
        gateway.name: {loss.name: "x" if loss.quiet else "**!**" for loss in gateway.loses}
        for gateway in PLATFORM.gateways
    }
    assert told == declared


def test_the_page_names_every_gateway() -> None:
    opening = PAGE.read_text("utf-8").partition("## Deploy")[0]
    assert [gateway.name for gateway in PLATFORM.gateways if f"| `{gateway.name}` |" not in opening] == []
