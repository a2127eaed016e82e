"""What all samples that greet have in common, through every gateway of their platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fcbridge.testing import Client, LossWarning

from .folder import SAMPLES, statuses
from .hello import (
    AWS,
    AZURE,
    BAIDU,
    FISSION,
    GOOGLE,
    HELLOS,
    HUAWEI,
    KNATIVE,
    NUCLIO,
    OPENFAAS,
    OPENWHISK,
    TENCENT,
    VOLCENGINE,
    Hello,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

# Those whose echo sends back what it got, whatever it is.
BYTES = (BAIDU, FISSION, HUAWEI, OPENFAAS, OPENWHISK)
COOKIES = {
    FISSION: ["theme=dark; Path=/", "language=zh; Path=/"],
    GOOGLE: ["theme=dark; Path=/; SameSite=lax", "language=zh; Path=/; SameSite=lax"],
    HUAWEI: ["theme=dark; Path=/", "session=7; Path=/"],
    KNATIVE: ["theme=dark; Path=/; SameSite=lax", "language=zh; Path=/; SameSite=lax"],
    OPENFAAS: ["theme=dark; Path=/", "language=zh; Path=/"],
    OPENWHISK: ["theme=dark; Path=/", "language=zh; Path=/"],
    TENCENT: ["theme=dark; Path=/; SameSite=Lax", "language=zh; Path=/; SameSite=Lax"],
}
EXAMPLES = {"1-page.json": 200, "2-hello.json": 200, "3-echo.json": 200, "4-preferences.json": 204}


def through(hellos: Iterable[Hello], without: str = "") -> pytest.MarkDecorator:
    """A test with every gateway of these samples but one."""
    doors = [pytest.param(hello, door, id=door) for hello in hellos for door in hello.doors if door != without]
    return pytest.mark.parametrize(("hello", "door"), doors)


@pytest.fixture
def module(hello: Hello) -> Iterator[ModuleType]:
    with hello.loaded() as module:
        yield module


@pytest.fixture
def client(hello: Hello, module: ModuleType, door: str) -> Iterator[Client]:
    with hello.client(module, door) as client:
        yield client


def test_every_sample_that_greets_is_among_them() -> None:
    assert sorted(hello.name for hello in HELLOS) == sorted(path.name for path in SAMPLES.glob("hello-*"))


@through(hello for hello in HELLOS if hello.page)
def test_the_page_is_html(client: Client, hello: Hello) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>Hello from {hello.page}</h1>" in answer.text


@through(HELLOS)
def test_a_name_may_be_written_in_any_script(client: Client) -> None:
    assert client.get("/hello/世界").text == "Hello, 世界!\n"


@through(HELLOS)
def test_json_is_echoed(client: Client) -> None:
    document = {"greeting": "你好", "numbers": [1, 2.5, None], "nested": {"empty": ""}}
    assert client.post("/echo", json=document).json() == document


@through((*BYTES, VOLCENGINE))
def test_a_picture_arrives_as_it_is(client: Client, module: ModuleType) -> None:
    answer = client.get("/dot.png")
    assert (answer.headers["content-type"], answer.content) == ("image/png", module.DOT)


@through(BYTES)
def test_an_upload_is_echoed_byte_for_byte(client: Client) -> None:
    assert client.post("/echo", content=b"\x89PNG\xff").content == b"\x89PNG\xff"


@through(COOKIES)
def test_both_cookies_arrive(client: Client, hello: Hello) -> None:
    answer = client.put("/preferences")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers.get_list("set-cookie") == COOKIES[hello]


@through((BAIDU, VOLCENGINE))
def test_of_two_cookies_one_arrives_and_a_warning(client: Client) -> None:
    with pytest.warns(LossWarning, match="only one Set-Cookie"):
        answer = client.put("/preferences")
    assert [cookie.partition(";")[0] for cookie in answer.headers.get_list("set-cookie")] == ["session=7"]


# The events of the others differ, each in its own way.
@through((hello for hello in HELLOS if hello not in (AWS, AZURE, NUCLIO, TENCENT)), without="openwhisk-web")
def test_the_example_events_are_answered(hello: Hello, module: ModuleType, door: str) -> None:
    assert statuses(hello.handler(module), hello.name, door) == EXAMPLES
