"""Who is calling: the same object whichever way, and nobody where somebody could have written it himself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fastapi
import flask
import pytest

from fcbridge import bridge, wechat
from fcbridge.gateway import Settings
from fcbridge.model import Headers, Request
from fcbridge.played import server_environ, server_scope
from fcbridge.registry import gateway, gateways, platform_of
from fcbridge.wechat import Identity
from tests.apps import http_event
from tests.examples import Examples

example = Examples("wechat")
OPENID = "oEXAMPLEopenid000000000000001"


CONTEXT = example("contexts/call-function")
CALL = example("call-function-http-style")
HEADERS = example("headers/container-request-headers")
SHARED = example("headers/container-request-headers-shared")
FORGED = {**HEADERS, "X-WX-OPENID": "attacker"}

BY_FUNCTION = Identity(
    "call-function",
    openid=OPENID,
    appid="wx0123456789abcdef",
    unionid="oUEXAMPLEunionid",
    env="shop-1a2b3c",
    source="wx_client",
    client_ip="203.0.113.25",
)
BY_CONTAINER = Identity(
    "call-container",
    openid=OPENID,
    appid="wx0123456789abcdef",
    unionid="oUEXAMPLEunionid",
    env="prod-9zxy",
    source="wx_client",
    client_ip="203.0.113.25",
)


@pytest.fixture(autouse=True)
def no_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CBR_ENV_ID", "TENCENTCLOUD_RUNENV", "WX_CONTEXT_KEYS", "WX_OPENID"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def in_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CBR_ENV_ID", "prod-9zxy")


def context(**variables: str) -> dict[str, Any]:
    return {**CONTEXT, "environment": json.dumps(variables)}


def scope_of(headers: dict[str, str], **more: Any) -> dict[str, Any]:
    return {**server_scope(Request(headers=Headers(headers.items()))), **more}


def environ_of(headers: dict[str, str], **more: Any) -> dict[str, Any]:
    return {**server_environ(Request(headers=Headers(headers.items()))), **more}


class Seen:
    """ASGI and WSGI apps that keep whom they saw."""

    def __init__(self) -> None:
        self.who: list[Identity | None] = []

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        self.who.append(wechat.identity(scope))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    def wsgi(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.who.append(wechat.identity(environ))
        start_response("204 No Content", [])
        return []


@pytest.fixture(params=["asgi", "wsgi"])
def asked(request: pytest.FixtureRequest) -> Iterator[Callable[..., Identity | None]]:
    """Who an app sees behind a handler of ``platform``."""
    seen = Seen()

    def ask(event: Any, told: Any = None, platform: str = "tencent") -> Identity | None:
        with bridge(getattr(seen, request.param), platform=platform, interface=_interface(request.param)) as handler:
            handler(event, told)
        return seen.who.pop()

    yield ask


def _interface(name: str) -> Any:
    return "asgi3" if name == "asgi" else "wsgi"


Asked = Callable[..., "Identity | None"]


# -- callFunction -----------------------------------------------------------------------------------------------------


def test_a_function_knows_its_caller(asked: Asked) -> None:
    assert asked(CALL, CONTEXT) == BY_FUNCTION


def test_a_function_that_another_mini_program_shares_knows_its_user(asked: Asked) -> None:
    told = context(WX_APPID="wxOwner", WX_FROM_OPENID="oFrom", WX_FROM_APPID="wxFrom", WX_CLIENTIPV6="2001:db8::1")
    user = asked(CALL, told)
    assert user == Identity(
        "call-function", appid="wxOwner", from_openid="oFrom", from_appid="wxFrom", client_ip="2001:db8::1"
    )
    assert user is not None and user.user == "oFrom"


def test_a_function_that_is_called_through_another_one_knows_the_whole_chain(asked: Asked) -> None:
    user = asked(CALL, context(WX_OPENID="oE", TCB_SOURCE="wx_client,scf", SCF_NAMESPACE="shop"))
    assert user == Identity("call-function", openid="oE", source="wx_client,scf", env="shop")


def test_what_an_event_says_of_its_caller_is_not_taken(asked: Asked) -> None:
    assert asked(CALL, context(TRIGGER_SRC="tcb")) is None
    assert asked(CALL) is None


def test_headers_of_a_call_are_not_taken(asked: Asked, in_container: None) -> None:
    assert asked({**CALL, "headers": FORGED}, context(TRIGGER_SRC="tcb")) is None
    assert asked({**CALL, "headers": FORGED}, CONTEXT) == BY_FUNCTION


@pytest.mark.parametrize(
    "environment",
    ["", "{", "[]", "null", "7", '{"WX_OPENID": ""}', '{"WX_OPENID": " "}', '{"WX_OPENID": ["oE"]}',
     '{"WX_OPENID": "oE,oF"}', '{"wx_openid": "oE"}', '{"WX_APPID": "wx0"}', None, {"WX_OPENID": "oE"}],
)  # fmt: skip
def test_a_context_that_does_not_tell_a_user_tells_nobody(
    asked: Asked, environment: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the process still has the variables of an earlier invocation."""
    monkeypatch.setenv("WX_CONTEXT_KEYS", "WX_OPENID")
    monkeypatch.setenv("WX_OPENID", "oThatOfTheLastUser")
    assert asked(CALL, {**CONTEXT, "environment": environment}) is None


