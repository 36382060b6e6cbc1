"""The disk of a simulation: the machine dies at some operation, or a directory breaks at one.

A layer over another file system of `wirekafka_storage.files`, so that the machine may also forget
what was not synced (`faulty_disks.ForgetfulDisk`). Whatever differs between two runs on the real
disk is taken from the simulation: the order of names, the time of files.
"""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable, Sequence
from typing import Any

from wirekafka_storage.files import Disk, FileSystem


class PowerCut(BaseException):
    """The process is gone in the middle of an operation. No code of the broker may survive it."""


class SimulatedDisk:
    """`cut_in(n)`: the n-th change from now on is the last thing that happens, or half of it.

    `break_in(n, folder, number)`: the n-th operation below `folder` fails with that errno, and
    with it every later one there of the same kind.
    """

    def __init__(self, chance: random.Random, now_ms: Callable[[], int]) -> None:
        self.inner: FileSystem = Disk()
        self.is_cut = False
        self.is_dead = False
        """The broker is being taken apart: nothing reaches the disk, and nobody is told."""
        self.broken = ""
        """What failed first, if anything has."""
        self._chance = chance
        self._now_ms = now_ms
        self._paths: dict[int, str] = {}
        self._locks: set[int] = set()
        self._modified: dict[str, int] = {}
        self._until_cut = 0
        self._until_break = 0
        self._fault: tuple[str, int, str] = ("", 0, "")

    def cut_in(self, changes: int) -> None:
        self._until_cut = changes

    def break_in(self, operations: int, folder: str, number: int) -> None:
        self._until_break = operations
        self._fault = folder, number, ""

    def disarm(self) -> None:
        """Nothing will fail that has not failed yet."""
        self._until_cut = self._until_break = 0
        self._fault = "", 0, ""

    def heal(self) -> None:
        """A new machine, with what is on the disk."""
        self.is_cut = self.is_dead = False
        self.broken = ""
        self.disarm()
        self._paths.clear()
        for fd in self._locks:
            os.close(fd)
        self._locks.clear()

    @property
    def is_armed(self) -> bool:
        return bool(self._until_cut or self._until_break or self._fault[2])

    # -- the port -------------------------------------------------------------------------------

    def open(self, path: str, flags: int) -> int:
        if flags & os.O_CREAT:
            is_half = self._change("create", path)
        else:
            self._read("open", path)
            is_half = False
        if flags & os.O_TRUNC:
            self._modified[path] = self._now_ms()
        fd = self.inner.open(path, flags)
        self._paths[fd] = path
        self._after(is_half)
        return fd

    def close(self, fd: int) -> None:
        self._locks.discard(fd)
        self.inner.close(fd)

    def writev(self, fd: int, buffers: Sequence[Any]) -> int:
        path = self._paths.get(fd, "")
        is_half = self._change("write", path)
        self._modified[path] = self._now_ms()
        if is_half:
            content = b"".join(buffers)
            self.inner.writev(fd, [content[: self._chance.randrange(len(content) + 1)]])
            self._after(True)
        return self.inner.writev(fd, buffers)

    def pread(self, fd: int, size: int, position: int) -> bytes:
        self._read("read", self._paths.get(fd, ""))
        return self.inner.pread(fd, size, position)

    def preadv(self, fd: int, buffers: Sequence[Any], position: int) -> int:
        self._read("read", self._paths.get(fd, ""))
        return self.inner.preadv(fd, buffers, position)

    def fsync(self, fd: int) -> None:
        self._change("sync", self._paths.get(fd, ""), both=False)
        if not isinstance(self.inner, Disk) or type(self.inner) is not Disk:
            self.inner.fsync(fd)  # the real disk need not be waited for

    def truncate(self, fd: int, size: int) -> None:
        is_half = self._change("truncate", self._paths.get(fd, ""))
        self.inner.truncate(fd, size)
        self._after(is_half)

    def size(self, path: str) -> int:
        self._read("stat", path)
        return self.inner.size(path)

    def modified_ms(self, path: str) -> int:
        self._read("stat", path)
        return self._modified.get(path, self._now_ms())

    def set_modified_ms(self, path: str, modified_ms: int) -> None:
        self._change("touch", path, both=False)
        self._modified[path] = modified_ms

    def rename(self, source: str, target: str) -> None:
        is_half = self._change("rename", source)
        self.inner.rename(source, target)
        if source in self._modified:
            self._modified[target] = self._modified.pop(source)
        self._after(is_half)

    def unlink(self, path: str) -> None:
        is_half = self._change("unlink", path)
        self.inner.unlink(path)
        self._after(is_half)

    def mkdir(self, path: str) -> None:
        is_half = self._change("mkdir", path)
        self.inner.mkdir(path)
        self._after(is_half)

    def rmdir(self, path: str) -> None:
        is_half = self._change("rmdir", path)
        self.inner.rmdir(path)
        self._after(is_half)

    def listdir(self, path: str) -> list[str]:
        self._read("list", path)
        names = sorted(self.inner.listdir(path))
        self._chance.shuffle(names)
        return names

    def fsync_directory(self, path: str) -> None:
        self._change("sync", path, both=False)
        if type(self.inner) is not Disk:
            self.inner.fsync_directory(path)

    def lock(self, path: str) -> int:
        fd = self.inner.lock(path)
        self._locks.add(fd)
        return fd

    def volume(self, path: str) -> tuple[int, int]:
        return 1 << 40, 1 << 39

    # -- faults ---------------------------------------------------------------------------------

    def _read(self, kind: str, path: str) -> None:
        if self.is_dead:
            raise OSError(errno.EIO, "the broker is gone", path)
        if self.is_cut:
            raise PowerCut
        self._fail(kind, path)

    def _change(self, kind: str, path: str, *, both: bool = True) -> bool:
        """True if the machine dies in this operation, after some of it; PowerCut if before."""
        self._read(kind, path)
        if not self._until_cut:
            return False
        self._until_cut -= 1
        if self._until_cut:
            return False
        self.is_cut = True
        if both and self._chance.random() < 0.5:
            return True
        raise PowerCut

    def _after(self, is_half: bool) -> None:
        if is_half:
            raise PowerCut

    def _fail(self, kind: str, path: str) -> None:
        folder, number, broken_kind = self._fault
        if not folder or not path.startswith(folder):
            return
        if self._until_break:
            self._until_break -= 1
            if self._until_break:
                return
            self._fault = folder, number, kind
            self.broken = f"{kind} {os.path.basename(path)}"
        elif kind != broken_kind:
            return
        raise OSError(number, os.strerror(number), path)
