"""``fcbridge event list``: what can be generated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import platforms
from .exits import Exit
from .parser import Parser
from .table import table

if TYPE_CHECKING:
    from argparse import Namespace

    from .environment import Environment


def parser(environment: Environment) -> Parser:
    command = Parser(environment, "event list", "List the events that can be generated.", "[OPTIONS]")
    command.add_argument("--json", action="store_true", help="as JSON")
    return command


def run(options: Namespace, environment: Environment) -> int:
    known = [
        {"name": gateway.name, "kind": "http", "platform": platform.name, "title": gateway.title}
        for platform in platforms().values()
        for gateway in platform.gateways
    ]
    if options.json:
        environment.write_json(known)
    else:
        rows = [[entry["name"], entry["platform"], entry["title"]] for entry in known]
        environment.write(table(["NAME", "PLATFORM", "TITLE"], rows, environment))
    return Exit.OK
