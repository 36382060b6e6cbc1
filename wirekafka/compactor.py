"""Who carries out a CompactionJob: a process of its own, or, in tests, this one.

A thread of the broker that computes would make every request wait for its turn at the interpreter;
another process costs the broker nothing but the lines it reads.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from typing import Protocol

from wirekafka_storage.compaction.job import CleanedGroup, CompactionJob, CompactionResult
from wirekafka_storage.compaction.run import compact
from wirekafka_storage.errors import CorruptFile
from wirekafka_storage.files import FileSystem

_LONGEST_LINE_BYTES = 1 << 24
"""A group of 100,000 old segments; one names them all."""

OnGroup = Callable[[CleanedGroup], None]


class CompactionFailed(Exception):
    """The job was not finished. What `.cleaned` files there are is rubbish."""


class CorruptLog(CompactionFailed):
    """The log cannot be compacted, however often it is tried."""


class DiskFailed(CompactionFailed):
    """The disk refused to be read or written."""


class Compactor(Protocol):
    """Carries out one job at a time."""

    async def run(self, job: CompactionJob, on_group: OnGroup) -> CompactionResult:
        """Do the job; `on_group` may raise, which ends it. Raises CompactionFailed."""

    async def close(self) -> None:
        """End what is under way; nothing is written afterwards."""


class ProcessCompactor:
    """A process, started for the first job, that waits for the next one until `close`."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def run(self, job: CompactionJob, on_group: OnGroup) -> CompactionResult:
        try:
            if self._process is None:
                self._process = await _start()
            return await self._converse(self._process, job, on_group)
        except (OSError, ValueError, NotImplementedError) as error:
            raise CompactionFailed(f"its process failed: {error}") from error

    async def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        if process.stdin is not None:
            process.stdin.close()
            with contextlib.suppress(OSError):
                await process.stdin.wait_closed()

    async def _converse(
        self, process: Process, job: CompactionJob, on_group: OnGroup
    ) -> CompactionResult:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(job.to_json().encode() + b"\n")
        await process.stdin.drain()
        while line := await process.stdout.readline():
            message = json.loads(line)
            if "group" in message:
                sources, *rest = message["group"]
                on_group(CleanedGroup(tuple(sources), *rest))
            elif "done" in message:
                return CompactionResult(*message["done"])
            elif message["failed"] == "disk":
                raise DiskFailed(message["text"])
            else:
                raise CorruptLog(message["text"])
        raise CompactionFailed(f"its process ended with code {await process.wait()}")


class InlineCompactor:
    """In this process, all at once: for tests."""

    def __init__(self, files: FileSystem) -> None:
        self._files = files

    async def run(self, job: CompactionJob, on_group: OnGroup) -> CompactionResult:
        try:
            return compact(job, self._files, on_group, _pass)
        except CorruptFile as error:
            raise CorruptLog(str(error)) from error
        except OSError as error:
            raise DiskFailed(str(error)) from error

    async def close(self) -> None:
        pass


async def _start() -> Process:
    # Where this process found the packages, the other one finds them, too.
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "wirekafka.cleaner_process",
        stdin=PIPE,
        stdout=PIPE,
        env=environment,
        limit=_LONGEST_LINE_BYTES,
    )


def _pass(size: int) -> None:
    """No limit of bytes per second."""
