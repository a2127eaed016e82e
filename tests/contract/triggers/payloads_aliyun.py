"""The example events of Function Compute, changed and parsed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from fcbridge.registry import platform
from tests.contract.triggers import parts
from tests.examples import Examples

ALIYUN = platform("aliyun")
example = Examples("aliyun/other")
parsed: Callable[[Any], list[Any]] = partial(parts.parsed, ALIYUN)


def changed(name: str, *path: str | int, to: object) -> Any:
    """An example with one field changed."""
    payload = example(name)
    parts.with_value(to, *path)(payload)
    return payload
