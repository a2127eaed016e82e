"""The servers as fixtures. The shared ones stay up: whoever kills a server asks for one of his own (``own_...``).

Where a server is not installed its tests are skipped, and say what to do. In CI, where ``CI`` is set, they fail.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from .kafka import KafkaServer
from .mail import MailServer
from .packages import NotInstalled
from .rabbitmq import RabbitServer
from .redis import RedisServer
from .s3 import S3Server

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path
    from typing import TypeVar

    from .process import Server

    Some = TypeVar("Some", bound=Server)


@pytest.fixture(scope="session")
def kafka_server() -> Iterator[KafkaServer]:
    """Three brokers; a test makes topics of its own names."""
    with KafkaServer() as server:
        yield server


@pytest.fixture
def own_kafka_server() -> Iterator[KafkaServer]:
    with KafkaServer() as server:
        yield server


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A test makes buckets of its own names."""
    with S3Server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def own_s3_server(tmp_path: Path) -> Iterator[S3Server]:
    with S3Server(tmp_path) as server:
        yield server


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    """It wants no login. It starts at once, so that every test has its own."""
    with MailServer(tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A test uses keys of its own."""
    with started(RedisServer(tmp_path_factory.mktemp("redis"))) as server:
        yield server


@pytest.fixture
def own_redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    with started(RedisServer(tmp_path)) as server:
        yield server


@pytest.fixture(scope="session")
def rabbit_server() -> Iterator[RabbitServer]:
    """A test uses queues of its own names. It takes seconds to start."""
    with started(RabbitServer()) as server:
        yield server


@pytest.fixture
def own_rabbit_server() -> Iterator[RabbitServer]:
    with started(RabbitServer()) as server:
        yield server


@contextmanager
def started(server: Some) -> Generator[Some]:
    """The server, running; the test is skipped where it is not installed, and fails for it in CI."""
    try:
        server.start()
    except NotInstalled as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
    try:
        yield server
    finally:
        server.stop()
