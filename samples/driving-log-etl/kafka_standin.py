"""A Kafka broker for your machine, out of the client's own library: ``python -m kafka_standin``.

It keeps in memory the last megabytes of each topic, and makes a topic when it is first asked for one.
"""

import sys

from confluent_kafka import Producer


def main() -> None:
    host = Producer({"test.mock.num.brokers": 1, "log_level": 0})
    [broker] = host.list_topics(timeout=30).brokers.values()
    print(f"export KAFKA_BROKERS={broker.host}:{broker.port}", flush=True)
    print("Ctrl-C ends it", file=sys.stderr)
    try:
        while True:
            host.poll(3600)
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
