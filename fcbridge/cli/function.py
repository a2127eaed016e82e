"""The function in this process: loaded, initialized, called and stopped as its runtime does it."""

from __future__ import annotations

import sys
import time
import uuid
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from ..dev.tracebacks import told, without_machinery
from ..errors import AppError, AppNotFound, BridgeError, InvalidOption, MissingExtra
from ..gateway import Settings
from ..local.target import resolve
from .exits import Exit
from .surroundings import logging_to, of_file, variables

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator

    from ..gateway import Gateway, Handler, Runtime
    from ..local.project import Project
    from ..local.target import Target
    from .environment import Environment


class DoesNotLoad(AppError):
    """What the target names is no app, or its own code raised while it was imported."""

    exit = Exit.APP


class Raised:
    """What the handler raised, as the runtime reports it. ``stage`` is where: a hook's name, or ``handler``."""

    def __init__(self, error: BaseException, stage: str, runtime: Runtime) -> None:
        machinery = _machinery(runtime)
        self.error = error
        self.stage = stage
        self._traceback = told(error, machinery).rstrip("\n")
        error.__traceback__ = without_machinery(error, machinery)
        self.document = runtime.error(error)
        message = error.message if isinstance(error, BridgeError) else str(error).partition("\n")[0]
        self.message = f"{type(error).__name__}: {message}" if message else type(error).__name__

    def show(self, environment: Environment) -> None:
        """The traceback; or for a refusal of fcbridge's own, which has none that matters, its message and its hint."""
        if isinstance(self.error, BridgeError) and self.error.__cause__ is None:
            environment.refuse(self.error)
        else:
            environment.say(self._traceback)


class Function:
    """A function instance. ``call`` answers one event after another."""

    def __init__(self, target: Target, handler: Handler, runtime: Runtime, settings: Settings, request_id: str) -> None:
        self._target = target
        self._handler = handler
        self._runtime = runtime
        self._settings = settings
        self._unready: Raised | None = None
        self.request_id = request_id
        #: How long the last call took.
        self.seconds = 0.0

    def initialize(self) -> None:
        """Run the initializer. Where it raises, every call has its failure for a result, as on the platforms."""
        self._unready = self._run_hook("initialize")

    def pre_stop(self) -> Raised | None:
        """Run the hook before the end."""
        return self._run_hook("pre_stop")

    def call(self, event: object) -> bytes | Raised:
        """Hand an event to the handler: a composed one, or the bytes of one.

        Raises MissingExtra where the platform's runtime cannot be played, because a package of its own is missing.
        """
        if self._unready is not None:
            return self._unready
        begin = time.perf_counter()
        try:
            return self._runtime.call(self._handler, event, self._context())
        except MissingExtra:
            raise
        except (Exception, SystemExit) as error:
            return Raised(error, "handler", self._runtime)
        finally:
            self.seconds = time.perf_counter() - begin

    def _run_hook(self, name: str) -> Raised | None:
        found = self._target.hook(self._handler, name)
        try:
            if found is not None:
                found(self._context())
        except (Exception, SystemExit) as error:
            return Raised(error, name, self._runtime)
        return None

    def _context(self) -> object:
        return self._runtime.context(self._settings, self.request_id)


@contextmanager
def running(
    target: str | None, gateway: Gateway, options: Namespace, project: Project, environment: Environment
) -> Generator[Function]:
    """The function, initialized, and stopped in the end. What the app prints is talk.

    Raises AppNotFound, DoesNotLoad, and ConfigurationErrors.
    """
    from ..registry import platform_of

    runtime = gateway.runtime
    found = resolve(target, environment.cwd)
    settings = Settings(
        handler=str(found).replace(":", "."),
        timeout=options.timeout or project.timeout or 60,
        memory=options.memory or project.memory or 512,
    )
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(environment.stderr))
        stack.enter_context(variables(of_file(options.env_file, environment), over=False))
        stack.enter_context(variables(runtime.environment(settings, str(environment.cwd)), over=True))
        stack.enter_context(logging_to(environment.stderr))
        handler = load(found, platform_of(gateway.name).name, environment, _machinery(runtime))
        function = Function(found, handler, runtime, settings, options.request_id or str(uuid.uuid4()))
        if not options.no_initialize:
            function.initialize()
        try:
            yield function
        finally:
            failure = function.pre_stop()
            if failure is not None:
                failure.show(environment)
                environment.warn(f"pre_stop failed: {failure.message}")


def load(target: Target, platform: str | None, environment: Environment, machinery: tuple[str, ...] = ()) -> Handler:
    """Import the app; where its own code raises, show the traceback and raise DoesNotLoad."""
    try:
        with redirect_stdout(environment.stderr):
            return target.load(platform)
    except BridgeError as error:
        if isinstance(error, (AppError, InvalidOption)) and not isinstance(error, AppNotFound):
            raise DoesNotLoad(error.message, hint=error.hint) from error
        raise
    except SystemExit as error:
        raise DoesNotLoad(
            f"{target} does not load: {target.module} ends the process while it is imported.",
            hint='put what runs a server below `if __name__ == "__main__":`',
        ) from error
    except Exception as error:
        environment.say(told(error, machinery).rstrip("\n"))
        raise DoesNotLoad(f"{target} does not load: {type(error).__name__} while it is imported.") from error


def _machinery(runtime: Runtime) -> tuple[str, ...]:
    """Where the runtime's own frames come from, which are not the app's fault."""
    file = getattr(sys.modules[type(runtime).__module__], "__file__", None)
    return (str(Path(file).parent),) if file else ()
