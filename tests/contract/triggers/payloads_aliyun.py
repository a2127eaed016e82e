"""The example events of Function Compute, changed and parsed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from fcbridge.registry import platform
from tests.examples import Examples

ALIYUN = platform("aliyun")
example = Examples("aliyun/other")


def parsed(payload: Any) -> list[Any]:
    trigger = ALIYUN.trigger(payload)
    assert trigger is not None
    return trigger.parse(payload)


def changed(name: str, *path: str | int, to: object) -> Any:
    """An example with one field changed."""
    payload = deepcopy(example(name))
    inner = payload
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return payload
