"""The context of SCF's Python runtimes: a plain dict, and no object with attributes.

https://cloud.tencent.com/document/product/583/9210
``environment`` is a JSON object as text and ``environ`` the same as ``K=V;K2=V2``; both hold what belongs to this very
invocation, where the environment of the process may be that of an earlier one (inferred: CloudBase's own SDK reads them
first, and ``environment`` before ``environ``).
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.gateway import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypedDict

    from fcbridge.gateway import Settings

    class ScfContext(TypedDict):
        request_id: str
        memory_limit_in_mb: int
        time_limit_in_ms: int
        function_name: str
        function_version: str
        namespace: str
        environment: str
        environ: str
        tencentcloud_region: str
        tencentcloud_appid: str
        tencentcloud_uin: str


def read_context(context: object) -> Invocation:
    """There is no deadline in it: what remains is the function's timeout, ``time_limit_in_ms``."""
    if not is_object(context):
        return Invocation()
    request_id = context.get("request_id")
    limit = context.get("time_limit_in_ms")
    remaining = None
    if isinstance(limit, (int, float)) and not isinstance(limit, bool) and 0 < limit < 1e10:
        remaining = limit / 1000
    return Invocation(request_id if isinstance(request_id, str) else "", remaining)


def invocation_environment(context: object) -> dict[str, str]:
    """The variables of this invocation; empty where the context has none, or none that can be read."""
    if not is_object(context):
        return {}
    text = context.get("environment")
    if isinstance(text, str) and text:
        import json

        try:
            value: object = json.loads(text)
        except (ValueError, RecursionError):
            value = None
        if is_object(value):
            return {name: item for name, item in value.items() if isinstance(item, str)}
    pairs = context.get("environ")
    if not isinstance(pairs, str):
        return {}
    split = [pair.partition("=") for pair in pairs.split(";")]
    return {name: value for name, equals, value in split if name and equals}


def scf_context(settings: Settings, request_id: str, environment: Mapping[str, str]) -> ScfContext:
    """The context as the runtime makes it, with ``environment`` as the variables of this invocation."""
    import json

    return {
        "request_id": request_id,
        "memory_limit_in_mb": settings.memory,
        "time_limit_in_ms": settings.timeout * 1000,
        "function_name": settings.name,
        "function_version": "$LATEST",
        "namespace": environment.get("SCF_NAMESPACE", "default"),
        "environment": json.dumps(dict(environment), separators=(",", ":")),
        "environ": ";".join([f"{name}={value}" for name, value in environment.items()]),
        "tencentcloud_region": settings.region,
        "tencentcloud_appid": "1259876543",
        "tencentcloud_uin": "100012345678",
    }
