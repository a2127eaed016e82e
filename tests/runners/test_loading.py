"""``"module:attr"`` strings, right and wrong."""

from __future__ import annotations

import importlib
import re
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fcbridge.errors import AppError, AppNotFound, InvalidOption
from fcbridge.runners.loading import app_names, load

WSGI = "def {}(environ, start_response):\n    return []\n"
Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes modules into a folder that stands first on the path: ``write("shop/index.py", "app = 1")``."""
    known = set(sys.modules)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def module(name: str, *lines: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        importlib.invalidate_caches()

    yield module
    for name in set(sys.modules) - known:
        del sys.modules[name]


def refusal(target: str) -> tuple[str, str]:
    """Message and hint."""
    with pytest.raises(AppNotFound) as caught:
        load(target)
    return caught.value.message, caught.value.hint or ""


# -- what is there ----------------------------------------------------------------------------------------------------


def test_a_module_and_an_attribute_are_enough(write: Write) -> None:
    write("fcb_index.py", WSGI.format("app"))
    assert load("fcb_index:app") is sys.modules["fcb_index"].app
    assert load("  fcb_index:app\n") is sys.modules["fcb_index"].app


def test_packages_and_attributes_may_be_dotted(write: Write) -> None:
    write("fcb_shop/__init__.py")
    write("fcb_shop/web/__init__.py")
    write("fcb_shop/web/index.py", "class Site:", "    class inner:", "        app = 7")
    assert load("fcb_shop.web.index:Site.inner.app") == 7


def test_a_module_name_may_have_a_dash(write: Write) -> None:
    write("fcb-index.py", "app = 7")
    assert load("fcb-index:app") == 7


def test_a_factory_is_called_where_the_text_says_so(write: Write) -> None:
    write("fcb_index.py", "def create_app():", "    return 7")
    assert load("fcb_index:create_app()") == 7
    assert load("fcb_index:create_app( )") == 7
    assert callable(load("fcb_index:create_app"))


def test_a_method_can_be_the_factory(write: Write) -> None:
    write("fcb_index.py", "class Sites:", "    @classmethod", "    def create(cls):", "        return 7")
    assert load("fcb_index:Sites.create()") == 7


def test_what_a_factory_raises_passes_through(write: Write) -> None:
    write("fcb_index.py", "def create_app():", "    raise LookupError('mine')")
    with pytest.raises(LookupError, match="mine"):
        load("fcb_index:create_app()")


def test_a_factory_that_returns_nothing_is_refused(write: Write) -> None:
    write("fcb_index.py", "def create_app():", "    app = 1")
    with pytest.raises(AppError, match=r"create_app returned None.*\nhint: .*return app"):
        load("fcb_index:create_app()")


def test_an_asynchronous_factory_is_refused(write: Write) -> None:
    write("fcb_index.py", "async def create_app():", "    return 7")
    with pytest.raises(AppError, match=r"asynchronous.*\nhint: .*lifespan"):
        load("fcb_index:create_app()")


def test_what_is_no_function_is_not_called(write: Write) -> None:
    write("fcb_index.py", "app = 7")
    message, hint = refusal("fcb_index:app()")
    assert message == '"fcb_index:app" is not callable.'
    assert hint == 'type "fcb_index:app", without the parentheses'


# -- errors of the module's own ---------------------------------------------------------------------------------------


def test_an_import_that_fails_inside_the_module_passes_through_with_its_traceback(write: Write) -> None:
    write("fcb_index.py", "import fcb_missing_library")
    with pytest.raises(ModuleNotFoundError, match="fcb_missing_library") as caught:
        load("fcb_index:app")
    assert Path(caught.traceback[-1].path).name == "fcb_index.py"


@pytest.mark.parametrize("line", ["from fcb_index.models import User", "import fcb_index_models", "import fcb_inde"])
def test_a_similar_name_that_fails_inside_the_module_passes_through(write: Write, line: str) -> None:
    write("fcb_index.py", line)
    with pytest.raises(ModuleNotFoundError) as caught:
        load("fcb_index:app")
    assert Path(caught.traceback[-1].path).name == "fcb_index.py"


def test_an_import_that_fails_inside_the_package_passes_through(write: Write) -> None:
    write("fcb_shop/__init__.py", "import fcb_missing_library")
    write("fcb_shop/index.py", "app = 7")
    with pytest.raises(ModuleNotFoundError, match="fcb_missing_library"):
        load("fcb_shop.index:app")


@pytest.mark.parametrize(
    ("line", "kind"),
    [("import sys; from sys import nothing", ImportError), ("1 / 0", ZeroDivisionError), ("def", SyntaxError)],
)
def test_whatever_the_module_raises_passes_through(write: Write, line: str, kind: type[Exception]) -> None:
    write("fcb_index.py", line)
    with pytest.raises(kind):
        load("fcb_index:app")


def test_an_attribute_error_of_a_property_passes_through(write: Write) -> None:
    write(
        "fcb_index.py",
        "class Site:", "    @property", "    def app(self):", "        return self.nothing", "site = Site()",
    )  # fmt: skip
    with pytest.raises(AttributeError, match="nothing"):
        load("fcb_index:site.app")


# -- a module that is not there ---------------------------------------------------------------------------------------


def test_a_module_that_is_not_there_is_named_with_where_to_start(write: Write) -> None:
    message, hint = refusal("fcb_nowhere:app")
    assert message == 'There is no module "fcb_nowhere".'
    assert "fcb_nowhere.py" in hint
    assert "PYTHONPATH" in hint


def test_a_module_with_a_slip_is_told_the_right_one(write: Write) -> None:
    write("fcb_index.py", "app = 7")
    assert refusal("fcb_indx:app")[1] == 'did you mean "fcb_index"?'


def test_a_package_with_a_slip_is_told_the_right_module(write: Write) -> None:
    write("fcb_shop/__init__.py")
    write("fcb_shop/index.py", "app = 7")
    message, hint = refusal("fcb_shp.index:app")
    assert message == 'There is no module "fcb_shp", and "fcb_shp.index" is in it.'
    assert hint == 'did you mean "fcb_shop.index"?'


def test_a_module_of_a_package_with_a_slip_is_told_the_right_one(write: Write) -> None:
    write("fcb_shop/__init__.py")
    write("fcb_shop/index.py", "app = 7")
    assert refusal("fcb_shop.indx:app") == ('There is no module "fcb_shop.indx".', 'did you mean "fcb_shop.index"?')


def test_a_module_that_is_no_package_is_told_the_colon(write: Write) -> None:
    write("fcb_index.py", "app = 7")
    message, hint = refusal("fcb_index.app:sub")
    assert message == 'There is no module "fcb_index.app": fcb_index is a module, not a package.'
    assert hint == 'type "fcb_index:app"'


# -- an attribute that is not there -----------------------------------------------------------------------------------


def test_an_attribute_that_is_not_there_is_told_what_looks_like_an_app(write: Write) -> None:
    write(
        "fcb_index.py",
        "from flask import Flask, Blueprint, request, current_app",
        "from django.core.wsgi import get_wsgi_application",
        "import json",
        "site = Flask(__name__)",
        "application = site.wsgi_app",
        "_hidden = site",
        "number = 7",
        "def create_app(): return site",
        "def helper(): return 1",
        "def add(a, b): return a + b",
        "async def raw(scope, receive, send): ...",
    )
    message, hint = refusal("fcb_index:wsgi")
    assert message == 'The module "fcb_index" has no "wsgi".'
    assert hint == 'did you mean "fcb_index:application" or "fcb_index:create_app" or "fcb_index:raw"?'
    assert app_names(sys.modules["fcb_index"]) == ["application", "create_app", "raw", "site"]


def test_a_slip_in_an_attribute_is_told_first(write: Write) -> None:
    write("fcb_index.py", WSGI.format("app"), WSGI.format("shop"), "handler = 7")
    assert refusal("fcb_index:handlr")[1].startswith('did you mean "fcb_index:handler" or "fcb_index:app"')


def test_a_module_without_anything_like_an_app_is_said_to_be_so(write: Write) -> None:
    write("fcb_index.py", "import json")
    assert refusal("fcb_index:app")[1] == "nothing in it looks like an app: is it the right module?"


def test_a_submodule_that_was_not_imported_is_told_the_colon(write: Write) -> None:
    write("fcb_shop/__init__.py")
    write("fcb_shop/index.py", "app = 7")
    message, hint = refusal("fcb_shop:index.app")
    assert message == 'The module "fcb_shop" has no "index".'
    assert hint == 'index is a module: type "fcb_shop.index:app"'


def test_an_attribute_of_an_attribute_is_named_with_its_path(write: Write) -> None:
    write("fcb_index.py", "class Site:", "    app = 7")
    assert refusal("fcb_index:Site.ap") == (
        '"fcb_index:Site" has no attribute "ap".',
        'did you mean "fcb_index:Site.app"?',
    )
    assert refusal("fcb_index:Site.app.wholly_else") == ('"fcb_index:Site.app" has no attribute "wholly_else".', "")


def test_what_looks_like_an_app_is_never_called_and_may_be_odd() -> None:
    class Touchy:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError("working outside of a request")

        def __call__(self, *args: Any) -> Any: ...

    def create_app() -> Any:
        raise AssertionError("called")

    module = types.ModuleType("fcb_made")
    create_app.__module__ = "fcb_made"
    module.__dict__.update(touchy=Touchy(), create_app=create_app, Touchy=Touchy, none=None)
    assert app_names(module) == ["create_app"]


# -- text that cannot be a name ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "message", "hint"),
    [
        ("", "empty", '"index:app"'),
        (":", "empty", '"index:app"'),
        ("index", 'no colon', 'type "index:app" if the app in index.py is called app'),
        ("index.app", "no colon", 'type "index:app" if index is the module, or "index.app:app" if index.app is'),
        ("create_app()", "no colon", 'for create_app() in index.py, type "index:create_app()"'),
        ("index:", "names nothing in the module", 'type "index:app"'),
        (":app", "names no module", 'for app in index.py, type "index:app"'),
        ("index:app:more", "not the name of an attribute", 'for example "index:app"'),
        ("index:my-app", "not the name of an attribute", 'for example "index:app"'),
        ("index:.app", "not the name of an attribute", 'for example "index:app"'),
        (".index:app", "not the full name of a module", '"package.module:app"'),
        ("shop..index:app", "not the full name of a module", '"package.module:app"'),
        ("index:create_app('x')", "calls create_app with arguments", 'takes none, and type "index:" and its name'),
        ("index:create_app(", "calls create_app with arguments", '"index:"'),
        ("index:create_app()()", "calls create_app with arguments", '"index:"'),
        ("index:create_app().app", "calls create_app with arguments", '"index:"'),
    ],
)  # fmt: skip
def test_each_slip_has_its_own_cure(target: str, message: str, hint: str) -> None:
    told = refusal(target)
    assert message in told[0]
    assert hint in told[1]


@pytest.mark.parametrize(
    ("target", "typed"),
    [
        ("index.py:app", '"index:app"'),
        ("index.py", '"index:app"'),
        ("./index.py:site", '"index:site"'),
        ("shop/web/index.py:app", '"shop.web.index:app"'),
        ("shop/web/index.py", '"shop.web.index:app"'),
        ("shop/index:app", '"shop.index:app"'),
        ("shop/__init__.py:app", '"shop:app"'),
        ("shop\\index.py:app", '"shop.index:app"'),
        ("index.py:create_app()", '"index:create_app()"'),
        ("/srv/shop/index.py:app", '"index:app" in the folder of that file'),
        ("../shop/index.py:app", '"index:app" in the folder of that file'),
        ("C:\\shop\\index.py:app", '"index:app" in the folder of that file'),
        ("C:\\shop\\index.py", '"index:app" in the folder of that file'),
        ("/", '"index:app"'),
    ],
)
def test_a_path_is_told_the_name_of_its_module(target: str, typed: str) -> None:
    message, hint = refusal(target)
    assert re.fullmatch(r'".*" is a path, and the name of a module is needed\.', message)
    assert hint == f"type {typed}" or target == "/"


def test_text_that_is_no_name_imports_nothing(write: Write) -> None:
    write("fcb_index.py", "raise AssertionError('imported')")
    for target in ("fcb_index", "fcb_index:", "fcb_index.py:app", "fcb_index:a b", "fcb_index:create_app(1)"):
        refusal(target)


def test_what_was_loaded_is_judged_by_others(write: Write) -> None:
    from fcbridge import bridge

    write("fcb_index.py", "app = 7")
    with pytest.raises(InvalidOption, match="int is not callable"):
        bridge("fcb_index:app")
