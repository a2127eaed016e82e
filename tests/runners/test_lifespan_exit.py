"""The end of the process: the app's shutdown runs once, and nothing is said that nobody needs to hear.

Each in a process of its own, whose warnings are errors and whose standard error must stay empty.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PREAMBLE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import asyncio, os, signal, threading
from fcbridge.model import Request
from fcbridge.runners.asgi import AsgiRunner

def say(word):
    print(word, flush=True)

class App:
    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await self.startup()
            await send({{"type": "lifespan.startup.complete"}})
            await receive()
            await self.shutdown()
            await send({{"type": "lifespan.shutdown.complete"}})
        else:
            await send({{"type": "http.response.start", "status": 200, "headers": []}})
            await self.request(scope)
            await send({{"type": "http.response.body", "body": b"ok"}})

    async def startup(self):
        say("startup")

    async def shutdown(self):
        say("shutdown")

    async def request(self, scope):
        say("request")

async def no_lifespan(scope, receive, send):
    assert scope["type"] == "http"
    await send({{"type": "http.response.start", "status": 200, "headers": []}})
    await send({{"type": "http.response.body", "body": b"ok"}})

def in_a_loop(runner):
    async def main():
        await runner.invoke(Request())
    asyncio.run(main())

def blocking_in_a_loop(runner):
    async def main():
        runner(Request())
    asyncio.run(main())
"""


