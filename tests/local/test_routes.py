from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from flask import Blueprint, Flask
from flask.views import MethodView
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
from starlette.staticfiles import StaticFiles
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

import fcbridge
from fcbridge import bridge
from fcbridge.compat.mangum import Mangum
from fcbridge.local.routes import Routes, routes

HERE = __name__
ROOT = str(Path(fcbridge.__file__).parent.parent)


async def home(request: Any) -> Any: ...


async def listen(websocket: Any) -> Any: ...


class Items(HTTPEndpoint):
    async def get(self, request: Any) -> Any: ...

    async def delete(self, request: Any) -> Any: ...


def rows(found: Routes) -> list[tuple[str, str, str]]:
    return [(" ".join(route.methods), route.path, route.endpoint.removeprefix(f"{HERE}.")) for route in found]


# -- Starlette --------------------------------------------------------------------------------------------------------


def test_starlette_routes_are_listed_in_their_order() -> None:
    app = Starlette(
        routes=[
            Route("/", home),
            Route("/items/{id:int}", Items),
            Route("/any", partial(home), methods=["POST", "PUT"]),
            WebSocketRoute("/live", listen),
        ]
    )

    assert rows(routes(app)) == [
        ("GET HEAD", "/", "home"),
        ("GET DELETE", "/items/{id:int}", "Items"),
        ("POST PUT", "/any", "home"),
        ("WEBSOCKET", "/live", "listen"),
    ]


def test_mounts_are_looked_into_and_prefixed(tmp_path: Path) -> None:
    inner = Starlette(
        routes=[Route("/", home, name="home"), Mount("/deep", routes=[Route("/down", home, name="down")])]
    )
    app = Starlette(routes=[Mount("/v1", inner, name="v1"), Mount("/static", StaticFiles(directory=tmp_path))])

    found = routes(app)

    assert rows(found) == [
        ("GET HEAD", "/v1/", "home"),
        ("GET HEAD", "/v1/deep/down", "home"),
        ("", "/static/*", "starlette.staticfiles.StaticFiles"),
    ]
    assert [route.name for route in found][:2] == ["v1:home", "v1:down"]


def test_a_mount_behind_middleware_is_looked_into() -> None:
    app = Starlette(routes=[Mount("/v1", GZipMiddleware(Router([Route("/", home)])))])

    assert rows(routes(app)) == [("GET HEAD", "/v1/", "home")]


def test_hosts_are_told() -> None:
    app = Starlette(routes=[Host("api.example.com", Router([Route("/", home)])), Route("/", home)])

    assert [(route.host, route.path) for route in routes(app)] == [("api.example.com", "/"), (None, "/")]


def test_middleware_around_an_app_is_looked_through() -> None:
    app = GZipMiddleware(GZipMiddleware(Starlette(routes=[Route("/", home)])))

    assert rows(routes(app)) == [("GET HEAD", "/", "home")]


def test_a_handler_is_looked_through() -> None:
    assert rows(routes(bridge(Starlette(routes=[Route("/", home)])))) == [("GET HEAD", "/", "home")]


def test_another_adapters_entry_point_is_looked_through() -> None:
    assert rows(routes(Mangum(Starlette(routes=[Route("/", home)])).handler)) == [("GET HEAD", "/", "home")]


# -- FastAPI ----------------------------------------------------------------------------------------------------------


def test_fastapi_routers_are_listed_with_all_their_prefixes() -> None:
    notes, version, app = APIRouter(prefix="/notes"), APIRouter(prefix="/v1"), FastAPI(openapi_url=None)
    notes.add_api_route("/{id}", home, methods=["GET"], response_model=None)
    notes.add_api_route("", home, methods=["POST"], response_model=None)
    version.include_router(notes)
    app.include_router(version)
    app.include_router(notes, prefix="/old")
    app.add_api_route("/", home, response_model=None)

    assert rows(routes(app)) == [
        ("GET", "/v1/notes/{id}", "home"),
        ("POST", "/v1/notes", "home"),
        ("GET", "/old/notes/{id}", "home"),
        ("POST", "/old/notes", "home"),
        ("GET", "/", "home"),
    ]


def test_an_app_mounted_in_a_fastapi_router_is_looked_into() -> None:
    router, app = APIRouter(), FastAPI(openapi_url=None)
    router.mount("/sub", Starlette(routes=[Route("/", home)]))
    app.include_router(router, prefix="/v1")
    app.mount("/flask", GZipMiddleware(Starlette(routes=[Route("/", home)])))

    assert rows(routes(app)) == [("GET HEAD", "/v1/sub/", "home"), ("GET HEAD", "/flask/", "home")]


# -- Flask ------------------------------------------------------------------------------------------------------------


def view() -> str:
    return ""


class Notes(MethodView):
    def get(self) -> str:
        return ""


