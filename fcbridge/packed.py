"""JSON by gzip in base64, as log services send their lines."""

from __future__ import annotations

from .bodies import base64_text, decoded_base64

#: What a packed text may measure when it is unpacked, in bytes. No platform delivers as much at a time; a few kilobytes
#: that are made to fill the memory stand for gigabytes.
MOST = 64 * 1024 * 1024

_GZIP = 31  # what zlib calls a window of 32 KB in a frame of gzip


def unpacked_json(text: str) -> object:
    """The value. Raises ValueError for anything else than one frame of gzip with JSON in it, and above ``MOST``."""
    import json
    import zlib

    unpacking = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacking.decompress(decoded_base64(text), MOST)
        if not unpacking.eof or unpacking.unused_data:
            raise ValueError(f"no whole frame of gzip, or one of more than {MOST} bytes")
        return json.loads(unpacked)
    except (zlib.error, RecursionError):
        raise ValueError("no JSON by gzip") from None


def packed_json(value: object) -> str:
    """The reverse of :func:`unpacked_json`; the same text each time."""
    import gzip
    import json

    return base64_text(gzip.compress(json.dumps(value, ensure_ascii=False).encode("utf-8"), mtime=0))
