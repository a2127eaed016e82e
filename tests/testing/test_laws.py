"""The laws can fail: each of them is broken here by a gateway with one mistake, and says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, settings

from fcbridge.gateway import SAMPLE_STAMP, Gateway, Invocation, Platform, Refusal, Stamp
from fcbridge.losses import SCHEME, Loss
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import platform
from fcbridge.testing import laws
from fcbridge.testing.laws import Laws, laws_of
from fcbridge_adapters.aliyun.apigateway import ApiGateway
from fcbridge_adapters.aliyun.http import HttpTrigger

ALIYUN = platform("aliyun")

Law = Callable[..., None]


class LosesHeaders(HttpTrigger):
    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Any:
        only_host = Headers(pair for pair in request.headers if pair[0] == "host")
        return super().compose(request.replace(headers=only_host), stamp)


class LosesStatus(HttpTrigger):
    def read(self, payload: bytes) -> Response:
        return super().read(payload).replace(status=200)


class DeclaresTooMuch(HttpTrigger):
    loses: tuple[Loss, ...] = (
        *HttpTrigger.loses,
        Loss(
            "body",
            "the body does not arrive",
            on_request=lambda request: request.replace(body=b""),
            witness=Request(body=b"x"),
        ),
    )


class DeclaresTwice(HttpTrigger):
    loses: tuple[Loss, ...] = (*HttpTrigger.loses, SCHEME)


class ChangesTheEvent(HttpTrigger):
    def parse(self, event: Any) -> Request:
        request = super().parse(event)
        event["headers"].clear()
        return request


class ComposesBytes(HttpTrigger):
    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Any:
        return {**super().compose(request, stamp), "extra": (1, 2)}


class ClaimsNothing(HttpTrigger):
    def matches(self, event: Any) -> bool:
        return False


class ClaimsAll(HttpTrigger):
    def matches(self, event: Any) -> bool:
        return True


class FailsInMatches(HttpTrigger):
    def matches(self, event: Any) -> bool:
        return "rawPath" in event


class FailsOnBrokenEvents(HttpTrigger):
    def parse(self, event: Any) -> Request:
        assert isinstance(event["body"], str)
        return super().parse(event)


class FailsOnBrokenPayloads(HttpTrigger):
    def read(self, payload: bytes) -> Response:
        json.loads(payload)
        return super().read(payload)


class WritesHeaders(HttpTrigger):
    def refuse(self, refusal: Refusal) -> Response:
        return Response(502, Headers([("x-why", f"{refusal.kind}\r\nset-cookie: a=1")]))


class AnswersNicely(HttpTrigger):
    def refuse(self, refusal: Refusal) -> Response:
        return Response(200)


class HasABadSample(HttpTrigger):
    def sample(self) -> Request:
        return Request(path="/a b", headers=Headers([("host", "api.example.com")]))


@pytest.mark.parametrize(
    ("gateway", "law", "says"),
    [
        (LosesHeaders(), Laws.test_parse_undoes_compose, "headers: .* was due"),
        (LosesStatus(), Laws.test_read_undoes_render, r"status: \d+ was due, 200 came"),
        (DeclaresTooMuch(), Laws.test_every_declared_loss_happens, "'body', but its witness comes through unharmed"),
        (DeclaresTwice(), Laws.test_every_declared_loss_happens, "two losses of fc3-http have one name"),
        (ChangesTheEvent(), Laws.test_parse_does_not_change_the_event, "changed the event"),
        (ComposesBytes(), Laws.test_compose_gives_a_json_value, "no JSON value: .*extra"),
        (ClaimsNothing(), Laws.test_matches_claims_what_compose_makes, "does not claim"),
        (ClaimsNothing(), Laws.test_the_sample_round_trips, "does not claim"),
        (FailsInMatches(), Laws.test_matches_takes_any_value, "not iterable"),
        (FailsOnBrokenEvents(), Laws.test_a_broken_event_is_a_request_or_a_malformed_event, "body"),
        (FailsOnBrokenPayloads(), Laws.test_read_takes_any_bytes, r"\w"),
        (WritesHeaders(), Laws.test_every_refusal_has_an_answer, "a line break in 'x-why'"),
        (AnswersNicely(), Laws.test_every_refusal_has_an_answer, "refuse.. answers 'method' with 200"),
        (HasABadSample(), Laws.test_the_sample_round_trips, "path: '/a b' was due, '/a%20b' came"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Gateway) else "",
)
def test_a_mistake_breaks_its_law(gateway: Gateway, law: Law, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Any example will do here, it need not be the smallest; and there is no end before one is found.
    monkeypatch.setattr(laws, "SETTINGS", settings(laws.SETTINGS, phases=[Phase.generate], max_examples=5000))
    with pytest.raises((Exception, pytest.fail.Exception), match=says):
        law(Laws(), gateway)


def test_a_greedy_sibling_breaks_the_law_of_siblings() -> None:
    class Greedy(Platform):
        name = "greedy"
        title = "Greedy"
        gateways = (ApiGateway(), ClaimsAll())
        signs = ()

        def invocation(self, context: object) -> Invocation:
            return Invocation()

    with pytest.raises(AssertionError, match="an event of fc-apigw is claimed by"):
        Laws().test_no_sibling_claims_the_event(Greedy.gateways[0], Greedy())


def test_the_suite_has_a_case_for_each_gateway_of_each_platform() -> None:
    suite: Any = laws_of(ALIYUN)
    assert issubclass(suite, Laws)
    with pytest.raises(ValueError, match="no gateway"):
        laws_of()
