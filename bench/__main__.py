"""``python -m bench``: prints the tables."""

from __future__ import annotations

import argparse
import os
import platform

from . import cold, invocation
from .apps import APPS
from .contestants import versions


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What an adapter adds to an app.")
    parser.add_argument("what", nargs="?", choices=["invocation", "cold"], help="one of the two; both by default")
    parser.add_argument("--quick", action="store_true", help="see that everything works; the numbers mean little")
    parser.add_argument("--app", action="append", choices=[app.name for app in APPS], help="of the invocations")
    options = parser.parse_args()

    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} CPUs")
    print(", ".join(f"{name} {number}" for name, number in versions().items()), end="\n\n")
    if options.what != "cold":
        apps = [app for app in APPS if not options.app or app.name in options.app]
        rounds, batch = (3, 0.0002) if options.quick else (60, 0.002)
        for table in invocation.tables(apps, rounds, batch):
            print(table, flush=True)
    if options.what != "invocation":
        for table in cold.tables(1, warm=False) if options.quick else cold.tables(11):
            print(table, flush=True)


if __name__ == "__main__":
    main()
