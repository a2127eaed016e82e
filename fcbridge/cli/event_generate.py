"""``fcbridge event generate``: the event that a gateway would make of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..losses import lost_of_request
from ..registry import gateway as gateway_of
from . import message
from .exits import Exit
from .parser import Parser, UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from .environment import Environment

_EXAMPLES = """\
What is not given is as in the gateway's sample request. `fcbridge event list` shows the names.

examples:
  fcbridge event generate fc3-http --path '/items/7?color=red' > event.json
  fcbridge event generate aws-rest --method PUT --path /files/a.png --body-file a.png -H 'content-type: image/png'
  fcbridge event generate fc3-http | fcbridge invoke index:handler -
"""


def parser(environment: Environment) -> Parser:
    command = Parser(
        environment, "event generate", "Print the event that a gateway would make of a request, as JSON.",
        "NAME [OPTIONS]", _EXAMPLES,
    )  # fmt: skip
    command.add_argument("words", nargs="*", metavar="NAME", help="the gateway")
    command.add_argument("--method", metavar="METHOD", help="GET by default, POST with a body")
    command.add_argument("--path", metavar="PATH", help="the path, with or without a query; or a URL")
    command.add_argument("--query", metavar="QUERY", help="the query, as a=1&b=2")
    message.add_body_options(command)
    command.add_argument("--body-file", metavar="FILE", help="the body, as it is; - is stdin")
    return command


def run(options: Namespace, environment: Environment) -> int:
    if len(options.words) != 1:
        raise UsageError("One name is wanted: that of a gateway.", hint="fcbridge event list shows them")
    if options.data and options.body_file:
        raise UsageError("There are two bodies: -d and --body-file.", hint="use one of them")
    gateway = gateway_of(options.words[0])
    request = gateway.sample()
    if options.path is not None or options.query is not None:
        path = options.path if options.path is not None else request.path
        request = message.with_url(request, path if options.query is None else f"{path}?{options.query}")
    body = message.read_input(options.body_file, environment) if options.body_file else None
    body = message.typed_body(options.data, environment) if body is None else body
    method: str = options.method or (request.method if body is None else "POST")
    request = message.with_headers(request.replace(method=method.upper()), options.header)
    request = message.with_body(request, body, environment)
    for loss in lost_of_request(gateway.loses, request):
        environment.warn(loss.says, hint=loss.cure)
    environment.write_json(gateway.compose(request))
    return Exit.OK
