"""``fcbridge trigger``: events for the function of a running ``fcbridge dev``."""

from __future__ import annotations

from binascii import a2b_base64
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from ..errors import AmbiguousTrigger, InvalidOption, UnknownTrigger
from ..events import MessageEvent, NotificationEvent, ObjectEvent, TimerEvent
from ..local import firing, objects
from ..local.choice import platform_here
from ..local.door import stamp_now
from ..local.project import read_project
from ..local.sources import Source, caller, source, takes
from ..registry import gateway as gateway_of
from . import attributes, message
from .event_generate import show
from .exits import Exit
from .parser import PORT, Parser, UsageError, whole
from .running_dev import DEFAULT_PORT, RunningDev

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ..events import Event
    from ..gateway import Gateway
    from ..model import Response
    from .environment import Environment

_EXAMPLES = """\
NAME is that of `fcbridge event list`; the part behind the platform is enough, which is that of the gateway that
`fcbridge dev` plays. What comes behind it depends on what kind of event it is:

  an object    a file of yours, which the function finds at $FCBRIDGE_OBJECTS/BUCKET/KEY; its name, size and MD5 are
               the object's
  a message    a file of lines, or - or nothing for stdin: one message a line, in batches where the platform has them
  a schedule   its name

What is not given is as in the trigger's sample, but for id and time: each event is a new one. What the function
returns is printed as it is, a line each where it is called several times. The exit code is 1 where it fails.

examples:
  fcbridge trigger oss ./driving.log --bucket inbox
  fcbridge trigger kafka --topic orders < lines
  fcbridge trigger kafka -d '{"id": 7}' --count 5
  fcbridge trigger timer nightly
  fcbridge trigger sqs -d hello --dry-run
"""

_COUNT = whole(1, 10_000)
#: How many messages are in a batch at most, where the platform has batches: its consoles begin with 10, by and large.
_BATCH = 10


def parser(environment: Environment) -> Parser:
    command = Parser(
        environment, "trigger", "Send events to the function of a running `fcbridge dev`, and print what it returns.",
        "NAME [FILE|SCHEDULE] [OPTIONS]", _EXAMPLES,
    )  # fmt: skip
    command.add_argument("words", nargs="*", metavar="NAME [FILE|SCHEDULE]", help="the trigger, and what it tells of")
    command.add_argument("--count", type=_COUNT, metavar="N", help="so many events")
    command.add_argument("--batch", type=_COUNT, metavar="N", help=f"so many events in a batch (default {_BATCH})")
    command.add_argument("--port", type=PORT, metavar="PORT", help=f"where dev listens here (default {DEFAULT_PORT})")
    command.add_argument("--url", metavar="URL", help="where dev listens, as its banner says")
    command.add_argument("--dry-run", action="store_true", help="print what would be sent; no dev is needed")
    command.add_argument("--json", action="store_true", help="a list of reports in place of what the function returns")
    attributes.add_body_options(command)
    attributes.add_options(command)
    return command


def run(options: Namespace, environment: Environment) -> int:
    name, word = _told_apart(options.words)
    dev = None if options.dry_run else RunningDev.found(_url(options, environment))
    found = _source(name, dev, environment)
    changes = attributes.read(options, found, environment)
    events = _events(found, word, changes, options, environment, dev)
    payloads = _payloads(found, events, changes, options, environment)
    if dev is None:
        for payload in payloads:
            show(payload, environment)
        return Exit.OK
    return _fire(dev, found, payloads, options, environment)


def _told_apart(words: Sequence[str]) -> tuple[str, str | None]:
    if not words:
        raise UsageError("Which trigger is not said.", hint="fcbridge trigger NAME; fcbridge event list shows them")
    if len(words) > 2:
        raise UsageError(f"{words[2]!r} is one argument too many.", hint="fcbridge trigger NAME [FILE|SCHEDULE]")
    return words[0], words[1] if len(words) == 2 else None


def _url(options: Namespace, environment: Environment) -> str:
    if options.url and options.port is not None:
        raise UsageError("There are two addresses: --url and --port.", hint="use one of them")
    if options.url:
        return str(options.url)
    port = options.port if options.port is not None else read_project(environment.cwd).port
    return f"http://127.0.0.1:{port or DEFAULT_PORT}"


def _source(name: str, dev: RunningDev | None, environment: Environment) -> Source:
    """The trigger that is meant; where a dev runs, one of the platform that it plays."""
    if dev is None:
        return source(name, likely=platform_here(environment.cwd, environment.environ))
    try:
        found = source(name, likely=dev.platform)
    except AmbiguousTrigger:
        found = source(name, dev.platform)  # which names those of this platform, or says that it has none
    if found.platform.name != dev.platform:
        raise UnknownTrigger(
            f"fcbridge dev plays {dev.gateway}, which is {dev.platform}, and {found.name} is {found.platform.name}.",
            hint=f"fcbridge dev --gateway {found.platform.gateways[0].name}",
        )
    return found


