"""The pytest plugin. It is loaded in every test run beside an installed fcbridge, so it imports nothing of weight."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    from typing_extensions import Unpack

    from ..gateway import Gateway, Settings
    from .client import Client
    from .options import ClientOptions

    class FunctionClient(Protocol):
        """Makes clients; see :class:`fcbridge.testing.Client` for what they take."""

        def __call__(
            self,
            app: object,
            gateway: str | Gateway | None = None,
            *,
            limits: bool = True,
            settings: Settings | None = None,
            raise_app_exceptions: bool = True,
            **options: Unpack[ClientOptions],
        ) -> Client: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("fcbridge").addoption(
        "--fcbridge-gateway",
        metavar="NAME",
        default=None,
        help="the gateway of function_client where a test names none (fc3-http)",
    )


@pytest.fixture
def function_client(pytestconfig: pytest.Config) -> Iterator[FunctionClient]:
    """``function_client(app, gateway="fc3-http")`` starts the app and gives a client; all stop when the test ends."""
    from . import Client

    chosen: str = pytestconfig.getoption("--fcbridge-gateway") or "fc3-http"
    with ExitStack() as clients:

        def open_client(app: object, gateway: str | Gateway | None = None, **options: object) -> Client:
            return clients.enter_context(Client(app, chosen if gateway is None else gateway, **options))  # type: ignore[arg-type]

        yield open_client
