"""samples/driving-log-etl between a real store and real brokers, and what a consumer sees in the end."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import datetime, timezone
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fcbridge.events import ObjectEvent
from fcbridge.gateway import Settings
from fcbridge.registry import gateway, platforms
from tests.services import s3

from .folder import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fcbridge.events import Event
    from tests.services.kafka import KafkaServer
    from tests.services.s3 import S3Server

SAMPLE = SAMPLES / "driving-log-etl"
KEY = "raw/fahrt 1+ä 车.log"
READINGS, DEAD_LETTERS = "driving", "driving-dead-letters"

# They come without exact types.
BOTO3: Any = import_module("boto3")
CONFIG: Any = import_module("botocore.config")

BROKEN = {
    "not JSON": b'{"carID": "B-1", "spee',
    "not UTF-8": b'{"carID": "\xff"}',
    "no JSON object": b"[1]",
    "carID is missing": b'{"speed": 1}',
    "speed is no number": b'{"carID": "B-1", "speed": "fast"}',
}
#: Of triggers, the bucket and the source of their events.
SOURCES = {
    "aliyun-oss": ("inbox", "acs:oss:cn-shanghai:1357900000024680:inbox"),
    "aws-s3": ("inbox", "arn:aws:s3:::inbox"),
    "tencent-cos": ("inbox-1259876543", "qcs::cos"),
    "huawei-obs": ("inbox", ""),
}
#: The doors of the platforms, whose runtimes make the contexts.
DOORS = {"aliyun": "fc3-http", "aws": "aws-http-v2", "tencent": "scf-url", "huawei": "huawei-apig"}


class Log:
    """A driving log of so many lines, of which every twentieth is broken, and what has to arrive of it."""

    def __init__(self, lines: int) -> None:
        self.readings: list[tuple[str, float]] = []
        self.broken: dict[int, str] = {}
        reasons = list(BROKEN)
        text: list[bytes] = []
        for number in range(1, lines + 1):
            if number % 20 == 0:
                reason = reasons[number // 20 % len(reasons)]
                self.broken[number] = reason
                text.append(BROKEN[reason])
            else:
                reading = (f"车-{number % 50}", number % 1700 / 10)
                self.readings.append(reading)
                record = {"carID": reading[0], "speed": reading[1], "gear": 3, "at": "2026-03-02T08:15:31Z"}
                text.append(json.dumps(record, ensure_ascii=False).encode())
        self.content = b"\n".join(text) + b"\n"


class View:
    """What is in the topics: all messages, and what a consumer makes of them that drops repetitions."""

    def __init__(self, messages: Iterable[Any], letters: Iterable[Any], once: Any) -> None:
        self.messages, self.letters = list(messages), list(letters)
        records = [(message, json.loads(message.value())) for message in once(self.messages)]
        self.readings = [(record["carID"], record["speed"]) for _, record in records]
        self.keys = {message.key().decode() == record["carID"] for message, record in records}
        headers = [dict(letter.headers()) for letter in once(self.letters)]
        self.broken = [(int(found["line"]), found["reason"].decode()) for found in headers]

    def assert_is(self, *logs: Log) -> None:
        """Nothing is lost, and nothing is there twice."""
        assert len(self.readings) == sum(len(log.readings) for log in logs)
        assert Counter(self.readings) == Counter(reading for log in logs for reading in log.readings)
        assert Counter(self.broken) == Counter(line for log in logs for line in log.broken.items())


class Etl:
    """The function, as ``app.py`` makes it of its settings."""

    def __init__(self, app: Any, kafka: KafkaServer, store: S3Server, done: object, **changed: object) -> None:
        self.app = app
        self.kafka = kafka
        self.store = store
        self.settings = app.Settings(
            **{
                "kafka_brokers": kafka.address,
                "kafka_options": {"log_level": "0"},
                "storage": "s3",
                "storage_endpoint": store.url,
                "done_store": str(done),
                **changed,
            }
        )
        self.handler = app.function(self.settings)

    def upload(self, content: bytes, trigger: str = "aliyun-oss", **attributes: Any) -> ObjectEvent:
        """Put an object into the store; what comes back is the event of it, with what the trigger tells."""
        bucket, source = SOURCES[trigger]
        client = client_of(self.store)
        client.create_bucket(Bucket=bucket)
        etag: str = client.put_object(Bucket=bucket, Key=KEY, Body=content)["ETag"]
        client.close()
        event: dict[str, Any] = {
            "id": "67C41A94F4E5D6C7B8A90123/1",
            "source": source,
            "type": "ObjectCreated:Put",
            "subject": KEY,
            "time": datetime(2026, 3, 2, 8, 16, 4, tzinfo=timezone.utc),
            "bucket": bucket,
            "key": KEY,
            "size": len(content),
            "etag": etag.strip('"'),
            "region": "cn-shanghai",
        }
        return ObjectEvent(**{**event, **attributes})

    def deliver(self, trigger: str, event: Event) -> object:
        """As the platform does: the payload that its trigger composes, in its own runtime."""
        platform = trigger.partition("-")[0]
        [source] = [source for source in platforms()[platform].triggers if source.name == trigger]
        runtime = gateway(DOORS[platform]).runtime
        payload = json.dumps(source.compose([event])).encode()
        return runtime.call(self.handler, payload, runtime.context(Settings(name="etl"), "1-67c1a2b3"))

    @property
    def failure(self) -> Any:
        """What is raised where not everything could be delivered."""
        return sys.modules["delivery"].NotDelivered

    def view(self) -> View:
        consumer: Any = sys.modules["consumer"]
        readings = consumer.messages([READINGS], self.settings)
        return View(readings, consumer.messages([DEAD_LETTERS], self.settings), consumer.once)


def client_of(server: S3Server) -> Any:
    return BOTO3.client(
        "s3",
        endpoint_url=server.url,
        aws_access_key_id=s3.KEY,
        aws_secret_access_key=s3.SECRET,
        region_name=s3.REGION,
        config=CONFIG.Config(s3={"addressing_style": "path"}, proxies={}),
    )
