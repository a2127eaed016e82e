from __future__ import annotations

import sys
from pathlib import Path

import pytest

import fcbridge_adapters
from fcbridge import registry
from fcbridge.errors import AmbiguousPlatform, ConfigurationError, UnknownGateway, UnknownPlatform

CLOUD = {"FC_FUNC_CODE_PATH": "/code", "FC_REGION": "cn-hangzhou"}

STRANGER = """
from fcbridge.gateway import Invocation, Platform

class MyCloud(Platform):
    name = "mycloud"
    title = "My cloud"
    gateways = ()
    signs = (frozenset({"MYCLOUD"}),)

    def invocation(self, context):
        return Invocation("request-1")

PLATFORM = MyCloud()
"""


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution of somebody else, installed: one module and one entry point."""
    (tmp_path / "my_cloud_platform.py").write_text(STRANGER)
    metadata = tmp_path / "fcbridge_mycloud-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: fcbridge-mycloud\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{registry.GROUP}]\nmycloud = my_cloud_platform:PLATFORM\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(registry, "_entries", None)
    monkeypatch.setattr(registry, "_loaded", {})
    monkeypatch.delitem(sys.modules, "my_cloud_platform", raising=False)


def test_every_folder_of_the_adapters_is_a_platform_that_says_its_signs() -> None:
    root = Path(fcbridge_adapters.__file__).parent
    folders = {path.name for path in root.iterdir() if (path / "__init__.py").exists()}
    assert folders == set(fcbridge_adapters.SIGNS)
    for name, signs in fcbridge_adapters.SIGNS.items():
        assert registry.platform(name).name == name
        assert registry.platform(name).signs == signs


def test_names_of_gateways_are_unique() -> None:
    names = [gateway.name for platform in registry.platforms().values() for gateway in platform.gateways]
    assert len(names) == len(set(names))
    assert set(registry.gateways()) == set(names)


def test_a_gateway_knows_its_platform() -> None:
    assert registry.platform_of("fc3-http") is registry.platform("aliyun")


def test_an_unknown_platform_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(UnknownPlatform, match="There is no platform 'aliyum'") as caught:
        registry.platform("aliyum")
    assert caught.value.hint == f"did you mean 'aliyun'? installed are: {', '.join(sorted(fcbridge_adapters.SIGNS))}"


def test_an_unknown_gateway_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(UnknownGateway, match="There is no gateway 'fc3'") as caught:
        registry.gateway("fc3")
    assert "fc3-http" in str(caught.value.hint)
    with pytest.raises(UnknownGateway):
        registry.platform_of("fc3")


def test_a_platform_in_place_of_a_gateway_is_answered_with_its_gateways() -> None:
    with pytest.raises(UnknownGateway, match="There is no gateway 'google', which is a platform") as caught:
        registry.gateway("google")
    assert caught.value.hint == "its gateways are: gcf-http, gcf-asgi"


def test_the_platform_is_detected_by_the_environment() -> None:
    found = registry.detect(CLOUD)
    assert found is not None
    assert found.name == "aliyun"
    assert registry.detect({"FC_REGION": "cn-hangzhou"}) is None
    assert registry.detect({**CLOUD, "FC_REGION": ""}) is None
    assert registry.detect({}) is None


@pytest.mark.usefixtures("stranger")
def test_a_strangers_platform_is_found_by_name_and_by_its_signs() -> None:
    assert registry.platform("mycloud").title == "My cloud"
    assert "mycloud" in registry.platforms()
    found = registry.detect({"MYCLOUD": "1"})
    assert found is registry.platform("mycloud")


@pytest.mark.usefixtures("stranger")
def test_a_strangers_platform_is_listed_in_errors() -> None:
    with pytest.raises(UnknownPlatform) as caught:
        registry.platform("nocloud")
    assert ", mycloud" in str(caught.value.hint)


@pytest.mark.usefixtures("stranger")
def test_a_strangers_platform_that_does_not_load_is_named_with_its_distribution(tmp_path: Path) -> None:
    (tmp_path / "my_cloud_platform.py").write_text("import no_such_module_at_all\n")
    with pytest.raises(ConfigurationError) as caught:
        registry.platforms()
    assert caught.value.message == (
        "The platform 'mycloud' of fcbridge-mycloud does not load: "
        "ModuleNotFoundError: No module named 'no_such_module_at_all'."
    )


def test_two_platforms_in_one_environment_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcbridge_adapters, "SIGNS", {**fcbridge_adapters.SIGNS, "other": (frozenset({"OTHER"}),)})
    with pytest.raises(AmbiguousPlatform) as caught:
        registry.detect({**CLOUD, "OTHER": "1"})
    assert caught.value.message == "The environment shows the signs of aliyun and other."
    assert caught.value.hint == "say which one it is: bridge(app, platform='aliyun')"
