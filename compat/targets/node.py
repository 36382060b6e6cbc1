"""A node of the real Apache Kafka 4.3.1, broker and controller in one, on a directory of its own.

The directory holds `server.properties`, `broker.log` and the log directory `data`; it and the ports
stay the same over stop, kill and start. Who makes a node chooses the options of its Java and the
configs beside those that every single node needs, so a benchmark runs it as users do and a test
suite as fast as it starts.
"""

from __future__ import annotations

import base64
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .jars import VERSION, cache, java_command
from .process import BrokerProcess
from .target import TargetError, free_port, in_directory

START_LIMIT_S = 120.0  # 3 to 5 s on an idle machine, 15 s with 1 GB to recover
FORMAT_LIMIT_S = 60.0
FORMAT_OPTIONS = ("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


class KafkaNode:
    """One node; formatted when it is made, started when `start` is called."""

    def __init__(
        self, directory: Path, *, java_options: Sequence[str], configs: Mapping[str, str]
    ) -> None:
        """Raises Missing without Java, or without Maven when the jars are not there."""
        self._directory = directory
        self._properties = directory / "server.properties"
        command = [*java_command(*java_options), "kafka.Kafka", str(self._properties)]
        directory.mkdir(parents=True, exist_ok=True)
        port = free_port()
        self.bootstrap = f"127.0.0.1:{port}"
        self.process = BrokerProcess(command, directory / "broker.log")
        lines = properties(port, free_port(), self._data)
        lines |= in_directory(dict(configs), self._data)
        for key, value in lines.items():
            self.set(key, value)
        self._format()
        for path in map(Path, lines["log.dirs"].split(",")):
            self._join(path)

    @property
    def _data(self) -> Path:
        return self._directory / "data"

    def set(self, key: str, value: str) -> None:
        """A config that counts from the next start on, also over an earlier value."""
        with open(self._properties, "a", encoding="utf-8") as lines:
            lines.write(f"{key}={value}\n")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process.start("Kafka", self.bootstrap, limit_s=START_LIMIT_S)

    def _format(self) -> None:
        """Format the data directory, or copy one that is formatted.

        Formatting costs a start of Java, and all it says is the node's and the cluster's id."""
        template = cache() / f"formatted-{VERSION}"
        if template.is_dir():
            shutil.copytree(template, self._data)
            return
        # The tool would take an id that begins with a dash for an option.
        cluster_id = "A" + base64.urlsafe_b64encode(secrets.token_bytes(15)).decode()[:19] + "AA"
        command = [*java_command(*FORMAT_OPTIONS), "kafka.tools.StorageTool", "format"]
        command += ["-t", cluster_id, "-c", str(self._properties)]
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=FORMAT_LIMIT_S,
            check=False,
        )
        if done.returncode != 0:
            raise TargetError(f"Kafka could not format its directory:\n{done.stderr[-2000:]}")
        fresh = Path(tempfile.mkdtemp(prefix="formatting-", dir=cache()))
        shutil.copytree(self._data, fresh, dirs_exist_ok=True)
        with suppress(OSError):  # another run was first
            fresh.rename(template)
        shutil.rmtree(fresh, ignore_errors=True)

    def _join(self, path: Path) -> None:
        """A further log directory is the node's when it says so; Kafka gives it an id."""
        if path.exists():
            return
        path.mkdir()
        meta = self._data / "meta.properties"
        lines = meta.read_text().splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith("directory.id")]
        (path / meta.name).write_text("".join(kept))


def properties(port: int, controller_port: int, data: Path) -> dict[str, str]:
    """What a node that is alone needs; internal topics with one replica, as in Kafka's image."""
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(data),
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
    }
