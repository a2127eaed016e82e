"""Images: which kinds there are, and how large one may be."""

# 6 MB is what a function of Tencent Cloud may answer, base64 counted: 4 MB are 5.4 MB of text.
LIMIT = 4 * 1024 * 1024

_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF87a": "image/gif", b"GIF89a": "image/gif"}  # noqa: E501  # fmt: skip


def image_type(content: bytes) -> str | None:
    """The type that the bytes show; None where they are no image that we take. What a client says is not asked.

    https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
    """
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            return kind
    if content[:4] == b"RIFF" and content[8:14] == b"WEBPVP":
        return "image/webp"
    return None
