from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def loaded(statement: str) -> set[str]:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", program], check=True, stdout=subprocess.PIPE, text=True)
    return set(done.stdout.split())


def test_the_package_loads_neither_store() -> None:
    assert {"sqlite3", "redis"}.isdisjoint(loaded("import fcbridge.once"))


def test_each_store_loads_its_own_library_only() -> None:
    modules = loaded("from fcbridge.once import SQLiteStore; SQLiteStore('x')")
    assert "sqlite3" in modules and "redis" not in modules
    assert {"sqlite3", "redis"}.isdisjoint(loaded("from fcbridge.once import RedisStore"))
