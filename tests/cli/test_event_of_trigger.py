"""``fcbridge event`` for what is no request: the sources, and the options for the attributes of their events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fcbridge.cli import event_generate, event_list
from fcbridge.cli.exits import Exit
from fcbridge.events import KINDS, Event
from fcbridge.local import sources as names
from fcbridge.local.sources import caller, sources
from fcbridge_adapters import SIGNS
from tests.cli.shell import Shell
from tests.local.fake_sources import OBJECT, FakeTrigger, platforms


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (names, event_generate, event_list):
        monkeypatch.setattr(module, "platforms", platforms)


def events(shell: Shell, typed: str, **options: Any) -> list[dict[str, Any]]:
    result = shell(f"event generate {typed}", **options)
    assert result.code == 0, result.talk
    found: list[dict[str, Any]] = result.json["events"]
    return found


# -- the list ---------------------------------------------------------------------------------------------------------


def test_every_source_is_listed_with_its_kind(shell: Shell, fakes: None) -> None:
    listed = shell("event list --json").json

    assert [(entry["name"], entry["kind"], entry["platform"]) for entry in listed] == [
        ("fc3-http", "http", "here"),
        ("here-store", "object", "here"),
        ("here-queue", "message", "here"),
        ("here-timer", "timer", "here"),
        ("aws-http-v2", "http", "there"),
        ("there-queue", "message", "there"),
        ("old-timer", "timer", "there"),
        ("there-timer", "timer", "there"),
        ("there-blob", "cloudevent", "there"),
        ("there-text", "cloudevent", "there"),
    ]
    rows = [line.split() for line in shell("event list").out.splitlines()]
    assert rows[0] == ["NAME", "KIND", "PLATFORM", "TITLE"]
    assert rows[2] == ["here-store", "object", "here", "Here-Store"]


def test_every_source_of_the_platforms_is_listed(shell: Shell) -> None:
    listed = {entry["name"]: entry["kind"] for entry in shell("event list --json").json}

    assert {name for name, kind in listed.items() if kind != "http"} == set(sources())
    assert (listed["aliyun-oss"], listed["aliyun-kafka"], listed["aliyun-timer"]) == ("object", "message", "timer")


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(sources()))
def test_every_source_generates_what_it_composes_of_its_sample(shell: Shell, name: str) -> None:
    found = sources()[name].trigger
    payload = found.compose(found.sample())

    result = shell(f"event generate {name}")

    if isinstance(payload, (bytes, str)):
        assert result.data == (payload if isinstance(payload, bytes) else payload.encode())
    else:
        assert result.json == json.loads(json.dumps(payload))


def test_a_short_name_is_enough_where_one_platform_has_it(shell: Shell, fakes: None) -> None:
    assert shell("event generate store").json["from"] == "here-store"


def test_one_of_several_is_refused_with_their_names(shell: Shell, fakes: None) -> None:
    assert shell("event generate queue").refusal == (
        Exit.CONFIGURATION,
        "The trigger 'queue' may be here-queue or there-queue.",
        "type one of these, or --platform",
    )


def test_platform_says_which_is_meant(shell: Shell, fakes: None) -> None:
    assert shell("event generate queue --platform there").json["from"] == "there-queue"
    assert shell("event generate timer --platform there").json["from"] == "there-timer"
    code, message, _ = shell("event generate store --platform there").refusal
    assert (code, message) == (Exit.CONFIGURATION, "There is no trigger 'store' of the platform 'there'.")


def test_the_project_says_which_is_meant(shell: Shell) -> None:
    """By its gateway, by what its app names, or by the environment, in this order."""
    environ = dict.fromkeys(sorted(SIGNS["aws"], key=len)[0], "x")
    assert "aws:kafka" in shell("event generate kafka", environ=environ).out

    shell.write("index.py", "from fcbridge import bridge\nhandler = bridge(object(), platform='baidu')\n")
    assert "bce:kafka" in shell("event generate kafka", environ=environ).out

    shell.write("pyproject.toml", '[tool.fcbridge]\ngateway = "fc3-http"\n')
    assert "alikafka" in shell("event generate kafka", environ=environ).out


@pytest.mark.parametrize(
    ("typed", "code", "message", "hint"),
    [
        ("stoer", Exit.CONFIGURATION, "There is no trigger 'stoer'.", "did you mean 'here-store'? "),
        ("fc3-htp", Exit.CONFIGURATION, "There is no gateway or trigger 'fc3-htp'.", "did you mean 'fc3-http'? "),
        (
            "store --topic a",
            Exit.USAGE,
            "here-store does not take --topic: an ObjectEvent has none.",
            "it takes --id, ",
        ),
        ("store -d x", Exit.USAGE, "here-store does not take a body: an ObjectEvent has none.", "it takes --id, "),
        ("timer -H a:b --platform here", Exit.USAGE, "here-timer does not take a header: a TimerEvent has none.", ""),
        ("store --path /x", Exit.USAGE, "--path is for requests, and here-store is a trigger.", ""),
        (
            "fc3-http --bucket a",
            Exit.USAGE,
            "--bucket is for triggers, and fc3-http is a gateway.",
            "it takes --method",
        ),
        ("fc3-http --count 2", Exit.USAGE, "--count is for triggers, and fc3-http is a gateway.", ""),
        ("store --size big", Exit.USAGE, "--size does not take this.", "it is a whole number"),
        ("store --time noon", Exit.USAGE, "--time does not take this.", "it is a time, as 2026-03-02T08:15:31Z"),
        ("here-queue -H trace", Exit.USAGE, "A header has no colon, or no name.", "-H 'name: value'"),
        ("here-queue -d a --body-file b", Exit.USAGE, "There are two bodies: -d and --body-file.", ""),
        ("here-timer --count 2", Exit.CONFIGURATION, "here-timer sends one event at a time.", ""),
        ("store --count 0", Exit.USAGE, "Argument --count: '0' is no whole number from 1 to 10000.", ""),
    ],
)
def test_a_wrong_line_is_refused(shell: Shell, fakes: None, typed: str, code: Exit, message: str, hint: str) -> None:
    got = shell(f"event generate {typed}").refusal
    assert got[:2] == (code, message)
    assert got[2].startswith(hint)


def test_the_refusal_of_an_attribute_lists_those_that_there_are(shell: Shell, fakes: None) -> None:
    assert shell("event generate here-queue --bucket a").refusal[2] == (
        "it takes --id, --source, --type, --subject, --time, --key, --topic, --partition, --offset, --deliveries, "
        "--group, --receipt, -d, -H"
    )


# -- attributes -------------------------------------------------------------------------------------------------------


def test_attributes_of_an_object(shell: Shell, fakes: None) -> None:
    [event] = events(
        shell,
        "store --bucket inbox --key '报 a.log' --size 12 --etag x --type ObjectRemoved:Delete"
        " --time 2026-01-02T03:04:05Z",
    )

    assert (event["bucket"], event["key"], event["size"], event["etag"]) == ("inbox", "报 a.log", 12, "x")
    assert (event["type"], event["time"]) == ("ObjectRemoved:Delete", "2026-01-02T03:04:05+00:00")
    assert (event["source"], event["subject"], event["id"]) == ("store:inbox", "报 a.log", "7f3a-12345678/报 a.log")


def test_attributes_of_a_message(shell: Shell, fakes: None) -> None:
    [event] = events(shell, "here-queue --topic cars --partition 3 --offset 7 -d '{\"a\": 1}' -H 'x: 1' -H 'x:2'")

    assert (event["topic"], event["partition"], event["offset"], event["body"]) == ("cars", 3, 7, '{"a": 1}')
    assert event["headers"] == [["x", "1"], ["x", "2"]]
    assert event["source"] == "queue:cars"


@pytest.mark.parametrize(
    "typed", ["-d @body.bin", "--data @body.bin", "--body @body.bin", "--body-file body.bin", "-d @-"]
)
def test_a_body_is_any_bytes(shell: Shell, fakes: None, typed: str) -> None:
    body = b"\x89\xff\r\n"
    shell.write("body.bin", body)
    [event] = events(shell, f"here-queue {typed}", stdin=body)
    assert event["body"].encode("latin-1") == body


def test_attributes_of_a_schedule(shell: Shell, fakes: None) -> None:
    [event] = events(shell, "here-timer --name nightly --payload '{\"keep\": 7}'")
    assert (event["name"], event["payload"]) == ("nightly", '{"keep": 7}')  # a text, as that of the sample


def test_a_count_makes_a_batch_of_different_events(shell: Shell, fakes: None) -> None:
    made = events(shell, "here-queue --topic cars --count 3")

    assert [event["offset"] for event in made] == [41, 42, 43]
    assert [event["id"] for event in made] == ["cars-0-41", "cars-0-42", "cars-0-43"]
    assert {event["topic"] for event in made} == {"cars"}


def test_what_the_source_has_no_place_for_is_warned_about(shell: Shell, fakes: None) -> None:
    result = shell("event generate there-queue --topic cars --offset 7 -d x")

    assert result.json["events"] == [{"id": "cars-0-7", "topic": "cars", "body": "x"}]
    assert result.talk == (
        "warning: there-queue does not carry this offset\nhint: the function sees another, or none\n"
    )


def test_what_is_no_json_is_written_byte_for_byte(shell: Shell, fakes: None) -> None:
    result = shell("event generate blob")
    assert result.data.startswith(b"\xff{")

    on_terminal = shell("event generate blob", terminal=True)
    assert on_terminal.data == b""
    assert "bytes is not shown on a terminal" in on_terminal.talk


def test_a_binary_format_is_written_byte_for_byte(shell: Shell) -> None:
    found = sources()["aliyun-tablestore"].trigger
    data = shell("event generate tablestore").data
    assert found.parse(data) == found.sample()


#: For each kind, a source that has it.
OF_KIND = {found.trigger.kind: name for name, found in sorted(sources().items())}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.__name__)
def test_each_kind_takes_an_option_for_each_of_its_texts_and_numbers(shell: Shell, kind: type[Event]) -> None:
    """Whether the source carries it is another question, which a warning answers."""
    name = OF_KIND[kind]
    event = sources()[name].trigger.sample()[0]
    others = {"time", "data", "records", "raw", "body", "headers", "attributes", "extensions"}
    for field in set(event.fields) - others:
        result = shell(f"event generate {name} --{field} 7")
        assert "does not take" not in result.talk or field in ("keys", "before", "after"), result.talk
    if "body" in event.fields:
        assert "does not take" not in shell(f"event generate {name} -d x").talk


# -- and on to the function -------------------------------------------------------------------------------------------

APP = """
from fcbridge import bridge
from fcbridge.events import MessageEvent, ObjectEvent, RowEvent, TimerEvent

