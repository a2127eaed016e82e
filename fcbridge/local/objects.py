"""Objects on this machine: a folder stands for the store, and in it a folder for each bucket."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ..errors import InvalidOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..events import ObjectEvent


def described(
    file: Path, typed: str, sample: ObjectEvent, changes: Mapping[str, Any], store: Path | None
) -> dict[str, Any]:
    """What an event tells of a local file: bucket, key, size and etag, but for those that are in ``changes``.

    A file that lies in the store tells bucket and key by its place. Of another the bucket is that of the sample, and
    the key its path as it was ``typed``: below the bucket's folder, where it begins with that, and its name alone where
    it leads out of this one. The etag is the MD5, as stores have it of an object that was written in one piece.

    Raises InvalidOption where the file cannot be read.
    """
    try:
        size, etag = file.stat().st_size, _md5(file)
    except OSError as error:
        raise InvalidOption(
            f"{typed!r} cannot be read: {error.strerror or type(error).__name__}.", hint="name a file that is there"
        ) from None
    place = _place(file, store)
    bucket, key = place if place is not None else (sample.bucket, _key(typed, changes.get("bucket", sample.bucket)))
    if sample.etag and sample.etag.upper() == sample.etag:
        etag = etag.upper()
    found: dict[str, Any] = {"bucket": bucket, "key": key, "size": size, "etag": etag}
    return {**found, **{name: value for name, value in changes.items() if name in found}}


def put(file: Path, store: Path, bucket: str, key: str) -> Path:
    """Have the function find ``file`` as this object: by a link where there can be one, else by a copy.

    Raises InvalidOption where the object's place is outside of its bucket, or another file has it.
    """
    folder = (store / bucket).resolve()
    place = folder / key
    if folder.parent != store.resolve() or not _is_below(Path(os.path.normpath(place)), folder):
        raise InvalidOption(
            "The bucket or the key leads out of the folder of local objects.",
            hint="leave '..' out of --bucket and --key",
        )
    if place.exists() and place.samefile(file):
        return place
    if place.is_symlink():
        place.unlink()  # of an earlier event
    elif place.exists():
        raise InvalidOption(
            f"The object {key!r} of the bucket {bucket!r} is there already, and is another file.",
            hint=f"remove it from {store}, or choose another --key",
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.symlink_to(file.resolve())
    except OSError:  # Windows lets not everybody
        shutil.copyfile(file, place)
    return place


def _place(file: Path, store: Path | None) -> tuple[str, str] | None:
    """Bucket and key of a file that lies in the store."""
    if store is None:
        return None
    try:
        parts = file.resolve().relative_to(store.resolve()).parts
    except ValueError:
        return None
    return (parts[0], "/".join(parts[1:])) if len(parts) > 1 else None


def _key(typed: str, bucket: str) -> str:
    path = PurePosixPath(Path(typed).as_posix())
    if path.is_absolute() or ".." in path.parts or Path(typed).drive:
        return path.name
    return str(PurePosixPath(*path.parts[1:]) if path.parts[0] == bucket and len(path.parts) > 1 else path)


def _is_below(path: Path, folder: Path) -> bool:
    return path != folder and folder in path.parents


def _md5(file: Path) -> str:
    from hashlib import md5

    digest = md5(usedforsecurity=False)
    with file.open("rb") as stream:
        while chunk := stream.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()
