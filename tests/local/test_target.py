from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fcbridge.errors import AppNotFound, InvalidOption
from fcbridge.local.target import resolve

if TYPE_CHECKING:
    from pathlib import Path

APP = "async def app(scope, receive, send): ...\n"


def write(folder: Path, **files: str) -> Path:
    """Files by their names, a double underscore for a slash: ``src__index="..."`` is src/index.py."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


def found(folder: Path, target: str | None = None) -> str:
    return str(resolve(target, folder))


# -- discovery --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "module",
    ["index", "function_app", "lambda_function", "main", "app", "wsgi", "asgi", "handler", "func", "function.func"],
)
@pytest.mark.parametrize("attribute", ["app", "application", "handler"])
def test_an_app_is_found_under_each_usual_name(tmp_path: Path, module: str, attribute: str) -> None:
    write(tmp_path, **{module.replace(".", "__"): f"from framework import Thing\n{attribute} = Thing()\n"})

    assert found(tmp_path) == f"{module}:{attribute}"


def test_an_app_is_found_below_src(tmp_path: Path) -> None:
    write(tmp_path, src__main=APP)

    target = resolve(None, tmp_path)

    assert str(target) == "main:app"
    assert target.paths == (tmp_path / "src", tmp_path)
    assert target.file == tmp_path / "src" / "main.py"


def test_index_comes_before_main_and_the_folder_before_src(tmp_path: Path) -> None:
    write(tmp_path, index=APP, main=APP, src__index=APP)

    target = resolve(None, tmp_path)

    assert (str(target), target.paths) == ("index:app", (tmp_path,))


@pytest.mark.parametrize("module", ["function_app", "lambda_function"])
def test_a_file_that_only_a_platform_loads_comes_before_that_of_the_app(tmp_path: Path, module: str) -> None:
    write(tmp_path, app=APP, main=APP, **{module: "from app import app as web\napp = bridge(web).entry()\n"})

    assert found(tmp_path) == f"{module}:app"


def test_app_comes_before_handler(tmp_path: Path) -> None:
    write(tmp_path, index="handler = bridge(app)\napp = FastAPI()\n")

    assert found(tmp_path) == "index:app"


def test_what_a_module_defines_comes_before_what_it_imports(tmp_path: Path) -> None:
    write(tmp_path, index="from shop import app\nhandler = bridge(app.application)\n")

    assert found(tmp_path) == "index:handler"


def test_an_imported_app_is_an_app(tmp_path: Path) -> None:
    write(tmp_path, index="from shop.web import server as app\n")

    assert found(tmp_path) == "index:app"


def test_an_imported_module_is_no_app(tmp_path: Path) -> None:
    write(tmp_path, index="import app\n", main=APP)

    assert found(tmp_path) == "main:app"


@pytest.mark.parametrize(
    "code",
    [
        "app: FastAPI = FastAPI()",
        "app, database = make()",
        "[app] = make()",
        "def app(environ, start_response): ...",
        "class app: ...",
        "if FANCY:\n    app = one()\nelse:\n    app = other()",
        "if TYPE_CHECKING:\n    from x import app\nelse:\n    app = other()",
        "try:\n    from fast import app\nexcept ImportError:\n    from slow import app",
        "with settings():\n    app = make()",
    ],
)
def test_every_way_of_binding_a_name_at_the_top_level_counts(tmp_path: Path, code: str) -> None:
    write(tmp_path, index=code)

    assert found(tmp_path) == "index:app"


@pytest.mark.parametrize(
    "code",
    [
        "def make():\n    app = FastAPI()\n",
        "app: FastAPI\n",
        "if TYPE_CHECKING:\n    from x import app\n",
        "if __name__ == '__main__':\n    app = FastAPI()\n",
        "text = '''\napp = 1\n'''\n",
        "app = typer.Typer()\n",
        "handler = logging.StreamHandler()\n",
    ],
)
def test_a_name_that_is_not_bound_or_is_no_web_app_does_not_count(tmp_path: Path, code: str) -> None:
    write(tmp_path, index=code, main=APP)

    assert found(tmp_path) == "main:app"


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("from fastapi import FastAPI\napp = FastAPI(\n", "index:app"),
        ("async def application(scope, receive, send)\n    pass\n", "index:application"),
        ("class handler\n", "index:handler"),
        ("from shop import app  # the app\nx = = 1\n", "index:app"),
        ("from shop import (app)\nx = = 1\n", "index:app"),
        ("app\0= 1\napp = FastAPI()\n", "index:app"),
        ("x = = 1\n", "index"),
    ],
)
def test_a_module_with_a_syntax_error_is_found_so_that_it_can_be_shown(tmp_path: Path, code: str, target: str) -> None:
    write(tmp_path, index=code)

    assert found(tmp_path) == target


def test_a_star_import_is_looked_into_only_when_nothing_else_is_there(tmp_path: Path) -> None:
    write(tmp_path, index="from shop import *\n")
    assert found(tmp_path) == "index"

    write(tmp_path, main=APP)
    assert found(tmp_path) == "main:app"


def test_a_file_that_is_no_utf8_is_read_by_its_own_encoding(tmp_path: Path) -> None:
    (tmp_path / "index.py").write_bytes("# coding: gbk\napp = FastAPI('报')\n".encode("gbk"))

    assert found(tmp_path) == "index:app"


def test_invalid_escapes_do_not_warn_before_the_import_does(tmp_path: Path) -> None:
    write(tmp_path, index="pattern = '\\d'\napp = FastAPI()\n")

    assert found(tmp_path) == "index:app"


# -- Django -----------------------------------------------------------------------------------------------------------

MANAGE = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{}.settings")\n'
WSGI = "application = get_wsgi_application()\n"


def test_a_django_project_is_found_by_manage_and_wsgi(tmp_path: Path) -> None:
    write(tmp_path, manage=MANAGE.format("notes"), notes__wsgi=WSGI)

    assert found(tmp_path) == "notes.wsgi:application"


def test_manage_names_the_project_where_there_are_several(tmp_path: Path) -> None:
    write(tmp_path, manage=MANAGE.format("site"), admin__wsgi=WSGI, site__wsgi=WSGI)

    assert found(tmp_path) == "site.wsgi:application"


def test_a_django_project_below_src_is_found(tmp_path: Path) -> None:
    write(tmp_path, src__manage=MANAGE.format("notes"), src__notes__wsgi=WSGI)

    target = resolve(None, tmp_path)

    assert (str(target), target.paths[0]) == ("notes.wsgi:application", tmp_path / "src")


# -- nothing there ----------------------------------------------------------------------------------------------------


def test_an_empty_folder_says_what_was_tried_and_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(AppNotFound) as caught:
        resolve(None, tmp_path)

    assert caught.value.message == (
        f"There is no app in {tmp_path}: no app, application or handler in index, function_app, lambda_function, main, "
        "app, wsgi, asgi, handler, func or function.func, here and in src."
    )
    assert caught.value.hint is not None
    assert "fcbridge dev server:app" in caught.value.hint
    assert "[tool.fcbridge]" in caught.value.hint


def test_files_that_were_read_in_vain_are_named(tmp_path: Path) -> None:
    write(tmp_path, index="x = 1\n", src__main="y = 1\n")

    with pytest.raises(AppNotFound, match=r"\(index\.py and src.main\.py are there, without one\)"):
        resolve(None, tmp_path)


def test_a_factory_is_what_to_type(tmp_path: Path) -> None:
    write(tmp_path, index="def create_app(): ...\n")

    with pytest.raises(AppNotFound) as caught:
        resolve(None, tmp_path)

    assert caught.value.hint == 'type fcbridge dev "index:create_app()"'


def test_an_app_of_another_name_comes_before_a_factory_in_the_hint(tmp_path: Path) -> None:
    write(tmp_path, main="def make_app(): ...\n", server="api = fastapi.FastAPI()\n", shop__web="app = Flask('shop')\n")

    with pytest.raises(AppNotFound) as caught:
        resolve(None, tmp_path)

    assert caught.value.hint == 'type fcbridge dev server:api or shop.web:app or "main:make_app()"'


def test_tests_and_environments_are_not_searched_for_suggestions(tmp_path: Path) -> None:
    write(tmp_path, tests__server="app = FastAPI()\n", venv__server="app = FastAPI()\n")

    with pytest.raises(AppNotFound) as caught:
        resolve(None, tmp_path)

    assert caught.value.hint is not None
    assert "name it as module:attribute" in caught.value.hint


# -- named targets ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["index:app", "index:create_app()", "index:api.asgi", "shop.web:app", "报:应用", "server:app"]
)
def test_a_named_target_is_taken_at_its_word(tmp_path: Path, text: str) -> None:
    write(tmp_path, **{text.partition(":")[0].replace(".", "__"): "x = 1\n"})

    assert found(tmp_path, text) == text


def test_a_named_module_below_src_puts_src_on_the_path(tmp_path: Path) -> None:
    write(tmp_path, src__shop__web=APP)

    assert resolve("shop.web:app", tmp_path).paths == (tmp_path / "src", tmp_path)


def test_a_module_alone_is_searched_for_its_app(tmp_path: Path) -> None:
    write(tmp_path, server="application = FastAPI()\n")

    assert found(tmp_path, "server") == "server:application"


def test_what_is_installed_may_be_named_too(tmp_path: Path) -> None:
    assert found(tmp_path, "wsgiref.simple_server:demo_app") == "wsgiref.simple_server:demo_app"
    assert found(tmp_path, "wsgiref") == "wsgiref"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("servr:app", "did you mean server:app?"),
        ("servr", "did you mean server?"),
        ("shopp.web:app", "did you mean shop.web:app?"),
        ("nowhere:app", "type fcbridge dev server:app"),
    ],
)
def test_a_module_that_is_nowhere_is_refused_with_the_nearest(tmp_path: Path, text: str, hint: str) -> None:
    write(tmp_path, server=APP, src__shop__web="")
    (tmp_path / "src/shop/__init__.py").touch()

    with pytest.raises(AppNotFound) as caught:
        resolve(text, tmp_path)

    assert caught.value.message == f"There is no module {text.partition(':')[0]!r} in {tmp_path}."
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("api = FastAPI()\n", "type fcbridge dev server:api"),
        ("def create_app(): ...\n", 'type fcbridge dev "server:create_app()"'),
        ("appp = make()\n", "type fcbridge dev server:appp"),
        ("", "name the attribute: server:NAME"),
    ],
)
def test_a_module_alone_without_an_app_suggests_what_it_has(tmp_path: Path, code: str, hint: str) -> None:
    write(tmp_path, server=code)

    with pytest.raises(AppNotFound) as caught:
        resolve("server", tmp_path)

    assert caught.value.message == "Module 'server' has no app, application or handler."
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("server.py", "server:app"),
        ("server.py:app", "server:app"),
        ("./server.py:app", "server:app"),
        ("src/shop/web.py", "shop.web:app"),
        ("src/shop/__init__.py", "shop:app"),
    ],
)
def test_the_path_of_a_file_is_understood(tmp_path: Path, text: str, target: str) -> None:
    write(tmp_path, server=APP, src__shop__web=APP)
    (tmp_path / "src/shop/__init__.py").write_text(APP)

    assert found(tmp_path, text) == target


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("nowhere.py", "There is no file 'nowhere.py'.", "for example fcbridge dev index:app"),
        ("shop/", "'shop/' is a folder, not an app.", "cd shop/ && fcbridge dev"),
        ("index app", "'index app' is not of the form module:attribute.", "for example fcbridge dev index:app"),
        ("index:", "'index:' is not of the form module:attribute.", "for example fcbridge dev index:app"),
        (":app", "':app' is not of the form module:attribute.", "for example fcbridge dev index:app"),
        ("index:app(1)", "'index:app(1)' is not of the form module:attribute.", "for example fcbridge dev index:app"),
        ("index.handler", "There is no module 'index.handler'.", "type index:handler"),
    ],
)
def test_what_is_no_target_is_refused_with_what_to_type(tmp_path: Path, text: str, message: str, hint: str) -> None:
    write(tmp_path, index="def handler(event, context): ...\n", shop__web="")

    with pytest.raises(AppNotFound) as caught:
        resolve(text, tmp_path)

    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_file_outside_of_the_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, server=APP)
    (tmp_path / "project").mkdir()

    with pytest.raises(AppNotFound, match="outside of the code directory"):
        resolve("../server.py", tmp_path / "project")


# -- pyproject.toml ---------------------------------------------------------------------------------------------------


def test_pyproject_overrides_what_would_be_found(tmp_path: Path) -> None:
    write(tmp_path, index=APP, server=APP)
    (tmp_path / "pyproject.toml").write_text('[tool.fcbridge]\napp = "server:app"\n')

    assert found(tmp_path) == "server:app"


def test_an_argument_overrides_pyproject(tmp_path: Path) -> None:
    write(tmp_path, index=APP, server=APP)
    (tmp_path / "pyproject.toml").write_text('[tool.fcbridge]\napp = "server:app"\n')

    assert found(tmp_path, "index:app") == "index:app"


def test_a_broken_pyproject_is_said_and_not_passed_over(tmp_path: Path) -> None:
    write(tmp_path, index=APP)
    (tmp_path / "pyproject.toml").write_text('[tool.fcbridge]\napp = "server\n')

    with pytest.raises(InvalidOption, match=r"pyproject\.toml is no TOML"):
        resolve(None, tmp_path)
