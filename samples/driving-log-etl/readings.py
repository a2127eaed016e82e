"""A line of a driving log, and what of it goes to Kafka."""

import json

from lines import LONGEST


class Broken(Exception):
    """Why a line is no reading. It names what is wrong and not the contents, which may be anything."""


def reading(line: bytes) -> tuple[str, bytes]:
    """The ``carID`` of a line, and the message: JSON with ``carID`` and ``speed``. Raises Broken.

    Further fields of the line stay where they are.
    """
    if len(line) > LONGEST:
        raise Broken(f"longer than {LONGEST} bytes")
    try:
        record = json.loads(line.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Broken("not UTF-8") from None
    except (ValueError, RecursionError):
        raise Broken("not JSON") from None
    if not isinstance(record, dict):
        raise Broken("no JSON object")
    return of_record(record.get("carID"), record.get("speed"))


def of_record(car: object, speed: object) -> tuple[str, bytes]:
    """The same of the two values. Raises Broken."""
    if isinstance(car, int) and not isinstance(car, bool):
        car = str(car)
    if not isinstance(car, str) or not car:
        raise Broken("carID is missing" if car is None else "carID is no text")
    if not isinstance(speed, (int, float)) or isinstance(speed, bool):
        raise Broken("speed is missing" if speed is None else "speed is no number")
    return car, b'{"carID": %s, "speed": %s}' % (json.dumps(car).encode(), json.dumps(speed).encode())


def _no_number(name: str) -> object:
    """NaN and Infinity, which Python would take and JSON has not."""
    raise ValueError(name)
