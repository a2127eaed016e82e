"""The local commands in the folders of the samples for platforms, without a target and without a gateway."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fcbridge.local.project import read_project
from fcbridge.local.target import resolve
from fcbridge.registry import platform_of

from .folder import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = sorted(SAMPLES.glob("hello-*"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_sample_names_a_gateway_of_its_platform_and_its_app_is_found(folder: Path) -> None:
    gateway = read_project(folder).gateway

    assert gateway is not None
    assert f"hello-{platform_of(gateway).name}" == folder.name
    assert resolve(None, folder).file is not None


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_request_needs_its_path_only(folder: Path) -> None:
    path = "/demo/hello/world" if folder.name == "hello-fission" else "/hello/world"  # behind its trigger's prefix

    done = subprocess.run(
        [sys.executable, "-m", "fcbridge", "request", path], cwd=folder, capture_output=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, b"Hello, world!\n"), done.stderr.decode()
