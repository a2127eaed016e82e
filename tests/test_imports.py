"""What a cold start loads: listed exactly, in a fresh process each, against what Python itself has loaded.

A module more is a tenth of a millisecond more for everybody who waits for a function to start.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fcbridge_adapters import SIGNS

ROOT = Path(__file__).parents[1]
EVENTS = ROOT / "tests" / "events"

# -- the lists --------------------------------------------------------------------------------------------------------

#: Loaded with ``import fcbridge``.
FCBRIDGE = {"__future__", "fcbridge"}
#: And with ``bridge()``.
ANY_APP = {
    *FCBRIDGE,
    "_contextvars",
    "fcbridge.bodies",
    "fcbridge.call",
    "fcbridge.codec",
    "fcbridge.gateway",
    "fcbridge.handler",
    "fcbridge.logs",
    "fcbridge.model",
    "fcbridge.options",
    "fcbridge.runners",
    "gc",
}
#: Where the event is text.
DOCUMENT = {"fcbridge.document"}
#: JSON without the package json.
JSON = {"_json"}

WSGI = {*ANY_APP, "fcbridge.runners.answered", "fcbridge.runners.environ", "fcbridge.runners.wsgi"}
ASGI = {
    *(ANY_APP - {"_contextvars"}),  # which asyncio has loaded
    "fcbridge.runners.answered",
    "fcbridge.runners.asgi",
    "fcbridge.runners.cycle",
    "fcbridge.runners.eventloop",
    "fcbridge.runners.instance",
    "fcbridge.runners.invocation",
    "fcbridge.runners.lifespan",
    "fcbridge.runners.loop",
}
#: Where an app has a lifespan, which has to be ended, before the pools of concurrent.futures are.
LIFESPAN = {"_queue", "concurrent.futures.thread", "fcbridge.runners.exits", "queue"}
#: Where the platform's context tells how long an invocation may take.
DEADLINE = {"fcbridge.runners.deadline"}

ALIYUN = {"fcbridge_adapters", "fcbridge_adapters.aliyun", "fcbridge_adapters.aliyun.context"}
HTTP_TRIGGER = {
    *ALIYUN,
    *JSON,
    "fcbridge.envelope",
    "fcbridge_adapters.aliyun.headers",
    "fcbridge_adapters.aliyun.http",
}
AWS = {"fcbridge_adapters", "fcbridge_adapters.aws", "fcbridge_adapters.aws.context"}
API_GATEWAY = {
    *AWS,
    "fcbridge.envelope",
    "fcbridge_adapters.aws.protocol",
}
REST_API = {*API_GATEWAY, "fcbridge_adapters.aws.payload1", "fcbridge_adapters.aws.rest"}
HTTP_API = {
    *API_GATEWAY,
    "fcbridge_adapters.aws.http2",
    "fcbridge_adapters.aws.payload2",
}

# -- the programs -----------------------------------------------------------------------------------------------------

WSGI_APP = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""
ASGI_APP = """
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        raise NotImplementedError
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"hello"})
"""
ASGI_APP_WITH_A_LIFESPAN = """
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            step = (await receive())["type"]
            await send({"type": f"{step}.complete"})
            if step == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"hello"})
"""
NO_CONTEXT = "None"
CONTEXT = "type('Context', (), {'get_remaining_time_in_millis': lambda self: 30_000, 'aws_request_id': '1'})()"


def answering(app: str, platform: str | None, event: object, context: str = NO_CONTEXT, base: str = "") -> str:
    return f"""
