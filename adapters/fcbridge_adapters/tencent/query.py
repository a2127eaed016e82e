"""The query of a request as a mapping: a text, a list of texts for a repeated key, ``true`` for a key without ``=``.

https://github.com/tencentyun/scf-go-lib/blob/master/events/apigw.go reads all three. That keys and values arrive
decoded is inferred: the samples have none that would show it.
"""

from __future__ import annotations

from fcbridge.codec import is_list, pairs_of_query, query_of_pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from fcbridge.model import Pair

    Query = dict[str, str | bool | list[str]]


def wire_query_of(query: Mapping[str, Any]) -> str:
    """The query string of such a mapping. Raises TypeError, AttributeError or ValueError for any other value."""
    pairs: list[Pair] = []
    for key, value in query.items():
        if is_list(value):
            pairs.extend([(key, _text(item)) for item in value])
        else:
            pairs.append((key, _text(value)))
    return query_of_pairs(pairs)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is True:
        return ""
    raise TypeError(type(value).__name__)


def composed_query(query: str) -> Query:
    """The mapping, its keys sorted as Go's encoder does."""
    values: dict[str, list[str]] = {}
    for key, value in pairs_of_query(query):
        values.setdefault(key, []).append(value)
    bare = {key for part in query.split("&") if part and "=" not in part for key, _ in pairs_of_query(part)}
    composed: Query = {}
    for key in sorted(values):
        first, *more = values[key]
        composed[key] = [first, *more] if more else True if key in bare else first
    return composed
