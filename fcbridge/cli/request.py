"""``fcbridge request``: one request through a gateway, without a server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..gateway import Refusal
from ..local.choice import DEFAULT, gateway_of_app
from ..local.door import Door, stamp_now
from ..local.project import read_project
from ..local.redaction import laid_out, redacted, redacted_payload
from ..logs import LOST
from ..model import Headers, Request
from ..registry import gateway as gateway_of
from . import message
from .exits import Exit
from .function import Raised, running
from .parser import Parser, UsageError, add_function_options

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ..local.door import Exchange
    from ..losses import Loss
    from .environment import Environment
    from .function import Function

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})

_EXAMPLES = """\
Without TARGET the app is looked for as `fcbridge dev` does; without METHOD it is GET, or POST with -d. `fcbridge event
list` names the gateways; before the default comes [tool.fcbridge] in pyproject.toml, then bridge(app, platform=...).

Where stdout is no terminal, only the body goes there, byte for byte, and the head to stderr; -i puts both on stdout.
The exit code is 0 whatever the app answers, unless --fail is given, and 1 where the platform answers in its place.

examples:
  fcbridge request index:app GET /items/7
  fcbridge request /items/7 --gateway aws-http-v2
  fcbridge request index:app /items -d '{"name": "ball"}' -H 'content-type: application/json'
  fcbridge request index:app PUT /files/a.png -d @a.png -H 'content-type: image/png' --show-event
