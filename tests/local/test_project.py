from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from fcbridge.errors import InvalidOption, MissingExtra
from fcbridge.local.project import Project, read_project

if TYPE_CHECKING:
    from pathlib import Path


def project(folder: Path, text: str) -> Project:
    (folder / "pyproject.toml").write_text(text, "utf-8")
    return read_project(folder)


def test_every_key_of_the_table_is_read(tmp_path: Path) -> None:
    text = """
    [tool.fcbridge]
    app = "shop.web:app"
    gateway = "fc-apigw"
    port = 9100
    timeout = 30
    memory = 1024
    instances = 4
    """

    assert project(tmp_path, text) == Project("shop.web:app", "fc-apigw", 9100, 30, 1024, 4)


@pytest.mark.parametrize("text", ["", "[tool.other]\nx = 1\n", "[tool.fcbridge]\n", "# fcbridge\n[project]\n"])
def test_a_file_without_the_table_sets_nothing(tmp_path: Path, text: str) -> None:
    assert project(tmp_path, text) == Project()


def test_a_folder_without_the_file_sets_nothing(tmp_path: Path) -> None:
    assert read_project(tmp_path) == Project()


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("gatway = 'x'", "[tool.fcbridge] in pyproject.toml has no key 'gatway'.", "did you mean 'gateway'?"),
        (
            "colour = 'x'",
            "[tool.fcbridge] in pyproject.toml has no key 'colour'.",
            "it has app, gateway, port, timeout, memory, instances",
        ),
        ("app = 1", "tool.fcbridge.app in pyproject.toml is an integer, not a string.", None),
        ("port = '9000'", "tool.fcbridge.port in pyproject.toml is a string, not an integer.", None),
        ("memory = true", "tool.fcbridge.memory in pyproject.toml is a boolean, not an integer.", None),
        ("timeout = 1.5", "tool.fcbridge.timeout in pyproject.toml is a float, not an integer.", None),
        ("port = 70000", "tool.fcbridge.port in pyproject.toml is not between 0 and 65535.", None),
        ("instances = 0", "tool.fcbridge.instances in pyproject.toml is not between 1 and 1000.", None),
    ],
)
def test_a_wrong_line_is_refused_with_its_key_and_type(
    tmp_path: Path, line: str, message: str, hint: str | None
) -> None:
    with pytest.raises(InvalidOption) as caught:
        project(tmp_path, f"[tool.fcbridge]\n{line}\n")

    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_what_should_be_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="an array, not a table"):
        project(tmp_path, "[tool]\nfcbridge = []\n")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.fcbridge]\napp = '\xff'\n")

    with pytest.raises(InvalidOption, match="cannot be read: UnicodeDecodeError"):
        read_project(tmp_path)


def test_without_a_toml_parser_only_a_file_that_has_the_table_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tomllib", None)
    monkeypatch.setitem(sys.modules, "tomli", None)

    assert project(tmp_path, '[project]\nname = "x"\n') == Project()
    with pytest.raises(MissingExtra, match="tomli") as caught:
        project(tmp_path, "[tool.fcbridge]\n")
    assert caught.value.hint == 'pip install "fcbridge[dev]"'
