"""Which command it is, and how it ends."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from ..errors import BridgeError
from ..nearest import nearest
from .environment import Environment
from .exits import Exit
from .parser import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Command: what it does. The module of "event list" is ``event_list``.
COMMANDS = {
    "dev": "run the app behind a local gateway, and again with every saved file",
    "request": "send one request through a gateway, without a server",
    "invoke": "hand an event to the handler as the platform does",
    "trigger": "send an event to the function of a running fcbridge dev",
    "event list": "list the gateways and triggers, whose events can be generated",
    "event generate": "print the event that a gateway or a trigger would send",
    "routes": "list the routes of the app",
    "migrate": "show the change from Mangum, apig-wsgi, serverless-wsgi or awsgi",
}


def main(argv: Sequence[str] | None = None, environment: Environment | None = None) -> int:
    """Run one command and return its exit code. ``argv`` is without the program's name."""
    environment = environment or Environment.of_process()
    try:
        code = _ended(list(sys.argv[1:] if argv is None else argv), environment)
        environment.stdout.flush()
        return code
    except BrokenPipeError:
        _forget_stdout(environment)
        return Exit.PIPE


def _ended(arguments: list[str], environment: Environment) -> int:
    """The exit code of a command, whatever way it ended."""
    try:
        return _run(arguments, environment)
    except BridgeError as error:
        environment.refuse(error)
        return Exit.of(error)
    except KeyboardInterrupt:
        environment.say("")
        return Exit.INTERRUPTED
    except SystemExit as leaving:  # argparse, after --help
        return leaving.code if isinstance(leaving.code, int) else Exit.OK


def _run(arguments: list[str], environment: Environment) -> int:
    if not arguments:
        environment.say(_help(""))
        return Exit.USAGE
    first = arguments[0]
    if first in {"-h", "--help", "help"}:
        environment.write(_help(""))
        return Exit.OK
    if first in {"-V", "--version", "version"}:
        from .. import __version__

        environment.write(f"fcbridge {__version__}")
        return Exit.OK
    name = _command(arguments, environment)
    if name is None:
        return Exit.OK
    module = import_module(f".{name.replace(' ', '_')}", __package__)
    options = module.parser(environment).parse(arguments[len(name.split()) :])
    code: int = module.run(options, environment)
    return code


def _command(arguments: list[str], environment: Environment) -> str | None:
    """The name of the command, or None where the help of a group was wanted."""
    first = arguments[0]
    if first in COMMANDS:
        return first
    group = [name.partition(" ")[2] for name in COMMANDS if name.startswith(f"{first} ")]
    if not group:
        raise _unknown(first)
    second = arguments[1] if len(arguments) > 1 else None
    if second in {"-h", "--help"}:
        environment.write(_help(first))
        return None
    if second in group:
        return f"{first} {second}"
    if second is None:
        raise UsageError(f"fcbridge {first} wants a command.", hint=f"type fcbridge {first} {' or '.join(group)}")
    meant = nearest(second, group)
    raise UsageError(
        f"There is no command {f'{first} {second}'!r}.",
        hint=f"did you mean fcbridge {first} {meant}?" if meant else f"type fcbridge {first} {' or '.join(group)}",
    )


def _unknown(first: str) -> UsageError:
    if first.startswith("-"):
        return UsageError(f"fcbridge has no option {first}.", hint="a command comes first: fcbridge COMMAND [OPTIONS]")
    if ":" in first or first.endswith(".py"):
        return UsageError(f"There is no command {first!r}.", hint=f"type fcbridge dev {first}")
    inner = next((name for name in COMMANDS if name.endswith(f" {first}")), None)
    meant = inner or nearest(first, {name.partition(" ")[0] for name in COMMANDS})
    if meant is None:
        return UsageError(f"There is no command {first!r}.", hint="fcbridge --help lists them")
    return UsageError(f"There is no command {first!r}.", hint=f"did you mean fcbridge {meant}?")


def _help(group: str) -> str:
    names = [name for name in COMMANDS if name.startswith(group)]
    width = max(map(len, names)) + 2
    lines = [f"usage: fcbridge {group or 'COMMAND'}{' COMMAND' if group else ''} [OPTIONS]", ""]
    if not group:
        lines += ["A web app as a cloud function, on this machine.", ""]
    lines += ["commands:", *(f"  {name:{width}}{COMMANDS[name]}" for name in names), ""]
    lines += [f"fcbridge {group + ' ' if group else ''}COMMAND --help tells more"]
    if not group:
        codes = [f"  {code.value:<{width}}{code.says}" for code in Exit]
        lines += ["fcbridge --version tells the version", "", "exit codes:", *codes]
    return "\n".join(lines)


def _forget_stdout(environment: Environment) -> None:
    """Python flushes stdout once more when it exits, and would complain of the pipe again."""
    if environment.stdout is getattr(sys.stdout, "buffer", None):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