def app(environ, start_response):
    raise RuntimeError("no request was sent")

handler = bridge(app)

@handler.on(ObjectEvent)
def uploaded(event):
    print("object", event.bucket, event.key, event.size)

@handler.on(MessageEvent)
def sent(event):
    if event.body == b"bad":
        raise ValueError("no such vehicle")
    print("message", event.topic, event.body)

@handler.on(TimerEvent)
def due(event):
    print("timer", event.name)

@handler.on(RowEvent)
def changed(event):
    print("row", event.table, event.kind)
"""


@pytest.fixture
def project(shell: Shell) -> Shell:
    shell.write("index.py", APP)
    return shell


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("oss --bucket inbox --key a.log --size 3", "object inbox a.log 3"),
        ("aws-s3 --bucket inbox --key 'a b+c.log'", "object inbox a b+c.log"),
        ("sqs -d hello", "b'hello'"),
        ("aliyun-kafka --topic orders -d hello --count 2", "message orders b'hello'\nmessage orders b'hello'"),
        ("aliyun-timer --name nightly", "timer nightly"),
        ("tablestore", "row "),
    ],
)
def test_what_is_generated_is_handled(project: Shell, typed: str, told: str) -> None:
    event = project(f"event generate {typed}").data

    result = project("invoke index:handler -", stdin=event)

    assert result.code == 0
    assert told in result.talk


EVERY = """
from fcbridge import bridge
from fcbridge.events import Event

