"""What the controller thinks of a media type: whether bodies of it travel as text or as base64.

The controller is written with Akka HTTP. A type that it has registered is text or binary once and for all; any other
one is text where a charset is named, and else binary, whatever it is called: ``text/javascript`` is binary.
https://github.com/akka/akka-http/blob/main/akka-http-core/src/main/scala/akka/http/scaladsl/model/MediaType.scala
"""

from __future__ import annotations

# Registered with a charset that is left open: the controller writes "charset=UTF-8" behind them.
_OPEN = frozenset(
    {
        "application/atom+xml", "application/base64", "application/javascript", "application/problem+xml",
        "application/rss+xml", "application/soap+xml", "application/vnd.google-earth.kml+xml", "application/x-latex",
        "application/x-vrml", "application/xhtml+xml", "application/xml", "application/xml-dtd", "text/asp",
        "text/cache-manifest", "text/calendar", "text/css", "text/csv", "text/html", "text/markdown", "text/mcf",
        "text/plain", "text/richtext", "text/tab-separated-values", "text/uri-list", "text/vnd.wap.wml",
        "text/vnd.wap.wmlscript", "text/x-asm", "text/x-c", "text/x-component", "text/x-h", "text/x-java-source",
        "text/x-pascal", "text/x-script", "text/x-scriptcsh", "text/x-scriptelisp", "text/x-scriptksh",
        "text/x-scriptlisp", "text/x-scriptperl", "text/x-scriptperl-module", "text/x-scriptphyton",
        "text/x-scriptrexx", "text/x-scriptscheme", "text/x-scriptsh", "text/x-scripttcl", "text/x-scripttcsh",
        "text/x-scriptzsh", "text/x-server-parsed-html", "text/x-setext", "text/x-sgml", "text/x-speech",
        "text/x-uuencode", "text/x-vcalendar", "text/x-vcard", "text/xml",
    }
)  # fmt: skip
# Registered as UTF-8, which is not written behind them.
_FIXED = frozenset(
    {
        "application/json", "application/json-patch+json", "application/merge-patch+json", "application/problem+json",
        "application/vnd.api+json", "application/x-www-form-urlencoded", "text/event-stream",
    }
)  # fmt: skip
# Registered as binary among those that might name a charset.
_BINARY = ("audio/", "font/", "image/", "message/", "multipart/", "video/")
_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")  # RFC 9110 section 5.6.2


class MediaType:
    """A Content-Type, taken apart. ``parameters`` are those beside the charset, each with a semicolon before it."""

    __slots__ = ("charset", "kind", "parameters")

    def __init__(self, kind: str, charset: str, parameters: str) -> None:
        self.kind = kind
        self.charset = charset
        self.parameters = parameters

    @property
    def is_json(self) -> bool:
        return self.kind == "application/json" or self.kind.endswith("+json")

    @property
    def is_binary(self) -> bool:
        if self.kind in _OPEN or self.kind in _FIXED:
            return False
        return not self.charset or self.kind == "application/octet-stream" or self.kind.startswith(_BINARY)

    @property
    def sent(self) -> str:
        """How the controller writes it in a response."""
        if self.is_binary or self.kind in _FIXED:
            return self.kind + self.parameters
        # It writes UTF-8 in capitals. A charset of that name is left as it is, which means the same (RFC 9110 section
        # 8.3.2).
        charset = self.charset if self.charset.lower() == "utf-8" else "UTF-8"
        return f"{self.kind}{self.parameters}; charset={charset}"

    @property
    def is_utf8(self) -> bool:
        return self.charset.lower() in ("", "utf-8", "utf8")


def media_type(content_type: str) -> MediaType | None:
    """The media type that a Content-Type names; None where it names none."""
    kind, _, rest = content_type.partition(";")
    kind = kind.strip().lower()
    main, _, sub = kind.partition("/")
    if not main or not sub or not _TOKEN.issuperset(main) or not _TOKEN.issuperset(sub):
        return None
    charset = parameters = ""
    for parameter in rest.split(";") if rest else ():
        name, equals, value = parameter.strip().partition("=")
        if name.lower() == "charset":
            charset = value.strip().strip('"')
        elif equals:
            parameters += f"; {name.strip()}={value.strip()}"
    return MediaType(kind, charset, parameters)


def is_encoded(content_type: str | None) -> bool:
    """Whether the controller hands a request's body over as base64. Nothing in the event says so.

    ``application/json`` is text, but encoded all the same, for the sake of old actions.
    """
    kind = media_type(content_type) if content_type else None
    return kind is None or kind.is_binary or kind.kind == "application/json"
