"""What the front doors of Lambda add to a request and write into every event. Used outside the function only.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html,
https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader.
"""

from __future__ import annotations

import time

from fcbridge.bodies import base64_text
from fcbridge.codec import json_text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.model import Headers, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Stamp
    from fcbridge.model import Pair

_FORWARDED = ("x-forwarded-for", "x-forwarded-port", "x-forwarded-proto")
_TRACE = "x-amzn-trace-id"
#: What a function URL adds beside the fields of every door.
TLS = (("x-amzn-tls-cipher-suite", "TLS_AES_128_GCM_SHA256"), ("x-amzn-tls-version", "TLSv1.3"))


def added(request: Request, stamp: Stamp = SAMPLE_STAMP, *fields: Pair) -> Request:
    """``request`` with the fields that the front door writes: ``fields``, the caller's address, port and scheme, and a
    trace id where the client sent none."""
    chain = request.headers.get_all("x-forwarded-for") + ([request.client[0]] if request.client else [])
    pairs = request.headers.without(*_FORWARDED, *(name for name, _ in fields)).pairs
    pairs.extend(fields)
    if chain:
        pairs.append(("x-forwarded-for", ", ".join(chain)))
    pairs.append(("x-forwarded-port", str(request.server[1])))
    pairs.append(("x-forwarded-proto", request.scheme))
    if _TRACE not in request.headers:
        pairs.append((_TRACE, trace(stamp)))
    return request.replace(headers=Headers.of(pairs))


def trace(stamp: Stamp) -> str:
    """A trace id: the seconds of its time and 96 bits of anything, in hexadecimal digits."""
    from hashlib import sha256

    return f"Root=1-{stamp.milliseconds // 1000:08x}-{sha256(stamp.request_id.encode()).hexdigest()[:24]}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def request_time(stamp: Stamp) -> str:
    """The time in the format of access logs; strftime would write the month in the language of this computer."""
    now = time.gmtime(stamp.milliseconds // 1000)
    return (
        f"{now.tm_mday:02}/{_MONTHS[now.tm_mon - 1]}/{now.tm_year}:{now.tm_hour:02}:{now.tm_min:02}:{now.tm_sec:02}"
        " +0000"
    )


def cookie_pairs(cookie: str) -> list[str]:
    """A Cookie field as the list of its pairs."""
    return [pair for part in cookie.split(";") if (pair := part.strip(" \t"))]


def domain(request: Request, otherwise: str) -> str:
    """The host that the client asked, without a port."""
    host = json_text(request.headers.get("host") or otherwise)
    return host if host.startswith("[") else host.partition(":")[0]


# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html lists these of the load
# balancer. Seen with API Gateway's HTTP APIs and function URLs; inferred: that they have no others.
_TEXT = frozenset({"application/javascript", "application/json", "application/xml"})


def composed_body(request: Request) -> tuple[str, bool]:
    """Body and ``isBase64Encoded``; forms and ``+json`` are binary to these doors."""
    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if "content-encoding" not in request.headers and (kind.startswith("text/") or kind in _TEXT):
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return (base64_text(request.body), True) if request.body else ("", False)


# -- queries, undecoded -----------------------------------------------------------------------------------------------


def raw_pairs(query: str) -> list[Pair]:
    return [(name, value) for part in query.split("&") if part for name, _, value in [part.partition("=")]]


def grouped(query: str) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, value in sorted(raw_pairs(query), key=lambda pair: pair[0]):
        groups.setdefault(name, []).append(value)
    return groups
