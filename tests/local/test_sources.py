from __future__ import annotations

import json

import pytest

from fcbridge import registry
from fcbridge.errors import AmbiguousTrigger, BridgeError, InvalidOption, UnknownTrigger
from fcbridge.local import sources as subject
from fcbridge.local.sources import caller, claims, source, sources, takes
from fcbridge.registry import gateway, platform
from tests.local.fake_sources import OBJECT, platforms


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "platforms", platforms)


@pytest.mark.parametrize(
    ("name", "of_platform", "likely", "found"),
    [
        ("here-store", None, None, "here-store"),
        ("store", None, None, "here-store"),
        ("store", None, "there", "here-store"),  # the only one there is, whatever the project is for
        ("queue", None, "here", "here-queue"),
        ("queue", None, "there", "there-queue"),
        ("queue", "there", "here", "there-queue"),
        ("timer", None, "there", "there-timer"),  # it has two, and this one bears its name
        ("timer", "there", None, "there-timer"),
        ("old-timer", "there", None, "old-timer"),
        ("here-queue", None, "there", "here-queue"),
        ("text", None, None, "there-text"),
    ],
)
def test_a_name_is_full_or_as_short_as_it_can_be(
    fakes: None, name: str, of_platform: str | None, likely: str | None, found: str
) -> None:
    assert source(name, of_platform, likely).name == found


def refusal(name: str, of_platform: str | None = None, likely: str | None = None) -> BridgeError:
    with pytest.raises(BridgeError) as caught:
        source(name, of_platform, likely, ask=", or --platform")
    return caught.value


def test_a_short_name_of_several_is_refused_with_the_full_ones(fakes: None) -> None:
    error = refusal("queue")
    assert isinstance(error, AmbiguousTrigger)
    assert str(error) == (
        "The trigger 'queue' may be here-queue or there-queue.\nhint: type one of these, or --platform"
    )


def test_a_name_that_there_is_not_is_answered_with_the_nearest(fakes: None) -> None:
    error = refusal("stoer")
    assert isinstance(error, UnknownTrigger)
    assert str(error) == (
        "There is no trigger 'stoer'.\nhint: did you mean 'here-store'? fcbridge event list shows them"
    )


def test_a_name_that_only_another_platform_has_is_refused(fakes: None) -> None:
    assert str(refusal("store", "there")).startswith("There is no trigger 'store' of the platform 'there'.")
    assert "none of the platform 'there'" in str(refusal("here-store", "there"))


@pytest.mark.parametrize(
    ("name", "kind"), [("here-store", "object"), ("here-queue", "message"), ("there-blob", "cloudevent")]
)
def test_a_kind_is_one_word(fakes: None, name: str, kind: str) -> None:
    assert sources()[name].kind == kind


def test_who_claims_a_payload_is_asked_of_all(fakes: None) -> None:
    payload = sources()["here-store"].trigger.compose([OBJECT])
    assert [found.name for found in claims(payload)] == ["here-store"]
    assert claims({"from": "elsewhere"}) == []


def test_every_source_of_every_platform_has_a_name_of_its_own() -> None:
    owners = registry.platforms().values()
    assert len(sources()) > sum(len(owner.triggers) for owner in owners) > 0
    assert all(sources()[trigger.name].trigger is trigger for owner in owners for trigger in owner.triggers)
    assert set(sources()).isdisjoint(registry.gateways())


# -- who calls the function -------------------------------------------------------------------------------------------


def test_a_runtime_that_speaks_http_only_takes_no_other_event() -> None:
    assert takes(gateway("fc3-http"), {"events": []})
    assert takes(gateway("fc3-http"), b"\xff")
    assert not takes(gateway("fc2-http"), {"events": []})
    assert not takes(gateway("gcf-http"), {"events": []})


def test_it_is_called_by_the_gateway_that_is_played_if_that_can() -> None:
    aliyun = platform("aliyun")
    assert caller(aliyun, {}, gateway("fc-apigw")).name == "fc-apigw"
    assert caller(aliyun, {}, gateway("fc2-http")).name == "fc3-http"
    assert caller(aliyun, {}, gateway("aws-rest")).name == "fc3-http"
    with pytest.raises(InvalidOption, match="No runtime of"):
        caller(platform("knative"), {})


@pytest.mark.parametrize("name", sorted(sources()))
def test_every_source_has_a_runtime_that_is_called_with_its_events(name: str) -> None:
    found = sources()[name]
    payload = found.trigger.compose(found.trigger.sample())
    value = payload if isinstance(payload, (bytes, str)) else json.loads(json.dumps(payload))
    assert caller(found.platform, value).name in {gateway.name for gateway in found.platform.gateways}
