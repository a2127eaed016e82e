"""The s.yaml files of the samples, and the one on Alibaba's page, have what the component fc3 takes."""

from __future__ import annotations

import re

import pytest

from tests.samples.deployment import FC3
from tests.samples.documents import mistakes, yaml
from tests.samples.folder import SAMPLES

PAGE = SAMPLES.parent / "docs" / "platforms" / "alibaba.md"
FILES = {path.parent.name: path.read_text("utf-8") for path in sorted(SAMPLES.glob("*/s.yaml"))}
FILES["alibaba.md"] = re.findall(r'^```yaml title="s.yaml"\n(.*?)^```', PAGE.read_text("utf-8"), re.M | re.S)[0]


@pytest.mark.parametrize("name", FILES)
def test_an_s_yaml_has_what_the_component_takes(name: str) -> None:
    assert mistakes(yaml(FILES[name]), FC3) == []


@pytest.mark.parametrize("name", [name for name in FILES if (SAMPLES / name).is_dir()])
def test_an_s_yaml_names_what_is_there(name: str) -> None:
    for function in yaml(FILES[name])["resources"].values():
        module = function["props"]["handler"].partition(".")[0]
        assert (SAMPLES / name / f"{module}.py").is_file()


def test_there_are_some() -> None:
    assert len(FILES) >= 6
