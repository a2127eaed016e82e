"""What a function finds around it: the variables of an env file and of the platform, and a log that is set up."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import InvalidOption, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from typing import TextIO

    from .environment import Environment

_INSTALL = 'pip install "fcbridge[dev]"'


def of_file(name: str | None, environment: Environment) -> Mapping[str, str]:
    """The variables of the env file; ``.env`` is read where it is there, a named one must be there."""
    path = environment.cwd / (name or ".env")
    if not path.is_file():
        if name is not None:
            raise InvalidOption(f"There is no file {name!r}.", hint="--env-file wants a file of NAME=value lines")
        return {}
    try:
        from dotenv import dotenv_values
    except ImportError:
        if name is not None:
            raise MissingExtra("--env-file needs the package python-dotenv.", hint=_INSTALL) from None
        environment.note(".env is not read: python-dotenv is not installed", hint=_INSTALL)
        return {}
    return {key: value for key, value in dotenv_values(path).items() if value is not None}


@contextmanager
def variables(added: Mapping[str, str], *, over: bool) -> Generator[None]:
    """The process's variables with some added: ``over`` those of the same name, or only beside them."""
    before = {name: os.environ.get(name) for name in added}
    os.environ.update({name: value for name, value in added.items() if over or before[name] is None})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def logging_to(stream: TextIO) -> Generator[None]:
    """The root logger has a handler at INFO before the app is loaded, as on the platforms."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
    level = logging.root.level
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.INFO)
    try:
        yield
    finally:
        logging.root.removeHandler(handler)
        logging.root.setLevel(level)
