"""What was observed, against what is listed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from .differences import Differences
from .outcomes import Outcomes


@dataclass
class Verdict:
    """Of one suite behind one gateway."""

    tests: int
    plain_passed: int
    same: int
    travelled: int
    #: How many differences there are of each kind of reason, and of each reason.
    kinds: Counter[str] = field(default_factory=Counter[str])
    reasons: Counter[str] = field(default_factory=Counter[str])
    #: What fails the run, a sentence each.
    faults: list[str] = field(default_factory=list[str])


def judge(plain: Outcomes, behind: Outcomes, differences: Differences, past_losses: dict[str, Outcomes]) -> Verdict:
    """``past_losses`` has the outcomes of the listed tests with nothing but that loss in their way."""
    differing = {
        test: (plain.outcomes.get(test, "not run"), behind.outcomes.get(test, "not run"))
        for test in sorted({*plain.outcomes, *behind.outcomes})
        if plain.outcomes.get(test) != behind.outcomes.get(test)
    }
    verdict = Verdict(
        tests=len(plain.outcomes),
        plain_passed=plain.passed,
        same=len(plain.outcomes) - len(differing),
        travelled=behind.travelled,
        faults=list(differences.mistakes),
    )
    if not behind.travelled:
        verdict.faults.append("no request has travelled: the suite's test client is not the one that was changed")
    for test, (before, after) in differing.items():
        reason = differences.reasons.get(test)
        if reason is None:
            why = behind.messages.get(test) or plain.messages.get(test, "")
            verdict.faults.append(
                f"{test} is {before} plainly and {after} behind the gateway, and is not listed: {why}"
            )
            continue
        verdict.kinds[reason.kind] += 1
        verdict.reasons[str(reason)] += 1
        if reason.kind == "limits" and reason.name not in behind.refusals.get(test, ()):
            verdict.faults.append(f"{test} is listed under {reason}, but the gateway refused nothing for it")
        if reason.kind == "losses" and reason.name in past_losses:
            alone = past_losses[reason.name].outcomes.get(test, "not run")
            if alone == "not run":
                verdict.faults.append(f"{test} is listed under {reason}, but was not run with that loss alone")
            elif alone == before:
                verdict.faults.append(f"{test} is listed under {reason}, but with that loss alone it is {before} too")
    for test, reason in differences.reasons.items():
        if test not in differing:
            verdict.faults.append(f"{test} is listed under {reason}, but it no longer differs: remove it")
    return verdict