"""


def parser(environment: Environment) -> Parser:
    command = Parser(
        environment, "request", "Send one request through a gateway, without a server, and print the response.",
        "[TARGET] [METHOD] PATH [OPTIONS]", _EXAMPLES,
    )  # fmt: skip
    command.add_argument("words", nargs="*", metavar="[TARGET] [METHOD] PATH", help="index:app GET /items?color=red")
    message.add_body_options(command)
    command.add_argument("--gateway", metavar="NAME", help="the gateway to go through (default fc3-http)")
    command.add_argument("--no-limits", action="store_true", help="let through what is too large for the platform")
    command.add_argument("-i", "--include", action="store_true", help="the head on stdout, wherever that goes")
    command.add_argument("-f", "--fail", action="store_true", help="exit code 1 for a status of 400 or more")
    command.add_argument("--show-event", action="store_true", help="the event, on stderr")
    command.add_argument("--show-payload", action="store_true", help="what the function returned, on stderr")
    command.add_argument("--show-secrets", action="store_true", help="with their cookies, tokens and passwords")
    command.add_argument("--json", action="store_true", help="a report in place of the response")
    add_function_options(command)
    return command


def run(options: Namespace, environment: Environment) -> int:
    target, method, url = _told_apart(options.words)
    project = read_project(environment.cwd)
    gateway = gateway_of(options.gateway or project.gateway or gateway_of_app(target, environment.cwd) or DEFAULT)
    body = message.typed_body(options.data, environment)
    request = message.with_url(_blank(method or ("GET" if body is None else "POST")), url)
    request = message.with_body(message.with_headers(request, options.header), body, environment)
    door = Door(gateway, limits=not options.no_limits)
    lost: list[Loss] = []
    token = LOST.set(lost)
    try:
        with running(target, gateway, options, project, environment) as function:
            exchange, raised = _exchange(door, request, function)
    finally:
        LOST.reset(token)
    if raised is not None:
        raised.show(environment)
    _warn(exchange, environment)
    exchange.lost += lost  # those of the response, of which the handler has warned
    if options.json:
        environment.write_json(_report(door, exchange, function, options))
    else:
        _show(exchange, options, environment)
    failed = exchange.refusal is not None or (options.fail and exchange.answer.status >= 400)
    return Exit.FAILED if failed else Exit.OK


def _exchange(door: Door, request: Request, function: Function) -> tuple[Exchange, Raised | None]:
    """The request's way in and the answer's way out; with what the function raised on the way."""
    exchange = door.open(request, stamp_now(function.request_id))
    if exchange.response is not None:
        return exchange, None
    # Through JSON, as it is on the wire: a value that JSON does not have must not get to the handler.
    result = function.call(json.loads(json.dumps(exchange.event)))
    if isinstance(result, bytes):
        door.close(exchange, result)
        return exchange, None
    kind = Refusal.UNHANDLED if result.stage == "handler" else Refusal.INIT_FAILED
    kind = Refusal.EXITED if isinstance(result.error, SystemExit) else kind
    door.refuse(exchange, Refusal(kind, result.message, result.document))
    return exchange, result


def _told_apart(words: Sequence[str]) -> tuple[str | None, str | None, str]:
    """Target, method and URL. The last is a path or a URL, a method is a word such as GET, a target is what is left."""
    *rest, url = words or [""]
    if not (url.startswith(("/", "?")) or url == "*" or "://" in url):
        meant = rest and ":" not in url and url.upper() not in _METHODS
        hint = f"did you mean /{url}?" if meant else "for example fcbridge request index:app GET /"
        raise UsageError("There is no path to ask for.", hint=hint)
    target = method = None
    for word in rest:
        if method is None and (word.upper() in _METHODS or (target is not None and word.isalpha())):
            method = word.upper()
        elif target is None and method is None:
            target = word
        else:
            raise UsageError(
                f"{word!r} is neither a target nor a method here.", hint="fcbridge request [TARGET] [METHOD] PATH"
            )
    return target, method, url


def _blank(method: str) -> Request:
    from .. import __version__

    headers = [("user-agent", f"fcbridge/{__version__}"), ("accept", "*/*")]
    return Request(method, headers=Headers.of(headers), client=("127.0.0.1", 0))


# -- what is shown ----------------------------------------------------------------------------------------------------


def _warn(exchange: Exchange, environment: Environment) -> None:
    for loss in exchange.lost:
        environment.warn(loss.says, hint=loss.cure)
    if exchange.refusal is not None:
        environment.warn(f"the platform answered in place of the function: {exchange.refusal.message}")


def _show(exchange: Exchange, options: Namespace, environment: Environment) -> None:
    if options.show_event and exchange.event is not None:
        environment.say(laid_out(_event(exchange, options)))
    if options.show_payload and exchange.payload is not None:
        environment.say(laid_out(_payload(exchange, options)))
    on_stdout = environment.is_terminal or options.include
    head = message.head_lines(exchange.answer, environment, data=on_stdout)
    if on_stdout:
        environment.write(head)
    else:
        environment.say(head)
    body = exchange.answer.body
    if environment.is_terminal and _is_binary(body):
        environment.note(f"a body of {len(body)} bytes is not shown on a terminal", hint="redirect it: > FILE")
    else:
        environment.write_bytes(body)


def _report(door: Door, exchange: Exchange, function: Function, options: Namespace) -> dict[str, object]:
    refusal = exchange.refusal
    report: dict[str, object] = {
        "gateway": door.gateway.name,
        "request_id": function.request_id,
        "duration_ms": round(function.seconds * 1000, 3),
        "response": message.response_report(exchange.answer),
        "lost": [loss.name for loss in exchange.lost],
        "refusal": None
        if refusal is None
        else {"kind": refusal.kind, "message": refusal.message, "error": refusal.error},
    }
    if options.show_event:
        report["event"] = _event(exchange, options)
    if options.show_payload:
        report["payload"] = None if exchange.payload is None else _payload(exchange, options)
    return report


def _event(exchange: Exchange, options: Namespace) -> object:
    return exchange.event if options.show_secrets else redacted(exchange.event)


def _payload(exchange: Exchange, options: Namespace) -> object:
    assert exchange.payload is not None
    if not options.show_secrets:
        return redacted_payload(exchange.payload)
    try:
        value: object = json.loads(exchange.payload)
    except ValueError:
        return exchange.payload.decode("utf-8", "replace")
    return value


def _is_binary(body: bytes) -> bool:
    try:
        return "\0" in body.decode("utf-8")
    except UnicodeDecodeError:
        return True
