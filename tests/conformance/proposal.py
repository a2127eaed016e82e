"""The list with what a run has found: for whoever brings a new gateway."""

from __future__ import annotations

from .differences import Differences, Reason
from .runs import Runs
from .suites import Suite


def proposed(runs: Runs, suite: Suite) -> Differences:
    """What is listed, and each further difference under a limit or a loss that is seen to cause it alone.

    A difference that has no such cause is not added: it is a capability that somebody has to name, or a mistake.
    """
    reasons = {test: list(listed) for test, listed in runs.listed(suite).reasons.items()}
    plain = runs.plain(suite)
    for door in runs.doors:
        behind = runs.behind(door, suite)
        left: list[str] = []
        for test in runs.verdict(door, suite).unlisted:
            refused = behind.refusals.get(test)
            if refused:
                _add(reasons, test, Reason("limits", refused[0]))
            else:
                left.append(test)
        for loss in door.loses:
            reason = Reason("losses", loss.name)
            asked = [test for test in left if reason not in reasons.get(test, ())]
            if asked:
                alone = runs.alone(door, suite, loss, asked)
                caused = {test for test in asked if alone.outcomes.get(test) != plain.outcomes.get(test)}
                for test in caused:
                    _add(reasons, test, reason)
                left = [test for test in left if test not in caused]
    return Differences(reasons, [])


def _add(reasons: dict[str, list[Reason]], test: str, reason: Reason) -> None:
    if reason not in reasons.setdefault(test, []):
        reasons[test].append(reason)
