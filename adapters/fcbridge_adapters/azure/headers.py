"""Header fields on their way through the Functions host, which is an ASP.NET Core application on Kestrel."""

from __future__ import annotations

from fcbridge.model import Headers, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from fcbridge.model import Pair

# Content-Length: the host counts for itself, and refuses a response whose length is another than it says.
_RESPONSE = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"})

BINARY = "application/octet-stream"
PLAIN = "text/plain; charset=utf-8"


def response_refused(name: str) -> bool:
    """Whether a header of a function's response is the host's own."""
    return name in _RESPONSE


def ascii_text(value: str) -> str:
    """A header value with everything percent-encoded that is not printable ASCII.

    Kestrel throws "Invalid non-ASCII or control character in header", and the client gets a 500 without a body
    (https://github.com/dotnet/aspnetcore/issues/4727).
    """
    if value.isascii() and value.isprintable():
        return value
    return "".join([letter if _is_ascii(letter) else f"%{ord(letter):02X}" for letter in value])


def is_ascii_text(value: str) -> bool:
    """Whether Kestrel takes a header value."""
    return all(map(_is_ascii, value))


def _is_ascii(letter: str) -> bool:
    return " " <= letter <= "~" or letter == "\t"


def rendered_fields(response: Response) -> dict[str, str]:
    """One value a name, as the host takes it, with a Content-Type in any case."""
    fields = {name: ascii_text(value) for name, value in response.headers.fold().items() if name not in _RESPONSE}
    fields.setdefault("content-type", BINARY if response.body else PLAIN)
    return fields


def typed(pairs: list[Pair], body: bytes) -> list[Pair]:
    """``pairs`` with the Content-Type that :func:`rendered_fields` fills in."""
    if any(name == "content-type" for name, _ in pairs):
        return pairs
    return [*pairs, ("content-type", BINARY if body else PLAIN)]


def sent_on(fields: Iterable[Pair]) -> Headers:
    """What of a function's response reaches the client."""
    return Headers.of([pair for pair in fields if pair[0] not in _RESPONSE])


def forwarded(request: Request) -> Request:
    """What the front end notes of the connection: ``address:port`` at the end of X-Forwarded-For, and the scheme."""
    chain = request.headers.get_all("x-forwarded-for")
    if request.client is not None:
        host, port = request.client
        host = f"[{host}]" if ":" in host else host
        chain = [*chain, f"{host}:{port}" if port else host]
    pairs = request.headers.without("x-forwarded-for", "x-forwarded-proto").pairs
    if chain:
        pairs.append(("x-forwarded-for", ", ".join(chain)))
    pairs.append(("x-forwarded-proto", request.scheme))
    return request.replace(headers=Headers.of(pairs), client=None)
