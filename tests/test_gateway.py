"""The contracts themselves: what is made late, and which gateway is asked first."""

from __future__ import annotations

from typing import Any

import pytest

import fcbridge.gateway
import fcbridge.outside
from fcbridge.gateway import Gateway, Invocation, Platform, lazy
from fcbridge.registry import gateway, gateways, platform_of
from fcbridge.testing.laws import arrived

SEVERAL = [name for name in sorted(gateways()) if len(platform_of(name).gateways) > 1]


class Cloud:
    made = 0

    @lazy
    def doors(self) -> list[str]:
        self.made += 1
        return ["http"]


class OtherCloud(Cloud):
    doors = ["websocket"]  # noqa: RUF012


def test_a_lazy_attribute_is_made_once_for_an_instance() -> None:
    cloud = Cloud()
    assert cloud.made == 0
    assert cloud.doors is cloud.doors
    assert (cloud.doors, cloud.made) == (["http"], 1)


def test_a_lazy_attribute_of_one_instance_is_not_that_of_another() -> None:
    assert Cloud().doors is not Cloud().doors


def test_a_class_has_its_lazy_attribute_too() -> None:
    class Region(Cloud):
        pass

    assert Region.doors == ["http"]


def test_a_plain_attribute_takes_the_place_of_a_lazy_one() -> None:
    assert OtherCloud().doors == ["websocket"]


@pytest.mark.parametrize("name", ["Refusal", "Runtime", "Settings"])
def test_the_words_of_the_outside_are_names_of_the_contracts(name: str) -> None:
    assert getattr(fcbridge.gateway, name) is getattr(fcbridge.outside, name)


def test_another_name_is_none_of_the_contracts() -> None:
    with pytest.raises(AttributeError, match=r"^module 'fcbridge\.gateway' has no attribute 'Refusals'$"):
        _ = fcbridge.gateway.Refusals  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


@pytest.mark.parametrize("name", SEVERAL)
def test_an_event_looks_like_the_gateway_that_it_came_through_or_like_none(name: str) -> None:
    door = gateway(name)
    likely = platform_of(name).likely(arrived(door, door.sample()))
    assert likely is None or likely is door


@pytest.mark.parametrize(
    "event",
    [None, 7, "text", b"{}", [], {}, {"version": []}, {"rawPath": None}, {"resource": 1}, {"httpMethod": {}}, object()],
    ids=repr,
)
@pytest.mark.parametrize("name", sorted({platform_of(name).name for name in SEVERAL}))
def test_whatever_an_event_looks_like_is_no_error_and_no_decision(name: str, event: object) -> None:
    owner = next(platform_of(door) for door in SEVERAL if platform_of(door).name == name)
    owner.likely(event)
    assert owner.door(event, None) is None


def test_a_wrong_guess_leaves_the_decision_to_the_others() -> None:
    asked: list[str] = []
    rest, http = gateway("aws-rest"), gateway("aws-http-v2")

    class Guessing(Platform):
        name = "guessing"
        title = "Guessing"
        gateways = (http, rest)
        signs = ()

        def likely(self, event: Any) -> Gateway | None:
            asked.append("likely")
            return http

        def invocation(self, context: object) -> Invocation:
            return Invocation()

    assert Guessing().door(arrived(rest, rest.sample()), None) is rest
    assert asked == ["likely"]
