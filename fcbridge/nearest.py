"""What somebody meant who typed something else."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that looks most like ``word``, or None where none does."""
    from difflib import get_close_matches

    known = sorted(choices)
    folded = {choice.lower(): choice for choice in reversed(known)}
    match = get_close_matches(word.lower(), list(folded), n=1, cutoff=0.6)
    if match:
        return folded[match[0]]
    # "fc3" is short for "fc3-http", which the ratio of difflib does not see.
    begun = [choice for choice in known if word and choice.lower().startswith(word.lower())]
    return begun[0] if begun else None
