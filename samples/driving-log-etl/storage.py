"""Objects of OSS, S3, COS, OBS and of directories, through one library: OpenDAL."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from fcbridge.events import ObjectEvent
from opendal import Operator
from opendal.exceptions import ConditionNotMatch, NotFound
from opendal.file import File
from opendal.layers import RetryLayer

from credentials import Credentials, credentials
from settings import Settings

#: How much is fetched in one request. A single request for all of a large file would stay open for as long as Kafka
#: takes it, and stores close a connection on which nobody reads.
CHUNK = 8 * 1024 * 1024

#: How the sources of events begin, and the store that each is.
_STORES = {"acs:oss": "oss", "arn:aws": "s3", "qcs::cos": "cos"}


class Gone(Exception):
    """The object that the event tells of is there no more: deleted, or another one was written over it."""


def opened(event: ObjectEvent, context: object, settings: Settings, environ: Mapping[str, str] = os.environ) -> File:
    """The object's bytes as a file to read. Raises Gone.

    It is the very object of the event: if another one is put over it meanwhile, that one has its own event.
    """
    operator = _operator(event, credentials(context, environ), settings).layer(RetryLayer(max_times=3, min_delay=0.25))
    found = operator.capability()
    condition: dict[str, str] = {}
    if event.etag and found.read_with_if_match:
        condition["if_match"] = f'"{event.etag}"'
    if event.version and found.read_with_version:
        condition["version"] = event.version
    try:
        present = operator.stat(event.key, **condition)
    except NotFound:
        raise Gone("it was deleted") from None
    except ConditionNotMatch:
        raise Gone("it was replaced") from None
    if present.etag and found.read_with_if_match:
        condition["if_match"] = present.etag  # the pieces of it that are fetched are then pieces of one
    return operator.open(event.key, "rb", chunk=CHUNK, **condition)


def store_of(event: ObjectEvent, settings: Settings) -> str:
    """``oss``, ``s3``, ``cos``, ``obs`` or ``fs``. Raises ValueError where neither the event nor the settings tell."""
    if settings.storage:
        return settings.storage
    for beginning, store in _STORES.items():
        if event.source.startswith(beginning):
            return store
    raise ValueError("the event does not tell of which kind its store is: set STORAGE to oss, s3, cos, obs or fs")


def _operator(event: ObjectEvent, keys: Credentials, settings: Settings) -> Operator:
    store, region = store_of(event, settings), event.region or ""
    if store == "fs":
        root = os.path.join(settings.storage_root, event.bucket)
        _check_below(settings.storage_root, root)
        _check_below(root, os.path.join(root, event.key))
        return Operator("fs", root=root)
    if not region.replace("-", "").isalnum() and region:
        raise ValueError("the event's region is no name of one")  # it becomes a part of the host that gets the keys
    endpoint = settings.storage_endpoint or _ENDPOINTS[store].format(region=region)
    if store == "oss":
        own = {"access_key_id": keys.key, "access_key_secret": keys.secret, "security_token": keys.token}
    elif store == "cos":
        own = {"secret_id": keys.key, "secret_key": keys.secret, "security_token": keys.token}
    elif store == "obs" and not keys.token:
        own = {"access_key_id": keys.key, "secret_access_key": keys.secret}
    else:
        # OBS takes the temporary keys of an agency through its S3 interface.
        store = "s3"
        own = {"access_key_id": keys.key, "secret_access_key": keys.secret, "session_token": keys.token}
        own["region"] = region or "auto"
        # The clouds want the bucket in the host's name; what runs on loopback has none there.
        own["enable_virtual_host_style"] = "false" if _is_address(endpoint) else "true"
    return Operator(
        store, bucket=event.bucket, endpoint=endpoint, **{name: value for name, value in own.items() if value}
    )


def _check_below(folder: str, path: str) -> None:
    """Stores know no way up, and directories do. Links that somebody has put there himself are followed."""
    if not os.path.normpath(os.path.abspath(path)).startswith(os.path.normpath(os.path.abspath(folder)) + os.sep):
        raise Gone("its name leads out of the folder")


def _is_address(endpoint: str) -> bool:
    try:
        ip_address(urlsplit(endpoint).hostname or "")
    except ValueError:
        return False
    return True


#: Inside the cloud, where traffic is free, if it has an own name there.
_ENDPOINTS = {
    "oss": "https://oss-{region}-internal.aliyuncs.com",
    "s3": "https://s3.{region}.amazonaws.com",
    "cos": "https://cos.{region}.myqcloud.com",
    "obs": "https://obs.{region}.myhuaweicloud.com",
}
