"""What the environment says."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """One field a variable, of the same name in capitals."""

    kafka_brokers: str = "127.0.0.1:9092"
    #: librdkafka's own settings, as ``security.protocol=SASL_SSL;sasl.username=etl``: what a cloud's brokers want.
    kafka_options: dict[str, str] = field(default_factory=dict)
    #: ``off`` for brokers that have no transactions.
    kafka_transactions: bool = True
    #: Seconds after which a message that no broker has acknowledged has failed, and the invocation with it.
    kafka_patience: float = 120.0

    readings_topic: str = "driving"
    dead_letters_topic: str = "driving-dead-letters"

    #: Which bucket is read, and which keys of it; ``*`` is any text.
    inbox: str = "*"
    inbox_keys: str = "raw/*.log"

    #: The kind of store: oss, s3, cos, obs or fs. Empty where the event tells it.
    storage: str = ""
    storage_endpoint: str = ""
    #: For fs: the directory that holds the buckets.
    storage_root: str = ""

    #: Where it is written down which events have been done: a file, or the URL of a Redis that all instances share.
    done_store: str = "/tmp/driving-log-etl.sqlite3"

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises ValueError for what cannot be meant."""
        given: dict[str, object] = {
            name: environ[name.upper()] for name in cls.__dataclass_fields__ if environ.get(name.upper())
        }
        if "kafka_options" in given:
            given["kafka_options"] = dict(_option(text) for text in environ["KAFKA_OPTIONS"].split(";") if text.strip())
        if "kafka_transactions" in given:
            given["kafka_transactions"] = _switch("KAFKA_TRANSACTIONS", environ["KAFKA_TRANSACTIONS"])
        if "kafka_patience" in given:
            given["kafka_patience"] = float(environ["KAFKA_PATIENCE"])
        return cls(**given)  # type: ignore[arg-type]


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError("KAFKA_OPTIONS has to look like name=value;name=value")
    return name.strip(), value.strip()


def _switch(name: str, text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError(f"{name} has to be on or off")
    return text == "on"
