"""The broker of this checkout: a process of its own, a temporary directory, any free port."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from .process import BrokerProcess
from .target import free_port, in_directory

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
        self._opened = ExitStack()
        self._process: BrokerProcess | None = None

    def __enter__(self) -> Self:
        self.bootstrap = f"127.0.0.1:{free_port()}"
        with ExitStack() as opening:
            home = TemporaryDirectory(prefix="compat-wirekafka-", ignore_cleanup_errors=True)
            directory = Path(opening.enter_context(home))
            process = self._process = self._broker(directory)
            # The directory goes, too, so nothing would be won by a clean stop.
            opening.callback(process.kill)
            self._start()
            self._opened = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def restart(self, *, hard: bool = False) -> None:
        assert self._process is not None
        if hard:
            self._process.kill()
        else:
            self._process.stop()
        self._start()

    def log_tail(self, lines: int = 40) -> str:
        assert self._process is not None
        return self._process.log_tail(lines)

    def _start(self) -> None:
        assert self._process is not None
        self._process.start("wirekafka", self.bootstrap, limit_s=START_LIMIT_S)

    def _broker(self, directory: Path) -> BrokerProcess:
        command = [sys.executable, *self._launcher, "serve", "--listen", self.bootstrap]
        configs = in_directory(self._configs, directory / "data")
        if "log.dirs" not in configs:
            command += ["--data-dir", str(directory / "data")]
        for key, value in configs.items():
            command += ["--set", f"{key}={value}"]
        paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
        environment = {"PYTHONPATH": os.pathsep.join(paths)}
        return BrokerProcess(command, directory / "broker.log", environment)
