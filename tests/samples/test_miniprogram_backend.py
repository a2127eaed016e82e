"""samples/miniprogram-backend: one story through four gateways, on three databases, and as a newcomer starts it."""

from __future__ import annotations

import json
import logging
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sqlalchemy.dialects import mysql as mysql_dialect
from sqlalchemy.schema import CreateTable

from fcbridge.call import Recognition
from fcbridge.document import load_event
from fcbridge.gateway import Settings
from fcbridge.testing import Client
from tests.dev.server import DevServer

from .conftest import imported
from .database_servers import NoServer, mysql, postgresql
from .deployment import CLOUDBASE, CLOUDRUN, FC3
from .documents import document, mistakes, yaml
from .folder import SAMPLES, deployed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path
    from types import ModuleType

SAMPLE = SAMPLES / "miniprogram-backend"
DOORS = ["tcb-http", "tcb-container", "tcb-call", "fc-apigw"]
# Where WeChat says who is calling.
VOUCHING = {"tcb-container", "tcb-call"}

USER = "oEXAMPLEopenid000000000000001"
# Another one, for all who can tell the case of letters.
OTHER = "oExampleOPENID000000000000001"
FORGED = {"x-wx-source": "wx_client", "x-wx-openid": USER, "x-wx-from-openid": USER}

PICTURE = (SAMPLE / "milk.png").read_bytes()


def loaded(path: Path) -> Any:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


standin: Any = loaded(SAMPLE / "wechat_standin.py")


@pytest.fixture
def weixin() -> Iterator[Any]:
    """WeChat's login, on loopback."""
    with standin.StandIn() as server:
        yield server


