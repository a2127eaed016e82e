"""The files beside the code of a sample: what they say, and whether a platform's documents allow it."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# They come without types.
_JSONSCHEMA: Any = import_module("jsonschema")
_YAML: Any = import_module("yaml")


def document(path: Path) -> Any:
    """The value in a file of JSON or YAML."""
    text = path.read_text("utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml(text)


def yaml(text: str) -> Any:
    """The value in a text of YAML."""
    return _YAML.safe_load(text)


def documents(path: Path) -> list[Any]:
    """The values in a file of YAML, in which ``---`` stands between them."""
    return list(_YAML.safe_load_all(path.read_text("utf-8")))


def mistakes(document: object, schema: Mapping[str, Any]) -> list[str]:
    """The JSON paths at which a document is not what its schema says."""
    return [error.json_path for error in _JSONSCHEMA.Draft202012Validator(schema).iter_errors(document)]


def required(path: Path) -> set[str]:
    """The names of the distributions in a ``requirements.txt``."""
    return {re.split("[<>=]", line)[0] for line in path.read_text("utf-8").split()}
