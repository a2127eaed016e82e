from __future__ import annotations

import os

from fcbridge.cli.exits import Exit
from tests.cli.shell import Shell

APP = """
from starlette.applications import Starlette
from starlette.routing import Host, Mount, Route, Router

def home(request): ...
def items(request): ...

app = Starlette(routes=[Route("/", home, name="home"), Mount("/v1", routes=[Route("/items", items, methods=["POST"])])])
hosted = Starlette(routes=[Host("api.example.com", Router([Route("/", home)])), Route("/", home)])
"""


def test_routes_are_a_table_for_the_eye(shell: Shell) -> None:
    shell.write("index.py", APP)

    result = shell("routes")

    assert (result.code, result.talk) == (0, "")
    assert result.out == (
        "METHODS   PATH       ENDPOINT\n"
        "GET HEAD  /          index.home\n"
        "POST      /v1/items  index.items\n"
    )  # fmt: skip


def test_routes_are_a_list_for_a_script(shell: Shell) -> None:
    shell.write("index.py", APP)

    assert shell("routes index:app --json").json == [
        {"methods": ["GET", "HEAD"], "path": "/", "name": "home", "endpoint": "index.home", "host": None},
        {"methods": ["POST"], "path": "/v1/items", "name": "items", "endpoint": "index.items", "host": None},
    ]


def test_hosts_have_a_column_where_there_are_any(shell: Shell) -> None:
    shell.write("index.py", APP)

    assert shell("routes index:hosted").out == (
        "METHODS   HOST             PATH  ENDPOINT\n"
        "GET HEAD  api.example.com  /     index.home\n"
        "GET HEAD  *                /     index.home\n"
    )


def test_a_handler_has_the_routes_of_its_app(shell: Shell) -> None:
    shell.write("index.py", f"{APP}\nfrom fcbridge import bridge\nhandler = bridge(app)\n")

    assert "/v1/items" in shell("routes index:handler").out


def test_an_app_that_tells_nothing_gives_the_reason_and_no_rows(shell: Shell) -> None:
    shell.write("index.py", "async def app(scope, receive, send): ...\n")

    assert (shell("routes").data, shell("routes").talk) == (b"", "note: app does not tell its routes\n")
    assert shell("routes --json").json == []


def test_what_the_app_prints_at_import_is_talk(shell: Shell) -> None:
    shell.write("index.py", f"print('importing')\n{APP}")

    result = shell("routes --json")

    assert result.talk == "importing\n"
    assert len(result.json) == 2


def test_the_env_file_is_there_while_the_app_is_imported(shell: Shell) -> None:
    shell.write("index.py", f"import os\nassert os.environ['SHOP_DATABASE'] == 'invented'\n{APP}")
    shell.write(".env", "SHOP_DATABASE=invented\n")

    assert shell("routes").code == Exit.OK
    assert "SHOP_DATABASE" not in os.environ


def test_no_app_is_refused(shell: Shell) -> None:
    code, message, hint = shell("routes").refusal

    assert code == Exit.APP
    assert message.startswith(f"There is no app in {shell.folder}")
    assert "fcbridge dev" in hint
