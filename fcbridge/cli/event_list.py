"""``fcbridge event list``: the gateways and triggers, whose events can be generated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..local.sources import sources_of
from ..registry import platform, platforms
from .exits import Exit
from .parser import Parser, UsageError
from .table import table

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from ..gateway import Platform
    from .environment import Environment


def parser(environment: Environment) -> Parser:
    command = Parser(
        environment, "event list", "List the gateways and triggers whose events can be generated.",
        "[PLATFORM] [OPTIONS]",
    )  # fmt: skip
    command.add_argument("words", nargs="*", metavar="PLATFORM", help="only those of one platform, as aws")
    command.add_argument("--json", action="store_true", help="as JSON")
    return command


def run(options: Namespace, environment: Environment) -> int:
    if len(options.words) > 1:
        raise UsageError(f"{options.words[1]!r} is one argument too many.", hint="fcbridge event list [PLATFORM]")
    chosen = [platform(options.words[0])] if options.words else platforms().values()
    known = [entry for owner in chosen for entry in _entries(owner)]
    if options.json:
        environment.write_json(known)
    else:
        columns = ["name", "kind", "platform", "title"]
        rows = [[entry[column] for column in columns] for entry in known]
        environment.write(table([column.upper() for column in columns], rows, environment))
    return Exit.OK


def _entries(owner: Platform) -> Iterator[dict[str, str]]:
    """The doors of a platform, then its other sources of events."""
    for gateway in owner.gateways:
        yield {"name": gateway.name, "kind": "http", "platform": owner.name, "title": gateway.title}
    for source in sources_of(owner):
        yield {"name": source.name, "kind": source.kind, "platform": owner.name, "title": source.trigger.title}
