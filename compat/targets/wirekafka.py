"""The broker of this checkout: a process of its own, a temporary directory, any free port."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from .process import BrokerProcess, tail
from .target import TargetError, answers, free_port, in_directory, wait_until

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 30.0


class Wirekafka:
    """`launcher` replaces `-m wirekafka`: the suite's own tests start brokers with planted bugs."""

    name = "wirekafka"
    private = True

    def __init__(self, configs: dict[str, str], *, launcher: tuple[str, ...] = ()) -> None:
        self.bootstrap = ""
        self._configs = configs
        self._launcher = launcher or ("-P", "-m", "wirekafka")
        self._directory: Path | None = None
        self._process: BrokerProcess | None = None

    def __enter__(self) -> Self:
        self._directory = Path(tempfile.mkdtemp(prefix="compat-wirekafka-"))
        self.bootstrap = f"127.0.0.1:{free_port()}"
        try:
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
        else:
            self._process.stop()
        self._start()

    def log_tail(self, lines: int = 40) -> str:
        return tail(self._log(), lines)

    def _log(self) -> Path:
        assert self._directory is not None
        return self._directory / "broker.log"

    def _start(self) -> None:
        assert self._directory is not None
        host, _, port = self.bootstrap.rpartition(":")
        command = [sys.executable, *self._launcher, "serve", "--listen", self.bootstrap]
        configs = in_directory(self._configs, self._directory / "data")
        if "log.dirs" not in configs:
            command += ["--data-dir", str(self._directory / "data")]
        for key, value in configs.items():
            command += ["--set", f"{key}={value}"]
        paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        process = self._process = BrokerProcess(command, self._log(), environment)
        if not wait_until(
            lambda: answers(host, int(port)), alive=process.alive, seconds=START_LIMIT_S
        ):
            raise TargetError(f"wirekafka did not start:\n{self.log_tail()}")
