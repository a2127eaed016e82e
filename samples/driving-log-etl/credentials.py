"""The temporary keys of the function's role, from the context or from the environment, wherever it runs."""

from collections.abc import Mapping
from typing import NamedTuple


class Credentials(NamedTuple):
    """Empty texts where there are none."""

    key: str
    secret: str
    token: str


#: Of platforms that put them into the environment, the names.
_VARIABLES = (
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
    ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    ("TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN"),
    ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN"),
)


def credentials(context: object, environ: Mapping[str, str]) -> Credentials:
    """What the context has comes first: it is newer than what the instance was started with."""
    return _of_alibaba(context) or _of_huawei(context) or _of_environment(environ) or Credentials("", "", "")


def _of_alibaba(context: object) -> Credentials | None:
    """Function Compute: ``context.credentials``; from Python 3.12 on it is in the environment alone."""
    held = getattr(context, "credentials", None)
    key = _text(held, "access_key_id")
    return Credentials(key, _text(held, "access_key_secret"), _text(held, "security_token")) if key else None


def _of_huawei(context: object) -> Credentials | None:
    """FunctionGraph: methods of the context, when the function has an agency."""
    names = ("getSecurityAccessKey", "getSecuritySecretKey", "getSecurityToken")
    methods = [getattr(context, name, None) for name in names]
    if not all(callable(method) for method in methods):
        return None
    key, secret, token = (str(method() or "") for method in methods if callable(method))
    return Credentials(key, secret, token) if key else None


def _of_environment(environ: Mapping[str, str]) -> Credentials | None:
    for names in _VARIABLES:
        if environ.get(names[0]):
            key, secret, token = (environ.get(name, "") for name in names)
            return Credentials(key, secret, token)
    return None


def _text(held: object, name: str) -> str:
    value = held.get(name) if isinstance(held, Mapping) else getattr(held, name, None)
    return value if isinstance(value, str) else ""
