"""``fcbridge event list``: the gateways, whose events can be generated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import platform, platforms
from .exits import Exit
from .parser import Parser, UsageError
from .table import table

if TYPE_CHECKING:
    from argparse import Namespace

    from .environment import Environment


def parser(environment: Environment) -> Parser:
    command = Parser(
        environment, "event list", "List the gateways whose events can be generated.", "[PLATFORM] [OPTIONS]"
    )  # fmt: skip
    command.add_argument("words", nargs="*", metavar="PLATFORM", help="only those of one platform, as aws")
    command.add_argument("--json", action="store_true", help="as JSON")
    return command


def run(options: Namespace, environment: Environment) -> int:
    if len(options.words) > 1:
        raise UsageError(f"{options.words[1]!r} is one argument too many.", hint="fcbridge event list [PLATFORM]")
    chosen = [platform(options.words[0])] if options.words else platforms().values()
    known = [
        {"name": gateway.name, "kind": "http", "platform": owner.name, "title": gateway.title}
        for owner in chosen
        for gateway in owner.gateways
    ]
    if options.json:
        environment.write_json(known)
    else:
        rows = [[entry["name"], entry["platform"], entry["title"]] for entry in known]
        environment.write(table(["NAME", "PLATFORM", "TITLE"], rows, environment))
    return Exit.OK