import os  # site has it in every runtime
{base}
before = set(sys.modules)
from fcbridge import bridge
{app}
handler = bridge(app, platform={platform!r})
answer = handler({event!r}, {context})
loaded = sorted(set(sys.modules) - before)
assert "hello" in (answer if isinstance(answer, str) else answer["body"]), answer
"""


def example(path: str) -> dict[str, object]:
    event: dict[str, object] = json.loads((EVENTS / path).read_bytes())
    event.pop("_comment", None)
    return event


HTTP_TRIGGER_EVENT = example("aliyun/http-v1-get.json")
REST_API_EVENT = example("aws/api-gateway-rest-v1-minimal-nulls.json")
HTTP_API_EVENT = example("aws/api-gateway-http-v2-minimal.json")


def loaded(program: str) -> set[str]:
    path = f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'adapters')]!r}\n"
    print_them = "\nimport json\nprint(json.dumps(loaded))"
    # -S: no site packages, so a third-party import would fail outright; -E: no environment either.
    run = subprocess.run(
        [sys.executable, "-S", "-E", "-c", path + program + print_them], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout))


def assert_loads(program: str, expected: set[str]) -> None:
    found = loaded(program)
    assert {"more": sorted(found - expected), "less": sorted(expected - found)} == {"more": [], "less": []}


# -- the facts --------------------------------------------------------------------------------------------------------


def test_importing_fcbridge_loads_these_modules() -> None:
    assert_loads("before = set(sys.modules)\nimport fcbridge\nloaded = sorted(set(sys.modules) - before)", FCBRIDGE)


@pytest.mark.parametrize(
    ("event", "document"),
    [(HTTP_TRIGGER_EVENT, set[str]()), (json.dumps(HTTP_TRIGGER_EVENT).encode("ascii"), DOCUMENT)],
    ids=["dict", "bytes"],
)
def test_a_wsgi_app_on_function_compute_loads_these_modules(event: object, document: set[str]) -> None:
    assert_loads(answering(WSGI_APP, "aliyun", event), WSGI | HTTP_TRIGGER | document)


@pytest.mark.parametrize(
    ("event", "gateway"), [(REST_API_EVENT, REST_API), (HTTP_API_EVENT, HTTP_API)], ids=["REST API", "HTTP API"]
)
def test_a_wsgi_app_on_lambda_loads_these_modules(event: object, gateway: set[str]) -> None:
    assert_loads(answering(WSGI_APP, "aws", event), WSGI | gateway)


@pytest.mark.parametrize(
    ("platform", "event", "gateway"),
    [
        ("aws", {**REST_API_EVENT, "path": "/报 告/100%"}, REST_API),
        ("aws", {**HTTP_API_EVENT, "rawPath": "/%E6%8A%A5/a b", "rawQueryString": "q=告&r=%20"}, HTTP_API),
        ("aliyun", {**HTTP_TRIGGER_EVENT, "rawPath": "/报 告/%E5%91%8A"}, HTTP_TRIGGER),
    ],
    ids=["REST API", "HTTP API", "HTTP trigger"],
)
def test_a_path_that_is_not_plain_loads_no_module_more(
    platform: str, event: dict[str, object], gateway: set[str]
) -> None:
    assert_loads(answering(WSGI_APP, platform, event), WSGI | gateway)
    assert_loads(answering(ASGI_APP, platform, event, base="import asyncio"), ASGI | gateway)


def test_a_platform_that_the_environment_shows_loads_no_module_more() -> None:
    shown = "os.environ['AWS_LAMBDA_RUNTIME_API'] = '127.0.0.1:9001'"
    assert_loads(answering(WSGI_APP, None, REST_API_EVENT, base=shown), WSGI | REST_API)


def test_a_wsgi_app_with_a_deadline_loads_one_module_more() -> None:
    assert_loads(answering(WSGI_APP, "aws", REST_API_EVENT, CONTEXT), WSGI | REST_API | DEADLINE)


@pytest.mark.parametrize(
    ("event", "gateway"), [(REST_API_EVENT, REST_API), (HTTP_API_EVENT, HTTP_API)], ids=["REST API", "HTTP API"]
)
def test_an_asgi_app_on_lambda_loads_these_modules_beside_asyncio(event: object, gateway: set[str]) -> None:
    assert_loads(answering(ASGI_APP, "aws", event, base="import asyncio"), ASGI | gateway)


def test_an_asgi_app_with_a_deadline_loads_no_module_more() -> None:
    assert_loads(answering(ASGI_APP, "aws", REST_API_EVENT, CONTEXT, base="import asyncio"), ASGI | REST_API)


def test_an_asgi_app_with_a_lifespan_loads_what_ends_it() -> None:
    program = answering(ASGI_APP_WITH_A_LIFESPAN, "aws", REST_API_EVENT, base="import asyncio")
    assert_loads(program, ASGI | REST_API | LIFESPAN)


def test_asyncio_is_imported_while_the_function_is_initialized_and_not_in_the_first_request() -> None:
    program = f"""
from fcbridge import bridge
{ASGI_APP}
bridge(app, platform="aws")
loaded = [name for name in sys.modules if name == "asyncio"]
"""
    assert loaded(program) == {"asyncio"}


@pytest.mark.parametrize("name", SIGNS)
def test_a_platform_loads_nothing_but_itself(name: str) -> None:
    program = f"""
import os  # site has it in every runtime
import fcbridge.registry
before = set(sys.modules)
fcbridge.registry.platform({name!r})
loaded = sorted(set(sys.modules) - before)
"""
    others = {module for module in loaded(program) if module.partition(".")[0] not in ("fcbridge", "fcbridge_adapters")}
    assert others <= {"binascii", "abc", "_abc", "__future__"}


def test_the_gateways_of_a_platform_load_when_they_are_asked_for() -> None:
    program = """
import fcbridge.registry
platform = fcbridge.registry.platform("aws")
before = set(sys.modules)
assert len(platform.gateways) == 10
loaded = sorted(set(sys.modules) - before)
"""
    assert "fcbridge_adapters.aws.lattice" in loaded(program)
    assert "fcbridge.losses" not in loaded(program)


def test_a_request_beside_functions_for_events_loads_no_source_of_events() -> None:
    functions = f"""
{WSGI_APP}
from fcbridge import ObjectEvent
handler = bridge(app, platform="aws")
@handler.on(ObjectEvent, key="*.jpg")
def on_upload(event: ObjectEvent) -> None: ...
assert "hello" in handler({REST_API_EVENT!r}, None)["body"]
"""
    program = f"import os\nfrom fcbridge import bridge\n{functions}\nloaded = sorted(sys.modules)"
    found = loaded(program)
    assert "fcbridge.connector.connector" in found
    assert {name for name in found if ".triggers" in name} == set()
    assert not found & {"asyncio", "logging", "fcbridge.cloudevents", "fcbridge.connector.posts", "fcbridge.once"}
