"""What the function is told by its environment."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Settings:
    """``url`` is the broker's, ``queue`` where the posts are; a side of an image is in pixels."""

    url: str = "amqp://guest:guest@127.0.0.1:5672/%2F"
    queue: str = "posts"
    words: tuple[str, ...] = ()
    image_bytes: int = 1024 * 1024
    image_side: int = 4096
    tries: int = 3
    state: Path = Path(tempfile.gettempdir(), "moderation-stream.sqlite3")

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Settings":
        words = Path(environ.get("MODERATION_WORDS", _HERE / "words.txt")).read_text("utf-8")
        return cls(
            url=environ.get("RABBITMQ_URL", cls.url),
            queue=environ.get("MODERATION_QUEUE", cls.queue),
            words=tuple(line.strip() for line in words.splitlines() if line.strip() and not line.startswith("#")),
            image_bytes=int(environ.get("MODERATION_IMAGE_BYTES", cls.image_bytes)),
            image_side=int(environ.get("MODERATION_IMAGE_SIDE", cls.image_side)),
            tries=int(environ.get("MODERATION_TRIES", cls.tries)),
            state=Path(environ.get("MODERATION_STATE", os.fspath(cls.state))),
        )
