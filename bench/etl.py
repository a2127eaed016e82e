"""A file on its way from a store to Kafka: ``samples/driving-log-etl`` measures itself, in processes of its own.

A file that is read as a stream takes the same memory, however large it is. The broker is librdkafka's mock cluster, so
the throughput is that of the function and its client.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .table import Table

_SAMPLE = Path(__file__).parents[1] / "samples" / "driving-log-etl"
_SIZES, _QUICK = ("10", "100", "1000"), ("1", "4")


def tables(quick: bool = False) -> Iterator[Table]:
    """One table: a row a size, in MB of a million bytes; the large one takes minutes."""
    done = subprocess.run(
        [sys.executable, "bench.py", *(_QUICK if quick else _SIZES)],
        cwd=_SAMPLE,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    _, *rows = [line.split() for line in done.stdout.splitlines()]
    columns = ["MB:", "lines:", "s:", "lines/s:", "MB/s:", "memory at the peak, MB:"]
    medians = {f"{size} MB": dict(zip(columns[1:], map(float, rest), strict=True)) for size, *rest in rows}
    yield Table("driving-log-etl: a file of a store becomes messages of Kafka", columns, rows, medians)
