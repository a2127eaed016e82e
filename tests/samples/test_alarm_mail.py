"""samples/alarm-mail, against a real mail server: what is mailed, how often, and what happens when it is not there."""

from __future__ import annotations

import json
import re
import shutil
import smtplib
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.errors import DeliveryFailed, UnhandledEvent
from fcbridge.events import DestinationEvent, LogEvent, LogRecord, MessageEvent
from fcbridge.gateway import Settings
from fcbridge.registry import gateway, platforms
from fcbridge.testing import Client
from tests.services.mail import MailServer

from .deployment import FC3
from .documents import document, mistakes, yaml
from .folder import SAMPLES, deployed
from .modules import module_of

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path
    from types import ModuleType

    from fcbridge import Handler
    from fcbridge.events import Event

SAMPLE = SAMPLES / "alarm-mail"
START = datetime(2026, 3, 2, 8, 0, tzinfo=timezone.utc)
RUNTIME = gateway("fc3-http").runtime


class Clock:
    """Stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now.timestamp()

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


class Alarming:
    """The function, on a clock of the test's, and the letterbox that it mails to."""

    def __init__(self, app: ModuleType, environ: dict[str, str], server: MailServer) -> None:
        self.clock = Clock()
        self.server = server
        self.handler: Handler = app.function(app.Settings.of(environ), self.clock)
        self._offset = 0

    def subjects(self) -> list[str]:
        return [mail.message["subject"] for mail in self.server.mails()]

    def lines(self, *lines: object) -> list[MessageEvent]:
        """Messages with lines of the log, as they come now."""
        events: list[MessageEvent] = []
        for line in lines:
            self._offset += 1
            body = line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode()
            events.append(
                MessageEvent(
                    id=f"line-{self._offset}", topic="driving", time=self.clock.now, body=body, partition=0,
                    offset=self._offset,
                )
            )  # fmt: skip
        return events

    def log(self, *lines: object) -> None:
        self.deliver("aliyun-kafka", self.lines(*lines))

    def deliver(self, trigger: str, events: list[Any]) -> object:
        """The events, as the platform composes them and as its runtime hands them over."""
        return call(self.handler, payload_of(trigger, events))


def payload_of(name: str, events: list[Event]) -> bytes:
    for platform in platforms().values():
        for trigger in platform.triggers:
            if trigger.name == name:
                return json.dumps(trigger.compose(events)).encode()
    raise AssertionError(f"there is no trigger {name}")


def call(handler: Handler, payload: bytes) -> object:
    return RUNTIME.call(handler, payload, RUNTIME.context(Settings(name="alarm-mail"), "request-1"))


@pytest.fixture
def environ(mail_server: MailServer, tmp_path: Path) -> dict[str, str]:
    return {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mail_server.port),
        "MAIL_FROM": "alarm@example.com",
        "MAIL_TO": "fleet@example.com, it@example.com",
        "ALARM_STATE": str(tmp_path / "alarms.sqlite3"),
        "ALARM_QUIET_MINUTES": "30",
        "ALARM_WINDOW_MINUTES": "5",
    }


