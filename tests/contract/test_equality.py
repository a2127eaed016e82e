"""The same app through every gateway gives the same HTTP answer, except for what the gateway declares."""

from __future__ import annotations

from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.registry import gateway, gateways, platform_of
from fcbridge.runners.interface import make_runner
from tests.contract.equality import REQUESTS, Tally, asgi_app, compare, table, wsgi_app

APPS: dict[str, Any] = {"asgi3": asgi_app, "wsgi": wsgi_app}


def test_there_are_at_least_sixty_requests() -> None:
    assert len(REQUESTS) >= 60


@pytest.mark.parametrize("interface", APPS)
@pytest.mark.parametrize("name", sorted(gateways()))
def test_every_answer_is_the_direct_one_but_for_declared_losses(
    name: str, interface: Any, tallies: dict[str, Tally]
) -> None:
    door, app, tally = gateway(name), APPS[interface], Tally()
    direct = make_runner(app, interface=interface, lifespan="off", background_budget=5.0, raise_late=False)
    wrong: dict[str, str] = {}
    with bridge(app, platform=platform_of(name), interface=interface, lifespan="off") as handler:
        for title, request in REQUESTS.items():
            fault = compare(door, handler, lambda one: direct(one, None), request, tally)
            if fault is not None:
                wrong[title] = fault
    direct.stop()
    assert not wrong, "\n".join([f"{title}:\n{fault}" for title, fault in wrong.items()])
    assert tally.same + tally.losses + tally.refused == len(REQUESTS)
    # A gateway that changes every answer would be no bridge.
    assert tally.same > len(REQUESTS) // 2, table({name: tally})
    tallies[name] = tally