# -- what is sent -----------------------------------------------------------------------------------------------------


def _events(
    found: Source,
    word: str | None,
    changes: dict[str, Any],
    options: Namespace,
    environment: Environment,
    dev: RunningDev | None,
) -> list[Event]:
    """The events, each a new one."""
    sample, random = found.trigger.sample()[0], SystemRandom()
    if isinstance(sample, (MessageEvent, NotificationEvent)) and "body" not in changes:
        bodies = _lines(word, found, environment) * (options.count or 1)
        made = firing.several(firing.changed(sample, changes), len(bodies), changes, random=random)
        return [event.replace(body=body) for event, body in zip(made, bodies, strict=True)]
    if isinstance(sample, ObjectEvent) and word is not None:
        given = objects.described(environment.cwd / word, word, sample, changes, dev.objects if dev else None)
        changes.update(given)
        if dev is not None and dev.objects is not None:
            objects.put(environment.cwd / word, dev.objects, given["bucket"], given["key"])
    elif isinstance(sample, TimerEvent) and word is not None:
        if "name" in changes:
            raise UsageError("The schedule has two names.", hint="leave --name away")
        changes["name"] = word
    elif word is not None:
        raise UsageError(
            f"{word!r} is one argument too many: {found.name} tells of no file and no schedule.",
            hint="fcbridge trigger --help shows the options for its attributes",
        )
    return firing.several(firing.changed(sample, changes), options.count or 1, changes, random=random)


def _lines(word: str | None, found: Source, environment: Environment) -> list[bytes]:
    """The bodies of messages: one a line."""
    if word in (None, "-") and environment.stdin.isatty():
        command = f"fcbridge trigger {found.short}"
        raise UsageError("There is no message.", hint=f"{command} -d TEXT, or one message a line: {command} < FILE")
    content = message.read_input(word or "-", environment)
    lines = [line.removesuffix(b"\r") for line in content.split(b"\n")]
    if lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise UsageError("There is no message: the input is empty.", hint="-d TEXT sends one")
    return lines


def _payloads(
    found: Source, events: list[Event], changes: dict[str, Any], options: Namespace, environment: Environment
) -> list[object]:
    size = options.batch or (_BATCH if found.trigger.batched else 1)
    payloads: list[object] = []
    lost: set[str] = set()
    for begin in range(0, len(events), size):
        for batch in _batches(found, events[begin : begin + size], given=options.batch is not None):
            payload = firing.composed(found.trigger, batch, stamp_now(f"{SystemRandom().getrandbits(64):016x}"))
            lost |= set(firing.not_carried(found.trigger, payload, batch, list(changes)))
            payloads.append(payload)
    attributes.warn_of(found, [name for name in changes if name in lost], environment)
    return payloads


def _batches(found: Source, events: list[Event], *, given: bool) -> list[list[Event]]:
    """The events in one batch; each alone where the source has none and nobody has asked for one."""
    try:
        firing.composed(found.trigger, events)
    except firing.OneAtATime:
        if given:
            raise
        return [[event] for event in events]
    return [events]


# -- what comes of it -------------------------------------------------------------------------------------------------


def _fire(dev: RunningDev, found: Source, payloads: list[object], options: Namespace, environment: Environment) -> int:
    gateway = gateway_of(dev.gateway)
    if not takes(gateway, payloads[0]):
        other = caller(found.platform, payloads[0])
        raise InvalidOption(
            f"fcbridge dev plays {gateway.name}, whose function is not called with events of {found.name}.",
            hint=f"fcbridge dev --gateway {other.name}",
        )
    reports: list[dict[str, Any]] = []
    failed = False
    for payload in payloads:
        report = dev.fire(found.name, firing.wire(payload))
        reports.append(report)
        response = _answer(gateway, found, report)
        report["response"] = None if response is None else message.response_report(response)
        failed |= bool(report["refusal"]) or (response is not None and response.status >= 400)
        if not options.json:
            _show(report, response, len(payloads) > 1, environment)
    if options.json:
        environment.write_json(reports)
    return Exit.FAILED if failed else Exit.OK


def _answer(gateway: Gateway, found: Source, report: dict[str, Any]) -> Response | None:
    """The response, where the source posts its events and is told by HTTP what has become of them."""
    if not found.trigger.over_http or report["refusal"]:
        return None
    return gateway.read(_content(report))


def _show(report: dict[str, Any], response: Response | None, one_of_several: bool, environment: Environment) -> None:
    refusal = report["refusal"]
    if refusal is not None:
        environment.warn(f"the function has failed: {refusal['message']}", hint="the console of fcbridge dev says more")
        return
    if response is not None:
        environment.say(message.head_lines(response, environment, data=False))
    content = _content(report) if response is None else response.body
    environment.write_bytes(content + b"\n" if one_of_several else content)


def _content(report: dict[str, Any]) -> bytes:
    """What the function has returned."""
    payload: str = report["payload"]
    return a2b_base64(payload) if report["encoding"] == "base64" else payload.encode("utf-8")