@pytest.fixture
def environ(weixin: Any, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'shopping.sqlite3'}",
        "WECHAT_API": weixin.url,
        "WECHAT_APPID": standin.APPID,
        "WECHAT_SECRET": standin.SECRET,
        "SESSION_SECRET": "of this test",
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture
def load_with(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    """``load_with(SESSION_SECONDS="60")`` is the sample's module ``app`` with these variables over the fixture's."""
    for name in ("MYSQL_ADDRESS", "SESSION_SECONDS", "CBR_ENV_ID", "TENCENTCLOUD_RUNENV"):
        monkeypatch.delenv(name, raising=False)

    with ExitStack() as stack:

        def load(**variables: str) -> ModuleType:
            for name, value in {**environ, **variables}.items():
                monkeypatch.setenv(name, value)
            return stack.enter_context(imported(SAMPLE))

        yield load


@pytest.fixture
def app(load_with: Callable[..., ModuleType]) -> ModuleType:
    return load_with()


class Front:
    """The backend behind one gateway, and those who come to it."""

    def __init__(self, app: ModuleType, gateway: str, weixin: Any) -> None:
        self._handler = app.handler
        self._gateway = gateway
        self._weixin = weixin

    def user(self, openid: str) -> Client:
        """Vouched for by WeChat where the gateway is WeChat's, logged in everywhere else."""
        if self._gateway in VOUCHING:
            return Client(as_told(self._handler, self._gateway, openid), gateway=self._gateway)
        client = self.stranger()
        answer = client.post("/login", json={"code": self._weixin.code(openid)})
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return client

    def stranger(self) -> Client:
        """Somebody for whom WeChat does not vouch, and who has not logged in."""
        handler = as_told(self._handler, self._gateway, None) if self._gateway in VOUCHING else self._handler
        return Client(handler, gateway=self._gateway)


def as_told(handler: Any, gateway: str, openid: str | None) -> Callable[[Any, Any], Any]:
    """The handler, called as WeChat calls it for this user; for None, as others can: without what WeChat alone says."""

    def call(event: Any, context: Any) -> Any:
        told = {**json.loads(context["environment"]), "WX_OPENID": openid}
        if openid is None:
            told = {name: value for name, value in told.items() if not name.startswith("WX_")}
        return handler(event, {**context, "environment": json.dumps(told)})

    def serve(event: Any, context: Any) -> Any:
        told = {b"x-wx-openid": (openid or USER).encode(), b"x-wx-source": b"wx_client" if openid else b""}
        headers = [pair for pair in event["headers"] if pair[0] not in told]
        return handler({**event, "headers": headers + [pair for pair in told.items() if pair[1]]}, context)

    return call if gateway == "tcb-call" else serve


# -- the story --------------------------------------------------------------------------------------------------------

MILK = {"name": "牛奶", "quantity": 2, "bought": False, "id": 1}
BREAD = {"name": "bread", "quantity": 1, "bought": False, "id": 2}
APPLE = {"name": "🍎", "quantity": 999, "bought": True, "id": 3}
UNKNOWN = (404, {"detail": "Not Found"})

STORY: list[tuple[str, Any]] = [
    ("nothing yet", (200, {"items": [], "next": None})),
    ("milk", (201, MILK)),
    ("milk is at", "/items/1"),
    ("bread", (201, BREAD)),
    ("apples", (201, APPLE)),
    ("first page", (200, {"items": [MILK, BREAD], "next": 2})),
    ("last page", (200, {"items": [APPLE], "next": None})),
    ("bought", (200, {"items": [APPLE], "next": None})),
    ("one", (200, MILK)),
    ("bought milk", (200, {**MILK, "bought": True})),
    ("a draft with mistakes", (422, [["body", "name"], ["body", "quantity"]])),
    ("a page with mistakes", (422, [["query", "limit"]])),
    ("upload", (200, {"type": "image/png", "size": len(PICTURE)})),
    ("download", (200, PICTURE)),
    ("its type", "image/png"),
    ("download again", (304, b"")),
    ("no image", (415, {"detail": "This is no PNG, JPEG, GIF or WebP."})),
    ("the other's list", (200, {"items": [], "next": None})),
    ("the other reads", UNKNOWN),
    ("the other writes", UNKNOWN),
    ("the other deletes", UNKNOWN),
    ("the other looks", UNKNOWN),
    ("the other draws", UNKNOWN),
    ("the other erases", UNKNOWN),
    ("the other says that he is the user", (200, {"items": [], "next": None})),
    ("a stranger", (401, {"detail": "Log in first."})),
    ("a stranger who says that he is the user", (401, {"detail": "Log in first."})),
    ("a stranger logs out", (401, {"detail": "Log in first."})),
    ("nothing has changed", (200, PICTURE)),
    ("erased", (204, b"")),
    ("no picture any more", UNKNOWN),
    ("deleted", (204, b"")),
    ("no item any more", UNKNOWN),
    ("what is left", (200, {"items": [BREAD, APPLE], "next": None})),
    ("logout", (204, b"")),
    ("the other is still there", (200, {"items": [], "next": None})),
]


def told(front: Front) -> list[tuple[str, Any]]:
    """What happens, step by step; through every gateway it has to be :data:`STORY`."""
    user, other, stranger = front.user(USER), front.user(OTHER), front.stranger()
    seen: list[tuple[str, Any]] = []

    def see(step: str, answer: httpx.Response) -> httpx.Response:
        seen.append((step, (answer.status_code, content(answer))))
        return answer

    see("nothing yet", user.get("/items"))
    created = see("milk", user.post("/items", json={"name": " 牛奶 ", "quantity": 2}))
    seen.append(("milk is at", created.headers["location"]))
    see("bread", user.post("/items", json={"name": "bread"}))
    see("apples", user.post("/items", json={"name": "🍎", "quantity": 999, "bought": True}))
    page = see("first page", user.get("/items", params={"limit": 2}))
    see("last page", user.get("/items", params={"limit": 2, "after": page.json()["next"]}))
    see("bought", user.get("/items?bought=true"))
    see("one", user.get("/items/1"))
    see("bought milk", user.put("/items/1", json={**MILK, "bought": True}))
    see("a draft with mistakes", user.post("/items", json={"name": "a\0b", "quantity": 0}))
    see("a page with mistakes", user.get("/items?limit=all"))
    see("upload", user.put("/items/1/image", content=PICTURE))
    image = see("download", user.get("/items/1/image"))
    seen.append(("its type", image.headers["content-type"]))
    see("download again", user.get("/items/1/image", headers={"if-none-match": image.headers["etag"]}))
    see("no image", user.put("/items/1/image", content=b"<svg/>", headers={"content-type": "image/png"}))
    see("the other's list", other.get("/items"))
    see("the other reads", other.get("/items/1"))
    see("the other writes", other.put("/items/1", json=BREAD))
    see("the other deletes", other.delete("/items/1"))
    see("the other looks", other.get("/items/1/image"))
    see("the other draws", other.put("/items/1/image", content=PICTURE))
    see("the other erases", other.delete("/items/1/image"))
    see("the other says that he is the user", other.get("/items", headers=FORGED))
    see("a stranger", stranger.get("/items"))
    see("a stranger who says that he is the user", stranger.get("/items", headers=FORGED))
    see("a stranger logs out", stranger.post("/logout"))
    see("nothing has changed", user.get("/items/1/image"))
    see("erased", user.delete("/items/1/image"))
    see("no picture any more", user.get("/items/1/image"))
    see("deleted", user.delete("/items/1"))
    see("no item any more", user.get("/items/1"))
    see("what is left", user.get("/items"))
    see("logout", user.post("/logout"))
    see("the other is still there", other.get("/items"))
    return seen


def content(answer: httpx.Response) -> Any:
    """JSON, and of a refusal of mistakes where they are; else the bytes."""
    if not answer.content or "json" not in answer.headers.get("content-type", ""):
        return answer.content
    document = answer.json()
    return [mistake["loc"] for mistake in document["detail"]] if answer.status_code == 422 else document


@pytest.mark.parametrize("gateway", DOORS)
def test_the_story_is_the_same_through_every_gateway(app: ModuleType, gateway: str, weixin: Any) -> None:
    assert told(Front(app, gateway, weixin)) == STORY


@pytest.fixture(params=[postgresql, mysql], ids=["postgresql", "mysql"])
def server_url(request: pytest.FixtureRequest) -> Iterator[str]:
    with ExitStack() as stack:
        try:
            url: str = stack.enter_context(request.param())
        except NoServer as reason:
            if request.param is postgresql:
                raise  # the test group brings it
            pytest.skip(str(reason))
        yield url


def test_the_story_is_the_same_on_a_database_server(
    server_url: str, load_with: Callable[..., ModuleType], weixin: Any
) -> None:
    front = Front(load_with(DATABASE_URL=server_url), "tcb-http", weixin)
    assert told(front) == STORY
    user = front.user(USER)
    largest = PICTURE.ljust(4 * 1024 * 1024, b"\xff")
    assert user.put("/items/2/image", content=largest).status_code == 200
    assert user.get("/items/2/image").content == largest


def test_a_user_has_one_list_whichever_way_he_comes(app: ModuleType, weixin: Any) -> None:
    users = {gateway: Front(app, gateway, weixin).user(USER) for gateway in DOORS}
    for gateway, user in users.items():
        assert user.post("/items", json={"name": gateway}).status_code == 201
    lists = {gateway: [item["name"] for item in user.get("/items").json()["items"]] for gateway, user in users.items()}
    assert lists == dict.fromkeys(DOORS, DOORS)


def test_the_backend_knows_how_it_knows_its_caller(app: ModuleType, weixin: Any) -> None:
    known = {gateway: Front(app, gateway, weixin).user(USER).get("/me").json()["known_by"] for gateway in DOORS}
    assert known == {
        "tcb-http": "session",
        "tcb-container": "call-container",
        "tcb-call": "call-function",
        "fc-apigw": "session",
    }


# -- sessions ---------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["tcb-http", "fc-apigw"])
def front(app: ModuleType, request: pytest.FixtureRequest, weixin: Any) -> Front:
    return Front(app, request.param, weixin)


def test_a_token_is_worth_nothing_after_the_logout_and_the_users_other_one_is(front: Front) -> None:
    phone, tablet = front.user(USER), front.user(USER)
    phone.post("/logout")
    assert (phone.get("/items").status_code, tablet.get("/items").status_code) == (401, 200)
    assert phone.post("/logout").status_code == 401


def test_for_whom_wechat_vouches_a_logout_ends_nothing(app: ModuleType, weixin: Any) -> None:
    user = Front(app, "tcb-call", weixin).user(USER)
    assert user.post("/logout").status_code == 204
    assert user.get("/items").status_code == 200


def test_a_token_that_was_changed_or_signed_by_somebody_else_is_refused(front: Front, app: ModuleType) -> None:
    user = front.user(USER)
    _, token = user.headers["authorization"].split()
    payload, stamp, signature = token.split(".")
    other = app.Sessions("another secret", 60)._signed.dumps("x")
    wrong = [f"{payload}x.{stamp}.{signature}", f"{payload}.{stamp}.{signature[::-1]}", other, payload, "", "null"]
    for attempt in wrong:
        answer = user.get("/items", headers={"authorization": f"Bearer {attempt}"})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert user.get("/items", headers={"authorization": f"Basic {token}"}).status_code == 401
    assert user.get("/items", headers={"authorization": f"bearer {token}"}).status_code == 200


def test_a_token_expires(load_with: Callable[..., ModuleType], weixin: Any) -> None:
    user = Front(load_with(SESSION_SECONDS="-1"), "tcb-http", weixin).user(USER)
    assert user.get("/items").status_code == 401


def test_a_session_outlives_its_instance(app: ModuleType, weixin: Any) -> None:
    user = Front(app, "tcb-http", weixin).user(USER)
    app.pre_stop(None)
    assert user.get("/items").status_code == 200


def test_without_a_secret_a_session_ends_with_its_instance_and_the_log_says_so(
    load_with: Callable[..., ModuleType], weixin: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = load_with(SESSION_SECRET="")
    user = Front(app, "tcb-http", weixin).user(USER)
    assert user.get("/items").status_code == 200
    app.pre_stop(None)
    assert user.get("/items").status_code == 401
    assert "SESSION_SECRET is not set" in caplog.text


def test_a_token_tells_nothing_of_the_user(front: Front) -> None:
    login = front.user(USER).headers["authorization"]
    assert USER not in login and "openid" not in login


# -- code2session -----------------------------------------------------------------------------------------------------


def test_the_standin_answers_as_wechat_does(weixin: Any) -> None:
    def ask(code: str, **changed: str) -> httpx.Response:
        query = {"appid": standin.APPID, "secret": standin.SECRET, "js_code": code, "grant_type": "authorization_code"}
        return httpx.get(f"{weixin.url}/sns/jscode2session", params={**query, **changed}, trust_env=False)

    code = httpx.get(f"{weixin.url}/code", trust_env=False).text
    answer = ask(code)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain")
    assert answer.json() == {"session_key": standin.session_key(code), "openid": USER}
    answers = [
        ask(code),
        ask("made up"),
        ask(""),
        ask(weixin.code(), appid="wx1"),
        ask(weixin.code(), secret=""),
        ask(weixin.code(), grant_type="password"),
        ask(weixin.code(errcode=45011)),
    ]
    assert {(answer.status_code, answer.headers["content-type"]) for answer in answers} == {(200, "text/plain")}
    assert [answer.json()["errcode"] for answer in answers] == [40163, 40029, 41008, 40013, 41004, 40002, 45011]
    assert re.fullmatch(r"code been used, rid: \w+-\w+-\w+", answers[0].json()["errmsg"])


@pytest.mark.parametrize(
    "errcode, status", [(-1, 503), (40029, 401), (40163, 401), (40226, 403), (45011, 429), (40013, 502), (50001, 502)]
)
def test_a_login_that_wechat_refuses_is_refused_in_terms_of_http(
    front: Front, weixin: Any, errcode: int, status: int
) -> None:
    answer = front.stranger().post("/login", json={"code": weixin.code(errcode=errcode)})
    assert (answer.status_code, set(answer.json())) == (status, {"detail"})


def test_a_code_is_good_for_one_login(front: Front, weixin: Any) -> None:
    code = {"code": weixin.code()}
    assert [front.stranger().post("/login", json=code).status_code for _ in range(2)] == [200, 401]


@pytest.mark.parametrize("code", ["", "x" * 129, None, ["a"]])
def test_what_can_be_no_code_is_not_sent_to_wechat(front: Front, weixin: Any, code: object) -> None:
    assert front.stranger().post("/login", json={"code": code}).status_code == 422


@pytest.mark.parametrize(
    "variables, status",
    [
        ({"WECHAT_SECRET": "not the one"}, 502),
        ({"WECHAT_APPID": ""}, 503),
        ({"WECHAT_API": "http://127.0.0.1:1"}, 502),
    ],
)
def test_a_backend_that_is_set_up_wrongly_logs_nobody_in(
    load_with: Callable[..., ModuleType], weixin: Any, variables: dict[str, str], status: int
) -> None:
    stranger = Front(load_with(**variables), "tcb-http", weixin).stranger()
    assert stranger.post("/login", json={"code": weixin.code()}).status_code == status


@pytest.mark.parametrize(
    "answer", ["<html>", "[]", "{}", "null", '{"openid": ""}', '{"openid": 7}', '{"errcode": []}', '{"errcode": "x"}']
)
def test_an_answer_of_wechat_that_is_none_logs_nobody_in(
    app: ModuleType, weixin: Any, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands between us and WeChat may answer in its place."""

    def answered(query: dict[str, str]) -> str:
        return answer

    monkeypatch.setattr(weixin, "answer", answered)
    stranger = Front(app, "tcb-http", weixin).stranger()
    assert stranger.post("/login", json={"code": "0a1EXAMPLE"}).status_code == 502


def test_no_secret_is_in_a_log_or_in_an_answer(
    app: ModuleType, weixin: Any, environ: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = Front(app, "tcb-http", weixin).stranger()
    codes = [weixin.code(), weixin.code(errcode=40125), "0a1EXAMPLEmadeup"]
    answers = [stranger.post("/login", json={"code": code}) for code in [*codes, codes[0]]]
    answers += [stranger.post("/login", json={"code": [codes[0]]})]
    token = answers[0].json()["token"]
    stranger.get("/items", headers={"authorization": f"Bearer {token}"})
    secrets = [*codes, *map(standin.session_key, codes), standin.SECRET, environ["SESSION_SECRET"]]
    assert "httpcore" in {record.name.partition(".")[0] for record in caplog.records}, "nothing is being logged"
    for secret in secrets:
        assert secret not in caplog.text
        assert not any(secret in answer.text for answer in answers)
    assert token not in caplog.text


# -- images -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def user(app: ModuleType, weixin: Any) -> Client:
    """Somebody who has an item."""
    user = Front(app, "tcb-call", weixin).user(USER)
    user.post("/items", json={"name": "milk"})
    return user


@pytest.mark.parametrize(
    "content, kind",
    [
        (PICTURE, "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"GIF89a\x01\x00", "image/gif"),
        (b"GIF87a\x01\x00", "image/gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_the_bytes_tell_the_type_of_an_image(user: Client, content: bytes, kind: str) -> None:
    user.put("/items/1/image", content=content, headers={"content-type": "text/html"})
    image = user.get("/items/1/image")
    assert (image.headers["content-type"], image.headers["x-content-type-options"]) == (kind, "nosniff")
    assert image.content == content


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"<html>GIF89a", PICTURE[:7], b"RIFF\x24\x00\x00\x00WAVE"])
def test_what_is_no_image_is_refused_and_the_old_one_stays(user: Client, content: bytes) -> None:
    user.put("/items/1/image", content=PICTURE)
    assert user.put("/items/1/image", content=content, headers={"content-type": "image/png"}).status_code == 415
    assert user.get("/items/1/image").content == PICTURE


@pytest.mark.parametrize("more, status", [(0, 200), (1, 413)])
def test_an_image_may_have_4_mb(user: Client, more: int, status: int) -> None:
    content = PICTURE.ljust(4 * 1024 * 1024 + more, b"\xff")
    assert user.put("/items/1/image", content=content).status_code == status
    assert user.post("/items/1/image", files={"file": ("milk.png", content)}).status_code == status
    assert user.get("/items/1/image").content == (content if status == 200 else b'{"detail":"Not Found"}')


def test_a_form_brings_an_image_as_well(user: Client) -> None:
    stored = user.post("/items/1/image", files={"file": ("牛奶.png", PICTURE, "application/octet-stream")})
    assert stored.json() == {"type": "image/png", "size": len(PICTURE)}
    assert user.get("/items/1/image").content == PICTURE
    assert user.post("/items/1/image", data={"file": "no file"}).status_code == 422


def test_an_item_takes_its_image_along(user: Client) -> None:
    user.put("/items/1/image", content=PICTURE)
    assert user.delete("/items/1").status_code == 204
    user.post("/items", json={"name": "next"})
    assert user.get("/items/1/image").status_code == 404


# -- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"name": "\\ud800"}', b'{"name": " "}', b'{"name": "a\\nb"}'])
def test_a_draft_that_is_wrong_is_refused_and_not_repeated(user: Client, body: bytes) -> None:
    refused = user.post("/items", content=body, headers={"content-type": "application/json"})
    assert refused.status_code == 422
    assert {key for mistake in refused.json()["detail"] for key in mistake} == {"type", "loc", "msg"}


@pytest.mark.parametrize("path", ["/items/0", "/items/2147483648", "/items/x", "/items?after=-1", "/items?limit=101"])
def test_a_number_that_no_database_has_is_refused(user: Client, path: str) -> None:
    assert user.get(path).status_code == 422


# -- the settings -----------------------------------------------------------------------------------------------------


@pytest.fixture
def database_url(app: ModuleType) -> Callable[[dict[str, str]], Any]:
    url: Callable[[dict[str, str]], Any] = sys.modules["settings"].database_url
    return url


@pytest.mark.parametrize(
    "told, used",
    [
        ("mysql://shop:p%40ss@db:3306/shopping", "mysql+asyncmy://shop:p%40ss@db:3306/shopping"),
        ("mariadb://shop@db/shopping", "mariadb+asyncmy://shop@db/shopping"),
        ("mysql+aiomysql://shop@db/shopping", "mysql+aiomysql://shop@db/shopping"),
        ("postgres://shop@db/shopping", "postgresql+asyncpg://shop@db/shopping"),
        ("postgresql://shop@db/s?sslmode=require", "postgresql+asyncpg://shop@db/s?ssl=require"),
        ("sqlite:////tmp/shopping.sqlite3", "sqlite+aiosqlite:////tmp/shopping.sqlite3"),
    ],
)
def test_the_url_of_a_database_gets_the_driver(database_url: Callable[..., Any], told: str, used: str) -> None:
    assert database_url({"DATABASE_URL": told}).render_as_string(hide_password=False) == used


def test_a_container_of_wechat_finds_its_mysql(database_url: Callable[..., Any]) -> None:
    told = {"MYSQL_ADDRESS": "10.0.0.7:3307", "MYSQL_USERNAME": "root", "MYSQL_PASSWORD": "p@ss"}
    url = "mysql+asyncmy://root:p%40ss@10.0.0.7:3307/"
    assert database_url(told).render_as_string(hide_password=False) == f"{url}shopping"
    assert database_url({**told, "MYSQL_DATABASE": "mine"}).render_as_string(hide_password=False) == f"{url}mine"


def test_without_any_url_the_database_is_a_file(database_url: Callable[..., Any]) -> None:
    assert database_url({}).drivername == "sqlite+aiosqlite"


def test_the_settings_show_no_secret(app: ModuleType) -> None:
    variables = {
        "DATABASE_URL": "mysql://shop:hidden-1@db/x",
        "WECHAT_SECRET": "hidden-2",
        "SESSION_SECRET": "hidden-3",
        "WECHAT_APPID": "wx1",
    }
    settings = app.Settings.of(variables)
    assert "hidden" not in repr(settings) and "wx1" in repr(settings)
    assert (settings.secret, settings.session_secret) == ("hidden-2", "hidden-3")


def test_mysql_tells_openids_apart_and_has_room_for_images_and_emoji(app: ModuleType) -> None:
    tables = sys.modules["database"].Table.metadata.tables
    ddl = {name: str(CreateTable(table).compile(dialect=mysql_dialect.dialect())) for name, table in tables.items()}
    assert "owner VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" in ddl["items"]
    assert "owner VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" in ddl["sessions"]
    # MySQL makes the smallest type of it that has room: MEDIUMBLOB.
    assert "content BLOB(4194304)" in ddl["images"]
    assert all("CHARSET=utf8mb4" in text for text in ddl.values())


# -- as it is started -------------------------------------------------------------------------------------------------


@contextmanager
def started(folder: Path, environ: dict[str, str], *command: str) -> Generator[DevServer]:
    """A command in a copy of the sample, on a free port; its URL is in a line that it says."""
    code = folder / "miniprogram-backend"
    shutil.copytree(SAMPLE, code, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    server = DevServer(code, environ, command=["-m", *command, "--port", "0"])
    try:
        server.url = server.wait_for(r"(http://127\.0\.0\.1:\d+)")[1]
        yield server
    finally:
        server.close()


def test_what_the_readme_tells_a_newcomer_to_type_works(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    variables = {"DATABASE_URL": f"sqlite:///{tmp_path / 'shopping.sqlite3'}"}
    dev = ["fcbridge", "dev", "--env-file", "example.env", "--gateway"]
    with started(tmp_path, {}, "wechat_standin") as weixin:
        variables["WECHAT_API"] = weixin.url
        with started(tmp_path, variables, *dev, "tcb-http") as backend:
            said = typed(weixin, backend, "url=", "curl -i $url/items -H 'X-WX")
        with started(tmp_path, variables, *dev, "tcb-call") as backend:
            said += backend.get("/me").text
    assert '{"name":"牛奶","quantity":2,"bought":false,"id":1}' in said
    assert "the same picture" in said
    assert '{"known_by":"session","items":1}' in said
    assert [int(status) for status in re.findall(r"HTTP/1\.1 (\d+)", said)] == [401, 204, 401]
    assert said.endswith('{"known_by":"call-function","items":1}')


def typed(weixin: DevServer, backend: DevServer, *beginnings: str) -> str:
    """What the blocks of the README that begin like this print, in one shell."""
    readme = (SAMPLE / "README.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    script = "".join(next(block for block in blocks if block.startswith(beginning)) for beginning in beginnings)
    for name, server in (("url", backend), ("wechat", weixin)):
        script, count = re.subn(rf"^{name}=.*$", f"{name}={server.url}", script, flags=re.MULTILINE)
        assert count == 1
    done = subprocess.run(
        ["sh", "-ec", f"export NO_PROXY=127.0.0.1\npython() {{ '{sys.executable}' \"$@\"; }}\n{script}"],
        cwd=backend.directory,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr + backend.console
    return done.stdout


def test_a_container_answers_wechat_and_nobody_who_poses_as_its_user(tmp_path: Path, environ: dict[str, str]) -> None:
    wechats = {"x-wx-source": "wx_client", "x-wx-openid": USER, "x-wx-service": "shopping"}
    with started(tmp_path, {**environ, "CBR_ENV_ID": "prod-9zxy"}, "uvicorn", "container:app") as server:
        with server.client(headers=wechats) as user:
            assert user.post("/items", json={"name": "牛奶"}).status_code == 201
            assert user.put("/items/1/image", content=PICTURE).status_code == 200
            assert user.get("/items/1/image").content == PICTURE
            assert user.post("/any", json={"action": "CheckContainerPath"}).text == "success"
        assert server.get("/items", **{"x-wx-openid": USER}).status_code == 401
        assert server.get("/items").status_code == 401


def test_outside_of_wechats_cloud_a_container_believes_no_header(tmp_path: Path, environ: dict[str, str]) -> None:
    with started(tmp_path, environ, "uvicorn", "container:app") as server:
        assert server.get("/items", **FORGED).status_code == 401


def test_the_example_events_are_answered(app: ModuleType) -> None:
    found: dict[str, tuple[str, int]] = {}
    for path in sorted((SAMPLE / "events").glob("*.json")):
        event = load_event(path.read_bytes())
        platform = "aliyun" if "api-gateway" in path.name else "tencent"
        _, door = Recognition(platform).of(event)
        payload = door.runtime.call(app.handler, path.read_bytes(), door.runtime.context(Settings(), "request-1"))
        found[path.name] = door.name, door.read(payload).status
    assert found == {
        "1-http-access-without-a-login.json": ("tcb-http", 401),
        "2-http-access-with-invented-headers.json": ("tcb-http", 401),
        "3-call-function-create.json": ("tcb-call", 201),
        "4-call-function-list.json": ("tcb-call", 200),
        "5-api-gateway-login-with-a-spent-code.json": ("fc-apigw", 401),
    }


# -- deployment -------------------------------------------------------------------------------------------------------


FILES = {"cloudbaserc.json": CLOUDBASE, "container.config.json": CLOUDRUN, "s.yaml": FC3}


@pytest.mark.parametrize("name", FILES)
def test_a_deployment_has_the_documented_fields(name: str) -> None:
    assert mistakes(document(SAMPLE / name), FILES[name]) == []


@pytest.mark.parametrize(
    "name, right, wrong",
    [
        ("cloudbaserc.json", '"app.handler"', '"app"'),
        ("cloudbaserc.json", '"envVariables"', '"environment"'),
        ("container.config.json", "0.25", "0.3"),
        ("container.config.json", '"containerPort": 80', '"containerPort": "80"'),
        ("s.yaml", "python3.10", "python3"),
        ("s.yaml", "memorySize: 512", "memorySize: 500"),
        ("s.yaml", "instanceLifecycleConfig", "lifecycle"),
    ],
)
def test_a_mistake_in_a_deployment_would_be_noticed(name: str, right: str, wrong: str) -> None:
    text = (SAMPLE / name).read_text("utf-8")
    assert right in text
    assert mistakes(yaml(text.replace(right, wrong)), FILES[name]) != []


def test_what_the_deployments_name_is_there(app: ModuleType) -> None:
    [function] = document(SAMPLE / "cloudbaserc.json")["functions"]
    names = [function["handler"].removeprefix("app."), *deployed(SAMPLE.name)]
    assert names == ["handler", "handler", "initialize", "pre_stop"]
    assert all(callable(getattr(app, name)) for name in names)


def test_a_deployment_gets_what_the_settings_read_and_no_secret_is_written_down(app: ModuleType) -> None:
    wanted = {"DATABASE_URL", "SESSION_SECRET", "WECHAT_APPID", "WECHAT_SECRET"}
    [function] = document(SAMPLE / "cloudbaserc.json")["functions"]
    assert function["envVariables"] == {name: f"{{{{env.{name}}}}}" for name in wanted}
    variables = document(SAMPLE / "s.yaml")["resources"]["shopping"]["props"]["environmentVariables"]
    assert variables == {name: f"${{env('{name}')}}" for name in wanted}
    read = (SAMPLE / "settings.py").read_text("utf-8")
    assert all(f'"{name}"' in read for name in wanted)


def test_the_container_listens_where_wechat_calls_and_has_what_it_needs() -> None:
    text = (SAMPLE / "Dockerfile").read_text("utf-8")
    [command] = re.findall(r"^CMD (.*)$", text, re.MULTILINE)
    settings = document(SAMPLE / "container.config.json")
    assert json.loads(command)[-1] == str(settings["containerPort"])
    assert settings["dataBaseName"] in settings["executeSQLs"][0]
    assert "requirements-container.txt" in text and "rm wechat_standin.py" in text


def test_every_deployment_takes_the_whole_app_and_not_the_standin() -> None:
    readme = (SAMPLE / "README.md").read_text("utf-8")
    copies = [set(line.split()[1:-1]) for line in re.findall(r"^cp .*$", readme, re.MULTILINE)]
    # The Dockerfile copies them all.
    assert copies == [{path.name for path in SAMPLE.glob("*.py")} - {"wechat_standin.py", "container.py"}] * 2
