"""One broker for all of a test run, in one process or in several.

Several: it is started by whoever needs it first. The processes have a directory in common. In it a
lock file, which is held while somebody looks or starts, and `broker.json` with the addresses.
Whoever finds no broker there, or one whose leash cannot be taken any more, starts one. It ends when
the last process lets go of the leash.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from wirekafka.testing.process import START_TIMEOUT_S, BrokerError, BrokerProcess, start
from wirekafka.testing.wanted import Wanted

_RETRY_S = 0.005

_left_running: list[subprocess.Popen[str]] = []
"""Nobody waits for a broker that others may still use; a Popen that is collected would complain."""


def start_alone(directory: Path, configs: Mapping[str, str], log_level: str) -> BrokerProcess:
    """A broker for this process alone. Raises BrokerError."""
    home = directory / "wirekafka"
    home.mkdir(parents=True, exist_ok=True)
    return start(_options(home, configs, log_level, is_shared=False), home / "broker.log")


def stop_alone(running: BrokerProcess, directory: Path) -> None:
    """End it; its data is gone, its log stays in the run's directory."""
    running.stop()
    shutil.rmtree(directory / "wirekafka" / "data", ignore_errors=True)


def join(directory: Path, configs: Mapping[str, str], log_level: str) -> BrokerProcess:
    """The broker of all processes that have this directory. Raises BrokerError."""
    home = directory / "wirekafka"
    home.mkdir(parents=True, exist_ok=True)
    place = home / "broker.json"
    with _locked(home / "lock"):
        with contextlib.suppress(OSError, ValueError):
            return BrokerProcess(json.loads(place.read_text()), None)
        running = start(_options(home, configs, log_level, is_shared=True), home / "broker.log")
        assert running.process is not None
        _left_running.append(running.process)
        place.write_text(json.dumps({**running.answer, "spare": None}))
        return running


def _options(
    home: Path, configs: Mapping[str, str], log_level: str, *, is_shared: bool
) -> dict[str, object]:
    data = str(home / "data")
    return {
        "wanted": asdict(Wanted(data, configs=configs, spare_namespace=True)),
        "log_level": log_level,
        "is_shared": is_shared,
        "remove": data,
    }


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    from wirekafka_storage.errors import LockError
    from wirekafka_storage.files import Disk

    disk = Disk()
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            lock = disk.lock(str(path))
            break
        except LockError as error:
            if time.monotonic() > deadline:
                text = f"another process of this run takes too long to start a broker: {error}"
                raise BrokerError(text) from None
            time.sleep(_RETRY_S)
    try:
        yield
    finally:
        disk.close(lock)
