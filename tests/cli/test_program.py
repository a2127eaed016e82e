from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

import fcbridge
from fcbridge.cli import main
from fcbridge.cli.environment import Environment
from fcbridge.cli.exits import Exit
from fcbridge.cli.program import COMMANDS
from tests.cli.shell import Shell

ROOT = Path(fcbridge.__file__).parent.parent


# -- help -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["--help", "-h", "help"])
def test_help_lists_every_command_and_every_exit_code(shell: Shell, typed: str) -> None:
    result = shell(typed)

    assert (result.code, result.talk) == (0, "")
    for command, summary in COMMANDS.items():
        assert f"  {command} " in result.out and summary in result.out
    for code in Exit:
        assert code.says in result.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_on_stdout(shell: Shell, command: str) -> None:
    result = shell(f"{command} --help")

    assert (result.code, result.talk) == (0, "")
    assert result.out.startswith(f"usage: fcbridge {command}")
    assert len(result.out.splitlines()) > 5


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_of_help_is_wider_than_the_code(shell: Shell, command: str) -> None:
    assert max(map(len, shell(f"{command} --help").out.splitlines())) <= 120


def test_a_group_of_commands_explains_itself(shell: Shell) -> None:
    result = shell("event --help")

    assert result.code == 0
    assert "event list" in result.out and "event generate" in result.out
    assert "routes" not in result.out


def test_nothing_typed_gets_the_help_as_talk_and_is_a_mistake(shell: Shell) -> None:
    result = shell("")

    assert (result.code, result.data) == (2, b"")
    assert result.talk.startswith("usage: fcbridge COMMAND")


@pytest.mark.parametrize("typed", ["--version", "-V", "version"])
def test_the_version_is_told(shell: Shell, typed: str) -> None:
    assert shell(typed).out == f"fcbridge {fcbridge.__version__}\n"


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "message", "hint"),
    [
        ("rotes", "There is no command 'rotes'.", "did you mean fcbridge routes?"),
        ("REQUEST x", "There is no command 'REQUEST'.", "did you mean fcbridge request?"),
        ("generate", "There is no command 'generate'.", "did you mean fcbridge event generate?"),
        ("index:app", "There is no command 'index:app'.", "type fcbridge dev index:app"),
        ("app.py", "There is no command 'app.py'.", "type fcbridge dev app.py"),
        ("--gateway x", "fcbridge has no option --gateway.", "a command comes first: fcbridge COMMAND [OPTIONS]"),
        ("event", "fcbridge event wants a command.", "type fcbridge event list or generate"),
        ("event gen", "There is no command 'event gen'.", "did you mean fcbridge event generate?"),
        ("event fc3-http", "There is no command 'event fc3-http'.", "type fcbridge event list or generate"),
        ("dev --gatway x", "fcbridge dev has no option --gatway.", "did you mean --gateway?"),
        ("dev --gatway=x", "fcbridge dev has no option --gatway.", "did you mean --gateway?"),
        ("dev --gate x", "fcbridge dev has no option --gate.", "did you mean --gateway?"),
        ("dev --xyz", "fcbridge dev has no option --xyz.", "see fcbridge dev --help"),
        ("dev --port", "Argument --port: expected one argument.", "see fcbridge dev --help"),
        ("dev a b", "'b' is one argument too many.", "fcbridge dev [TARGET]"),
        ("routes a b", "'b' is one argument too many.", "fcbridge routes [TARGET]"),
        ("event list aws x", "'x' is one argument too many.", "fcbridge event list [PLATFORM]"),
    ],
)
def test_a_wrong_line_is_refused_with_what_to_type(shell: Shell, typed: str, message: str, hint: str) -> None:
    assert shell(typed).refusal == (Exit.USAGE, message, hint)


