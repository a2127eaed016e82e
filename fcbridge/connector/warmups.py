"""Events by which plugins keep instances warm. They are answered without the app; a schedule that a platform keeps is
another matter, and never one of these, whatever its rule is called.

https://github.com/juanjoDiaz/serverless-plugin-warmup
https://www.npmjs.com/package/serverless-plugin-lambda-warmup
https://github.com/jeremydaly/lambda-warmer, the same events in https://github.com/robhowley/lambda-warmer-py and Bref
"""

from __future__ import annotations

from ..codec import is_list, is_object

_SOURCES = frozenset({"serverless-plugin-warmup", "serverless-plugin-lambda-warmup"})
# What lambda-warmer writes, and what it adds when it calls the function again for more instances.
_WARMER = frozenset({
    "warmer", "concurrency", "target", "test", "__WARMER_INVOCATION__", "__WARMER_CONCURRENCY__",
    "__WARMER_CORRELATIONID__",
})  # fmt: skip


def is_warm_up(event: object) -> bool:
    """Whether it is one, and nothing but that."""
    if is_object(event):
        return _is_ping(event)
    # lambda-warmer warms several functions with one event, a list.
    return is_list(event) and bool(event) and all(is_object(one) and _is_ping(one) for one in event)


def _is_ping(event: dict[str, object]) -> bool:
    if event.get("warmer") is True:
        return event.keys() <= _WARMER
    source = event.get("source")
    # EventBridge has a source too, and what came by it has a detail-type.
    return isinstance(source, str) and source in _SOURCES and "detail-type" not in event