handler = bridge()

@handler.on(Event)
def seen(event):
    print("seen", type(event).__name__)
"""


@pytest.mark.parametrize("name", sorted(sources()))
def test_an_event_of_every_source_reaches_a_function(shell: Shell, name: str) -> None:
    found = sources()[name]
    shell.write("index.py", EVERY)
    payload = found.trigger.compose(found.trigger.sample())
    gateway = caller(found.platform, json.loads(json.dumps(payload)) if isinstance(payload, dict) else payload)

    event = shell(f"event generate {name}").data
    result = shell(f"invoke index:handler - --gateway {gateway.name}", stdin=event)

    assert result.code == 0, result.talk
    assert result.talk.count("seen ") == len(found.trigger.sample()), result.talk


def test_the_report_names_the_trigger(project: Shell) -> None:
    event = project("event generate sqs -d bad").data

    report = project("invoke index:handler - --json", stdin=event).json

    assert (report["trigger"], report["gateway"], report["runtime"]) == ("aws-sqs", None, "lambda")
    assert len(json.loads(report["payload"])["batchItemFailures"]) == 1


def test_a_failure_is_an_exit_code(project: Shell) -> None:
    event = project("event generate aliyun-kafka -d bad").data

    result = project("invoke index:handler -", stdin=event)

    assert result.code == Exit.FAILED
    assert "no such vehicle" in result.talk


def test_an_event_that_two_platforms_claim_is_refused_with_what_to_type(
    project: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both() -> dict[str, Any]:
        found = platforms()
        found["there"].triggers = (FakeTrigger("here-store", OBJECT),)
        return found

    monkeypatch.setattr(names, "platforms", both)
    code, message, hint = project("invoke index:handler -", stdin=b'{"from": "here-store", "events": []}').refusal
    assert (code, message) == (Exit.USAGE, "The event could be one of here-store or here-store.")
    assert hint == "name a gateway of its platform: --gateway fc3-http"
