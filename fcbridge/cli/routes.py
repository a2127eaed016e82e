"""``fcbridge routes``: the routes of the app."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ..local.routes import routes
from ..local.target import resolve
from .exits import Exit
from .function import load
from .parser import Parser, UsageError, add_env_file_option
from .surroundings import of_file, variables
from .table import table

if TYPE_CHECKING:
    from argparse import Namespace

    from .environment import Environment


def parser(environment: Environment) -> Parser:
    command = Parser(
        environment, "routes", "List the routes of the app. It is imported and not started.", "[TARGET] [OPTIONS]"
    )
    command.add_argument("words", nargs="*", metavar="TARGET", help="index:app; looked for where it is not given")
    command.add_argument("--json", action="store_true", help="as JSON")
    add_env_file_option(command)
    return command


def run(options: Namespace, environment: Environment) -> int:
    if len(options.words) > 1:
        raise UsageError(f"{options.words[1]!r} is one argument too many.", hint="fcbridge routes [TARGET]")
    target = resolve(options.words[0] if options.words else None, environment.cwd)
    with variables(of_file(options.env_file, environment), over=False):
        handler = load(target, None, environment)
        found = routes(getattr(handler, "app", handler))
    if found.reason is not None:
        environment.note(found.reason)
    if options.json:
        environment.write_json([asdict(route) for route in found])
    elif found:
        hosted = any(route.host for route in found)
        rows = [
            [" ".join(route.methods) or "*", *([route.host or "*"] if hosted else []), route.path, route.endpoint]
            for route in found
        ]
        environment.write(table(["METHODS", *(["HOST"] if hosted else []), "PATH", "ENDPOINT"], rows, environment))
    return Exit.OK
