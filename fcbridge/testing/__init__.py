"""The test kit: an httpx client over a handler, and the laws that every gateway keeps.

    from fcbridge.testing import Client

    def test_hello():
        with Client("index:app") as client:
            assert client.get("/hello").json() == {"hello": "world"}

Names are imported when they are asked for: pytest loads this package for its plugin, and httpx takes its time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AsyncClient, Client
    from .transport import GatewayTransport, LossWarning

__all__ = ["AsyncClient", "Client", "GatewayTransport", "LossWarning"]

_MODULES = {
    "AsyncClient": "client",
    "Client": "client",
    "GatewayTransport": "transport",
    "LossWarning": "transport",
}


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    from .extras import missing

    try:
        return getattr(import_module(f".{module}", __name__), name)
    except ModuleNotFoundError as error:
        if error.name not in ("anyio", "httpx"):
            raise
        raise missing(f"{__name__}.{name}", error, '"fcbridge[testing]"') from error


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
