"""samples/moderation-stream, on a real RabbitMQ: verdicts, three tries, and a broker that is killed in the middle."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib
from base64 import b64encode
from collections import Counter
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from fcbridge.events import MessageEvent
from fcbridge.gateway import Settings
from fcbridge.registry import gateway, platform
from fcbridge.testing import Client
from tests.services.process import Telling

from .deployment import FC3
from .documents import document, mistakes, yaml
from .folder import SAMPLES, deployed
from .modules import module_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path
    from types import ModuleType

    from tests.services.rabbitmq import RabbitServer

SAMPLE = SAMPLES / "moderation-stream"
RUNTIME = gateway("fc3-http").runtime
[TRIGGER] = [trigger for trigger in platform("aliyun").triggers if trigger.name == "aliyun-rabbitmq"]
_PIKA: Any = import_module("aio_pika")


def png(width: int, height: int) -> bytes:
    """A picture that any program opens."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b"\x3b"


def jpeg(width: int, height: int, frame: int = 0xC0) -> bytes:
    """With a comment before the frame, in which something looks like one, and fill bytes."""
    comment = b"\xff\xfe" + struct.pack(">H", 8) + b"\xff\xc0\0\0\0\0"
    return (
        b"\xff\xd8"
        + comment
        + b"\xff\xff"
        + bytes([frame])
        + struct.pack(">HBHHB", 11, 8, height, width, 1)
        + b"\1\x11\0"
    )


# -- the checks -------------------------------------------------------------------------------------------------------


@pytest.fixture
def parts() -> Iterator[dict[str, ModuleType]]:
    """The modules of the sample that need no broker."""
    with module_of(SAMPLE, "checks") as checks:
        yield {name: import_module(name) for name in ("images", "normal", "tries")} | {"checks": checks}


@pytest.mark.parametrize("size", [(1, 1), (640, 480), (65535, 1)])
@pytest.mark.parametrize("made", [png, gif, jpeg], ids=lambda made: made.__name__)
def test_the_size_of_an_image_is_in_its_header(
    parts: dict[str, ModuleType], made: Callable[[int, int], bytes], size: tuple[int, int]
) -> None:
    assert parts["images"].size_of(made(*size)) == size


def test_a_progressive_jpeg_has_a_size_too(parts: dict[str, ModuleType]) -> None:
    assert parts["images"].size_of(jpeg(640, 480, frame=0xC2)) == (640, 480)


@pytest.mark.parametrize(
    "content",
    [b"", b"BM\0\0", png(4, 3)[:20], gif(4, 3)[:9], jpeg(4, 3)[:14], jpeg(4, 3)[:18], b"\xff\xd8\xff\xd9",
     b"\xff\xd8junk", b"\xff\xd8\xff\xc4\0\x04\0\0\xff\xda\0\x02", png(0, 3), gif(4, 0),
     b"\xff\xd8" + b"\xff\xfe\0\0" * 3],
)  # fmt: skip
def test_what_ends_early_or_is_something_else_is_no_image(parts: dict[str, ModuleType], content: bytes) -> None:
    with pytest.raises(parts["images"].NoImage):
        parts["images"].size_of(content)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("buy followers now", ["buy followers"]),
        ("ＢＵＹ　ｆｏｌｌｏｗｅｒｓ", ["buy followers"]),
        ("Buy, FOLLOWERS!", ["buy followers"]),
        ("buy fol\u200blowers", ["buy followers"]),
        ("g.a.m.b.l.e", ["gamble"]),
        ("gámble", ["gamble"]),
        ("gambler", []),
        ("赌博", ["赌博"]),
        ("不 赌 · 博 了", ["赌博"]),
        ("赌\u200d博", ["赌博"]),
        ("博赌", []),
        ("", []),
        ("i am a big example", []),
    ],
)
def test_a_word_is_found_however_it_is_spelled(parts: dict[str, ModuleType], text: str, found: list[str]) -> None:
    words = parts["normal"].Words(("gamble", "buy followers", "赌博"))
    assert words.found(text) == found


def verdict(parts: dict[str, ModuleType], post: object) -> tuple[str, list[str]]:
    """With images of at most 200 bytes and 10 pixels a side."""
    found = parts["checks"].Checks(("赌博",), 200, 10).verdict(post)
    assert set(found) == {"post", "verdict", "reasons"}
    return found["verdict"], found["reasons"]


