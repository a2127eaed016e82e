"""The servers themselves: what is killed comes back where it was with what it had, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import select
import shutil
import smtplib
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .kafka import PRODUCE, TOO_LARGE
from .packages import UNPACKED, environ, missing, program
from .process import Process, ServerEnded
from .s3 import KEY, REGION, SECRET

if TYPE_CHECKING:
    from .kafka import KafkaServer
    from .mail import MailServer
    from .rabbitmq import RabbitServer
    from .redis import RedisServer
    from .s3 import S3Server

# Some come without types, all without exact ones.
AIO_PIKA: Any = import_module("aio_pika")
BOTO3: Any = import_module("boto3")
CONFIG: Any = import_module("botocore.config")
KAFKA: Any = import_module("confluent_kafka")
REDIS: Any = import_module("redis")


# -- processes --------------------------------------------------------------------------------------------------------


def test_a_command_that_ends_before_it_is_ready_says_what_it_wrote() -> None:
    with pytest.raises(ServerEnded, match="no such setting"):
        Process([sys.executable, "-c", "raise SystemExit('no such setting')"], "ready")


def test_a_killed_process_is_gone() -> None:
    process = Process([sys.executable, "-c", "print('ready', flush=True); input()"], "ready")
    process.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


# -- packages ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not os.environ.get("CI"), reason="elsewhere a machine may lack them")
def test_in_ci_nothing_is_missing() -> None:
    assert missing() == []


def test_an_unpacked_program_finds_its_neighbours_and_its_libraries() -> None:
    found = environ(UNPACKED / "usr/bin/redis-server")
    assert found["PATH"].split(os.pathsep)[0] == str(UNPACKED / "usr/bin")
    assert "LD_LIBRARY_PATH" in found


def test_an_installed_program_is_run_as_it_is(redis_server: RedisServer) -> None:
    installed = program("redis-server").parent.parent / "elsewhere"
    assert ("LD_LIBRARY_PATH" in environ(installed)) == installed.is_relative_to(UNPACKED)
    assert set(environ(UNPACKED.parent / "redis-server")) == {"PATH"}


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)], ids=["by hand", "in CI"])
def test_where_packages_cannot_be_had_the_script_says_what_to_install_and_fails_in_ci(
    tmp_path: Path, ci: str, status: int
) -> None:
    script = tmp_path / "scripts" / "services"
    script.parent.mkdir()
    shutil.copy(UNPACKED.parent / "scripts" / "services", script)
    python, tools = tmp_path / "venv" / "bin" / "python", tmp_path / "tools"
    python.parent.mkdir(parents=True)
    tools.mkdir()
    python.write_text("#!/bin/sh\necho redis-server rabbitmq-server\n", "utf-8")  # what is missing
    python.chmod(0o755)
    found = shutil.which("dirname")
    assert found is not None
    (tools / "dirname").symlink_to(found)
    done = subprocess.run(
        ["/bin/sh", str(script), "venv"],
        env={"PATH": str(tools), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert "There is no apt-get here." in done.stderr
    assert "sudo apt-get install redis-server rabbitmq-server" in done.stderr
    assert not (tmp_path / ".services").exists()


# -- servers ----------------------------------------------------------------------------------------------------------


def test_redis_has_what_was_set_before_it_was_killed(own_redis_server: RedisServer) -> None:
    with REDIS.Redis.from_url(own_redis_server.url) as client:
        client.set("key", "value")
        own_redis_server.kill()
        own_redis_server.restart()
        assert client.get("key") == b"value"


def test_rabbitmq_has_what_it_confirmed_before_it_was_killed(own_rabbit_server: RabbitServer) -> None:
    async def publish() -> None:
        async with await AIO_PIKA.connect(own_rabbit_server.url) as connection:
            channel = await connection.channel()
            queue = await channel.declare_queue("letters", durable=True)
            letter = AIO_PIKA.Message(b"hello", delivery_mode=AIO_PIKA.DeliveryMode.PERSISTENT)
            await channel.default_exchange.publish(letter, queue.name)

    async def fetch() -> bytes:
        async with await AIO_PIKA.connect(own_rabbit_server.url) as connection:
            queue = await (await connection.channel()).declare_queue("letters", durable=True)
            # Waited for, and not asked for: a queue may be there before what is in it has been read from the disk.
            async with queue.iterator(timeout=60) as messages:
                message = await messages.__anext__()
                await message.ack()
                return bytes(message.body)

    asyncio.run(publish())
    own_rabbit_server.kill()
    own_rabbit_server.restart()
    assert asyncio.run(fetch()) == b"hello"


def test_object_storage_has_what_was_put_before_it_was_killed(own_s3_server: S3Server) -> None:
    client = BOTO3.client(
        "s3",
        endpoint_url=own_s3_server.url,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name=REGION,
        config=CONFIG.Config(s3={"addressing_style": "path"}, proxies={}),
    )
    client.create_bucket(Bucket="inbox")
    client.put_object(Bucket="inbox", Key="a b+ä.log", Body=b"\0\xff")
    for _ in range(2):
        own_s3_server.kill()
        own_s3_server.restart()
        assert [found["Key"] for found in client.list_objects_v2(Bucket="inbox")["Contents"]] == ["a b+ä.log"]
        assert client.get_object(Bucket="inbox", Key="a b+ä.log")["Body"].read() == b"\0\xff"
    client.close()


def test_mails_stay_when_their_server_is_killed(mail_server: MailServer) -> None:
    def send(subject: str) -> None:
        with smtplib.SMTP("127.0.0.1", mail_server.port) as client:
            client.sendmail("car@example.com", ["desk@example.com"], f"Subject: {subject}\r\n\r\ntext\r\n")

    send("first")
    mail_server.kill()
    mail_server.restart()
    send("second")
    mail_server.refuse("452 4.2.2 The mailbox is full")
    with pytest.raises(smtplib.SMTPDataError, match="full"):
        send("refused")
    mail_server.accept()
    send("third")
    assert [mail.message["subject"] for mail in mail_server.mails()] == ["first", "second", "third"]
    assert mail_server.mails()[0][:2] == ("car@example.com", ["desk@example.com"])


def test_brokers_that_were_down_have_what_they_acknowledged_and_take_the_rest(own_kafka_server: KafkaServer) -> None:
    topic = own_kafka_server.create("cars", 2)
    producer = KAFKA.Producer({"bootstrap.servers": own_kafka_server.address, "log_level": 0})
    produce(producer, topic, range(100))
    assert producer.flush() == 0
    own_kafka_server.kill()
    produce(producer, topic, range(100, 200))
    own_kafka_server.restart()
    assert producer.flush() == 0
    assert sorted(consumed(own_kafka_server, topic, 2)) == list(range(200))


def test_a_broker_says_what_it_was_told_to_say(own_kafka_server: KafkaServer) -> None:
    topic = own_kafka_server.create("cars")
    failures: list[Any] = []

    def delivered(failure: Any, _: Any) -> None:
        failures.append(failure and failure.name())

    producer = KAFKA.Producer({"bootstrap.servers": own_kafka_server.address, "log_level": 0})
    own_kafka_server.errors(PRODUCE, [TOO_LARGE])
    for _ in range(2):
        producer.produce(topic, b"0", on_delivery=delivered)
        producer.flush()
    assert failures == ["MSG_SIZE_TOO_LARGE", None]


def test_a_broker_without_a_command_of_that_name_says_so(own_kafka_server: KafkaServer) -> None:
    with pytest.raises(RuntimeError, match="rd_kafka_mock_broker_set_down"):
        own_kafka_server.kill(17)


def produce(producer: Any, topic: str, numbers: range) -> None:
    for number in numbers:
        producer.produce(topic, str(number).encode())


def consumed(server: KafkaServer, topic: str, partitions: int) -> list[int]:
    """What is in the topic, to its end."""
    consumer = KAFKA.Consumer(
        {
            "bootstrap.servers": server.address,
            "group.id": "test",
            "auto.offset.reset": "earliest",
            "enable.partition.eof": True,
            "log_level": 0,
        }
    )
    consumer.assign([KAFKA.TopicPartition(topic, number, 0) for number in range(partitions)])
    found: list[int] = []
    ends = 0
    while ends < partitions:
        message = consumer.poll(60)
        assert message is not None
        if message.error() is None:
            found.append(int(message.value()))
        else:
            assert message.error().name() == "_PARTITION_EOF"
            ends += 1
    consumer.close()
    return found


# -- what is left -----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="it reads the table of processes")
def test_rabbitmq_leaves_no_process_behind(own_rabbit_server: RabbitServer) -> None:
    mark = f"RABBITMQ_NODE_PORT={own_rabbit_server.port}\0".encode()
    names = processes_with(mark)
    assert {"epmd", "beam.smp"} <= set(names.values())
    ends = {pid: os.pidfd_open(pid) for pid in names}
    own_rabbit_server.stop()
    left = {names[pid] for pid, end in ends.items() if not select.select([end], [], [], 60)[0]}
    for end in ends.values():
        os.close(end)
    assert left == set()
    assert processes_with(mark) == {}


def processes_with(variable: bytes) -> dict[int, str]:
    """The names of the processes that have this in their environment, by their ids."""
    found: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile, or is somebody else's
            if variable in (folder / "environ").read_bytes():
                found[int(folder.name)] = (folder / "comm").read_text("utf-8").strip()
    return found
