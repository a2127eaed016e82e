"""``fcbridge event generate``: the event that a gateway would make of a request, or a trigger of what has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UnknownGateway, UnknownTrigger
from ..local import firing
from ..local.choice import platform_here
from ..local.sources import source, sources
from ..losses import lost_of_request
from ..nearest import nearest
from ..registry import gateway as gateway_of
from ..registry import gateways, platforms
from . import attributes, message
from .exits import Exit
from .parser import Parser, UsageError, whole

if TYPE_CHECKING:
    from argparse import Namespace

    from ..gateway import Gateway
    from ..local.sources import Source
    from .environment import Environment

_EXAMPLES = """\
What is not given is as in the sample of the gateway or the trigger. `fcbridge event list` shows the names; of a trigger
the part behind the platform is enough where one platform alone has it, or where --platform or the project tells which
is meant. What is no JSON (CBOR, plain text) is printed byte for byte.

examples:
  fcbridge event generate fc3-http --path '/items/7?color=red' > event.json
  fcbridge event generate aws-rest --method PUT --path /files/a.png --body-file a.png -H 'content-type: image/png'
  fcbridge event generate oss --bucket inbox --key a.log | fcbridge invoke index:handler -
  fcbridge event generate kafka --platform aliyun --topic orders -d '{"id": 7}' --count 3
"""

_COUNT = whole(1, 10_000)


def parser(environment: Environment) -> Parser:
    command = Parser(
        environment, "event generate", "Print the event that a gateway or a trigger would send to the function.",
        "NAME [OPTIONS]", _EXAMPLES,
    )  # fmt: skip
    command.add_argument("words", nargs="*", metavar="NAME", help="the gateway or the trigger")
    command.add_argument("--method", metavar="METHOD", help="of a request: GET by default, POST with a body")
    command.add_argument("--path", metavar="PATH", help="of a request: the path, with or without a query; or a URL")
    command.add_argument("--query", metavar="QUERY", help="of a request: the query, as a=1&b=2")
    attributes.add_body_options(command)
    command.add_argument("--platform", metavar="NAME", help="whose trigger it is, where several have it")
    command.add_argument("--count", type=_COUNT, metavar="N", help="so many events in one batch")
    attributes.add_options(command)
    return command


def run(options: Namespace, environment: Environment) -> int:
    if len(options.words) != 1:
        raise UsageError("One name is wanted: that of a gateway or a trigger.", hint="fcbridge event list shows them")
    name: str = options.words[0]
    if name in gateways():
        _print_request(gateway_of(name), options, environment)
    else:
        _print_events(_source(name, options, environment), options, environment)
    return Exit.OK


def _source(name: str, options: Namespace, environment: Environment) -> Source:
    likely = platform_here(environment.cwd, environment.environ)
    if name in platforms() and name not in sources():
        gateway_of(name)  # which says that it is a platform, and what there is of it
    try:
        return source(name, options.platform, likely, ask=", or --platform")
    except UnknownTrigger:
        near = nearest(name, [*gateways(), *sources(), *(each.short for each in sources().values())])
        if options.platform is not None or near not in gateways():
            raise
        raise UnknownGateway(
            f"There is no gateway or trigger {name!r}.", hint=f"did you mean {near!r}? fcbridge event list shows them"
        ) from None


# -- requests ---------------------------------------------------------------------------------------------------------


def _print_request(gateway: Gateway, options: Namespace, environment: Environment) -> None:
    misplaced = [f"--{name}" for name in ("platform", "count") if getattr(options, name) is not None]
    misplaced += [f"--{name}" for name in attributes.typed_names(options)]
    if misplaced:
        raise UsageError(
            f"{misplaced[0]} is for triggers, and {gateway.name} is a gateway.",
            hint="it takes --method, --path, --query, -H and -d",
        )
    body = attributes.body_of(options, environment)
    request = gateway.sample()
    if options.path is not None or options.query is not None:
        path = options.path if options.path is not None else request.path
        request = message.with_url(request, path if options.query is None else f"{path}?{options.query}")
    method: str = options.method or (request.method if body is None else "POST")
    request = message.with_headers(request.replace(method=method.upper()), options.header)
    request = message.with_body(request, body, environment)
    for loss in lost_of_request(gateway.loses, request):
        environment.warn(loss.says, hint=loss.cure)
    environment.write_json(gateway.compose(request))


# -- events -----------------------------------------------------------------------------------------------------------


def _print_events(source: Source, options: Namespace, environment: Environment) -> None:
    misplaced = [f"--{name}" for name in ("method", "path", "query") if getattr(options, name) is not None]
    if misplaced:
        raise UsageError(
            f"{misplaced[0]} is for requests, and {source.name} is a trigger.",
            hint="fcbridge event generate --help shows the attributes of events",
        )
    trigger = source.trigger
    events = trigger.sample()
    changes = attributes.read(options, source, environment)
    if changes or options.count is not None:
        events = firing.several(firing.changed(events[0], changes), options.count or 1, changes)
    payload = firing.composed(trigger, events)
    attributes.warn_of(source, firing.not_carried(trigger, payload, events, list(changes)), environment)
    show(payload, environment)


def show(payload: object, environment: Environment) -> None:
    """Print a payload: JSON for the eye, or what is not JSON as it is."""
    if not isinstance(payload, (bytes, str)):
        environment.write_json(payload)
        return
    content = firing.wire(payload)
    if environment.is_terminal and not _is_text(content):
        environment.note(f"a payload of {len(content)} bytes is not shown on a terminal", hint="redirect it: > FILE")
    else:
        environment.write_bytes(content)


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False