def flask_app() -> Flask:
    app, blueprint = Flask("shop", static_folder=None), Blueprint("shop", "shop", url_prefix="/shop")
    blueprint.add_url_rule("/items", view_func=view, methods=["POST"])
    app.register_blueprint(blueprint)
    app.add_url_rule("/notes", view_func=Notes.as_view("notes"))
    return app


def test_flask_rules_are_listed_with_blueprints_and_class_views() -> None:
    found = routes(flask_app())

    assert [(route.methods, route.path, route.name) for route in found] == [
        (("POST", "OPTIONS"), "/shop/items", "shop.view"),
        (("GET", "HEAD", "OPTIONS"), "/notes", "notes"),
    ]
    assert [route.endpoint for route in found] == [f"{HERE}.view", f"{HERE}.Notes"]


def test_flask_middleware_is_no_hindrance_wherever_it_is() -> None:
    inside = flask_app()
    inside.wsgi_app = ProxyFix(inside.wsgi_app)  # type: ignore[method-assign]
    outside = ProxyFix(flask_app().wsgi_app)

    assert [route.path for route in routes(inside)] == ["/shop/items", "/notes"]
    assert [route.path for route in routes(outside)] == ["/shop/items", "/notes"]


def test_dispatched_apps_are_prefixed() -> None:
    app = DispatcherMiddleware(flask_app(), {"/old": flask_app()})

    assert [route.path for route in routes(app)] == ["/old/shop/items", "/old/notes", "/shop/items", "/notes"]


def test_flask_hosts_are_told() -> None:
    app = Flask("shop", static_folder=None, host_matching=True)
    app.add_url_rule("/", view_func=view, host="shop.example.com")

    assert [route.host for route in routes(app)] == ["shop.example.com"]


# -- Django -----------------------------------------------------------------------------------------------------------

DJANGO = """
import json
import django
from django.conf import settings
from django.urls import include, path, re_path
from django.views import View

settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="invented", STATIC_URL="static/", ALLOWED_HOSTS=["*"])
django.setup()

def home(request): ...

class Notes(View):
    def get(self, request): ...
    def post(self, request): ...

notes = ([path("", Notes.as_view(), name="list"), re_path(r"^(?P<year>[0-9]{4})/$", home, name="year")], "notes")
urlpatterns = [path("", home, name="home"), path("notes/", include(notes, namespace="n"))]

from django.core.wsgi import get_wsgi_application
from django.contrib.staticfiles.handlers import StaticFilesHandler
from fcbridge.local.routes import routes

for app in (get_wsgi_application(), StaticFilesHandler(get_wsgi_application())):
    print(json.dumps([[*route.methods, route.path, route.name, route.endpoint] for route in routes(app)]))
"""


def test_django_patterns_are_listed_with_their_includes(tmp_path: Path) -> None:
    script = tmp_path / "site_of_notes.py"
    script.write_text(DJANGO)

    # In a process of its own: Django's settings are the process's.
    result = subprocess.run([sys.executable, script], capture_output=True, text=True, env={"PYTHONPATH": ROOT})

    assert result.stderr == ""
    bare, static = (json.loads(line) for line in result.stdout.splitlines())
    assert bare == static
    assert [row[:-1] for row in bare] == [
        ["/", "home"],
        ["GET", "POST", "OPTIONS", "/notes/", "n:list"],
        ["/notes/(?P<year>[0-9]{4})/", "n:year"],
    ]
    assert bare[1][-1] == "__main__.Notes"


# -- none -------------------------------------------------------------------------------------------------------------


async def plain(scope: Any, receive: Any, send: Any) -> None: ...


class Loop:
    """Wraps itself."""

    def __init__(self) -> None:
        self.app = self


class Trap:
    @property
    def routes(self) -> Any:
        raise RuntimeError("not now")


@pytest.mark.parametrize(
    ("app", "reason"),
    [
        (plain, "plain does not tell its routes"),
        (Loop(), "Loop does not tell its routes"),
        (Trap(), "Trap does not tell its routes (RuntimeError)"),
        (None, "NoneType does not tell its routes"),
        (Starlette(), "the app has no routes"),
    ],
)
def test_an_app_that_tells_nothing_gives_an_empty_list_and_the_reason(app: object, reason: str) -> None:
    found = routes(app)

    assert (list(found), found.reason) == ([], reason)


def test_an_app_with_routes_gives_no_reason() -> None:
    assert routes(flask_app()).reason is None


class Outer:
    def __init__(self, app: object) -> None:
        self.app = app


def test_apps_that_are_mounted_in_themselves_end_somewhere() -> None:
    app = Starlette()
    app.router.routes.append(Mount("/again", Outer(app)))  # type: ignore[arg-type]

    assert len(routes(app)) == 1
