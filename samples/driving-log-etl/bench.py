"""How fast files go to Kafka, and how much memory that takes: ``python bench.py [MEGABYTES ...]``.

Each size is loaded in a process of its own, from a file on disk, through the same code that the function runs; the
broker is another process. A file that is read as a stream takes the same memory, however large it is.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MEGABYTE = 1_000_000
SIZES = [10, 100, 1000]
BUCKET, KEY = "inbox", "raw/driving.log"


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or SIZES
    broker = subprocess.Popen(
        [sys.executable, "-m", "kafka_standin"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert broker.stdout is not None
    try:
        address = broker.stdout.readline().strip().removeprefix("export KAFKA_BROKERS=")
        print(f"{'megabytes':>10} {'lines':>12} {'seconds':>9} {'lines/s':>10} {'MB/s':>7} {'peak memory, MB':>16}")
        for size in sizes:
            with tempfile.TemporaryDirectory() as root:
                written(Path(root, BUCKET, KEY), size * MEGABYTE)
                result = measured(root, address)
            lines, seconds, peak = result["lines"], result["seconds"], result["peak"]
            print(
                f"{size:>10} {lines:>12} {seconds:>9.1f} {lines / seconds:>10.0f} {size / seconds:>7.1f} "
                f"{peak / MEGABYTE:>16.1f}",
                flush=True,
            )
    finally:
        broker.terminate()
        broker.wait()
        broker.stdout.close()


def written(path: Path, size: int) -> None:
    """A driving log of so many bytes, of a hundred cars; every thousandth line is broken."""
    path.parent.mkdir(parents=True)
    lines = [
        json.dumps({"carID": f"B-{number % 100:04d}", "speed": number % 1500 / 10, "at": "2026-03-02T08:15:31Z"})
        for number in range(999)
    ]
    piece = ("\n".join([*lines, "broken"]) + "\n").encode()
    with path.open("wb") as file:
        while file.tell() + len(piece) <= size:
            file.write(piece)
        file.write(b"\n" * (size - file.tell()))


def measured(root: str, address: str) -> dict[str, float]:
    """What a process says that loads the file and ends."""
    environ = {**os.environ, "STORAGE": "fs", "STORAGE_ROOT": root, "KAFKA_BROKERS": address, "KAFKA_PATIENCE": "600"}
    done = subprocess.run(
        [sys.executable, __file__, "--load"], env=environ, stdout=subprocess.PIPE, text=True, check=True
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def load_one() -> None:
    from fcbridge import ObjectEvent

    from lines import lines
    from loading import load
    from settings import Settings
    from storage import opened

    settings = Settings.of(os.environ)
    event = ObjectEvent(id=f"bench/{os.getpid()}", bucket=BUCKET, key=KEY)
    began = time.perf_counter()
    with opened(event, None, settings) as file:
        loaded = load(event.id, KEY, lines(file), settings)
    seconds = time.perf_counter() - began
    # Of the process, since it began: Linux counts in kilobytes, macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"lines": loaded.readings + loaded.broken, "seconds": seconds, "peak": peak}))


if __name__ == "__main__":
    load_one() if sys.argv[1:] == ["--load"] else main()
