"""What is known of a call: the template's context has the host's name, the rest is in a header and the environment.

https://docs.openfaas.com/reference/workloads/ for the headers, https://github.com/openfaas/of-watchdog#configuration
for the variables.
"""

from __future__ import annotations

from fcbridge.gateway import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class FunctionCall:
    """One call of the function, as the app sees it under ``fcbridge.context``.

    ``call_id`` is the gateway's X-Call-Id. ``timeout`` is what of-watchdog grants, in seconds; None where it is not
    told. ``hostname`` is that of the pod.
    """

    __slots__ = ("call_id", "hostname", "timeout")

    def __init__(self, call_id: str, hostname: str, timeout: float | None) -> None:
        self.call_id = call_id
        self.hostname = hostname
        self.timeout = timeout

    @property
    def request_id(self) -> str:
        """The call's id, by the name that it has on other platforms."""
        return self.call_id


def function_call(event: Any, context: object) -> FunctionCall:
    """The call that an event of the template and its context tell of."""
    from os import environ

    call_id = event.headers.get("X-Call-Id") or getattr(context, "call_id", None)
    hostname = getattr(context, "hostname", None)
    return FunctionCall(
        call_id if isinstance(call_id, str) else "",
        hostname if isinstance(hostname, str) else "",
        seconds(environ.get("exec_timeout", "")),  # noqa: SIM112 - of-watchdog's variables are in lower case
    )


def read_context(context: object) -> Invocation:
    call_id = getattr(context, "call_id", None)
    timeout = getattr(context, "timeout", None)
    return Invocation(
        call_id if isinstance(call_id, str) else "",
        timeout if isinstance(timeout, float) and 0 < timeout < 1e7 else None,
    )


_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "\xb5s": 1e-6, "ns": 1e-9}


def seconds(duration: str) -> float | None:
    """A duration of Go, as ``1m30s``, or a bare number of seconds; None for anything else.

    https://pkg.go.dev/time#ParseDuration
    """
    total, digits, unit = 0.0, "", ""
    try:
        for character in duration + "0":
            if character in "0123456789.":
                if unit:
                    total, digits, unit = total + float(digits) * _UNITS[unit], "", ""
                digits += character
            else:
                unit += character
        # What is left is the zero from above, behind a bare number if there was one.
        return total + float(digits[:-1] or 0) or None
    except (KeyError, ValueError):
        return None