def run(program: str) -> tuple[int, list[str], str]:
    """Exit code, lines of standard output, standard error."""
    command = [sys.executable, "-W", "error", "-c", PREAMBLE + program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.split(), done.stderr


def run_until_signal(program: str, number: int = signal.SIGTERM) -> tuple[int, list[str], str]:
    """The same; the signal is sent when the program says ``ready``."""
    command = [sys.executable, "-W", "error", "-c", PREAMBLE + program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        words: list[str] = []
        for line in process.stdout:
            words.append(line.strip())
            if words[-1] == "ready":
                process.send_signal(number)
        assert process.stderr is not None
        return process.wait(), words, process.stderr.read()


# -- the interpreter's exit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["runner.start()", "runner(Request())", "in_a_loop(runner)"])
def test_the_shutdown_runs_when_the_interpreter_exits(call: str) -> None:
    code, words, errors = run(f"runner = AsgiRunner(App()); {call}")
    assert (code, [word for word in words if word != "request"], errors) == (0, ["startup", "shutdown"], "")


def test_the_shutdown_runs_when_the_runner_is_forgotten() -> None:
    assert run("AsgiRunner(App()).start()") == (0, ["startup", "shutdown"], "")


def test_the_shutdown_runs_when_the_loop_has_moved_to_a_thread() -> None:
    program = """
runner = AsgiRunner(App())
threads = [threading.Thread(target=runner, args=(Request(),)) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
in_a_loop(runner)
"""
    assert run(program) == (0, ["startup", *["request"] * 9, "shutdown"], "")


def test_after_a_stop_nothing_is_left_to_do_at_the_exit() -> None:
    assert run("runner = AsgiRunner(App()); runner.start(); runner.stop()") == (0, ["startup", "shutdown"], "")


def test_each_of_several_apps_is_shut_down() -> None:
    program = "runners = [AsgiRunner(App()) for _ in range(3)]; [runner.start() for runner in runners]"
    assert run(program) == (0, ["startup"] * 3 + ["shutdown"] * 3, "")


@pytest.mark.parametrize("call", ["runner(Request())", "in_a_loop(runner)"])
def test_a_shutdown_may_use_threads_at_the_exit(call: str) -> None:
    program = f"""
class Threads(App):
    async def shutdown(self):
        await asyncio.to_thread(say, "thread")
        say("shutdown")

runner = AsgiRunner(Threads())
{call}
"""
    assert run(program) == (0, ["startup", "request", "thread", "shutdown"], "")


def test_a_shutdown_may_open_connections_at_the_exit() -> None:
    program = """
class Server(App):
    async def startup(self):
        async def greet(reader, writer):
            writer.write(b"bye")
            writer.close()
        self.server = await asyncio.start_server(greet, "127.0.0.1", 0)

    async def shutdown(self):
        port = self.server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        say((await reader.read()).decode())
        writer.close()
        await writer.wait_closed()
        self.server.close()
        await asyncio.sleep(0)

runner = AsgiRunner(Server())
runner.start()
"""
    assert run(program) == (0, ["bye"], "")


def test_threads_that_wait_for_the_end_of_the_app_do_not_hold_the_exit_up() -> None:
    program = """
class Waits(App):
    async def startup(self):
        self.over = threading.Event()
        threading.Thread(target=self.over.wait).start()  # not a daemon: the interpreter joins it
    async def shutdown(self):
        self.over.set()
        say("shutdown")

runner = AsgiRunner(Waits())
runner.start()
"""
    assert run(program) == (0, ["shutdown"], "")


def test_anyio_s_worker_threads_do_not_hold_the_exit_up() -> None:
    program = """
import anyio.to_thread

class Threads(App):
    async def startup(self):
        await anyio.to_thread.run_sync(say, "startup")
    async def request(self, scope):
        await anyio.to_thread.run_sync(say, "request")
    async def shutdown(self):
        await anyio.to_thread.run_sync(say, "shutdown")

runner = AsgiRunner(Threads())
runner(Request())
"""
    assert run(program) == (0, ["startup", "request", "shutdown"], "")


def test_a_shutdown_that_fails_at_the_exit_is_logged() -> None:
    program = """
class Broken(App):
    async def shutdown(self):
        raise LookupError("cannot close")

runner = AsgiRunner(Broken())
runner.start()
"""
    code, words, errors = run(program)
    assert (code, words) == (0, ["startup"])
    assert "The app's shutdown failed." in errors
    assert "LookupError: cannot close" in errors


def test_a_shutdown_that_hangs_does_not_hang_the_exit() -> None:
    program = """
from fcbridge.runners import instance
from fcbridge.runners import lifespan
instance.STOP_TIME = 0.05
lifespan._GRACE = 0.05

class Hangs(App):
    async def shutdown(self):
        await asyncio.Event().wait()

runner = AsgiRunner(Hangs())
runner.start()
"""
    code, words, errors = run(program)
    assert (code, words) == (0, ["startup"])
    assert "The app's shutdown was still going on after 0.05 seconds, at <string>:" in errors


@pytest.mark.parametrize("lifespan", ["auto", "off"])
@pytest.mark.parametrize("call", ["runner(Request())", "in_a_loop(runner)"])
def test_an_app_without_lifespan_exits_in_silence(call: str, lifespan: str) -> None:
    assert run(f"runner = AsgiRunner(no_lifespan, lifespan={lifespan!r}); {call}") == (0, [], "")


@pytest.mark.parametrize("call", ["runner(Request())", "in_a_loop(runner)"])
@pytest.mark.parametrize("lifespan", ["auto", "off"])
def test_tasks_that_are_still_pending_at_the_exit_are_not_spoken_of(call: str, lifespan: str) -> None:
    program = f"""
import logging
logging.getLogger("fcbridge").setLevel(logging.CRITICAL)  # the warning that names them is not the matter here

class Tasks(App):
    async def startup(self):
        self.tasks = [asyncio.create_task(asyncio.sleep(3600))]
    async def request(self, scope):
        self.tasks = [asyncio.create_task(asyncio.sleep(3600))]
    async def shutdown(self):
        pass

def main():
    runner = AsgiRunner(Tasks(), background_budget=0, lifespan={lifespan!r})
    {call}

main()
import gc
gc.collect()
"""
    code, _, errors = run(program)
    assert (code, errors) == (0, "")


@pytest.mark.parametrize("call", ["runner(Request())", "in_a_loop(runner)"])
def test_tasks_that_are_still_pending_at_the_exit_may_tidy_up(call: str) -> None:
    program = f"""
import logging
logging.getLogger("fcbridge").setLevel(logging.CRITICAL)

async def task():
    try:
        await asyncio.sleep(3600)
    finally:
        await asyncio.sleep(0)
        say("tidied")

class Tasks(App):
    async def request(self, scope):
        self.task = asyncio.create_task(task())
        await asyncio.sleep(0)

runner = AsgiRunner(Tasks(), background_budget=0, lifespan="off")
{call}
"""
    assert run(program) == (0, ["tidied"], "")


def test_tasks_that_ignore_their_cancellation_at_the_exit_are_not_spoken_of() -> None:
    program = """
import logging
logging.getLogger("fcbridge").setLevel(logging.CRITICAL)
from fcbridge.runners import instance
instance._CANCEL_TIME = 0.05

async def stubborn():
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            pass

class Tasks(App):
    async def request(self, scope):
        self.task = asyncio.create_task(stubborn())

runner = AsgiRunner(Tasks(), background_budget=0)
runner(Request())
"""
    assert run(program) == (0, ["startup", "shutdown"], "")


def test_an_app_that_was_given_up_is_not_spoken_of_at_the_exit() -> None:
    program = """
import logging
logging.getLogger("fcbridge").setLevel(logging.CRITICAL)
from fcbridge.errors import DeadlineExceeded

class Stubborn(App):
    async def request(self, scope):
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            await asyncio.sleep(3600)

runner = AsgiRunner(Stubborn(), lifespan="off")
try:
    runner(Request(), 0.01)
except DeadlineExceeded:
    say("given up")
"""
    assert run(program) == (0, ["given", "up"], "")


def test_an_exit_in_an_invocation_is_one_and_the_app_is_shut_down() -> None:
    program = """
class Exits(App):
    async def request(self, scope):
        sys.exit(3)

runner = AsgiRunner(Exits())
runner(Request())
"""
    assert run(program) == (3, ["startup", "shutdown"], "")


def test_an_exit_in_the_startup_is_one() -> None:
    program = """
class Exits(App):
    async def startup(self):
        sys.exit(3)

runner = AsgiRunner(Exits())
runner.start()
"""
    assert run(program) == (3, [], "")


@pytest.mark.skipif(not hasattr(sys, "getrefcount") or sys.platform == "win32", reason="forks")
def test_a_fork_does_not_shut_the_app_down() -> None:
    program = """
import multiprocessing

if __name__ == "__main__":
    runner = AsgiRunner(App())
    runner.start()
    process = multiprocessing.get_context("fork").Process(target=say, args=("child",))
    process.start()
    process.join()
    say("parent")
"""
    assert run(program) == (0, ["startup", "child", "parent", "shutdown"], "")


def test_no_hook_is_set_for_an_app_without_lifespan() -> None:
    program = """
runner = AsgiRunner(no_lifespan)
runner.start()
runner(Request())
assert "fcbridge.runners.exits" not in sys.modules
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
"""
    assert run(program) == (0, [], "")


def test_nobody_asks_for_a_logger_where_nothing_is_logged() -> None:
    program = """
import logging
logging.getLogger = None  # asyncio has its own by now
runner = AsgiRunner(App())
runner(Request())
runner.stop()
"""
    assert run(program) == (0, ["startup", "request", "shutdown"], "")


# -- SIGTERM ----------------------------------------------------------------------------------------------------------

# A signal that comes right before a system call is noticed only after it. By the pipe it ends this one.
IDLE = """
reader, writer = os.pipe()
os.set_blocking(writer, False)
signal.set_wakeup_fd(writer)
say("ready")
while True:
    os.read(reader, 1)
"""


def test_sigterm_shuts_the_app_down() -> None:
    code, words, errors = run_until_signal("runner = AsgiRunner(App()); runner.start()" + IDLE)
    assert (code, words, errors) == (143, ["startup", "ready", "shutdown"], "")


def test_sigterm_shuts_the_app_down_that_the_first_call_has_started() -> None:
    code, words, errors = run_until_signal("runner = AsgiRunner(App()); runner(Request())" + IDLE)
    assert (code, words, errors) == (143, ["startup", "request", "ready", "shutdown"], "")


@pytest.mark.parametrize("call", ["in_a_loop(runner)", "blocking_in_a_loop(runner)"])
def test_sigterm_shuts_the_app_down_whose_loop_has_a_thread(call: str) -> None:
    code, words, errors = run_until_signal(f"runner = AsgiRunner(App()); {call}" + IDLE)
    assert (code, words, errors) == (143, ["startup", "request", "ready", "shutdown"], "")


@pytest.mark.parametrize("call", ["runner(Request())", "asyncio.run(ticking())"])
def test_sigterm_during_an_invocation_ends_it_and_shuts_the_app_down(call: str) -> None:
    program = f"""
ticks = {"ticking" in call}
begun = []

class Hangs(App):
    async def request(self, scope):
        # In short steps, for the same reason.
        try:
            begun.append(True)
            if not ticks:
                say("ready")
            while True:
                await asyncio.sleep(0.01)
        finally:
            say("ended")

async def ticking():
    call = asyncio.ensure_future(runner.invoke(Request()))
    while not begun:
        await asyncio.sleep(0.01)
    # The call waits by now. A signal in its first step would be an exception of its task, of which asyncio tells.
    say("ready")
    while not call.done():
        await asyncio.sleep(0.01)

runner = AsgiRunner(Hangs())
runner.start()
{call}
"""
    code, words, errors = run_until_signal(program)
    assert (code, words) == (143, ["startup", "ready", "ended", "shutdown"])
    assert errors == ""


def test_a_handler_of_sigterm_that_is_there_stays() -> None:
    program = """
def own(*_):
    say("own")
    os._exit(0)
signal.signal(signal.SIGTERM, own)
runner = AsgiRunner(App())
runner.start()
"""
    code, words, errors = run_until_signal(program + IDLE)
    assert (code, words, errors) == (0, ["startup", "ready", "own"], "")


def test_a_sigterm_that_is_ignored_stays_so() -> None:
    program = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
runner = AsgiRunner(App())
runner.start()
assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
"""
    assert run(program) == (0, ["startup", "shutdown"], "")


def test_an_app_without_lifespan_dies_of_sigterm_as_any_process() -> None:
    code, words, errors = run_until_signal("runner = AsgiRunner(no_lifespan); runner(Request())" + IDLE)
    assert (code, words, errors) == (-signal.SIGTERM, ["ready"], "")


def test_stop_gives_sigterm_back() -> None:
    program = """
runner = AsgiRunner(App())
runner.start()
assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
runner.stop()
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
"""
    assert run(program) == (0, ["startup", "shutdown"], "")


def test_the_last_stop_of_several_gives_sigterm_back() -> None:
    program = """
one, other = AsgiRunner(App()), AsgiRunner(App())
one.start()
other.start()
one.stop()
assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
other.stop()
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
"""
    assert run(program) == (0, ["startup", "startup", "shutdown", "shutdown"], "")


def test_a_stop_in_another_thread_leaves_a_sigterm_that_ends_the_process() -> None:
    program = """
runner = AsgiRunner(App())
runner.start()
thread = threading.Thread(target=runner.stop)
thread.start()
thread.join()
"""
    code, words, errors = run_until_signal(program + IDLE)
    assert (code, words, errors) == (-signal.SIGTERM, ["startup", "shutdown", "ready"], "")


def test_an_app_that_another_thread_starts_leaves_sigterm_alone() -> None:
    program = """
runner = AsgiRunner(App())
thread = threading.Thread(target=runner.start)
thread.start()
thread.join()
runner(Request())
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
"""
    assert run(program) == (0, ["startup", "request", "shutdown"], "")
