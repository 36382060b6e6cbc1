"""The real Apache Kafka 4.3.1: one node that is broker and controller, in a temporary directory.

Its configs are those of Kafka's Docker image (internal topics with one replica). The two session
timeouts are long, so that a machine under load does not make the node lose itself.
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from .jars import HERE, VERSION, cache, jars, java
from .process import BrokerProcess, tail
from .target import TargetError, answers, free_port, in_directory, wait_until

START_LIMIT_S = 90.0  # 3 to 5 s on an idle machine
FORMAT_LIMIT_S = 60.0
HEAP = "1g"


class Reference:
    """One node of the real broker."""

    name = "reference"
    private = True

    def __init__(self, configs: dict[str, str]) -> None:
        self.bootstrap = ""
        self._configs = configs
        self._directory: Path | None = None
        self._process: BrokerProcess | None = None
        self._java = self._classpath = ""

    def __enter__(self) -> Self:
        self._java, self._classpath = java(), f"{jars()}/*"
        self._directory = Path(tempfile.mkdtemp(prefix="compat-kafka-"))
        try:
            port = free_port()
            self.bootstrap = f"127.0.0.1:{port}"
            self._prepare(port, free_port())
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            # Its directory goes, too, so nothing would be won by a clean stop.
            self._process.kill()
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)

    def restart(self, *, hard: bool = False) -> None:
        assert self._process is not None
        if hard:
            self._process.kill()
            # Until its old session is over the broker cannot register again.
            with open(self._path("server.properties"), "a", encoding="utf-8") as lines:
                lines.write("broker.session.timeout.ms=5000\n")
        else:
            self._process.stop()
        self._start()

    def log_tail(self, lines: int = 40) -> str:
        return tail(self._path("broker.log"), lines)

    def _path(self, name: str) -> Path:
        assert self._directory is not None
        return self._directory / name

    def _prepare(self, port: int, controller_port: int) -> None:
        """Write the properties; format the data directory, or copy one that is formatted.

        Formatting costs a start of Java, and all it says is the node's and the cluster's id."""
        data = self._path("data")
        lines = properties(port, controller_port, data) | in_directory(self._configs, data)
        text = "".join(f"{key}={value}\n" for key, value in lines.items())
        self._path("server.properties").write_text(text)
        template = cache() / f"formatted-{VERSION}"
        if not template.is_dir():
            self._format()
            fresh = Path(tempfile.mkdtemp(prefix="formatting-", dir=cache()))
            shutil.copytree(self._path("data"), fresh, dirs_exist_ok=True)
            with suppress(OSError):  # another run was first
                fresh.rename(template)
            shutil.rmtree(fresh, ignore_errors=True)
        elif not self._path("data").exists():
            shutil.copytree(template, self._path("data"))
        for path in map(Path, lines["log.dirs"].split(",")):
            self._join(path)

    def _join(self, path: Path) -> None:
        """A further log directory is the node's when it says so; Kafka gives it an id."""
        meta = self._path("data") / "meta.properties"
        if path.exists():
            return
        path.mkdir()
        lines = meta.read_text().splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith("directory.id")]
        (path / meta.name).write_text("".join(kept))

    def _format(self) -> None:
        # The tool would take an id that begins with a dash for an option.
        cluster_id = "A" + base64.urlsafe_b64encode(secrets.token_bytes(15)).decode()[:19] + "AA"
        command = [*self._command("256m"), "kafka.tools.StorageTool", "format"]
        command += ["-t", cluster_id, "-c", str(self._path("server.properties"))]
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

    def _start(self) -> None:
        host, _, port = self.bootstrap.rpartition(":")
        command = [*self._command(HEAP), "kafka.Kafka", str(self._path("server.properties"))]
        process = BrokerProcess(command, self._path("broker.log"), dict(os.environ))
        self._process = process
        if not wait_until(
            lambda: answers(host, int(port)), alive=process.alive, seconds=START_LIMIT_S
        ):
            raise TargetError(f"Kafka did not start:\n{self.log_tail()}")

    def _command(self, heap: str) -> list[str]:
        # Brokers live for seconds here: thorough compilation would never pay off.
        options = [f"-Xmx{heap}", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
        options.append("-Djava.awt.headless=true")
        options.append(f"-Dlog4j2.configurationFile={HERE / 'log4j2.yaml'}")
        return [self._java, *options, "-cp", self._classpath]


def properties(port: int, controller_port: int, data: Path) -> dict[str, str]:
    """The configs of the one node."""
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
        "broker.session.timeout.ms": "300000",
        "controller.quorum.fetch.timeout.ms": "300000",
    }
