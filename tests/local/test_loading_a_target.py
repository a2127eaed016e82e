from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge import Handler
from fcbridge.errors import AppNotFound, InvalidOption
from fcbridge.local.target import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = "async def app(scope, receive, send): ...\n"
BRIDGED = "from fcbridge import bridge\n" + APP


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder; what is imported from it is forgotten in the end."""
    path, modules = list(sys.path), set(sys.modules)
    yield tmp_path
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def load(folder: Path, target: str | None, platform: str | None = None, /, **files: str) -> Any:
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return resolve(target, folder).load(platform)


def test_an_app_is_bridged(folder: Path) -> None:
    handler = load(folder, "index:app", index=APP)

    assert isinstance(handler, Handler)
    assert handler.app is sys.modules["index"].app


def test_a_handler_is_used_as_it_is(folder: Path) -> None:
    handler = load(folder, "index:handler", index=f"{BRIDGED}handler = bridge(app)\n")

    assert handler is sys.modules["index"].handler


def test_the_handler_made_of_the_app_is_used_because_it_is_what_is_deployed(folder: Path) -> None:
    handler = load(folder, "index:app", index=f"{BRIDGED}deployed = bridge(app, base_path='/v1')\n")

    assert handler is sys.modules["index"].deployed


@pytest.mark.parametrize("platform", ["fission", "google", "huawei", "knative", "nuclio", "openfaas", "openwhisk"])
def test_so_is_the_one_of_which_an_entry_was_made(folder: Path, platform: str) -> None:
    entry = f"deployed = bridge(app, platform={platform!r}, base_path='/v1').entry()\n"
    handler = load(folder, "index:app", index=f"{BRIDGED}{entry}")

    deployed = sys.modules["index"].deployed
    assert handler is getattr(deployed, "handler", deployed)


@pytest.mark.parametrize(
    ("code", "app"),
    [
        ("from fcbridge.compat.mangum import Mangum as make\n", "async def app(scope, receive, send): ...\n"),
        (
            "from fcbridge.compat.apig_wsgi import make_lambda_handler as make\n",
            "def app(environ, start_response): ...\n",
        ),
    ],
)
def test_so_is_the_one_that_another_adapters_entry_point_makes(folder: Path, code: str, app: str) -> None:
    handler = load(folder, "index:app", index=f"{code}{app}deployed = make(app)\n")

    assert handler is sys.modules["index"].deployed.handler


def test_what_a_module_has_beside_the_app_is_not_touched(folder: Path) -> None:
    proxy = "class Proxy:\n    def __getattr__(self, name):\n        raise RuntimeError\nproxy = Proxy()\n"

    assert load(folder, "index:app", index=proxy + APP).app is sys.modules["index"].app


def test_the_handler_of_another_app_is_not(folder: Path) -> None:
    handler = load(
        folder, "index:app", index=f"{BRIDGED}async def other(scope, receive, send): ...\nh = bridge(other)\n"
    )

    assert handler is not sys.modules["index"].h
    assert handler.app is sys.modules["index"].app


@pytest.mark.parametrize(
    "code",
    [
        "def handler(event, context): ...\n",
        "def handler(_event, _context=None): ...\n",
        "async def handler(event, context): ...\n",
        "class Handler:\n    def __call__(self, event, context): ...\nhandler = Handler()\n",
    ],
)
def test_a_function_of_event_and_context_is_a_handler_already(folder: Path, code: str) -> None:
    assert load(folder, "index:handler", index=code) is sys.modules["index"].handler


def test_a_function_of_other_arguments_is_an_app(folder: Path) -> None:
    handler = load(folder, "index:handler", index="def handler(environ, start_response): ...\n")

    assert isinstance(handler, Handler)


def test_a_factory_is_called(folder: Path) -> None:
    handler = load(folder, "index:create_app()", index=f"{APP}def create_app():\n    return app\n")

    assert handler.app is sys.modules["index"].app


def test_what_is_no_app_is_refused(folder: Path) -> None:
    with pytest.raises(InvalidOption, match="not callable"):
        load(folder, "index:app", index="app = 42\n")


def test_the_platform_is_handed_on(folder: Path) -> None:
    from fcbridge.errors import UnknownPlatform

    with pytest.raises(UnknownPlatform):
        load(folder, "index:app", "nowhere", index=APP)(b"{}", None)


def test_a_module_that_hides_its_app_is_asked_after_the_import(folder: Path) -> None:
    handler = load(folder, None, index="from shop import *\n", shop=APP)

    assert handler.app is sys.modules["shop"].app


def test_a_module_that_hides_no_app_is_refused_after_the_import(folder: Path) -> None:
    with pytest.raises(AppNotFound, match=r"Module 'index' has no app, application or handler\."):
        load(folder, "index", index="from shop import *\n", shop="x = 1\n")


def test_what_the_module_raises_passes_through(folder: Path) -> None:
    with pytest.raises(SyntaxError):
        load(folder, None, index="app = (\n")
    with pytest.raises(ZeroDivisionError):
        load(folder, "main", main="app = 1 / 0\n")


def test_the_folder_stands_first_on_the_path_and_once(folder: Path) -> None:
    sys.path.append(str(folder))

    load(folder, None, src__index=APP)
    load(folder, None)

    assert sys.path[:2] == [str(folder / "src"), str(folder)]
    assert sys.path.count(str(folder)) == 1


def test_the_hook_that_the_module_names_is_taken_because_it_is_what_is_deployed(folder: Path) -> None:
    handler = load(folder, "index:app", index=f"{BRIDGED}handler = bridge(app)\ndef initialize(context): ...\n")

    target = resolve("index:app", folder)
    assert target.hook(handler, "initialize") is sys.modules["index"].initialize
    assert target.hook(handler, "pre_stop") == handler.pre_stop


def test_a_function_that_takes_no_context_is_no_hook(folder: Path) -> None:
    handler = load(folder, "index:app", index=f"{APP}def initialize(database): ...\n")

    assert resolve("index:app", folder).hook(handler, "initialize") == handler.initialize


def test_the_hooks_of_a_plain_function_are_those_beside_it(folder: Path) -> None:
    handler = load(
        folder, "index:handler", index="def handler(event, context): ...\ndef initialize(context): ...\npre_stop = 1\n"
    )

    target = resolve("index:handler", folder)
    assert target.hook(handler, "initialize") is sys.modules["index"].initialize
    assert target.hook(handler, "pre_stop") is None
    assert target.hook(handler, "pre_freeze") is None
