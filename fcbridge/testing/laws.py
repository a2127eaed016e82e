"""The laws of a gateway as a test suite. A platform's own test file is one line:

    # tests/test_laws.py
    from fcbridge.testing.laws import laws_of
    from fcbridge_mycloud import PLATFORM

    TestLaws = laws_of(PLATFORM)

pytest then runs every law for every gateway, and a broken one shows the smallest message that breaks it. The two laws
that matter most are not enough alone, because a symmetrical mistake passes them: keep example events with the exact
request that each must become beside this.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..document import load_event
from ..errors import MalformedEvent
from ..gateway import Invocation, Refusal, Settings
from ..losses import request_behind, response_behind, same_request, same_response
from ..model import Headers, Request, Response
from .extras import missing

try:
    import pytest
    from hypothesis import HealthCheck, given, reject
    from hypothesis import settings as hypothesis_settings
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise missing(__name__, error, "pytest hypothesis") from error

from .strategies import json_values, mutations, requests, responses

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..gateway import Gateway, Platform
    from ..losses import Loss
    from ..model import Glance

    Law = Callable[..., None]

_REQUEST_ID = "1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b"

#: A slow machine is no broken law.
SETTINGS = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Laws:
    """One method a law; ``gateway`` and ``platform`` come from :func:`laws_of`."""

    # -- the four verbs ------------------------------------------------------------------------------------------------

    def test_parse_undoes_compose(self, gateway: Gateway) -> None:
        """``parse(compose(request)) == request``, up to the declared losses, through the runtime and JSON."""

        @SETTINGS
        @given(request=requests())
        def law(request: Request) -> None:
            _same(request_behind(gateway.loses, request), gateway.parse(arrived(gateway, request)), gateway)

        law()

    def test_read_undoes_render(self, gateway: Gateway) -> None:
        """``read(render(response, event)) == response``, up to the declared losses, through the runtime."""

        @SETTINGS
        @given(response=responses(), request=requests())
        def law(response: Response, request: Request) -> None:
            _same(response_behind(gateway.loses, response), answered(gateway, response, request), gateway)

        law()

    def test_the_sample_round_trips(self, gateway: Gateway) -> None:
        sample = gateway.sample()
        event = arrived(gateway, sample)
        assert gateway.matches(event), "matches() does not claim what compose() makes of sample()"
        _same(request_behind(gateway.loses, sample), gateway.parse(event), gateway)

    def test_every_declared_loss_happens(self, gateway: Gateway) -> None:
        """Without the loss, what arrives of its witness would not be what the other losses leave."""
        names = [loss.name for loss in gateway.loses]
        assert len(names) == len(set(names)), f"two losses of {gateway.name} have one name: {names}"
        for loss in gateway.loses:
            others = [other for other in gateway.loses if other is not loss]
            assert not _survives(gateway, loss, others), (
                f"{gateway.name} declares the loss {loss.name!r}, but its witness comes through unharmed"
            )
            assert _survives(gateway, loss, gateway.loses), (
                f"the witness of {loss.name!r} is changed by {gateway.name} in more ways than it declares"
            )

    # -- events --------------------------------------------------------------------------------------------------------

    def test_compose_gives_a_json_value(self, gateway: Gateway) -> None:
        @SETTINGS
        @given(request=requests())
        def law(request: Request) -> None:
            event = gateway.compose(request)
            assert json.loads(json.dumps(event, allow_nan=False)) == event, f"compose() gives no JSON value: {event!r}"

        law()

    def test_matches_claims_what_compose_makes(self, gateway: Gateway) -> None:
        @SETTINGS
        @given(request=requests())
        def law(request: Request) -> None:
            assert gateway.matches(arrived(gateway, request)) is True, "matches() does not claim what compose() makes"

        law()

    def test_no_sibling_claims_the_event(self, gateway: Gateway, platform: Platform) -> None:
        @SETTINGS
        @given(request=requests())
        def law(request: Request) -> None:
            event = arrived(gateway, request)
            claims = [other.name for other in platform.gateways if other is not gateway and other.matches(event)]
            assert not claims, f"an event of {gateway.name} is claimed by {claims} too"

        law()

    def test_matches_takes_any_value(self, gateway: Gateway) -> None:
        @SETTINGS
        @given(event=json_values() | st.binary() | st.just(object()))
        def law(event: object) -> None:
            assert gateway.matches(event) in (True, False), "matches() gives no bool"

        law()

    def test_parse_does_not_change_the_event(self, gateway: Gateway) -> None:
        @SETTINGS
        @given(request=requests())
        def law(request: Request) -> None:
            event = arrived(gateway, request)
            before = frozen(event)
            gateway.parse(event)
            assert frozen(event) == before, "parse() changed the event"

        law()

    def test_a_broken_event_is_a_request_or_a_malformed_event(self, gateway: Gateway) -> None:
        """Where ``matches`` still claims it: nothing but MalformedEvent leaves ``parse``."""

        @SETTINGS
        @given(choice=st.data(), request=requests())
        def law(choice: st.DataObject, request: Request) -> None:
            event = choice.draw(mutations(arrived(gateway, request)), label="event")
            if not gateway.matches(event):
                return
            try:
                parsed = gateway.parse(event)
            except MalformedEvent as error:
                assert gateway.title in error.message, "the message does not name the gateway"
            else:
                _well_formed_request(parsed)

        law()

    def test_a_glance_sees_what_parse_reads(self, gateway: Gateway) -> None:
        """Or nothing; whatever the event is."""

        @SETTINGS
        @given(choice=st.data(), request=requests())
        def law(choice: st.DataObject, request: Request) -> None:
            event = arrived(gateway, request)
            if choice.draw(st.booleans(), label="broken"):
                event = choice.draw(mutations(event), label="event")
            gateway.glance(event)  # once more: names are learned
            seen = gateway.glance(event)
            if seen is not None:
                assert gateway.matches(event), "glance() sees an event that matches() does not claim"
                assert _request_of(seen) == gateway.parse(event), "glance() sees another request than parse() reads"

        law()

    def test_a_plain_response_is_rendered_the_same(self, gateway: Gateway) -> None:
        """Or not at all."""

        @SETTINGS
        @given(response=responses(), text=st.text())
        def law(response: Response, text: str) -> None:
            fields = {name: value for name, value in response.headers if value.isascii() and value.isprintable()}
            fields.pop("content-encoding", None)
            fields["content-type"] = "text/plain"
            whole = Response(response.status, Headers((), dict(fields)), text.encode("utf-8", "replace"))
            payload = gateway.render_plain(response.status, dict(fields), whole.body.decode())
            if payload is not None:
                assert payload == gateway.render(whole, {}), "render_plain() does not render as render() does"

        law()

    # -- payloads ------------------------------------------------------------------------------------------------------

    def test_read_takes_any_bytes(self, gateway: Gateway) -> None:
        """A Response or MalformedEvent, for bytes of every kind and for broken payloads of its own making."""

        @SETTINGS
        @given(choice=st.data(), response=responses())
        def law(choice: st.DataObject, response: Response) -> None:
            payload = _payload(gateway, response, Request())
            try:
                own: Any = json.loads(payload)
            except ValueError:
                own = None
            documents = (mutations(own) | json_values()).map(lambda value: json.dumps(value).encode("utf-8"))
            try:
                read = gateway.read(choice.draw(documents | st.binary(), label="payload"))
            except MalformedEvent:
                return
            _well_formed_response(read)

        law()

    def test_every_refusal_has_an_answer(self, gateway: Gateway) -> None:
        document = {"errorMessage": "no stock", "errorType": "ValueError"}
        for kind in Refusal.KINDS:
            for error in (None, document):
                answer = gateway.refuse(Refusal(kind, "measured 2, allowed 1", error))
                assert 400 <= answer.status <= 599, f"refuse() answers {kind!r} with {answer.status}"
                _well_formed_response(answer)

    # -- the runtime ---------------------------------------------------------------------------------------------------

    def test_the_context_tells_the_request_id(self, gateway: Gateway, platform: Platform) -> None:
        invocation = _invocation(gateway, platform, Settings(timeout=60))
        assert invocation.request_id == _REQUEST_ID, "the request id is not that of the context"
        assert invocation.remaining is None or 0 < invocation.remaining <= 60, "more time remains than there is"

    def test_any_context_can_be_read(self, gateway: Gateway, platform: Platform) -> None:
        @SETTINGS
        @given(context=json_values() | st.just(object()))
        def law(context: object) -> None:
            assert isinstance(platform.invocation(context), Invocation), "invocation() gives no Invocation"

        law()

    def test_any_event_can_be_named(self, gateway: Gateway, platform: Platform) -> None:
        @SETTINGS
        @given(choice=st.data(), request=requests())
        def law(choice: st.DataObject, request: Request) -> None:
            event = choice.draw(json_values() | mutations(arrived(gateway, request)), label="event")
            named = platform.names(event)
            assert named is None or (isinstance(named, str) and named), "names() gives neither words nor None"

        law()

    def test_the_error_document_is_json(self, gateway: Gateway) -> None:
        try:
            raise ValueError("no stock")
        except ValueError as error:
            document = gateway.runtime.error(error)
        assert json.loads(json.dumps(document)) == document, "the error document is no JSON value"


def laws_of(*platforms: Platform) -> type[Laws]:
    """The laws for every gateway of ``platforms``, as a class to be named ``Test...`` in a test file."""
    cases = [(gateway, platform) for platform in platforms for gateway in platform.gateways]
    if not cases:
        raise ValueError("these platforms have no gateway")

    class PlatformLaws(Laws):
        @pytest.fixture(params=cases, ids=[gateway.name for gateway, _ in cases])
        def case(self, request: pytest.FixtureRequest) -> tuple[Gateway, Platform]:
            return request.param  # type: ignore[no-any-return]

        @pytest.fixture
        def gateway(self, case: tuple[Gateway, Platform]) -> Gateway:
            return case[0]

        @pytest.fixture
        def platform(self, case: tuple[Gateway, Platform]) -> Platform:
            return case[1]

    return PlatformLaws


# -- through the runtime ----------------------------------------------------------------------------------------------


def arrived(gateway: Gateway, request: Request) -> Any:
    """What a handler is called with for ``request``, as ``matches`` and ``parse`` get it."""
    events: list[object] = []

    def handler(event: Any, context: Any) -> object:
        events.append(event)
        return gateway.deliver(gateway.render(Response(), load_event(event)), context)

    _call(gateway, handler, request)
    if not events:
        reject()  # some runtimes answer probes of their platform without the function
    return load_event(events[0])


def answered(gateway: Gateway, response: Response, request: Request) -> Response:
    """What the gateway answers for a handler that gives ``response``."""
    return gateway.read(_payload(gateway, response, request))


def _payload(gateway: Gateway, response: Response, request: Request) -> bytes:
    asked = False

    def handler(event: Any, context: Any) -> object:
        nonlocal asked
        asked = True
        return gateway.deliver(gateway.render(response, load_event(event)), context)

    payload = _call(gateway, handler, request)
    if not asked:
        reject()
    return payload


def _call(gateway: Gateway, handler: Callable[[Any, Any], object], request: Request) -> bytes:
    event = json.loads(json.dumps(gateway.compose(request)))
    return gateway.runtime.call(handler, event, gateway.runtime.context(Settings(), _REQUEST_ID))


def _invocation(gateway: Gateway, platform: Platform, settings: Settings) -> Invocation:
    told: list[Invocation] = []

    def handler(event: Any, context: Any) -> object:
        told.append(platform.invocation(gateway.context(load_event(event), context)))
        return gateway.deliver(gateway.render(Response(), load_event(event)), context)

    event = json.loads(json.dumps(gateway.compose(gateway.sample())))
    gateway.runtime.call(handler, event, gateway.runtime.context(settings, _REQUEST_ID))
    return told[0]


def frozen(value: Any) -> Any:
    """A deep copy of what JSON knows, to compare with later; a stream or a context stands for itself."""
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [frozen(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


# -- comparing --------------------------------------------------------------------------------------------------------


def _request_of(seen: Glance) -> Request:
    method, path, query, layout, values, body, client, base = seen
    assert layout.host is not None, "a glance has a Host"
    assert "".join(values).isascii(), "the values of a glance are ASCII"
    headers = Headers.of(list(zip(layout.names, values, strict=True)))
    return Request(method, path, query, headers, body, client, base_path=base)


def _survives(gateway: Gateway, loss: Loss, losses: tuple[Loss, ...] | list[Loss]) -> bool:
    if isinstance(loss.witness, Request):
        # Every request has a Host (RFC 9112 section 3.2); a witness need not repeat it.
        witness = loss.witness
        if "host" not in witness.headers:
            witness = witness.replace(headers=Headers([("host", "api.example.com"), *witness.headers]))
        return same_request(gateway.parse(arrived(gateway, witness)), request_behind(losses, witness))
    return same_response(answered(gateway, loss.witness, gateway.sample()), response_behind(losses, loss.witness))


def _same(expected: Request | Response, actual: Request | Response, gateway: Gateway) -> None:
    if isinstance(expected, Request) and isinstance(actual, Request):
        same = same_request(expected, actual)
    else:
        assert isinstance(expected, Response) and isinstance(actual, Response)
        same = same_response(expected, actual)
    if not same:
        declared = ", ".join(loss.name for loss in gateway.loses) or "nothing"
        pytest.fail(
            f"{gateway.name} loses something that it does not declare (it declares {declared}):\n"
            + "\n".join(_differences(expected, actual)),
            pytrace=False,
        )


def _differences(expected: Request | Response, actual: Request | Response) -> list[str]:
    lines: list[str] = []
    for field in expected.__slots__:
        wanted, got = getattr(expected, field), getattr(actual, field)
        if field in ("event", "context", "text"):
            continue
        if isinstance(wanted, Headers):
            # Not their repr, which hides what these tests invented anyway.
            wanted, got = sorted(wanted.pairs, key=_name), sorted(got.pairs, key=_name)
        if wanted != got:
            lines.append(f"  {field}: {wanted!r} was due, {got!r} came")
    return lines


def _name(pair: tuple[str, str]) -> str:
    return pair[0]


def _well_formed_request(request: Request) -> None:
    assert isinstance(request.method, str) and request.method, "method"
    assert isinstance(request.path, str) and (request.path.startswith("/") or request.path == "*"), "path"
    assert request.path.isascii() and request.query.isascii(), "path and query are percent-encoded"
    assert isinstance(request.body, bytes), "body"
    assert request.scheme in ("http", "https"), "scheme"
    client = request.client
    assert client is None or (isinstance(client[0], str) and isinstance(client[1], int)), "client"
    _one_byte_each(request.headers)


def _well_formed_response(response: Response) -> None:
    assert isinstance(response.status, int) and 100 <= response.status <= 999, "status"
    assert isinstance(response.body, bytes), "body"
    _one_byte_each(response.headers)
    for name, value in response.headers:
        assert not set(value) & set("\r\n\0"), f"a line break in {name!r} would begin a header of its own"


def _one_byte_each(headers: Headers) -> None:
    for name, value in headers:
        assert name and name == name.lower(), "a name is not empty and in lower case"
        assert all(character <= "\xff" for character in value), f"{name!r} holds more than bytes of the wire"
