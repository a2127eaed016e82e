"""``fcbridge invoke``: an event, handed to the handler as the platform's runtime does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..document import load_event
from ..errors import BridgeError
from ..local.choice import DEFAULT, gateway_of_app
from ..local.project import read_project
from ..local.redaction import laid_out
from ..local.sources import Source, caller, claims
from ..played import is_packed_request
from ..registry import gateway as gateway_of
from ..registry import gateways, platform_of, platforms
from . import message
from .exits import Exit
from .function import Raised, running
from .parser import Parser, UsageError, add_function_options

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ..gateway import Gateway
    from .environment import Environment
    from .function import Function

_EXAMPLES = """\
The event is any bytes, in a file or (-) on stdin. They reach the handler as the platform's runtime hands them over,
and what it sends back is printed as it is. Without TARGET the app is looked for as `fcbridge dev` does. The
initializer runs before, pre_stop after. The exit code is 1 where the handler raises.

examples:
  fcbridge invoke index:handler event.json
  fcbridge event generate fc3-http --path /items/7 | fcbridge invoke index:handler -
  fcbridge event generate oss --bucket inbox --key a.log | fcbridge invoke index:handler -
  fcbridge event generate gcf-http | fcbridge invoke main:main - --gateway gcf-http
"""


def parser(environment: Environment) -> Parser:
    command = Parser(
        environment, "invoke", "Hand an event to the handler and print what it sends back.",
        "[TARGET] EVENT|- [OPTIONS]", _EXAMPLES,
    )  # fmt: skip
    command.add_argument("words", nargs="*", metavar="[TARGET] EVENT", help="index:handler event.json")
    command.add_argument("--gateway", metavar="NAME", help="whose event it is (default: as the event tells)")
    command.add_argument("--json", action="store_true", help="a report in place of the payload")
    add_function_options(command)
    return command


def run(options: Namespace, environment: Environment) -> int:
    target, source = _told_apart(options.words, environment)
    project = read_project(environment.cwd)
    named = options.gateway or project.gateway or gateway_of_app(target, environment.cwd)
    chosen = gateway_of(named or DEFAULT)
    content = message.read_input(source, environment)
    value = _json(content)
    if is_packed_request(value):
        if named is None:
            raise _of_no_gateway()
        sender: Gateway | None = chosen
    else:
        sender = _sender(value, chosen, named=options.gateway is not None)
    trigger: Source | None = None
    if sender is None:
        trigger = _trigger(content, chosen if named else None)
    if trigger is not None:
        gateway = caller(trigger.platform, value, chosen)
    else:
        gateway = sender or (chosen if named else _of_its_platform(value)) or chosen
    with running(target, gateway, options, project, environment) as function:
        # A runtime that has a wire form of its own takes it as JSON; every other one hands over the bytes.
        result = function.call(value if gateway.runtime.accepts(value) else content)
    if isinstance(result, Raised):
        result.show(environment)
        if not options.json:
            environment.say(laid_out(result.document))
    elif not options.json:
        environment.write_bytes(result)
    if options.json:
        environment.write_json(_report(result, sender, trigger, gateway.runtime.name, function))
    return Exit.FAILED if isinstance(result, Raised) else Exit.OK


def _told_apart(words: Sequence[str], environment: Environment) -> tuple[str | None, str]:
    if len(words) == 2:
        return words[0], words[1]
    if len(words) == 1 and (words[0] == "-" or (environment.cwd / words[0]).is_file()) and not words[0].endswith(".py"):
        return None, words[0]
    if len(words) > 2:
        raise UsageError(f"{words[2]!r} is one argument too many.", hint="fcbridge invoke [TARGET] EVENT")
    target = words[0] if words else "index:handler"
    if target.endswith(".json"):
        raise UsageError(f"There is no file {target!r}.", hint="`fcbridge event generate` prints an event to save")
    raise UsageError(
        "There is no event.",
        hint=f"fcbridge invoke {target} event.json, or: fcbridge event generate fc3-http | fcbridge invoke {target} -",
    )


def _sender(event: object, chosen: Gateway, *, named: bool) -> Gateway | None:
    """The gateway that made the event, where one claims it; a named one is taken at its word."""
    if named:
        return chosen
    known = [chosen, *(gateway for gateway in gateways().values() if gateway is not chosen)]
    return next((gateway for gateway in known if gateway.runtime.accepts(event) or gateway.matches(event)), None)


def _trigger(content: bytes, chosen: Gateway | None) -> Source | None:
    """The trigger that has sent the event: one of the chosen gateway's platform, or of the only one that claims it."""
    payload = load_event(content)
    if chosen is not None:
        owner = platform_of(chosen.name)
        found = owner.trigger(payload)
        return Source(owner, found) if found is not None else None
    claimed = claims(payload)
    if len(claimed) > 1:
        names, gateway = " or ".join(each.name for each in claimed), claimed[0].platform.gateways[0].name
        raise UsageError(
            f"The event could be one of {names}.", hint=f"name a gateway of its platform: --gateway {gateway}"
        )
    return claimed[0] if claimed else None


def _of_no_gateway() -> UsageError:
    names = [name for name, gateway in gateways().items() if is_packed_request(gateway.compose(gateway.sample()))]
    return UsageError(
        "The event is a request as an HTTP server passes it on, which does not tell its platform.",
        hint=f"name the gateway: --gateway with one of {', '.join(names)}",
    )


def _of_its_platform(event: object) -> Gateway | None:
    """A gateway of the platform that knows the event though no gateway takes it: its handler refuses best."""
    return next((owner.gateways[0] for owner in platforms().values() if owner.names(event) is not None), None)


def _json(content: bytes) -> object:
    try:
        value: object = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value


def _report(
    result: bytes | Raised, sender: Gateway | None, trigger: Source | None, runtime: str, function: Function
) -> dict[str, object]:
    report: dict[str, object] = {
        "gateway": sender.name if sender else None,
        "trigger": trigger.name if trigger else None,
        "runtime": runtime,
        "request_id": function.request_id,
        "duration_ms": round(function.seconds * 1000, 3),
        "payload": None,
        "encoding": None,
        "response": None,
        "error": None,
    }
    if isinstance(result, Raised):
        report["error"] = result.document
        return report
    try:
        report["payload"], report["encoding"] = result.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        from ..bodies import base64_text

        report["payload"], report["encoding"] = base64_text(result), "base64"
    report["response"] = _response(result, sender)
    return report


def _response(payload: bytes, sender: Gateway | None) -> dict[str, object] | None:
    """The HTTP response in the payload, where a gateway made the event and can read it."""
    if sender is None:
        return None
    try:
        return message.response_report(sender.read(payload))
    except BridgeError:
        return None
