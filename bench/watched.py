"""A broker in a process of its own, with the flight recorder or, as nobody else has it, without.

`python -m bench.watched yes|no DIRECTORY` serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from . import client
from .client import Address, BenchError
from .target import ROOT


class Watched:
    """One that runs while the block does."""

    def __init__(self, directory: Path, *, is_watched: bool) -> None:
        roots = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bench.watched", "yes" if is_watched else "no", directory],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(roots)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            self._process.wait()
            raise BenchError("the broker did not start")
        self.address = Address.parse(line)
        self.pid = self._process.pid

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def create_topic(self, name: str) -> None:
        client.create_topic(self.address, name, 1)
        client.wait_until_served(self.address, name, 1)


async def serve(directory: str, *, is_watched: bool) -> None:
    """Serve until standard input ends."""
    from wirekafka.faults.rule import Effect, FaultRule
    from wirekafka.testing.hosting import host
    from wirekafka.testing.wanted import Wanted

    hosted = await host(Wanted(directory))
    broker = hosted.broker
    if is_watched:
        injection = broker.dispatcher.injection
        injection.add(FaultRule(name="gone", effect=Effect.DROP_BEFORE))
        injection.clear()
    else:
        broker.server.recorder = None
        broker.dispatcher.witness = None
    print(hosted.addresses.bootstrap, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await hosted.stop()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[2], is_watched=sys.argv[1] == "yes"))
