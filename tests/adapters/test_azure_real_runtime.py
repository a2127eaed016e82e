"""The entry under Microsoft's own code: the package azure-functions, and the runtime of Python 3.13 and later.

https://github.com/Azure/azure-functions-python-library has the objects and their converters, which the worker uses on
every version. https://github.com/Azure/azure-functions-python-worker/tree/dev/runtimes/v2 is the part of the worker
that loads ``function_app.py`` and calls its functions; the messages that it gets from the host over gRPC are played
here, with the fields that it reads.
"""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from http.cookies import SimpleCookie
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import azure.functions as func
import pytest
from azure.functions.http import HttpRequestConverter, HttpResponseConverter
from azure.functions.meta import Datum

from fcbridge import bridge

APP = """
from fcbridge import bridge


async def shop(scope, receive, send):
    if scope["path"] == "/broken":
        raise ValueError("no stock")
    body = (await receive())["body"]
    headers = [
        (b"content-type", b"text/plain"), (b"vary", b"accept"), (b"vary", b"cookie"),
        (b"set-cookie", b"csrf=abc; Path=/"),
        (b"set-cookie", b"session=eyJ1IjoxfQ==.aBc/+; Path=/; Partitioned; Secure"),
    ]
    told = [scope["root_path"], scope["raw_path"].decode(), scope["query_string"].decode(), body.decode()]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": "|".join(told).encode()})


app = bridge(shop, platform="azure", lifespan="off", on_error="raise").entry()
"""


def entry(**options: Any) -> Any:
    names: dict[str, Any] = {}
    exec(APP, names)
    return names["app"] if not options else bridge(names["shop"], platform="azure").entry(**options)


# -- what the host is told --------------------------------------------------------------------------------------------


def bindings(function: Any) -> list[dict[str, Any]]:
    return [json.loads(binding) for binding in function.get_raw_bindings()]


def test_the_function_app_has_exactly_one_function_which_catches_all() -> None:
    [function] = entry().get_functions()
    trigger = function.get_trigger()
    assert function.get_function_name() == "web"
    assert function.is_http_function()
    assert (trigger.type, trigger.route, trigger.name) == ("httpTrigger", "{*path}", "req")
    assert bindings(function) == [
        {
            "direction": "IN",
            "type": "httpTrigger",
            "name": "req",
            "methods": ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"],
            "authLevel": "ANONYMOUS",
            "route": "{*path}",
        },
        {"direction": "OUT", "type": "http", "name": "$return"},
    ]


def test_the_options_of_the_entry_reach_the_host() -> None:
    app = entry(route="v1/{*path}", methods=["GET", "post"], auth_level="function", function_name="shop")
    [function] = app.get_functions()
    trigger, _ = bindings(function)
    assert (trigger["route"], trigger["methods"], trigger["authLevel"]) == ("v1/{*path}", ["GET", "POST"], "FUNCTION")
    assert function.get_function_name() == "shop"
    [function] = entry(methods="GET", auth_level=func.AuthLevel.ADMIN).get_functions()
    trigger, _ = bindings(function)
    assert (trigger["methods"], trigger["authLevel"]) == (["GET"], "ADMIN")


def test_other_functions_can_stand_beside_the_entry() -> None:
    app: Any = entry()

    @app.queue_trigger(arg_name="job", queue_name="jobs", connection="AzureWebJobsStorage")  # type: ignore[untyped-decorator]  # of Any
    def work(job: func.QueueMessage) -> None: ...

    assert [function.get_function_name() for function in app.get_functions()] == ["web", "work"]


# -- a request through the converters ---------------------------------------------------------------------------------


def text(value: str) -> Datum:
    return Datum(value, "string")


REQUEST = {
    "method": text("POST"),
    "url": text("https://demo.azurewebsites.net/api/caf%C3%A9/a%2Fb?tag=1&tag=2&blank="),
    "headers": {"host": text("demo.azurewebsites.net"), "content-length": text("2")},
    "query": {"tag": text("1,2")},
    "params": {"path": text("café/a%2Fb")},
    "body": Datum(b"{}", "bytes"),
}


def test_a_request_as_microsofts_pages_have_it_in_unit_tests_is_answered() -> None:
    """https://learn.microsoft.com/azure/azure-functions/functions-reference-python#unit-testing: no body is
    None, and the query is in the parameters alone."""
    request = func.HttpRequest(method="GET", body=None, url="/api/my_function", params={"value": "21"})  # type: ignore[arg-type]
    with entry().handler as handler:
        answer = asyncio.run(handler.invoke(request))
    assert (answer.status_code, answer.get_body()) == (201, b"|/api/my_function|value=21|")


