"""The process of the Kafka brokers: librdkafka's mock cluster, by ctypes out of the wheel of confluent-kafka.

``python -m tests.services.kafka_program BROKERS`` writes where the brokers listen as a line of JSON, takes commands as
lines of JSON, and answers each with one. https://github.com/confluentinc/librdkafka/blob/master/src/rdkafka_mock.h
"""

from __future__ import annotations

import ctypes
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PRODUCER = 0  # RD_KAFKA_PRODUCER


class Cluster:
    """Brokers with the ids from 1 on."""

    def __init__(self, brokers: int) -> None:
        self._library = library()
        reason = ctypes.create_string_buffer(512)
        configuration = ctypes.c_void_p(self._function("rd_kafka_conf_new", ctypes.c_void_p)())
        new = self._function("rd_kafka_new", ctypes.c_void_p)
        client = new(PRODUCER, configuration, reason, ctypes.c_size_t(len(reason)))
        if not client:
            raise RuntimeError(reason.value.decode())
        self._cluster = ctypes.c_void_p(
            self._function("rd_kafka_mock_cluster_new", ctypes.c_void_p)(ctypes.c_void_p(client), brokers)
        )
        self.addresses: str = self._function("rd_kafka_mock_cluster_bootstraps", ctypes.c_char_p)(
            self._cluster
        ).decode()
        self._brokers = brokers

    def topic(self, name: str, partitions: int) -> None:
        self._done("rd_kafka_mock_topic_create", name.encode(), partitions, self._brokers)

    def down(self, broker: int) -> None:
        self._done("rd_kafka_mock_broker_set_down", broker)

    def up(self, broker: int) -> None:
        self._done("rd_kafka_mock_broker_set_up", broker)

    def delay(self, broker: int, milliseconds: int) -> None:
        self._done("rd_kafka_mock_broker_set_rtt", broker, milliseconds)

    def errors(self, request: int, codes: list[int]) -> None:
        """The next requests of this kind are answered with these errors, in their order."""
        array = (ctypes.c_int * len(codes))(*codes)
        push = self._function("rd_kafka_mock_push_request_errors_array", None)
        push(self._cluster, ctypes.c_int16(request), ctypes.c_size_t(len(codes)), array)

    def well(self, request: int) -> None:
        """No errors any more."""
        self._function("rd_kafka_mock_clear_request_errors", None)(self._cluster, ctypes.c_int16(request))

    def topic_error(self, name: str, code: int) -> None:
        """Every produce request to the topic is answered with this, until it is 0."""
        self._function("rd_kafka_mock_topic_set_error", None)(self._cluster, name.encode(), code)

    def leader(self, name: str, partition: int, broker: int) -> None:
        self._done("rd_kafka_mock_partition_set_leader", name.encode(), partition, broker)

    def _done(self, name: str, *arguments: object) -> None:
        code = self._function(name, ctypes.c_int)(self._cluster, *arguments)
        if code:
            raise RuntimeError(f"{name}: {self._function('rd_kafka_err2str', ctypes.c_char_p)(code).decode()}")

    def _function(self, name: str, result: Any) -> Any:
        function = self._library[name]
        function.restype = result
        return function


def library() -> ctypes.CDLL:
    """librdkafka, which wheels keep beside or inside the package."""
    spec = find_spec("confluent_kafka")
    assert spec is not None and spec.origin is not None
    package = Path(spec.origin).parent
    for folder in (package.with_name("confluent_kafka.libs"), package / ".dylibs"):
        for path in sorted(folder.glob("librdkafka*")):
            __import__("confluent_kafka.cimpl")  # loads what it needs in its turn
            return ctypes.CDLL(str(path))
    raise RuntimeError("confluent-kafka was not installed as a wheel, and so without a librdkafka of its own")


def main(brokers: int) -> None:
    cluster = Cluster(brokers)
    print(json.dumps({"addresses": cluster.addresses}), flush=True)
    for line in sys.stdin:  # which ends with the test run
        command, *arguments = json.loads(line)
        try:
            getattr(cluster, command)(*arguments)
        except Exception as error:
            print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
        else:
            print(json.dumps({}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
