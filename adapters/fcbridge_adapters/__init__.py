"""The platforms, one package each; each ends in a ``PLATFORM``.

``SIGNS`` repeats what the platforms say of themselves, so that one can be recognised by the environment without
importing the others.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fcbridge.gateway import Platform

#: Platform name -> sets of environment variables; all of one set must be there.
SIGNS: dict[str, tuple[frozenset[str], ...]] = {
    "aliyun": (
        frozenset({"FC_FUNC_CODE_PATH", "FC_REGION"}),
        frozenset({"FC_FUNC_CODE_PATH", "FC_INSTANCE_ID"}),
    ),
    "aws": (
        frozenset({"AWS_LAMBDA_RUNTIME_API"}),
        frozenset({"AWS_LAMBDA_FUNCTION_NAME", "LAMBDA_TASK_ROOT"}),
    ),
    "azure": (
        frozenset({"FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION"}),
        frozenset({"FUNCTIONS_WORKER_RUNTIME", "WEBSITE_SITE_NAME"}),
        frozenset({"FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_CORETOOLS_ENVIRONMENT"}),
        frozenset({"FUNCTIONS_CUSTOMHANDLER_PORT"}),
    ),
    "baidu": (frozenset({"BCE_USER_FUNCTION_BRN"}),),
    "fission": (),
    "google": (frozenset({"K_SERVICE", "FUNCTION_TARGET"}),),
    "huawei": (frozenset({"RUNTIME_CODE_ROOT", "RUNTIME_FUNC_NAME"}),),
    "knative": (),
    "nuclio": (frozenset({"NUCLIO_FUNCTION_NAME", "NUCLIO_FUNCTION_VERSION"}),),
    "openfaas": (frozenset({"fprocess", "upstream_url"}), frozenset({"OPENFAAS_NAME"})),
    "openwhisk": (frozenset({"__OW_ACTION_NAME", "__OW_API_HOST"}),),
    "tencent": (frozenset({"TENCENTCLOUD_RUNENV", "SCF_FUNCTIONNAME"}), frozenset({"CBR_ENV_ID"})),
    "volcengine": (
        frozenset({"_FAAS_RUNTIME_PORT"}),
        frozenset({"_FAAS_FUNC_TIMEOUT"}),
        frozenset({"_BYTEFAAS_RUNTIME_PORT"}),
    ),
}


def built_in(name: str) -> Platform | None:
    """The platform called ``name``; None where it is none of these."""
    if name not in SIGNS:
        return None
    platform: Platform = __import__(f"{__name__}.{name}", fromlist=["PLATFORM"]).PLATFORM
    return platform


def recognised(environ: Mapping[str, str]) -> list[str]:
    """The names of the platforms whose signs are in an environment."""
    return [name for name, signs in SIGNS.items() if shows(signs, environ)]


def shows(signs: Iterable[frozenset[str]], environ: Mapping[str, str]) -> bool:
    """Whether all of one set of variables is in an environment."""
    for sign in signs:
        for variable in sign:
            if not environ.get(variable):
                break
        else:
            return True
    return False