def test_a_request_passes_through_the_librarys_converters() -> None:
    converter: Any = HttpRequestConverter
    request = converter.decode(Datum(REQUEST, "http"), trigger_metadata={})
    app: Any = entry()
    [function] = app.get_functions()
    with app.handler:
        answer = asyncio.run(function.get_user_function()(req=request, context=SimpleNamespace(invocation_id="5e8f")))
    datum: Any = HttpResponseConverter.encode(answer, expected_type=func.HttpResponse)
    sent = datum.value
    assert sent["status_code"].value == "201"
    assert sent["body"].value == b"/api|/api/caf%C3%A9/a%2Fb|tag=1&tag=2&blank=|{}"
    assert {name: header.value for name, header in sent["headers"].items()} == {
        "content-type": "text/plain",
        "vary": "accept, cookie",
        "set-cookie": "session=eyJ1IjoxfQ==.aBc/+; Path=/; Partitioned; Secure",
    }
    assert sent["cookies"] == [SimpleCookie("csrf=abc; Path=/")]


def test_the_answer_is_what_the_librarys_annotations_promise() -> None:
    [function] = entry().get_functions()
    annotations = function.get_user_function().__annotations__
    assert HttpRequestConverter.check_input_type_annotation(annotations["req"])
    assert HttpResponseConverter.check_output_type_annotation(annotations["return"])
    assert annotations["context"] is func.Context


# -- the runtime that Azure runs --------------------------------------------------------------------------------------

if sys.version_info >= (3, 13):
    import azure_functions_runtime as runtime

    class Message:
        """A message of the host's protocol: its fields are attributes, and one of them may be the one that is set."""

        def __init__(self, **fields: Any) -> None:
            self.__dict__.update(fields)

        def WhichOneof(self, group: str) -> str:
            return next(iter(vars(self)))

    class BindingInfo(Message):
        inout, out, undefined = 2, 1, 0

    class StatusResult(Message):
        Failure, Success = 0, 1

    class RpcHttpCookie(Message):
        SameSite = SimpleNamespace(**{"None": 0, "Lax": 1, "Strict": 2, "ExplicitNone": 3})

    class Protocol(ModuleType):
        BindingInfo, RpcHttpCookie, StatusResult = BindingInfo, RpcHttpCookie, StatusResult

        def __getattr__(self, name: str) -> type[Message]:
            return Message

    PROTOCOL = Protocol("protos")

    def asked(**fields: Any) -> Message:
        return Message(request=Message(**fields), properties={"host": "127.0.0.1", "protos": PROTOCOL})

    def invocation(url: str) -> Message:
        http = Message(
            method="POST",
            url=url,
            headers={"host": "demo.azurewebsites.net", "content-length": "2"},
            query={},
            params={"path": "items"},
            body=Message(bytes=b"{}"),
        )
        return asked(
            invocation_request=Message(
                invocation_id="5e8f",
                function_id=str(uuid.uuid5(uuid.NAMESPACE_OID, "web")),
                input_data=[Parameter(name="req", data=Message(http=http))],
                trigger_metadata={},
                trace_context=Message(trace_parent="", trace_state="", attributes={}),
                retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
            )
        )

    class Parameter(Message):
        def WhichOneof(self, group: str) -> str:
            return "data"

    @pytest.fixture
    def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        """What the runtime answers when it has loaded ``function_app.py``."""
        (tmp_path / "function_app.py").write_text(APP, "utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "function_app", raising=False)
        request = asked(worker_init_request=Message(capabilities={}, function_app_directory=str(tmp_path)))
        yield asyncio.run(runtime.worker_init_request(request))
        sys.modules.pop("function_app", None)

    def test_the_runtime_finds_the_function(loaded: Any) -> None:
        assert loaded.result.status == StatusResult.Success, vars(loaded.result)
        listed = asyncio.run(runtime.functions_metadata_request(asked()))
        [function] = listed.function_metadata_results
        assert (function.name, sorted(function.bindings)) == ("web", ["$return", "req"])

    def test_the_runtime_calls_the_function_and_takes_its_answer(loaded: Any) -> None:
        done = asyncio.run(runtime.invocation_request(invocation("https://h/api/items?a=1&a=2")))
        assert done.result.status == StatusResult.Success, vars(done.result)
        answer = done.return_value.http
        assert (answer.status_code, answer.body.bytes) == ("201", b"/api|/api/items|a=1&a=2|{}")
        assert answer.headers["vary"] == "accept, cookie"
        assert answer.headers["set-cookie"] == "session=eyJ1IjoxfQ==.aBc/+; Path=/; Partitioned; Secure"
        [cookie] = answer.cookies
        assert (cookie.name, cookie.value, cookie.path.value) == ("csrf", "abc", "/")

    def test_an_exception_that_the_platform_shall_see_is_a_failed_invocation(loaded: Any) -> None:
        done = asyncio.run(runtime.invocation_request(invocation("https://h/broken")))
        assert done.result.status == StatusResult.Failure
        assert done.result.exception.message == "ValueError: no stock"
