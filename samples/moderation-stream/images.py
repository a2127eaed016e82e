"""The size of an image, by its header: PNG, GIF and JPEG.

https://www.w3.org/TR/png-3/#11IHDR, https://www.w3.org/Graphics/GIF/spec-gif89a.txt (18),
https://www.w3.org/Graphics/JPEG/itu-t81.pdf (B.2.2)
"""

import struct

# Start of a frame: all of C0 to CF but those that define Huffman tables, an extension, and arithmetic coding.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length behind them.
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})


class NoImage(ValueError):
    """It is none of these formats, or it ends within its header."""


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height in pixels. Raises NoImage."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
            width, height = struct.unpack_from(">II", content, 16)
        elif content.startswith((b"GIF87a", b"GIF89a")):
            width, height = struct.unpack_from("<HH", content, 6)
        elif content.startswith(b"\xff\xd8"):
            width, height = _jpeg(content)
        else:
            raise NoImage("neither PNG nor GIF nor JPEG")
    except (struct.error, IndexError):
        raise NoImage("it ends within its header") from None
    if not width or not height:
        raise NoImage("it has no size")
    return width, height


def _jpeg(content: bytes) -> tuple[int, int]:
    place = 2
    while True:
        if content[place] != 0xFF:
            raise NoImage("a JPEG without a frame")
        while content[place] == 0xFF:  # any number of these may stand before a marker
            place += 1
        marker, place = content[place], place + 1
        if marker in _BARE:
            continue
        if marker in (0xD9, 0xDA):  # its end, or the picture itself
            raise NoImage("a JPEG without a frame")
        (length,) = struct.unpack_from(">H", content, place)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, place + 3)
            return width, height
        place += max(length, 2)
