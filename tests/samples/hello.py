"""The samples that greet, one for each platform: where their code is, what it exports, and the gateways before it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from fcbridge.testing import Client
from fcbridge_adapters.aws import PLATFORM

from .folder import SAMPLES
from .modules import module_of

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path
    from types import ModuleType


class Hello(NamedTuple):
    """``module`` lies in the folder ``code`` of the sample; ``export`` is what the platform calls of it, and ``page``
    the name that it gives to itself on its page."""

    platform: str
    doors: tuple[str, ...]
    page: str = ""
    code: str = ""
    module: str = "app"
    export: str = "handler"
    base_path: str = ""

    @property
    def name(self) -> str:
        return f"hello-{self.platform}"

    @property
    def folder(self) -> Path:
        return SAMPLES / self.name

    def handler(self, module: ModuleType) -> Any:
        """The handler: the export itself, or what its entry is made of."""
        export = getattr(module, self.export)
        return getattr(export, "handler", export)

    @contextmanager
    def loaded(self) -> Generator[ModuleType]:
        with module_of(self.folder / self.code, self.module) as module:
            yield module
            self.handler(module).pre_stop()

    def client(self, module: ModuleType, door: str) -> Client:
        """A client whose paths are those of the app, below the base path."""
        return Client(self.handler(module), door, base_url=f"https://testserver{self.base_path}")


AWS = Hello("aws", tuple(door.name for door in PLATFORM.gateways))
AZURE = Hello("azure", ("azure-python", "azure-custom"), "a function of Azure", module="function_app", export="app")
BAIDU = Hello("baidu", ("baidu-http",), "a function of Baidu AI Cloud")
FISSION = Hello("fission", ("fission-http",), "a function of Fission", module="main", export="main", base_path="/demo")
GOOGLE = Hello("google", ("gcf-http", "gcf-asgi"), "a function of Google Cloud", module="main", export="main")
HUAWEI = Hello("huawei", ("huawei-apig",), "a function of Huawei Cloud")
KNATIVE = Hello("knative", ("knative-func",), "a function of Knative", module="function", export="new")
NUCLIO = Hello("nuclio", ("nuclio-http",), "a function of Nuclio", module="main")
OPENFAAS = Hello(
    "openfaas", ("openfaas-http",), "a function of OpenFaaS", code="hello", module="handler", export="handle"
)
OPENWHISK = Hello("openwhisk", ("openwhisk-raw", "openwhisk-web"), "an action of OpenWhisk", export="main")
TENCENT = Hello("tencent", ("scf-url", "scf-apigw", "scf-clb", "tcb-http"), "a function of Tencent Cloud")
VOLCENGINE = Hello("volcengine", ("vefaas-http",), "a function of Volcengine")

HELLOS = (
    AWS, AZURE, BAIDU, FISSION, GOOGLE, HUAWEI, KNATIVE, NUCLIO, OPENFAAS, OPENWHISK, TENCENT, VOLCENGINE,
)  # fmt: skip
