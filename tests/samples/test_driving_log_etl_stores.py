"""samples/driving-log-etl reads each store in its own protocol, and a log service through its vendor's client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import pytest

from fcbridge.events import LogEvent
from tests.services import s3

from .etl import DEAD_LETTERS, READINGS, SAMPLE, Etl, client_of
from .folder import SAMPLES
from .log_service import ENDPOINT, KEY, SECRET, TOKEN, LogService, cursor
from .modules import module_of
from .virtual_hosts import VirtualHosts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.services.kafka import KafkaServer
    from tests.services.s3 import S3Server

OBJECT = (SAMPLE / "inbox" / "raw" / "driving.log").read_bytes()


# -- the stores' own protocols ----------------------------------------------------------------------------------------


class Store(NamedTuple):
    """How a store is asked. The variables are those with the keys, in the order key, secret, token."""

    event: str
    bucket: str
    host: str
    token: str | None
    signature: str
    variables: tuple[str, ...]


V4 = "AWS4-HMAC-SHA256 Credential={}/"
HUAWEI = ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN")
STORES = {
    "oss": Store(
        "1-oss-upload",
        "inbox",
        "oss-cn-shanghai-internal.aliyuncs.com",
        "x-oss-security-token",
        "OSS {}:",
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
    ),
    "s3": Store(
        "2-s3-upload",
        "inbox",
        "s3.us-east-1.amazonaws.com",
        "x-amz-security-token",
        V4,
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    ),
    "cos": Store(
        "3-cos-upload",
        "inbox-1259876543",
        "cos.ap-shanghai.myqcloud.com",
        "x-cos-security-token",
        "q-sign-algorithm=sha1&q-ak={}&",
        ("TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN"),
    ),
    "obs": Store("4-obs-upload", "inbox", "obs.cn-north-4.myhuaweicloud.com", None, "OBS {}:", HUAWEI[:2]),
    "obs, agency": Store(
        "4-obs-upload", "inbox", "obs.cn-north-4.myhuaweicloud.com", "x-amz-security-token", V4, HUAWEI
    ),
}


@pytest.mark.parametrize("store", STORES)
def test_each_store_is_asked_in_its_own_name_and_with_its_own_signature(
    s3_server: S3Server, own_kafka_server: KafkaServer, tmp_path: Path, store: str
) -> None:
    name, bucket, host, token, signature, variables = STORES[store]
    own_kafka_server.create(READINGS)
    own_kafka_server.create(DEAD_LETTERS)
    client = client_of(s3_server)
    client.create_bucket(Bucket=bucket)
    etag = client.put_object(Bucket=bucket, Key="raw/driving.log", Body=OBJECT)["ETag"].strip('"')
    client.close()
    event = (SAMPLE / "events" / f"{name}.json").read_text("utf-8")
    event = event.replace("d9a5c5f4b1e84e0aa7e2c1d3f4b5a697", etag).replace("D9A5C5F4B1E84E0AA7E2C1D3F4B5A697", etag)
    with VirtualHosts(s3_server.port) as proxy:
        done = subprocess.run(
            [sys.executable, "-m", "fcbridge", "invoke", "app:handler", "-"],
            input=event.encode(),
            cwd=SAMPLE,
            capture_output=True,
            check=False,
            # The process has a proxy and keys of its own; what is asked without encryption can be read on the way.
            env={
                **{name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")},
                **dict(zip(variables, (s3.KEY, s3.SECRET, "example-token"), strict=False)),
                "http_proxy": proxy.url,
                "STORAGE": store.partition(",")[0],
                "STORAGE_ENDPOINT": f"http://{host}",
                "KAFKA_BROKERS": own_kafka_server.address,
                "DONE_STORE": str(tmp_path / "done.sqlite3"),
                "PYTHONPATH": os.pathsep.join([str(SAMPLES.parent), str(SAMPLES.parent / "adapters")]),
                "PYTHONWARNINGS": "ignore",
            },
        )
    assert (done.returncode, b"4 readings, 2 broken lines" in done.stderr) == (0, True), done.stderr.decode()
    assert {asked.host for asked in proxy.asked} == {f"{bucket}.{host}"}
    assert all(asked.headers["authorization"].startswith(signature.format(s3.KEY)) for asked in proxy.asked)
    assert token is None or {asked.headers[token] for asked in proxy.asked} == {"example-token"}


# -- the log service --------------------------------------------------------------------------------------------------

# The vendor's client asks for the time in a way that Python since 3.12 warns of.
of_the_client = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

GROUPS = [
    [
        {"carID": f"B-{group}", "speed": f"{group}.5"},
        {"content": json.dumps({"carID": "浙A", "speed": group}, ensure_ascii=False)},
        {"carID": "B-9", "speed": "fast"},
    ]
    for group in range(8)
]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[LogService]:
    with LogService(GROUPS) as service:
        for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", service.proxy)
        for name, value in zip(STORES["oss"].variables, (KEY, SECRET, TOKEN), strict=True):
            monkeypatch.setenv(name, value)
        yield service


@pytest.fixture
def etl(
    monkeypatch: pytest.MonkeyPatch, own_kafka_server: KafkaServer, s3_server: S3Server, tmp_path: Path
) -> Iterator[Etl]:
    monkeypatch.setenv("DONE_STORE", str(tmp_path / "of-the-module.sqlite3"))
    own_kafka_server.create(READINGS, 4)
    own_kafka_server.create(DEAD_LETTERS)
    with module_of(SAMPLE, "app") as app:
        import_module("consumer")
        etl = Etl(app, own_kafka_server, s3_server, tmp_path / "done.sqlite3")
        yield etl
        etl.handler.pre_stop()


def piece(begin: int, end: int) -> LogEvent:
    return LogEvent(
        id=f"task-{begin}",
        group="driving",
        stream="raw-lines",
        shard=1,
        begin=cursor(begin),
        end=cursor(end),
        endpoint=f"http://{ENDPOINT}",
    )


def expected(begin: int, end: int) -> list[tuple[str, float]]:
    return sorted(
        [(f"B-{group}", group + 0.5) for group in range(begin, end)] + [("浙A", g) for g in range(begin, end)]
    )


@of_the_client
def test_the_lines_between_the_cursors_are_pulled_and_arrive(etl: Etl, service: LogService) -> None:
    etl.deliver("aliyun-sls", piece(1, 6))
    view = etl.view()
    assert sorted(view.readings) == expected(1, 6)
    assert sorted(view.broken) == [(number, "speed is no number") for number in (3, 6, 9, 12, 15)]
    assert [asked["cursor"] for asked in service.requests] == [cursor(1), cursor(3), cursor(5)]


@of_the_client
def test_a_pull_that_fails_in_the_middle_fails_the_invocation_and_its_repetition_brings_everything_once(
    etl: Etl, service: LogService
) -> None:
    service.refusals[2] = "ShardReadQuotaExceed"
    with pytest.raises(Exception, match="ShardReadQuotaExceed"):
        etl.deliver("aliyun-sls", piece(0, 8))
    etl.deliver("aliyun-sls", piece(0, 8))
    view = etl.view()
    assert sorted(view.readings) == expected(0, 8)
    assert len(view.broken) == 8


@of_the_client
def test_a_second_delivery_of_a_piece_brings_nothing_and_the_next_piece_what_is_new(
    etl: Etl, service: LogService
) -> None:
    for event in (piece(0, 3), piece(0, 3), piece(3, 8)):
        etl.deliver("aliyun-sls", event)
    view = etl.view()
    assert len(view.messages) + len(view.letters) == 24
    assert sorted(view.readings) == expected(0, 8)


@of_the_client
def test_wrong_keys_fail_the_invocation(etl: Etl, service: LogService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "another")
    with pytest.raises(Exception, match="SignatureNotMatch"):
        etl.deliver("aliyun-sls", piece(0, 8))
    assert etl.view().messages == []
