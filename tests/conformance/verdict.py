"""What was observed, against what is listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fcbridge.gateway import Gateway

from .differences import Differences, Reason
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
    #: What was found to be true of the list: a test and the reason for which it differs.
    held: set[tuple[str, Reason]] = field(default_factory=set[tuple[str, Reason]])
    #: What fails the run, a sentence each.
    faults: list[str] = field(default_factory=list[str])
    #: The tests that differ without a listed reason.
    unlisted: list[str] = field(default_factory=list[str])


def differing(plain: Outcomes, behind: Outcomes) -> dict[str, tuple[str, str]]:
    """The tests that end otherwise behind the gateway, with both outcomes."""
    return {
        test: (plain.outcomes.get(test, "not run"), behind.outcomes.get(test, "not run"))
        for test in sorted({*plain.outcomes, *behind.outcomes})
        if plain.outcomes.get(test) != behind.outcomes.get(test)
    }


def judge(
    gateway: Gateway,
    plain: Outcomes,
    behind: Outcomes,
    differences: Differences,
    past_losses: Mapping[str, Outcomes],
) -> Verdict:
    """``past_losses`` has the outcomes of the listed tests with nothing but that loss in their way."""
    found = differing(plain, behind)
    verdict = Verdict(
        tests=len(plain.outcomes),
        plain_passed=plain.passed,
        same=len(plain.outcomes) - len(found),
        travelled=behind.travelled,
    )
    if not behind.travelled:
        verdict.faults.append("no request has travelled: the suite's test client is not the one that was changed")
    for test, (before, after) in found.items():
        reasons = [reason for reason in differences.reasons.get(test, ()) if reason.may_hold(gateway)]
        holding = sorted(
            (reason for reason in reasons if _holds(reason, test, before, behind, past_losses)), key=_first_counted
        )
        if holding:
            verdict.kinds[holding[0].kind] += 1
            verdict.reasons[str(holding[0])] += 1
            verdict.held.update((test, reason) for reason in holding)
            continue
        verdict.unlisted.append(test)
        why = behind.messages.get(test) or plain.messages.get(test, "")
        listed = f"its reason does not hold ({', '.join(map(str, reasons))})" if reasons else "it is not listed"
        verdict.faults.append(f"{test} is {before} plainly and {after} behind the gateway, and {listed}: {why}")
    return verdict


def _first_counted(reason: Reason) -> int:
    # What the gateway declares explains more than what no function has.
    return ("losses", "limits", "capabilities").index(reason.kind)


def _holds(reason: Reason, test: str, before: str, behind: Outcomes, past_losses: Mapping[str, Outcomes]) -> bool:
    """A limit must have refused something in the test, a loss must make the test differ all alone."""
    if reason.kind == "limits":
        return reason.name in behind.refusals.get(test, ())
    if reason.kind == "losses":
        alone = past_losses.get(reason.name)
        return alone is not None and alone.outcomes.get(test, before) != before
    return True


def stale(differences: Differences, verdicts: Iterable[tuple[Gateway, Verdict]], known: Iterable[Gateway]) -> list[str]:
    """What is listed and did not occur, although every gateway has run for which it may hold."""
    ran = {gateway.name for gateway, _ in verdicts}
    held = {entry for _, verdict in verdicts for entry in verdict.held}
    return [
        f"{test} is listed under {reason}, but differs behind no gateway for it: remove it"
        for test, reason in differences.entries()
        if (test, reason) not in held and all(one.name in ran for one in known if reason.may_hold(one))
    ]
