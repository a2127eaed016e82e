"""The way from numbered lines to Kafka."""

from collections.abc import Iterable
from typing import NamedTuple

from delivery import Delivery
from readings import Broken, reading
from settings import Settings

#: How much of a broken line its dead letter has, in bytes: brokers refuse large messages.
KEPT = 64 * 1024


class Loaded(NamedTuple):
    """What became of the lines of one event."""

    readings: int
    broken: int


def load(event: str, origin: str, lines: Iterable[tuple[int, bytes]], settings: Settings) -> Loaded:
    """Bring lines to Kafka, all of them or, with an exception, none.

    ``event`` is what the lines are known by when they come again, ``origin`` is where they are from, for people.
    """
    readings = broken = 0
    with Delivery(settings, event) as delivery:
        for number, line in lines:
            try:
                car, message = reading(line)
            except Broken as reason:
                broken += 1
                why = [("reason", str(reason)), ("line", str(number)), ("origin", origin)]
                delivery.send(settings.dead_letters_topic, number, line[:KEPT], None, *why)
            else:
                readings += 1
                # One car, one partition: its readings stay in their order.
                delivery.send(settings.readings_topic, number, message, car)
    return Loaded(readings, broken)
