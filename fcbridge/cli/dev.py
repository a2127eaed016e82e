"""``fcbridge dev``: the app behind a local gateway."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from ..dev import DevOptions, serve
from ..local.choice import gateway_of_app
from ..local.project import read_project
from .parser import INSTANCES, MEMORY, PORT, TIMEOUT, Parser, UsageError, add_env_file_option

if TYPE_CHECKING:
    from argparse import Namespace

    from ..local.project import Project
    from .environment import Environment

_EXAMPLES = """\
Without TARGET the app is looked for: app, application or handler in index, function_app, lambda_function, main, app,
wsgi, asgi, handler, func or function.func, here and in src, or what [tool.fcbridge] in pyproject.toml names. The
table's gateway, port, timeout, memory and instances are the defaults. `fcbridge event list` names the gateways; where
the table names none, but bridge(app, platform=...) a platform, it is the first one of that.

examples:
  fcbridge dev
  fcbridge dev index:app --gateway aws-http-v2 --port 8000
  fcbridge dev "index:create_app()" --show-event
"""


def parser(environment: Environment) -> Parser:
    command = Parser(
        environment, "dev", "Run the app behind a local gateway, and again with every saved file.",
        "[TARGET] [OPTIONS]", _EXAMPLES,
    )  # fmt: skip
    command.add_argument("words", nargs="*", metavar="TARGET", help="index:app; looked for where it is not given")
    command.add_argument("--gateway", metavar="NAME", help="the gateway to play (default fc3-http)")
    command.add_argument("--host", metavar="HOST", help="where to listen (default 127.0.0.1)")
    command.add_argument("--port", type=PORT, metavar="PORT", help="a busy one moves on; 0 takes any (default 9000)")
    command.add_argument("--timeout", type=TIMEOUT, metavar="SECONDS", help="the function's timeout (default 60)")
    command.add_argument("--memory", type=MEMORY, metavar="MB", help="the function's memory (default 512)")
    command.add_argument("--instances", type=INSTANCES, metavar="N", help="function instances at most (default 1)")
    command.add_argument("--no-reload", action="store_true", help="keep the instances when a file is saved")
    command.add_argument(
        "--reload-dir", action="append", default=[], metavar="DIR", help="a folder to watch, in place of this one"
    )
    add_env_file_option(command)
    command.add_argument("--show-event", action="store_true", help="print every event")
    command.add_argument("--no-limits", action="store_true", help="let through what is too large for the platform")
    return command


def run(options: Namespace, environment: Environment) -> int:
    if len(options.words) > 1:
        raise UsageError(f"{options.words[1]!r} is one argument too many.", hint="fcbridge dev [TARGET]")
    target = options.words[0] if options.words else None
    chosen = _chosen(options, read_project(environment.cwd))
    gateway = chosen.get("gateway") or gateway_of_app(target, environment.cwd)
    if gateway is not None:
        chosen["gateway"] = gateway
    host = chosen.get("host", DevOptions.host)
    if not _is_loopback(str(host)):
        environment.warn(
            f"everyone who can reach {host} can call the app and read its tracebacks",
            hint="leave --host away to listen on this machine only",
        )
    return serve(
        DevOptions(
            target=target,
            reload=not options.no_reload,
            reload_dirs=tuple(options.reload_dir),
            show_event=options.show_event,
            limits=not options.no_limits,
            color=None if environment.allows_colour else False,
            directory=str(environment.cwd),
            **chosen,  # type: ignore[arg-type]
        )
    )


def _chosen(options: Namespace, project: Project) -> dict[str, object]:
    """What the command line names, else the project; what neither does is left to DevOptions."""
    chosen: dict[str, object] = {}
    for name in ("gateway", "host", "port", "timeout", "memory", "instances", "env_file"):
        value = getattr(options, name)
        value = getattr(project, name, None) if value is None else value
        if value is not None:
            chosen[name] = value
    return chosen


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
