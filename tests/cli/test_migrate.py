from __future__ import annotations

import ast
import shutil
import subprocess

import pytest

from fcbridge.cli.exits import Exit
from tests.cli.shell import Shell

HANDLER = """\
from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()
handler = Mangum(app, lifespan="off")
"""


def changed(shell: Shell, text: str) -> str:
    """The text of a file after ``fcbridge migrate --write``."""
    path = shell.write("handler.py", text)
    assert shell("migrate handler.py --write").code == Exit.OK
    return path.read_bytes().decode("utf-8")


def test_the_diff_is_one_line_and_nothing_is_written(shell: Shell) -> None:
    path = shell.write("handler.py", HANDLER)

    result = shell("migrate handler.py")

    assert result.code == Exit.OK
    assert result.out == (
        "--- a/handler.py\n"
        "+++ b/handler.py\n"
        "@@ -1,5 +1,5 @@\n"
        " from fastapi import FastAPI\n"
        "-from mangum import Mangum\n"
        "+from fcbridge.compat.mangum import Mangum\n"
        " \n"
        " app = FastAPI()\n"
        ' handler = Mangum(app, lifespan="off")\n'
    )
    assert "1 file would change: --write does it" in result.talk
    assert path.read_text() == HANDLER


def test_what_is_written_is_what_was_shown(shell: Shell) -> None:
    path = shell.write("app/handler.py", HANDLER)
    diff = shell("migrate .").out
    assert shell("migrate . --write").out == diff
    assert path.read_text() == HANDLER.replace("from mangum", "from fcbridge.compat.mangum")
    assert "nothing here imports" in shell("migrate .").talk


@pytest.mark.skipif(shutil.which("git") is None, reason="the diff is for git here")
def test_git_applies_the_diff(shell: Shell) -> None:
    path = shell.write("handler.py", HANDLER)
    subprocess.run(["git", "init", "-q", "."], cwd=shell.folder, check=True)
    subprocess.run(["git", "apply"], cwd=shell.folder, check=True, input=shell("migrate .").data)
    assert "from fcbridge.compat.mangum import Mangum" in path.read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from apig_wsgi import make_lambda_handler\n", "from fcbridge.compat.apig_wsgi import make_lambda_handler\n"),
        ("import serverless_wsgi\n", "from fcbridge.compat import serverless_wsgi\n"),
        ("import awsgi as gateway\n", "from fcbridge.compat import awsgi as gateway\n"),
        ("import os, mangum, sys\n", "import os, sys\nfrom fcbridge.compat import mangum\n"),
        ("import mangum, awsgi\n", "from fcbridge.compat import mangum, awsgi\n"),
        (
            "def f():\n    import os, mangum\n    return mangum\n",
            "def f():\n    import os\n    from fcbridge.compat import mangum\n    return mangum\n",
        ),
        ("if True: import os, mangum\n", "if True: import os; from fcbridge.compat import mangum\n"),
        ("x = 1; import mangum  # here\n", "x = 1; from fcbridge.compat import mangum  # here\n"),
        (
            "try:\n    from mangum import (\n        Mangum,  # it\n    )\nexcept ImportError: pass\n",
            "try:\n    from fcbridge.compat.mangum import (\n        Mangum,  # it\n    )\nexcept ImportError: pass\n",
        ),
        ("from \\\n  mangum import Mangum\n", "from \\\n  fcbridge.compat.mangum import Mangum\n"),
        (
            "'报告'; from mangum import Mangum; import awsgi\n",
            "'报告'; from fcbridge.compat.mangum import Mangum; from fcbridge.compat import awsgi\n",
        ),
        ("from mangum import Mangum as M\r\nx = 1\r\n", "from fcbridge.compat.mangum import Mangum as M\r\nx = 1\r\n"),
        ("from mangum import Mangum", "from fcbridge.compat.mangum import Mangum"),
    ],
)
def test_every_way_to_import_a_peer_is_changed(shell: Shell, before: str, after: str) -> None:
    assert changed(shell, before) == after
    ast.parse(after)


@pytest.mark.parametrize(
    "text",
    ['name = "mangum"  # from mangum import Mangum\n', "from .mangum import Mangum\n", "import mangum_extra\n"],
)
def test_what_only_looks_like_an_import_stays(shell: Shell, text: str) -> None:
    assert changed(shell, text) == text


def test_what_has_no_counterpart_is_noted_with_its_line(shell: Shell) -> None:
    shell.write("a.py", "import os\nfrom mangum.handlers import ALB\n")
    shell.write("b.py", "from mangum import Mangum, types\n")
    result = shell("migrate .")
    assert result.out == ""
    assert "a.py: line 2: mangum.handlers has no counterpart, only mangum itself has" in result.talk
    assert "b.py: line 1: mangum.types has no counterpart" in result.talk


def test_a_file_that_is_no_python_is_noted(shell: Shell) -> None:
    shell.write("old.py", "print 'mangum'\n")
    assert "old.py: is no Python that this interpreter reads: SyntaxError" in shell("migrate .").talk


def test_the_code_of_others_is_left_alone(shell: Shell) -> None:
    for folder in (".hidden", "node_modules/x", "mine/site-packages"):
        shell.write(f"{folder}/handler.py", HANDLER)
    shell.write("my-environment/pyvenv.cfg", "")
    shell.write("my-environment/lib/handler.py", HANDLER)
    assert "nothing here imports mangum, apig_wsgi, serverless_wsgi, awsgi" in shell("migrate .").talk


def test_scripts_get_json(shell: Shell) -> None:
    shell.write("handler.py", "from mangum import Mangum\n")
    (change,) = shell("migrate . --json").json
    assert (change["file"], change["notes"]) == ("handler.py", [])
    assert "+from fcbridge.compat.mangum import Mangum" in change["diff"]


def test_a_path_that_is_not_there_is_refused(shell: Shell) -> None:
    assert shell("migrate nowhere").refusal == (
        Exit.USAGE,
        "There is no file or folder 'nowhere'.",
        "for example fcbridge migrate .",
    )
