"""RabbitMQ with directories of its own, and all that it listens on bound to loopback: AMQP, Erlang's distribution and
``epmd``, Erlang's directory of nodes. That one is started here too: RabbitMQ would leave it behind as a daemon."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from .packages import NotInstalled, environ, program
from .process import Process, Server, free_port


class RabbitServer(Server):
    """``url`` is what a client connects to, as the administrator of the virtual host ``/``."""

    def __init__(self) -> None:
        super().__init__()
        self.directory_port = free_port()
        self._distribution_port = free_port()
        self._directory: Process | None = None
        # Its node writes a cookie into its home and sockets below it: the path has to be short, and nobody else's.
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@{self.address}/%2F"

    def stop(self) -> None:
        """As an operator stops it, and for good: its data goes with it."""
        super().stop()
        if self._directory is not None:
            self._directory.end()
            self._directory = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _started(self) -> Process:
        path = program("rabbitmq-server")
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="fcbridge-")
        place = Path(self._folder.name)
        settings = self._settings(path, place)
        if self._directory is None:
            self._directory = Process(
                [_epmd(settings["PATH"]), "-d", "-d", "-address", "127.0.0.1", "-port", self.directory_port],
                r"entering the main select\(\) loop",
                environ=settings,
                folder=place,
            )
        return Process([path], "Server startup complete", environ=settings, folder=place)

    def _settings(self, path: Path, place: Path) -> dict[str, str]:
        """https://www.rabbitmq.com/docs/configure#supported-environment-variables"""
        (place / "rabbitmq.conf").write_text(f"listeners.tcp.default = {self.address}\n", "utf-8")
        (place / "plugins").write_text("[].", "utf-8")
        return {
            **environ(path),
            "HOME": str(place),
            "ERL_EPMD_PORT": str(self.directory_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"fcbridge-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(place / "rabbitmq"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(place / "advanced.config"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(place / "generated"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "plugins"),
            "RABBITMQ_PLUGINS_EXPAND_DIR": str(place / "expanded"),
            "RABBITMQ_FEATURE_FLAGS_FILE": str(place / "feature-flags"),
            "RABBITMQ_MNESIA_BASE": str(place / "data"),
            "RABBITMQ_LOG_BASE": str(place / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(place / "pid"),
            # The script then becomes the server, and no shell stands between it and us.
            "RUNNING_UNDER_SYSTEMD": "true",
        }


def _epmd(path: str) -> str:
    found = shutil.which("epmd", path=path)
    if found is None:
        raise NotInstalled("There is no epmd, which comes with Erlang.\nhint: install erlang-base")
    return found
