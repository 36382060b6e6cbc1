"""A disk whose n-th operation fails, and from then on every one of the same kind.

So a workload that makes N operations is run N times, each time failing somewhere else. A short
write is the beginning of a full disk: half of the bytes arrive, the next write is refused.
"""

from __future__ import annotations

import enum
import errno
import os
from collections.abc import Sequence
from typing import Any

from wirekafka_storage.files import Disk


class Fault(enum.Enum):
    """What the operation does instead of its work."""

    FULL = errno.ENOSPC
    BROKEN = errno.EIO
    SHORT = 0


class FailingDisk(Disk):
    """Counts operations in `count`; `fail_at` is the number of the first that fails, from 1."""

    def __init__(self, *, fail_at: int = 0, fault: Fault = Fault.BROKEN) -> None:
        self.count = 0
        self.fail_at = fail_at
        self.fault = fault
        self.failed = ""
        """What failed: the name of the call and its path."""
        self._kind = ""

    def heal(self) -> None:
        """From now on everything works."""
        self.fail_at = 0
        self._kind = ""

    def open(self, path: str, flags: int) -> int:
        self._step("create" if flags & os.O_CREAT else "open", path)
        return super().open(path, flags)

    def writev(self, fd: int, buffers: Sequence[Any]) -> int:  # type: ignore[override]
        content = b"".join(buffers)
        if self._step("write", f"descriptor {fd}"):
            return os.write(fd, content[: len(content) // 2])
        return os.write(fd, content)

    def pread(self, fd: int, size: int, position: int) -> bytes:  # type: ignore[override]
        self._step("read", f"descriptor {fd}")
        return os.pread(fd, size, position)

    def preadv(  # type: ignore[override]
        self, fd: int, buffers: Sequence[Any], position: int
    ) -> int:
        self._step("read", f"descriptor {fd}")
        return os.preadv(fd, buffers, position)

    def fsync(self, fd: int) -> None:  # type: ignore[override]
        self._step("sync", f"descriptor {fd}")

    def fsync_directory(self, path: str) -> None:
        self._step("sync", path)

    def truncate(self, fd: int, size: int) -> None:  # type: ignore[override]
        self._step("truncate", f"descriptor {fd}")
        os.ftruncate(fd, size)

    def rename(self, source: str, target: str) -> None:  # type: ignore[override]
        self._step("rename", source)
        os.replace(source, target)

    def unlink(self, path: str) -> None:  # type: ignore[override]
        self._step("unlink", path)
        os.unlink(path)

    def mkdir(self, path: str) -> None:  # type: ignore[override]
        self._step("create", path)
        os.mkdir(path)

    def listdir(self, path: str) -> list[str]:  # type: ignore[override]
        self._step("list", path)
        return os.listdir(path)

    def _step(self, kind: str, path: str) -> bool:
        """Count, and raise where it is time; True for a write that is to be short."""
        self.count += 1
        is_first = self.count == self.fail_at
        if not is_first and (kind != self._kind or not self.fail_at):
            return False
        if is_first:
            self._kind = kind
            self.failed = f"{kind} {path}"
            if self.fault is Fault.SHORT and kind == "write":
                return True
        number = self.fault.value or errno.ENOSPC
        raise OSError(number, os.strerror(number), path)