@pytest.mark.parametrize(
    ("image", "reasons"),
    [
        (png(10, 10), []),
        (gif(3, 4), []),
        (png(11, 3), ["image: 11 x 3 is more than 10 a side"]),
        (gif(3, 4) + bytes(200), ["image: more than 200 bytes"]),
        (gif(3, 4) + bytes(200 - len(gif(3, 4))), []),
        (gif(3, 4) + bytes(201 - len(gif(3, 4))), ["image: more than 200 bytes"]),
        (b"plain", ["image: neither PNG nor GIF nor JPEG"]),
        (b"", ["image: neither PNG nor GIF nor JPEG"]),
    ],
)
def test_an_image_is_refused_for_its_size(parts: dict[str, ModuleType], image: bytes, reasons: list[str]) -> None:
    found = verdict(parts, {"id": "p-1", "text": "hello", "image": b64encode(image).decode()})
    assert found == ("refused" if reasons else "accepted", reasons)


def test_every_reason_is_told(parts: dict[str, ModuleType]) -> None:
    found = verdict(parts, {"id": "p-1", "text": "赌博", "image": b64encode(png(11, 3)).decode()})
    assert found == ("refused", ["word: 赌博", "image: 11 x 3 is more than 10 a side"])


@pytest.mark.parametrize(
    "post",
    [None, [], "text", {}, {"id": 7}, {"id": ""}, {"id": "p", "text": None}, {"id": "p", "image": 7},
     {"id": "p", "image": "%%%"}],
)  # fmt: skip
def test_what_is_no_post_has_no_verdict(parts: dict[str, ModuleType], post: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        verdict(parts, post)


def test_tries_are_counted_by_post_and_remembered(parts: dict[str, ModuleType], tmp_path: Path) -> None:
    tries = parts["tries"].Tries(tmp_path / "state.sqlite3")
    assert [tries.another("a"), tries.another("b"), tries.another("a")] == [1, 1, 2]
    again = parts["tries"].Tries(tmp_path / "state.sqlite3")
    assert again.another("a") == 3
    again.forget("a")
    assert again.another("a") == 1


# -- the broker, as the tests look at it ------------------------------------------------------------------------------


class Message(NamedTuple):
    id: str
    key: str
    body: bytes
    reason: str | None
    persistent: bool


class Queues:
    """Each call has a connection of its own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def declare(self) -> None:
        with module_of(SAMPLE, "declare") as declare:
            asyncio.run(declare.declare(self.url))

    def delete(self, *names: str) -> None:
        async def delete(channel: Any) -> None:
            for name in names or ("posts", "verdicts", "posts.dead"):
                await channel.queue_delete(name)
                await channel.exchange_delete(name)

        self.do(delete)

    def length(self, name: str) -> int:
        """Of the messages that nobody holds."""

        async def count(channel: Any) -> int:
            declared = await channel.declare_queue(name, passive=True)
            return int(declared.declaration_result.message_count)

        return int(self.do(count))

    def send(self, exchange: str, *messages: tuple[str, bytes]) -> None:
        """Messages as pairs of id and body."""

        async def publish(channel: Any) -> None:
            there = await channel.get_exchange(exchange)
            persistent = _PIKA.DeliveryMode.PERSISTENT
            for id, body in messages:
                await there.publish(_PIKA.Message(body, message_id=id, delivery_mode=persistent), exchange)

        self.do(publish)

    def take_all(self, name: str) -> list[Message]:
        """What is in a queue, which is empty then."""

        async def take(channel: Any) -> list[Message]:
            there, found = await channel.get_queue(name), list[Message]()
            while (message := await there.get(fail=False)) is not None:
                await message.ack()
                persistent = message.delivery_mode == _PIKA.DeliveryMode.PERSISTENT
                found.append(
                    Message(
                        message.message_id,
                        message.routing_key,
                        message.body,
                        message.headers.get("x-reason"),
                        persistent,
                    )
                )
            return found

        found: list[Message] = self.do(take)
        return found

    def do(self, task: Any) -> Any:
        """What a coroutine function makes of a channel."""

        async def done() -> Any:
            async with await _PIKA.connect(self.url) as connection:
                return await task(await connection.channel())

        return asyncio.run(done())


@pytest.fixture
def queues(rabbit_server: RabbitServer) -> Iterator[Queues]:
    """Empty ones."""
    found = Queues(rabbit_server.url)
    found.declare()
    yield found
    found.delete()


# -- the function -----------------------------------------------------------------------------------------------------


@pytest.fixture
def app(queues: Queues, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.setenv("RABBITMQ_URL", queues.url)
    monkeypatch.setenv("MODERATION_STATE", str(tmp_path / "state.sqlite3"))
    with module_of(SAMPLE, "app") as module:
        yield module
        module.pre_stop(None)


def deliver(app: ModuleType, id: str, post: object, deliveries: int = 1) -> object:
    body = post if isinstance(post, bytes) else json.dumps(post, ensure_ascii=False).encode()
    message = MessageEvent(
        id=id, topic="posts", subject="posts", body=body, headers=(("messageId", id),), deliveries=deliveries
    )
    payload = json.dumps(TRIGGER.compose([message])).encode()
    return RUNTIME.call(app.handler, payload, RUNTIME.context(Settings(), id))


def test_a_verdict_is_published_under_the_id_of_its_post(app: ModuleType, queues: Queues) -> None:
    deliver(app, "p-1", {"id": "p-1", "text": "你好"})
    deliver(app, "p-2", {"id": "p-2", "text": "赌博", "image": b64encode(png(4, 3)).decode()})

    first, second = queues.take_all("verdicts")
    assert first == Message(
        "p-1", "accepted", b'{"post": "p-1", "verdict": "accepted", "reasons": []}', None, persistent=True
    )
    assert (second.id, second.key) == ("p-2", "refused")
    assert json.loads(second.body)["reasons"] == ["word: 赌博"]
    assert queues.take_all("posts.dead") == []


def test_a_post_that_is_delivered_again_has_one_verdict(app: ModuleType, queues: Queues) -> None:
    for number in range(3):
        deliver(app, "p-1", {"id": "p-1"}, deliveries=number + 1)
    assert len(queues.take_all("verdicts")) == 1


def test_after_three_tries_a_post_is_dead(app: ModuleType, queues: Queues) -> None:
    for number in range(2):
        with pytest.raises(ValueError, match="Expecting value"):
            deliver(app, "p-1", b"no post", deliveries=number + 1)
        assert queues.take_all("posts.dead") == []
    deliver(app, "p-1", b"no post", deliveries=3)
    deliver(app, "p-1", b"no post", deliveries=4)  # whose end the platform was not told

    reason = "JSONDecodeError at try 3"
    assert queues.take_all("posts.dead") == [Message("p-1", "posts", b"no post", reason, persistent=True)]
    assert queues.take_all("verdicts") == []


def test_a_broker_that_does_not_take_a_verdict_costs_no_try(app: ModuleType, queues: Queues) -> None:
    queues.delete("verdicts")
    for _ in range(5):
        with pytest.raises(Exception, match="NotFound"):
            deliver(app, "p-1", {"id": "p-1"})
    queues.declare()
    deliver(app, "p-1", {"id": "p-1"})
    assert [message.id for message in queues.take_all("verdicts")] == ["p-1"]
    assert queues.take_all("posts.dead") == []


def test_a_verdict_for_which_there_is_no_queue_is_no_success(app: ModuleType, queues: Queues) -> None:
    async def unbind(channel: Any) -> None:
        await (await channel.get_queue("verdicts")).unbind("verdicts", "#")

    queues.do(unbind)
    with pytest.raises(Exception, match="PublishError"):
        deliver(app, "p-1", {"id": "p-1"})
    queues.declare()
    deliver(app, "p-1", {"id": "p-1"})
    assert len(queues.take_all("verdicts")) == 1


def test_no_invocation_waits_for_the_connection_that_it_has_opened(
    app: ModuleType, queues: Queues, caplog: pytest.LogCaptureFixture
) -> None:
    deliver(app, "p-1", {"id": "p-1"})
    assert [record.getMessage() for record in caplog.records if record.name == "fcbridge"] == []


def test_a_post_can_be_tried_over_http_first(app: ModuleType) -> None:
    with Client(app.handler, gateway="fc3-http") as client:
        assert client.post("/", json={"id": "p-1", "text": "赌博"}).json()["verdict"] == "refused"


def test_the_example_events_have_verdicts(app: ModuleType, queues: Queues) -> None:
    for path in sorted((SAMPLE / "events").glob("*.json")):
        RUNTIME.call(app.handler, path.read_bytes(), RUNTIME.context(Settings(), path.stem))
    assert [(message.id, message.key) for message in queues.take_all("verdicts")] == [
        ("p-1", "accepted"), ("p-2", "accepted"), ("p-3", "refused"),
    ]  # fmt: skip


# -- in processes of their own ----------------------------------------------------------------------------------------


@contextmanager
def running(folder: Path, environ: dict[str, str], *command: str) -> Generator[Telling]:
    """A program of the sample; its lines with a tab are what it has done, the others what it says."""
    program = Telling([sys.executable, *command], "^reading", "\t", environ=environ, folder=folder)
    try:
        yield program
    finally:
        program.kill()


def environ_of(url: str, folder: Path) -> dict[str, str]:
    return {"RABBITMQ_URL": url, "MODERATION_STATE": str(folder / "state.sqlite3")}


def test_a_verdict_that_was_published_twice_is_seen_once(queues: Queues, tmp_path: Path) -> None:
    queues.send("verdicts", *[(f"p-{number % 3}", b"{}") for number in range(9)], ("end", b"{}"))
    environ = {**environ_of(queues.url, tmp_path), "CONSUMER_STATE": str(tmp_path / "seen.sqlite3")}
    with running(SAMPLE, environ, "consumer.py", "verdicts") as consumer:
        seen = [consumer.next().partition("\t")[0] for _ in range(4)]
    assert seen == ["p-0", "p-1", "p-2", "end"]
    assert consumer.so_far() == []


POSTS = 300


def test_a_broker_that_is_killed_in_the_middle_loses_nothing_and_nothing_is_seen_twice(
    own_rabbit_server: RabbitServer, tmp_path: Path
) -> None:
    """Posts go through the function from queue to queue, in processes of their own, and are counted at the end."""
    queues = Queues(own_rabbit_server.url)
    queues.declare()
    expected, dead = _send(queues, 0)
    environ = environ_of(own_rabbit_server.url, tmp_path)

    def reader(name: str) -> Any:
        return running(SAMPLE, {**environ, "CONSUMER_STATE": str(tmp_path / name)}, "consumer.py", name)

    with reader("verdicts") as verdicts, reader("posts.dead") as deaths, running(SAMPLE, environ, "push.py") as push:
        seen = [verdicts.next() for _ in range(20)]

        # Killed while there is work to do: some posts are in the function's hands, and more are waiting. New ones come
        # while it stands still, or it might have done them all before the broker is killed.
        push.freeze()
        more, more_dead = _send(queues, 1)
        expected, dead = expected | more, dead | more_dead
        assert queues.length("posts")
        own_rabbit_server.kill()
        push.thaw()
        own_rabbit_server.restart()

        done: set[str] = set()
        while done != expected.keys() | dead:
            verb, id, *_ = push.next().split("\t")
            done |= {id} if verb == "done" else set()
        while queues.length("posts"):  # what was done already, and the broker was not told
            pass
        push.end()  # what is under way comes to its end
        assert queues.length("posts") == 0

        for exchange in ("verdicts", "posts.dead"):
            queues.send(exchange, ("end", b"{}"))
        seen += _to_the_end(verdicts)
        dead_seen = _to_the_end(deaths)

    assert Counter(_id(line) for line in dead_seen) == Counter(dead)
    assert Counter(_id(line) for line in seen) == Counter(expected.keys())
    found = {_id(line): json.loads(line.split("\t")[1])["verdict"] for line in seen}
    assert found == expected


def _send(queues: Queues, round: int) -> tuple[dict[str, str], set[str]]:
    """Posts, of which some are refused and some are none; the verdicts by id, and the ids of the dead."""
    expected: dict[str, str] = {}
    dead: set[str] = set()
    messages: list[tuple[str, bytes]] = []
    for number in range(POSTS):
        id = f"p-{round}-{number}"
        if number % 25 == 7:
            dead.add(id)
            messages.append((id, b"no post"))
            continue
        refused = number % 5 == 1
        expected[id] = "refused" if refused else "accepted"
        post = {"id": id, "text": f"{number} {'赌博' if refused else '散步'}", "image": b64encode(png(4, 3)).decode()}
        messages.append((id, json.dumps(post).encode()))
    queues.send("posts", *messages)
    return expected, dead


def _to_the_end(program: Telling) -> list[str]:
    lines: list[str] = []
    while _id(line := program.next()) != "end":
        lines.append(line)
    return lines


def _id(line: str) -> str:
    return line.partition("\t")[0]


# -- as a newcomer meets it -------------------------------------------------------------------------------------------


def test_the_commands_of_the_readme_do_what_it_says(queues: Queues, tmp_path: Path) -> None:
    folder = tmp_path / "moderation-stream"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    readme = (folder / "README.md").read_text("utf-8")
    run = readme.partition("## Run")[2].partition("## Settings")[0]
    install, background, posts, events = re.findall(r"^```sh\n(.*?)^```", run, re.MULTILINE | re.DOTALL)
    queues.delete()

    # As they stand, but for what would be installed and for where the broker is.
    declare = "".join(line for line in install.splitlines(keepends=True) if not line.startswith("pip "))
    declare, count = re.subn(r"RABBITMQ_URL=\S+", f"RABBITMQ_URL={queues.url}", declare)
    assert count == 1
    _typed(folder, declare)
    environ = dict(re.findall(r"^export (\w+)=(\S+)$", declare, re.MULTILINE))
    assert background == "python push.py &\npython consumer.py verdicts &\n"
    with running(folder, environ, "push.py"), running(folder, environ, "consumer.py", "verdicts") as consumer:
        _typed(folder, declare + posts)
        seen = {_id(line): json.loads(line.split("\t")[1])["verdict"] for line in (consumer.next(), consumer.next())}
        with running(folder, environ, "consumer.py", "posts.dead") as deaths:
            assert deaths.next().endswith("no post at all\tJSONDecodeError at try 3")
    assert seen == {"p-1": "accepted", "p-2": "refused"}

    _typed(folder, f"{declare}export MODERATION_STATE=another.sqlite3\n{events}")
    assert [message.id for message in queues.take_all("verdicts")] == ["p-1", "p-2"]


def _typed(folder: Path, script: str) -> None:
    names = "".join(f"{name}() {{ '{sys.executable}' {call} \"$@\"; }}\n" for name, call in _COMMANDS.items())
    done = subprocess.run(
        ["sh", "-ec", names + script],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr


_COMMANDS = {"python": "", "fcbridge": "-m fcbridge"}


def test_the_deployment_takes_the_whole_function_and_nothing_else() -> None:
    readme = (SAMPLE / "README.md").read_text("utf-8")
    [copied] = [set(line.split()[1:-1]) for line in re.findall(r"^cp .*$", readme, re.MULTILINE)]
    elsewhere = {"declare.py", "push.py", "post.py", "consumer.py"}
    assert copied == {path.name for path in SAMPLE.glob("*.py")} - elsewhere | {"words.txt"}


def test_the_deployment_has_the_documented_fields_and_no_secret() -> None:
    assert mistakes(document(SAMPLE / "s.yaml"), FC3) == []
    props = document(SAMPLE / "s.yaml")["resources"]["moderation"]["props"]
    assert props["environmentVariables"] == {"RABBITMQ_URL": "${env('RABBITMQ_URL')}"}
    # An event stream with raw data would have no queue to register for.
    assert props["triggers"][0]["triggerConfig"]["eventSinkConfig"]["deliveryOption"]["eventSchema"] == "CloudEvents"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("eventSourceType: RabbitMQ", "eventSourceType: Rabbitmq"), ("QueueName: posts", "Queue: posts"),
     ("errorsTolerance: NONE", "errorsTolerance: none")],
)  # fmt: skip
def test_a_mistake_in_the_deployment_would_be_noticed(right: str, wrong: str) -> None:
    text = (SAMPLE / "s.yaml").read_text("utf-8")
    assert right in text
    assert mistakes(yaml(text.replace(right, wrong, 1)), FC3) != []


def test_what_the_deployment_names_is_there(app: ModuleType) -> None:
    assert deployed("moderation-stream") == ["handler", "initialize", "pre_stop"]
    assert all(callable(getattr(app, name)) for name in deployed("moderation-stream"))
