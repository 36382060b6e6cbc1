"""The image apache/kafka:4.3.1 in a container, by `docker compose` and kafka/compose.yaml.

Each target is a compose project of its own, so that stopping it touches no other container.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from .target import Missing, TargetError, answers, free_port, wait_until

COMPOSE = Path(__file__).resolve().parent / "kafka" / "compose.yaml"
PULL_LIMIT_S = 600.0
START_LIMIT_S = 90.0
ANSWER_LIMIT_S = 20
_PROTOCOLS = "listener.security.protocol.map"


def engine_answers() -> bool:
    """Whether there is a Docker engine that does what it is told."""
    return not _why_not()


class Docker:
    """One container."""

    name = "docker"
    private = True

    def __init__(self, configs: dict[str, str]) -> None:
        self.bootstrap = ""
        self._configs = configs
        self._project = f"compat-{secrets.token_hex(4)}"
        self._directory: Path | None = None
        self._environment = dict(os.environ)

    def __enter__(self) -> Self:
        why_not = _why_not()
        if why_not:
            raise Missing(why_not)
        self._directory = Path(tempfile.mkdtemp(prefix="compat-docker-"))
        port = free_port()
        self.bootstrap = f"127.0.0.1:{port}"
        configs = self._directory / "configs.env"
        configs.write_text(environment_file(self._configs))
        self._environment |= {"COMPAT_PORT": str(port), "COMPAT_CONFIGS": str(configs)}
        if _PROTOCOLS in self._configs:
            self._environment["COMPAT_PROTOCOLS"] = self._configs[_PROTOCOLS]
        try:
            self._compose("up", "--detach")
            self._wait()
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
        self._compose("down", "--volumes", "--timeout", "1", check=False)
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)

    def restart(self, *, hard: bool = False) -> None:
        self._compose("kill" if hard else "stop")
        self._compose("start")
        self._wait()

    def log_tail(self, lines: int = 40) -> str:
        return self._compose("logs", "--no-log-prefix", "--tail", str(lines), check=False)

    def _wait(self) -> None:
        host, _, port = self.bootstrap.rpartition(":")
        if not wait_until(
            lambda: answers(host, int(port)), alive=lambda: True, seconds=START_LIMIT_S
        ):
            raise TargetError(f"the container did not answer:\n{self.log_tail()}")

    def _compose(self, *arguments: str, check: bool = True) -> str:
        command = ["docker", "compose", "-p", self._project, "-f", str(COMPOSE), *arguments]
        try:
            done = subprocess.run(
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=PULL_LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TargetError(
                f"docker compose {arguments[0]} took more than {PULL_LIMIT_S:.0f} s"
            ) from None
        if check and done.returncode != 0:
            raise TargetError(f"docker compose {arguments[0]} failed:\n{done.stdout[-2000:]}")
        return done.stdout


def environment_file(configs: dict[str, str]) -> str:
    """Broker configs as the image takes them: a.b-c_d is KAFKA_A_B__C___D."""
    lines = []
    for key, value in configs.items():
        if key == _PROTOCOLS:
            continue  # compose.yaml has this one
        name = key.replace("_", "___").replace("-", "__").replace(".", "_").upper()
        lines.append(f"KAFKA_{name}={value}\n")
    return "".join(lines)


def _why_not() -> str:
    if shutil.which("docker") is None:
        return "Docker is missing: install Docker Engine with the compose plugin"
    try:
        if not _says("info", "--format", "{{.ServerVersion}}"):
            return "no Docker engine answers: start one (for example: systemctl start docker)"
        if not _says("compose", "version", "--short"):
            return "docker compose is missing: install Docker's compose plugin"
    except subprocess.TimeoutExpired:
        return f"no Docker engine answers within {ANSWER_LIMIT_S} s: start one"
    return ""


def _says(*arguments: str) -> str:
    """What a docker command prints; empty when it fails."""
    done = subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, timeout=ANSWER_LIMIT_S, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""
