"""What the front doors have in common: how large a message may be, and how its version of HTTP is spelled.

Inferred: an event spells HTTP/2 ``HTTP/2.0``, as the access logs of API Gateway do; ``HTTP/2`` is read as well.
"""

from __future__ import annotations

from fcbridge.codec import wire_text

#: An invocation's event, and its result, in bytes. The event is measured whole, and a body in base64 is a third longer
#: in it. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
PAYLOAD = 6 * 1024 * 1024

#: Request line and headers at API Gateway, in bytes.
#: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
HEAD = 10_240


def http_version(protocol: object) -> str:
    """``2`` of ``HTTP/2.0``; 1.1 where nothing is told. Raises TypeError or ValueError for what is no text of a
    header."""
    if not protocol:
        return "1.1"
    if not isinstance(protocol, str):
        raise TypeError(type(protocol).__name__)
    version = wire_text(protocol).rpartition("/")[2]
    return version[:-2] if version.endswith(".0") and version != "1.0" else version


def client_of(address: str | None) -> tuple[str, int] | None:
    """The client, whose port is not told. The console's test button has a word in place of an address."""
    if not address or address == "test-invoke-source-ip":
        return None
    # Blanks around it and what is not ASCII are nothing that a gateway writes, but a test may.
    return (address if address.isascii() and address.isprintable() else wire_text(address)).strip(), 0


def protocol_of(version: str) -> str:
    """``HTTP/2.0`` of ``2``."""
    return f"HTTP/{version}" if "." in version else f"HTTP/{version}.0"
