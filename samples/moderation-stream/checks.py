"""What is looked at in a post: its words, and the size of its image. Nothing of an image is decoded but its header."""

from base64 import b64decode
from typing import Any

from images import NoImage, size_of
from normal import Words


class Checks:
    """``words`` are not wanted; an image has at most so many bytes and pixels a side."""

    def __init__(self, words: tuple[str, ...], image_bytes: int, image_side: int) -> None:
        self._words = Words(words)
        self._bytes = image_bytes
        self._side = image_side

    def verdict(self, post: Any) -> dict[str, Any]:
        """``{"post", "verdict", "reasons"}`` of ``{"id", "text", "image"}``, whose image is base64 or absent.

        Raises ValueError or TypeError for what is no such post.
        """
        if not isinstance(post, dict):
            raise TypeError("a post is a JSON object")
        known, text, image = post.get("id"), post.get("text", ""), post.get("image")
        if not isinstance(known, str) or not known:
            raise ValueError("a post has an id")
        if not isinstance(text, str):
            raise TypeError("the text of a post is text")
        reasons = [f"word: {word}" for word in self._words.found(text)]
        if image is not None:
            reasons += self._image(image)
        return {"post": known, "verdict": "refused" if reasons else "accepted", "reasons": reasons}

    def _image(self, image: Any) -> list[str]:
        if not isinstance(image, str):
            raise TypeError("the image of a post is base64")
        # Before it is decoded: four characters are three bytes.
        if len(image) // 4 * 3 - 2 > self._bytes:
            return [f"image: more than {self._bytes} bytes"]
        content = b64decode(image, validate=True)  # its error is a ValueError
        if len(content) > self._bytes:
            return [f"image: more than {self._bytes} bytes"]
        try:
            width, height = size_of(content)
        except NoImage as reason:
            return [f"image: {reason}"]
        if max(width, height) > self._side:
            return [f"image: {width} x {height} is more than {self._side} a side"]
        return []