@pytest.fixture
def app(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with module_of(SAMPLE, "app") as module:
        yield module
        module.pre_stop(None)


@pytest.fixture
def alarming(app: ModuleType, environ: dict[str, str], mail_server: MailServer) -> Iterator[Alarming]:
    found = Alarming(app, environ, mail_server)
    with found.handler:
        yield found


@pytest.fixture
def another(app: ModuleType, environ: dict[str, str], mail_server: MailServer) -> Iterator[Callable[..., Alarming]]:
    """``another(SMTP_USER="a")`` is a function with these variables over the fixture's."""
    with ExitStack() as stack:

        def made(server: MailServer = mail_server, **variables: str) -> Alarming:
            found = Alarming(app, {**environ, "SMTP_PORT": str(server.port), **variables}, server)
            stack.enter_context(found.handler)
            return found

        yield made


def text_of(message: EmailMessage) -> str:
    """On the wire lines end in CRLF."""
    return str(message.get_content()).replace("\r\n", "\n")


TOO_FAST = {"carID": "浙A12345", "speed": 147.5}
RIGHT = {"carID": "浙A12345", "speed": 62}


# -- what is mailed ---------------------------------------------------------------------------------------------------


def test_a_vehicle_that_is_too_fast_is_mailed_in_chinese(alarming: Alarming) -> None:
    alarming.log(RIGHT, TOO_FAST)

    [mail] = alarming.server.mails()
    assert mail.sender == "alarm@example.com"
    assert mail.recipients == ["fleet@example.com", "it@example.com"]
    message = mail.message
    assert message["subject"] == "超速报警：浙A12345"
    assert message["to"] == "fleet@example.com, it@example.com"
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    assert text_of(message) == "车辆 浙A12345 的速度为 147.5 km/h，限速 120 km/h。\n"
    assert message["auto-submitted"] == "auto-generated"
    assert message["date"].datetime == START
    assert message["message-id"].endswith("@example.com>")


def test_the_mail_is_ascii_on_the_wire(alarming: Alarming) -> None:
    """So that a server without SMTPUTF8 and 8BITMIME takes it too."""
    alarming.log(TOO_FAST)
    [mail] = alarming.server.mails()
    assert mail.message.as_bytes().isascii()


def test_nothing_is_mailed_at_the_limit(alarming: Alarming) -> None:
    alarming.log(RIGHT, {"carID": "a", "speed": 120}, {"carID": "b"}, {"carID": "c", "speed": True})
    assert alarming.subjects() == []


def test_the_limit_can_be_set(another: Callable[..., Alarming]) -> None:
    alarming = another(ALARM_SPEED_LIMIT="60")
    alarming.log(RIGHT)
    [mail] = alarming.server.mails()
    assert text_of(mail.message) == "车辆 浙A12345 的速度为 62 km/h，限速 60 km/h。\n"


def test_an_invocation_that_was_given_up_is_mailed_without_its_payload(alarming: Alarming) -> None:
    alarming.deliver(
        "aliyun-destination",
        [
            DestinationEvent(
                id="request-9", condition="failure", function="driving-log-etl", attempts=4, time=START,
                request={"password": "hunter2"}, response={"errorMessage": "the topic is full"},
                error="UnhandledInvocationError",
            )
        ],
    )  # fmt: skip
    [mail] = alarming.server.mails()
    assert mail.message["subject"] == "异步调用失败：driving-log-etl"
    assert text_of(mail.message) == (
        "函数：driving-log-etl\n请求：request-9\n次数：4\n错误：UnhandledInvocationError\n原因：the topic is full\n"
    )


@pytest.mark.parametrize("trigger", ["aws-destination", "huawei-destination", "baidu-destination"])
def test_a_failure_on_another_cloud_is_mailed_too(alarming: Alarming, trigger: str) -> None:
    [sample] = next(
        found.sample() for platform in platforms().values() for found in platform.triggers if found.name == trigger
    )
    assert isinstance(sample, DestinationEvent)
    assert sample.condition == "failure"
    alarming.deliver(trigger, [sample])
    assert alarming.subjects() == [f"异步调用失败：{sample.function}"]


def test_the_record_of_a_success_is_nobodys(alarming: Alarming) -> None:
    done = DestinationEvent(id="request-9", condition="success", function="etl", time=START)
    with pytest.raises(UnhandledEvent, match="DestinationEvent"):
        alarming.deliver("aliyun-destination", [done])
    assert alarming.subjects() == []


# -- the error rate ---------------------------------------------------------------------------------------------------


def test_too_many_errors_in_the_window_are_mailed(alarming: Alarming) -> None:
    alarming.log(*[RIGHT] * 18, {"level": "ERROR"}, b"no json")
    [mail] = alarming.server.mails()
    assert mail.message["subject"] == "日志错误率报警"
    assert text_of(mail.message) == (
        "最近 5 分钟内收到 20 行日志，其中 2 行有错误（10.0%，上限 5.0%）。\n"
    )  # fmt: skip


def test_few_lines_say_nothing_of_a_rate(alarming: Alarming) -> None:
    alarming.log(*[b"no json"] * 19)
    assert alarming.subjects() == []
    alarming.log(b"no json")
    assert alarming.subjects() == ["日志错误率报警"]


def test_a_rate_at_its_limit_is_no_alarm(alarming: Alarming) -> None:
    alarming.log(*[RIGHT] * 19, {"level": "fatal"})
    assert alarming.subjects() == []


def test_what_has_left_the_window_does_not_count(alarming: Alarming) -> None:
    alarming.log(*[b"no json"] * 19)
    alarming.clock.pass_by(minutes=5)
    alarming.log(*[RIGHT] * 20)
    assert alarming.subjects() == []
    alarming.clock.pass_by(minutes=4)
    alarming.log({"level": "error"}, {"level": "error"})
    assert alarming.subjects() == ["日志错误率报警"]


def test_a_delivery_that_comes_again_is_not_counted_again(alarming: Alarming) -> None:
    batch = alarming.lines(b"no json", *[RIGHT] * 9)
    for _ in range(5):
        alarming.deliver("aliyun-kafka", batch)
    assert alarming.subjects() == []


def test_the_figures_can_be_looked_at(alarming: Alarming) -> None:
    alarming.log(RIGHT, b"no json")
    with Client(alarming.handler, gateway="fc3-http") as client:
        assert client.get("/").json() == {"lines": 2, "errors": 1, "window_seconds": 300, "speed_limit": 120}


# -- the quiet period -------------------------------------------------------------------------------------------------


def test_the_same_alarm_is_mailed_once_in_its_quiet_period(alarming: Alarming) -> None:
    alarming.log(TOO_FAST, TOO_FAST)
    alarming.clock.pass_by(minutes=29)
    alarming.log(TOO_FAST)
    assert alarming.subjects() == ["超速报警：浙A12345"]

    alarming.log({"carID": "浙B67890", "speed": 130})
    assert alarming.subjects() == ["超速报警：浙A12345", "超速报警：浙B67890"]

    alarming.clock.pass_by(minutes=2)
    alarming.log(TOO_FAST)
    assert alarming.subjects() == ["超速报警：浙A12345", "超速报警：浙B67890", "超速报警：浙A12345"]


def test_an_instance_that_comes_back_keeps_the_quiet(alarming: Alarming, another: Callable[..., Alarming]) -> None:
    alarming.log(TOO_FAST)
    after = another()
    after.log(TOO_FAST)
    assert alarming.subjects() == ["超速报警：浙A12345"]


def test_of_many_invocations_at_once_one_sends_the_mail(alarming: Alarming) -> None:
    batches = [alarming.lines(TOO_FAST) for _ in range(16)]
    with ThreadPoolExecutor(8) as threads:
        for delivered in [threads.submit(alarming.deliver, "aliyun-kafka", batch) for batch in batches]:
            delivered.result()
    assert alarming.subjects() == ["超速报警：浙A12345"]


# -- a mail server that does not take it ------------------------------------------------------------------------------


def test_a_mail_that_was_refused_fails_the_batch_and_is_sent_with_the_next_try(alarming: Alarming) -> None:
    batch = alarming.lines(*[RIGHT] * 18, b"no json", b"no json", TOO_FAST)
    alarming.server.refuse("451 4.3.0 Try again later")
    with pytest.raises(DeliveryFailed):
        alarming.deliver("aliyun-kafka", batch)
    assert alarming.subjects() == []

    alarming.server.accept()
    alarming.deliver("aliyun-kafka", batch)
    alarming.deliver("aliyun-kafka", batch)
    assert alarming.subjects() == ["超速报警：浙A12345", "日志错误率报警"]
    assert "收到 21 行日志，其中 2 行" in text_of(alarming.server.mails()[1].message)


def test_a_mail_server_that_was_killed_and_came_back_gets_each_alarm_once(alarming: Alarming) -> None:
    batches = [alarming.lines({"carID": f"car-{number}", "speed": 200}) for number in range(9)]
    failed: list[list[MessageEvent]] = []
    for number, batch in enumerate(batches):
        if number == 3:
            alarming.server.kill()
        if number == 6:
            alarming.server.restart()
        try:
            alarming.deliver("aliyun-kafka", batch)
        except OSError:
            failed.append(batch)
    assert failed == batches[3:6]

    for batch in failed:  # the platform's next try
        alarming.deliver("aliyun-kafka", batch)
    assert sorted(alarming.subjects()) == [f"超速报警：car-{number}" for number in range(9)]


def test_a_login_is_made_where_there_is_one(another: Callable[..., Alarming], tmp_path: Path) -> None:
    folder = tmp_path / "guarded"
    folder.mkdir()
    with MailServer(folder, "alarm", "of this test") as server:
        unknown = another(server)
        with pytest.raises(smtplib.SMTPException):
            unknown.log(TOO_FAST)
        wrong = another(server, SMTP_USER="alarm", SMTP_PASSWORD="wrong")
        with pytest.raises(smtplib.SMTPAuthenticationError):
            wrong.log(TOO_FAST)
        right = another(server, SMTP_USER="alarm", SMTP_PASSWORD="of this test")
        right.log(TOO_FAST)
        assert right.subjects() == ["超速报警：浙A12345"]


def test_where_tls_is_asked_for_nothing_is_sent_without(another: Callable[..., Alarming]) -> None:
    alarming = another(SMTP_TLS="starttls")
    with pytest.raises(smtplib.SMTPNotSupportedError):
        alarming.log(TOO_FAST)
    assert alarming.subjects() == []


@pytest.mark.parametrize("name", ["SMTP_HOST", "MAIL_FROM", "MAIL_TO"])
def test_a_function_that_could_mail_nobody_does_not_start(app: ModuleType, environ: dict[str, str], name: str) -> None:
    with pytest.raises(SystemExit, match=name):
        app.Settings.of({**environ, name: ""})


# -- other logs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trigger", ["aws-logs", "tencent-cls"])
def test_lines_that_a_log_service_sends_along_are_watched(alarming: Alarming, trigger: str) -> None:
    [sample] = next(
        found.sample() for platform in platforms().values() for found in platform.triggers if found.name == trigger
    )
    assert isinstance(sample, LogEvent)
    assert sample.records is not None
    record = sample.records[0]
    line = LogRecord(json.dumps(TOO_FAST), record.time, record.id, record.fields)
    alarming.deliver(trigger, [sample.replace(records=(line,))])
    assert alarming.subjects() == ["超速报警：浙A12345"]


def test_cursors_without_lines_are_rejected_and_do_not_come_again(alarming: Alarming) -> None:
    assert RUNTIME.call(alarming.handler, payload_of("aliyun-sls", _sample("aliyun-sls")), None) == b"null"
    assert alarming.subjects() == []


def _sample(name: str) -> list[Event]:
    return next(
        trigger.sample() for platform in platforms().values() for trigger in platform.triggers if trigger.name == name
    )


# -- as a newcomer meets it -------------------------------------------------------------------------------------------


def test_the_commands_of_the_readme_do_what_it_says(mail_server: MailServer, tmp_path: Path) -> None:
    folder = tmp_path / "alarm-mail"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    readme = (folder / "README.md").read_text("utf-8")
    run = readme.partition("## Run")[2].partition("## Settings")[0]
    _, server, *commands = re.findall(r"^```sh\n(.*?)^```", run, re.MULTILINE | re.DOTALL)
    assert server.startswith("python -m aiosmtpd ")  # the test's own is in its place
    script = "".join(commands).replace("SMTP_PORT=2525", f"SMTP_PORT={mail_server.port}")
    assert str(mail_server.port) in script

    done = subprocess.run(
        ["sh", "-ec", f"fcbridge() {{ '{sys.executable}' -m fcbridge \"$@\"; }}\n{script}"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert [mail.message["subject"] for mail in mail_server.mails()] == [
        "超速报警：浙A12345", "异步调用失败：driving-log-etl", "异步调用失败：nightly",
    ]  # fmt: skip


def test_the_deployment_takes_the_whole_app() -> None:
    readme = (SAMPLE / "README.md").read_text("utf-8")
    [copied] = [set(line.split()[1:-1]) for line in re.findall(r"^cp .*$", readme, re.MULTILINE)]
    assert copied == {path.name for path in SAMPLE.glob("*.py")}


def test_the_deployment_has_the_documented_fields_and_no_secret() -> None:
    assert mistakes(document(SAMPLE / "s.yaml"), FC3) == []
    variables = document(SAMPLE / "s.yaml")["resources"]["alarms"]["props"]["environmentVariables"]
    secret = {"SMTP_HOST", "SMTP_USER", "SMTP_PASSWORD", "MAIL_FROM", "MAIL_TO"}
    assert {name: variables[name] for name in secret} == {name: f"${{env('{name}')}}" for name in secret}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("eventSourceType: Kafka", "eventSourceType: kafka"), ("Topic: driving", "topic: driving"),
     ("mode: event-streaming", "mode: streaming"), ("triggerType: eventbridge", "triggerType: kafka")],
)  # fmt: skip
def test_a_mistake_in_the_deployment_would_be_noticed(right: str, wrong: str) -> None:
    text = (SAMPLE / "s.yaml").read_text("utf-8")
    assert right in text
    assert mistakes(yaml(text.replace(right, wrong, 1)), FC3) != []


def test_what_the_deployment_names_is_there(app: ModuleType) -> None:
    assert deployed("alarm-mail") == ["handler", "initialize", "pre_stop"]
    assert all(callable(getattr(app, name)) for name in deployed("alarm-mail"))
