"""``python -m tests.cost.program [CASE ...]``: what each case costs, as JSON, in this process. All of them by default.

To be run in a process that has nothing else in it; ``figures.measured`` does that.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from .cases import CASES
from .counting import count


def main(names: list[str], burden: int = 0) -> None:
    print(
        json.dumps(
            {
                name: {
                    "invocation": count(_burdened(CASES[name].invocation(), burden)),
                    "app": count(CASES[name].alone()),
                }
                for name in names or CASES
            }
        )
    )


def _burdened(call: Callable[[], object], burden: int) -> Callable[[], object]:
    """With so many turns of an idle loop before it, to see that they are found."""
    if not burden:
        return call

    def burdened() -> object:
        for _ in range(burden):
            pass
        return call()

    return burdened


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(arguments[1:], int(arguments[0]))