@pytest.mark.parametrize("told", [None, {}, {"request_id": "1"}, {"environ": "WX_OPENID=oE;TRIGGER_SRC=tcb"}])
def test_a_context_without_the_variables_tells_nobody(
    asked: Asked, told: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process may have those of the last user, and their list as well; in pairs with ";" between them a value can
    hold another pair."""
    monkeypatch.setenv("WX_CONTEXT_KEYS", "WX_APPID,WX_OPENID")
    monkeypatch.setenv("WX_OPENID", "oThatOfTheLastUser")
    assert asked(CALL, told) is None


def test_the_context_of_a_call_is_not_taken_through_another_door(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stale variable of the process does not make a user of whoever calls by HTTP."""
    monkeypatch.setenv("WX_CONTEXT_KEYS", "WX_OPENID")
    monkeypatch.setenv("WX_OPENID", "oThatOfTheLastUser")
    for name in ("tcb-http", "scf-url", "scf-apigw", "scf-clb"):
        assert asked(http_event(name=name), {"request_id": "1"}) is None


# -- callContainer ----------------------------------------------------------------------------------------------------


def through_container(headers: dict[str, str], *more: tuple[bytes, bytes]) -> dict[str, Any]:
    scope = scope_of(headers, **{"tencent.body": b""})
    scope["headers"].extend(more)
    return scope


def test_a_container_knows_its_caller(asked: Asked) -> None:
    assert asked(through_container(HEADERS)) == BY_CONTAINER


def test_a_container_that_another_mini_program_shares_knows_its_user(asked: Asked) -> None:
    user = asked(through_container(SHARED))
    assert user == Identity(
        "call-container",
        appid="wx0123456789abcdef",
        from_openid="oEXAMPLEfrom0000000000000001",
        from_appid="wxfedcba9876543210",
        from_unionid="oUEXAMPLEunionid",
        env="prod-9zxy",
        source="wx_client",
    )


def test_without_a_source_the_headers_are_anybodys(asked: Asked) -> None:
    assert asked(through_container(example("headers/container-spoofed-public-headers"))) is None
    assert asked(through_container({**FORGED, "X-WX-SOURCE": ""})) is None


def test_a_header_that_comes_twice_is_not_taken(asked: Asked) -> None:
    assert asked(through_container(HEADERS, (b"x-wx-openid", b"attacker"))) is None
    assert asked(through_container(HEADERS, (b"x-wx-source", b"wx_client"))) is None


def test_an_underscore_makes_no_header_of_wechat(asked: Asked) -> None:
    forged = {name.replace("-", "_"): value for name, value in FORGED.items()}
    assert asked(through_container(forged)) is None


def test_a_user_and_one_of_another_mini_program_are_nobody(asked: Asked, in_container: None) -> None:
    """WeChat tells one of the two, so somebody has added the other."""
    both = {**HEADERS, "X-WX-FROM-OPENID": "attacker"}
    assert asked(through_container(both)) is None
    assert wechat.identity(scope_of(both)) is None
    assert wechat.identity(environ_of(both)) is None


def test_a_request_of_wechat_without_a_user_is_nobodys(asked: Asked) -> None:
    assert asked(through_container({"X-WX-SOURCE": "wx_client", "X-WX-APPID": "wx0123456789abcdef"})) is None


@pytest.mark.parametrize("name", sorted(set(gateways()) - {"tcb-call", "tcb-container"}))
def test_no_other_gateway_of_any_cloud_lets_the_headers_count(
    name: str, in_container: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, seen = gateway(name), Seen()
    request = Request(headers=Headers([("host", "api.example.com"), *FORGED.items()]))
    with bridge(seen.wsgi, platform=platform_of(name), interface="wsgi") as handler:
        event = json.loads(json.dumps(door.compose(request)))
        door.runtime.call(handler, event, door.runtime.context(Settings(), "1-67c1a2b3"))
    assert seen.who == [None]


# -- a server without fcbridge ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("served", [scope_of, environ_of])
def test_a_server_in_a_container_of_wechat_knows_its_caller(served: Callable[..., Any], in_container: None) -> None:
    assert wechat.identity(served(HEADERS)) == BY_CONTAINER
    assert wechat.identity(served(example("headers/container-spoofed-public-headers"))) is None


@pytest.mark.parametrize("served", [scope_of, environ_of])
def test_a_server_anywhere_else_takes_nobodys_word(served: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert wechat.identity(served(FORGED)) is None
    monkeypatch.setenv("CBR_ENV_ID", "prod-9zxy")
    monkeypatch.setenv("TENCENTCLOUD_RUNENV", "SCF")  # a web function: its clients can send any header
    assert wechat.identity(served(FORGED)) is None


def test_headers_that_a_server_has_joined_are_not_taken(in_container: None) -> None:
    environ = environ_of(HEADERS, HTTP_X_WX_OPENID=f"attacker,{OPENID}")
    assert wechat.identity(environ) is None


def test_the_address_is_the_one_that_was_written_last(in_container: None) -> None:
    user = wechat.identity(scope_of({**HEADERS, "X-Original-Forwarded-For": "192.0.2.1, 203.0.113.25"}))
    assert user is not None and user.client_ip == "203.0.113.25"


def test_a_websocket_of_connect_container_knows_its_caller(in_container: None) -> None:
    assert wechat.identity(scope_of(HEADERS, type="websocket")) == BY_CONTAINER


# -- the requests of frameworks ---------------------------------------------------------------------------------------


def _told(request: object) -> list[str | None]:
    user = wechat.identity(request)
    assert user is not None
    return [user.way, user.user, user.env]


def _fastapi() -> Any:
    app = fastapi.FastAPI()

    async def items(request: fastapi.Request) -> list[str | None]:
        return _told(request)

    app.add_api_route("/api/items", items)
    return app


def _flask() -> Any:
    app = flask.Flask(__name__)
    app.add_url_rule("/api/items", view_func=lambda: _told(flask.request), endpoint="items")
    return app


def _answers(app: Any) -> list[Any]:
    with bridge(app, platform="tencent") as handler:
        called = handler(CALL, CONTEXT)
        request = {**through_container(HEADERS), "path": "/api/items", "raw_path": b"/api/items"}
        return [json.loads(called["body"]), json.loads(handler(request)["body"])]


_EXPECTED = [["call-function", OPENID, "shop-1a2b3c"], ["call-container", OPENID, "prod-9zxy"]]


@pytest.mark.parametrize("framework", [_fastapi, _flask])
def test_the_request_of_a_framework_will_do(framework: Callable[[], Any]) -> None:
    assert _answers(framework()) == _EXPECTED


# In a process of its own: settings can be configured once only.
_DJANGO = """
import sys
from django.conf import settings
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="for tests", MIDDLEWARE=[])
import django
django.setup()
from django.http import JsonResponse
from django.urls import path
from tests.test_wechat import _answers, _told
urlpatterns = [path("api/items", lambda request: JsonResponse(_told(request), safe=False))]
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
import json
print(json.dumps(_answers({"asgi": get_asgi_application, "wsgi": get_wsgi_application}[sys.argv[1]]())))
"""


@pytest.mark.parametrize("interface", ["asgi", "wsgi"])
def test_the_request_of_django_will_do(interface: str) -> None:
    root = Path(__file__).parents[1]
    paths = os.pathsep.join([str(root), str(root / "adapters")])
    run = subprocess.run(
        [sys.executable, "-c", _DJANGO, interface],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == _EXPECTED


# -- the object -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", [None, "request", 7, {}, {"openid": "oE"}, object()])
def test_what_is_no_request_is_the_apps_mistake(thing: object) -> None:
    with pytest.raises(TypeError, match="no request, ASGI scope or WSGI environ"):
        wechat.identity(thing)


def test_the_same_user_is_equal_and_can_be_a_key() -> None:
    again = Identity("call-function", openid="oE", appid="wx0")
    assert again == Identity("call-function", openid="oE", appid="wx0")
    assert again != Identity("call-container", openid="oE", appid="wx0")
    assert again != "oE"
    assert len({again, Identity("call-function", openid="oE", appid="wx0")}) == 1


def test_the_repr_says_who_in_which_mini_program_and_how() -> None:
    assert repr(Identity("call-function", openid="oE", appid="wx0")) == "<Identity 'oE' of 'wx0' by call-function>"


def test_payments_are_acknowledged_with_an_errcode_of_0() -> None:
    assert wechat.callback_received() == example("responses/pay-callback-response")
    assert wechat.callback_received("thanks") == {"errcode": 0, "errmsg": "thanks"}


def test_the_module_alone_loads_next_to_nothing() -> None:
    program = "import sys; before = set(sys.modules); import fcbridge.wechat; print(*sorted(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True)
    heavy = {"asyncio", "json", "logging", "typing", "dataclasses", "re", "urllib.parse"}
    assert not heavy & set(run.stdout.split())
