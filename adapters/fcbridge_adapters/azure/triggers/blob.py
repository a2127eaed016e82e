"""Blobs that are new or changed. What is in the blob comes along, in ``raw``: as a stream to read, which is a
``func.InputStream``, from the worker, in the data posted to a custom handler.

https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-blob-trigger
The id is empty: the host knows a blob that it has dealt with by its path and its ETag.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import Event, ObjectEvent
from fcbridge.fields import mapping, text
from fcbridge.instants import instant, rfc3339

from .binding import BindingTrigger, in_string, moment, number, told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from .binding import Posted

_TYPE = "ObjectCreated:BlobTrigger"


class Blob(BindingTrigger):
    """Inferred: posted, ``BlobTrigger`` is left out as all that ends so, and the path is that of ``Uri``."""

    name = "azure-blob"
    title = "Azure Blob Storage"
    kind = ObjectEvent
    attributes = ("blob_properties", "length", "uri")

    def posts(self, values: Iterable[Any], metadata: Mapping[str, Any]) -> bool:
        return "Uri" in metadata and is_object(metadata.get("Properties"))

    def of_post(self, values: Sequence[Any], metadata: Mapping[str, Any], payload: Posted) -> ObjectEvent:
        account, path = _located(told(metadata, "Uri") or "")
        return _event(account, path, mapping(metadata["Properties"]), payload)

    def of_object(self, event: Any, name: str) -> ObjectEvent:
        account, path = _located(event.uri or "")
        properties = mapping(event.blob_properties or {})
        length = {} if event.length is None else {"Length": event.length}
        return _event(account, event.name or path, {**length, **properties}, event)

    def posted(self, event: Event) -> tuple[Any, dict[str, Any]]:
        from urllib.parse import quote

        assert isinstance(event, ObjectEvent)
        properties: dict[str, Any] = {}
        if event.size is not None:
            properties["Length"] = event.size
        if event.etag:
            properties["ETag"] = f'"{event.etag}"'
        if event.time is not None:
            properties["LastModified"] = rfc3339(event.time).replace("Z", "+00:00")
        account = event.source or "https://demo.blob.core.windows.net"
        uri = f"{account}/{event.bucket}/{quote(event.key, safe='/-._~')}"
        metadata = {"MethodName": "blob", "Uri": in_string(uri), "Properties": properties, "Metadata": {}}
        return in_string(""), metadata

    def sample(self) -> list[Event]:
        return [
            ObjectEvent(
                source="https://demo.blob.core.windows.net",
                type=_TYPE,
                subject="inbox/raw/driving.log",
                time=instant("2026-03-02T08:15:31Z"),
                bucket="inbox",
                key="raw/driving.log",
                size=1024,
                etag="0x8DE7802A1B2C3D4",
            )
        ]


def _located(uri: str) -> tuple[str, str]:
    """The account's address, and the path in it: container and blob."""
    from urllib.parse import unquote

    scheme, _, rest = uri.partition("://")
    host, _, path = rest.partition("?")[0].partition("/")
    return (f"{scheme}://{host}", unquote(path, errors="strict")) if host else ("", "")


def _event(account: str, path: str, properties: dict[str, Any], raw: object) -> ObjectEvent:
    bucket, _, key = text(path).partition("/")
    etag = properties.get("ETag")
    return ObjectEvent(
        source=account,
        type=_TYPE,
        subject=f"{bucket}/{key}",
        time=moment(properties.get("LastModified")),
        bucket=bucket,
        key=key,
        size=number(properties, "ContentLength" if properties.get("ContentLength") else "Length"),
        etag=text(etag).strip('"') or None if etag is not None else None,
        raw=raw,
    )


BLOB = Blob()
