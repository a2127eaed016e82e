"""The OBS trigger: an object of a bucket was written or deleted.

https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0102.html,
https://support.huaweicloud.com/ugobs-obs/obs_41_0045.html for the notifications of OBS itself, which are the same but
for ``obs`` in place of ``s3``; they are read as well.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import ObjectEvent
from fcbridge.fields import mapping, text, text_if_any, whole_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from .keys import form_decoded, form_encoded, notified_key
from .records import REGION, first_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class _Object(TypedDict):
        key: str
        sequencer: str  # hexadecimal; tells the order of what happened to one key

    class Object(_Object, total=False):
        eTag: str
        size: int
        versionId: str

    class Bucket(TypedDict):
        arn: str  # "arn:fss:s3:::photos"
        name: str
        ownerIdentity: dict[str, str]  # PrincipalId

    class S3(TypedDict):
        configurationId: str
        object: Object
        bucket: Bucket

    class _ObsRecord(TypedDict):
        eventVersion: str
        eventTime: str
        requestParameters: dict[str, str]
        s3: S3
        awsRegion: str
        eventName: str  # "ObjectCreated:Put"
        userIdentity: dict[str, str]

    class ObsRecord(_ObsRecord, total=False):
        responseElements: dict[str, str]

    class ObsPayload(TypedDict):
        Records: list[ObsRecord]


#: The ids of the request, as OBS and as S3 call it.
_REQUEST_IDS = ("x-obs-request-id", "x-amz-request-id")


class ObsTrigger(Trigger):
    """Keys are decoded as those of S3 are.

    Inferred: that they are encoded so. The documents of OBS say it of its own notifications, of which these are the
    older form; no example of the trigger has a character that would show it. ``id`` is that of the request and the key,
    where the request's is told.
    """

    name = "huawei-obs"
    title = "FunctionGraph (OBS trigger)"
    kind = ObjectEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        first = first_of(payload, "Records")
        if first is None:
            return False
        if is_object(first.get("obs")):
            return True
        # S3's own, and those of the stores that imitate it, name themselves.
        return is_object(first.get("s3")) and "eventSource" not in first

    def parse(self, payload: ObsPayload) -> list[Event]:
        return [
            object_event(self.title, f"Records[{index}]", record, record)
            for index, record in enumerate(payload["Records"])
        ]

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> ObsPayload:
        return {"Records": [_record(event, stamp) for event in events]}

    def sample(self) -> list[Event]:
        return [
            ObjectEvent(
                type="ObjectCreated:Put",
                subject="raw/driving log.jsonl",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                bucket="inbox",
                key="raw/driving log.jsonl",
                size=20480,
                etag="0cc175b9c0f1b6a831c399e269772661",
                region=REGION,
            )
        ]


def object_event(title: str, path: str, told: object, raw: object) -> ObjectEvent:
    """What a record of OBS tells, in either form. Raises MalformedEvent, which names the field below ``path``."""
    field = ""
    try:
        record = mapping(told)
        field = ".eventName or eventSource"
        happened, source = text(record["eventName"]).removeprefix("s3:"), text(record.get("eventSource", ""))
        field = ".eventTime"
        time = instant(record["eventTime"])
        field = ".responseElements"
        request = _request_id(record.get("responseElements"))
        form = "obs" if "obs" in record else "s3"
        field = f".{form}.bucket.name"
        notice = mapping(record[form])
        bucket = text(notice["bucket"]["name"])
        field = f".{form}.object"
        changed = mapping(notice["object"])
        key = (notified_key if form == "obs" else form_decoded)(text(changed["key"]))
        etag = text_if_any(changed.get("eTag"))
        return ObjectEvent(
            id=f"{request}/{key}" if request else "",
            source=source,
            type=happened,
            subject=key,
            time=time,
            bucket=bucket,
            key=key,
            size=whole_if_any(changed.get("size")),
            etag=None if etag is None else etag.strip('"'),
            region=text_if_any(record.get("eventRegion", record.get("awsRegion"))),
            version=text_if_any(changed.get("versionId")),
            raw=raw,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise malformed(title, (path + field).lstrip("."), error) from error


def _request_id(answer: object) -> str:
    if answer is None:
        return ""
    told = mapping(answer)
    return next((found for name in _REQUEST_IDS if (found := text_if_any(told.get(name)))), "")


def _record(event: ObjectEvent, stamp: Stamp) -> ObsRecord:
    changed: Object = {"sequencer": "0000000016AB0001", "key": form_encoded(event.key)}
    if event.size is not None:
        changed["size"] = event.size
    if event.etag is not None:
        changed["eTag"] = event.etag
    if event.version is not None:
        changed["versionId"] = event.version
    record: ObsRecord = {
        "eventVersion": "2.0",
        "eventTime": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000), 3),
        "requestParameters": {"sourceIPAddress": "203.0.113.25"},
        "s3": {
            "configurationId": "CFG0001",
            "object": changed,
            "bucket": {
                "arn": f"arn:fss:s3:::{event.bucket}",
                "name": event.bucket,
                "ownerIdentity": {"PrincipalId": "aa11bb22cc33dd44"},
            },
        },
        "awsRegion": event.region or REGION,
        "eventName": event.type or "ObjectCreated:Put",
        "userIdentity": {"principalId": "ee55ff66aa77bb88"},
    }
    if event.id:
        record["responseElements"] = {"x-obs-request-id": event.id.removesuffix(f"/{event.key}")}
    return record


OBS = ObsTrigger()