@pytest.mark.parametrize(
    ("option", "value", "bounds"),
    [
        ("--port", "x", "from 0 to 65535"),
        ("--port", "65536", "from 0 to 65535"),
        ("--timeout", "0", "from 1 to 86400"),
        ("--timeout", "1.5", "from 1 to 86400"),
        ("--memory", "512MB", "from 1 to 1048576"),
        ("--instances", "0", "from 1 to 1000"),
    ],
)
def test_a_number_out_of_bounds_is_refused_with_its_bounds(shell: Shell, option: str, value: str, bounds: str) -> None:
    code, message, _ = shell(f"dev {option} {value}").refusal

    assert code == Exit.USAGE
    assert message == f"Argument {option}: {value!r} is no whole number {bounds}."


# -- endings ----------------------------------------------------------------------------------------------------------


def test_ctrl_c_ends_with_its_own_code(shell: Shell) -> None:
    shell.write("index.py", "raise KeyboardInterrupt\napp = None\n")

    assert shell("routes").code == Exit.INTERRUPTED


class _Gone(io.BytesIO):
    def write(self, content: object) -> int:
        raise BrokenPipeError


def test_a_reader_that_went_away_is_no_error_worth_a_word(tmp_path: Path) -> None:
    stderr = io.StringIO()
    environment = Environment(stdin=io.BytesIO(), stdout=_Gone(), stderr=stderr, environ={}, cwd=tmp_path)

    assert main(["event", "list"], environment) == Exit.PIPE
    assert stderr.getvalue() == ""


# -- colour -----------------------------------------------------------------------------------------------------------


def test_a_terminal_gets_colours(shell: Shell) -> None:
    assert shell("dve", terminal=True).talk.startswith("\x1b[31merror:\x1b[0m There is no command")


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_none_gets_none(shell: Shell, environ: dict[str, str]) -> None:
    assert "\x1b" not in shell("dve", terminal=True, environ=environ).talk
    assert "\x1b" not in shell("event list", terminal=True, environ=environ).out


def test_a_pipe_gets_none_unless_forced(shell: Shell) -> None:
    assert "\x1b" not in shell("event list").out
    assert "\x1b" in shell("event list", environ={"FORCE_COLOR": "1"}).out


# -- the real thing ---------------------------------------------------------------------------------------------------


def run(*typed: str, cwd: Path = ROOT, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [str(Path(sys.executable).with_name("fcbridge"))]
    if not Path(command[0]).exists():  # a checkout that was never installed
        command = [sys.executable, "-m", "fcbridge"]
    environ = {"PYTHONPATH": f"{ROOT}:{ROOT / 'adapters'}", "PATH": ""}
    return subprocess.run([*command, *typed], cwd=cwd, input=stdin, capture_output=True, env=environ)


def test_the_module_is_the_command() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "fcbridge", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert result.stdout == f"fcbridge {fcbridge.__version__}\n"


def test_the_console_script_answers_and_exits_with_the_code(tmp_path: Path) -> None:
    assert run("--version").stdout.decode() == f"fcbridge {fcbridge.__version__}\n"
    assert run("dve").returncode == Exit.USAGE
    assert run("routes", cwd=tmp_path).returncode == Exit.APP


def test_a_broken_pipe_is_silent_in_a_real_one(tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(
        "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'x' * 1_000_000]\n"
    )
    script = f"{sys.executable} -m fcbridge request index:app / | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'adapters'}", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip

    assert result.stdout == f"{Exit.PIPE.value}\n"
    assert "Error" not in result.stderr


def test_closed_streams_are_no_crash() -> None:
    result = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m fcbridge --version <&- >&- 2>&-"], cwd=ROOT, capture_output=True,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'adapters'}", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip

    assert (result.returncode, result.stderr) == (Exit.OK, b"")


def test_help_loads_no_command_and_no_platform() -> None:
    script = (
        "import sys; from fcbridge.cli import main; main(['--help']); "
        "sys.exit(any(name.startswith(('fcbridge_adapters', 'fcbridge.dev', 'asyncio')) for name in sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'adapters'}"}
    )

    assert (result.returncode, result.stderr) == (0, b"")
