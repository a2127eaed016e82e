"""The memory that one invocation takes at its peak, with 5 MB in the request or in the response.

Measured by tracemalloc, which is exact: the most that is allocated at once, above what was allocated before the call.
The event is there before, the result is counted. So a request takes 5.0 MB at least, the bytes that the app reads, and
a response 6.67 MB, the base64 of its body; what is above that are copies. MB are 2**20 bytes. The Express pattern has
the server in the same process.
"""

from __future__ import annotations

import gc
import logging
import tracemalloc
from collections.abc import Iterable, Iterator

from .apps import APPS, App
from .contestants import FAST, FC, FC_APIGW, FC_BYTES, HTTP_API, OFF, OURS, REST, chosen, entered
from .entry import Entry
from .events import REQUEST_5, RESPONSE_5, Case
from .table import Goal, Table

_OURS = ((OURS, REST), (OURS, HTTP_API), (OURS, FC), (OURS, FC_BYTES), (FAST, REST), (FAST, FC_BYTES))
_PEERS = ((OFF, REST), ("apig-wsgi", REST), ("serverless-wsgi", REST), ("awsgi", REST), ("Express pattern", FC_APIGW))

_APPS = tuple(app for app in APPS if app.name in ("raw-asgi", "raw-wsgi"))
_CASES = (REQUEST_5, RESPONSE_5)

# MB, in the order of the cases: what there has to be, and what there may be.
_LEAST = (5.0, 5.0 * 4 / 3)
_AIMS = (5.3, 7.1)

Key = tuple[str, str]


def tables(quick: bool = False) -> Iterator[Table]:
    """One table an app. It takes a second or two, quick or not."""
    for app in _APPS:
        peaks = [measured(app, case, (*_OURS, *_PEERS)) for case in _CASES]
        rows = [["the least there is", "", *(f"{least:.2f}" for least in _LEAST)]]
        rows += [[*key, *(f"{of_case[key]:.2f}" for of_case in peaks)] for key in peaks[0]]
        yield Table(
            f"{app.name}: MB at the peak of one invocation",
            ["", "event", *(f"{case.name}:" for case in _CASES)],
            rows,
            {
                case.name: {" | ".join(key): peak for key, peak in of_case.items()}
                for case, of_case in zip(_CASES, peaks, strict=True)
            },
        )


def goals(quick: bool = False) -> Iterator[Goal]:
    """The worse one of ASGI and WSGI."""
    for case, aim in zip(_CASES, _AIMS, strict=True):
        peaks = [measured(app, case, _OURS) for app in _APPS]
        for name, event in peaks[0]:
            worst = max(of_app[name, event] for of_app in peaks)
            case_name = f"{case.name}: memory at the peak, {name} ({event})"
            yield Goal(case_name, f"{worst:.2f} MB", f"<= {aim} MB", worst <= aim)


def measured(app: App, case: Case, keys: Iterable[Key]) -> dict[Key, float]:
    """MB of each contestant that is there, after its answer is checked. Raises ValueError where that is wrong."""
    logging.getLogger("fcbridge").setLevel(logging.CRITICAL)  # of 5 MB it says that the platform takes less
    peaks: dict[Key, float] = {}
    for contestant in chosen(app, case, keys):
        entry = entered(contestant, app.make(), app.interface, case)
        try:
            peaks[contestant.key] = peak(entry) / 2**20
        finally:
            entry.close()
    return peaks


def peak(entry: Entry) -> int:
    """Bytes, above what was there before the call. Of the second call: the first may have something to remember."""
    entry.prepare()
    gc.collect()
    tracemalloc.start()
    try:
        entry.call()
        tracemalloc.reset_peak()
        held, _ = tracemalloc.get_traced_memory()
        result = entry.call()
        _, most = tracemalloc.get_traced_memory()
        del result
        return most - held
    finally:
        tracemalloc.stop()
