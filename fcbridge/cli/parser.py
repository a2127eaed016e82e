"""argparse with this project's manners: a refusal is an exception with a hint, options are never abbreviated."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import BridgeError
from ..nearest import nearest
from .exits import Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .environment import Environment


class UsageError(BridgeError):
    """The command line is wrong."""

    exit = Exit.USAGE


class Parser(ArgumentParser):
    """The parser of one command. ``words`` are arguments that only the command itself can tell apart."""

    def __init__(self, environment: Environment, command: str, summary: str, usage: str, examples: str = "") -> None:
        self._environment = environment
        super().__init__(
            prog=f"fcbridge {command}",
            usage=f"fcbridge {command} {usage}".rstrip(),
            description=summary,
            epilog=examples,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def parse(self, arguments: Sequence[str]) -> Namespace:
        """The options and words, in any order. Raises UsageError."""
        options, unknown = self.parse_known_intermixed_args(arguments)
        if unknown:
            self._refuse_unknown(unknown[0])
        return options

    def _refuse_unknown(self, argument: str) -> NoReturn:
        name = argument.partition("=")[0]
        if not argument.startswith("-"):
            raise UsageError(f"{argument!r} is one argument too many.", hint=f"see {self.prog} --help")
        known = [option for action in self._actions for option in action.option_strings]
        meant = nearest(name, known)
        raise UsageError(
            f"{self.prog} has no option {name}.", hint=f"did you mean {meant}?" if meant else f"see {self.prog} --help"
        )

    # ArgumentParser writes to the process's own streams and leaves the process; both are the environment's here.

    def error(self, message: str) -> NoReturn:
        text = message[:1].upper() + message[1:]
        raise UsageError(text if text.endswith(".") else f"{text}.", hint=f"see {self.prog} --help")

    def print_help(self, file: Any = None) -> None:
        self._environment.write(self.format_help().rstrip("\n"))


def whole(low: int, high: int) -> Callable[[str], int]:
    """The type of an option that is a whole number within bounds."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ArgumentTypeError(f"{text!r} is no whole number from {low} to {high}")
        return int(text)

    return parse


TIMEOUT = whole(1, 86400)
MEMORY = whole(1, 1 << 20)
PORT = whole(0, 65535)
INSTANCES = whole(1, 1000)


def add_env_file_option(parser: ArgumentParser) -> None:
    """The option of every command that imports the app."""
    parser.add_argument("--env-file", metavar="FILE", help="variables for the app (default: .env where there is one)")


def add_function_options(parser: ArgumentParser) -> None:
    """The options of a function that is run in this process."""
    parser.add_argument("--timeout", type=TIMEOUT, metavar="SECONDS", help="the function's timeout (default 60)")
    parser.add_argument("--memory", type=MEMORY, metavar="MB", help="the function's memory (default 512)")
    parser.add_argument("--request-id", metavar="ID", help="the request id (default: a new one)")
    add_env_file_option(parser)
    parser.add_argument("--no-initialize", action="store_true", help="as a function without an initializer")
