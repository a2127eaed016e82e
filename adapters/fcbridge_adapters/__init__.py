"""The platforms, one package each; each ends in a ``PLATFORM``.

``SIGNS`` repeats what the platforms say of themselves, so that one can be recognised by the environment without
importing the others.
"""

from __future__ import annotations

#: Platform name -> sets of environment variables; all of one set must be there.
SIGNS: dict[str, tuple[frozenset[str], ...]] = {
    "aliyun": (
        frozenset({"FC_FUNC_CODE_PATH", "FC_REGION"}),
        frozenset({"FC_FUNC_CODE_PATH", "FC_INSTANCE_ID"}),
    ),
    "tencent": (frozenset({"TENCENTCLOUD_RUNENV", "SCF_FUNCTIONNAME"}),),
}
