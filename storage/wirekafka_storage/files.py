"""The only place where storage touches the operating system.

`FileSystem` is a small port: every call that reads or changes the disk. `Disk` is the real one;
tests put another in its place that tears writes, runs full or forgets what was not synced.

An `OpenFile` owns a file descriptor and closes it when the last user lets go of it. So a slice of
a segment that a sendfile still works on stays readable although the segment was evicted from the
cache or deleted, and nobody has to count users.

`OpenFiles` is the bounded cache of descriptors that are not held by an active segment: sealed
segments' logs and all index files, least recently used first out.

Invariant: nothing here buffers in user space. What a call returned from is in the page cache.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import Protocol

from wirekafka_storage.errors import LockError

OPEN_FILES_LIMIT = 256
"""Descriptors of sealed segments and indexes that stay open: enough for the hot ones, far below
the usual limit of 1,024 per process together with one descriptor per active segment."""

READ = os.O_RDONLY
APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND
_CLOEXEC = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

Buffer = bytes | bytearray | memoryview

_COPY_BYTES = 1 << 20

IOV_MAX = 1024
"""Most buffers that Linux and macOS take in one writev."""


class FileSystem(Protocol):
    """The system calls storage uses. Everything raises OSError."""

    def open(self, path: str, flags: int) -> int: ...

    def close(self, fd: int) -> None: ...

    def writev(self, fd: int, buffers: Sequence[Buffer]) -> int: ...

    def pread(self, fd: int, size: int, position: int) -> bytes: ...

    def preadv(self, fd: int, buffers: Sequence[bytearray | memoryview], position: int) -> int: ...

    def fsync(self, fd: int) -> None: ...

    def truncate(self, fd: int, size: int) -> None: ...

    def size(self, path: str) -> int: ...

    def modified_ms(self, path: str) -> int: ...

    def set_modified_ms(self, path: str, modified_ms: int) -> None: ...

    def rename(self, source: str, target: str) -> None: ...

    def link(self, source: str, target: str) -> None: ...

    def unlink(self, path: str) -> None: ...

    def mkdir(self, path: str) -> None: ...

    def rmdir(self, path: str) -> None: ...

    def listdir(self, path: str) -> list[str]: ...

    def fsync_directory(self, path: str) -> None: ...

    def lock(self, path: str) -> int: ...

    def volume(self, path: str) -> tuple[int, int]: ...


def _writev(fd: int, buffers: Sequence[Buffer]) -> int:
    return os.write(fd, b"".join(buffers))


def _pread(fd: int, size: int, position: int) -> bytes:
    os.lseek(fd, position, os.SEEK_SET)
    return os.read(fd, size)


def _preadv(fd: int, buffers: Sequence[bytearray | memoryview], position: int) -> int:
    content = _pread(fd, len(buffers[0]), position)
    buffers[0][: len(content)] = content
    return len(content)


class Disk:
    """The file system of the machine. Windows lacks the calls that take several buffers."""

    __slots__ = ()

    writev = staticmethod(getattr(os, "writev", _writev))
    pread = staticmethod(getattr(os, "pread", _pread))
    preadv = staticmethod(getattr(os, "preadv", _preadv))
    close = staticmethod(os.close)
    fsync = staticmethod(os.fsync)
    truncate = staticmethod(os.ftruncate)
    rename = staticmethod(os.replace)
    link = staticmethod(os.link)
    unlink = staticmethod(os.unlink)
    mkdir = staticmethod(os.mkdir)
    rmdir = staticmethod(os.rmdir)
    listdir = staticmethod(os.listdir)

    def open(self, path: str, flags: int) -> int:
        return os.open(path, flags | _CLOEXEC, 0o644)

    def size(self, path: str) -> int:
        return os.stat(path).st_size

    def modified_ms(self, path: str) -> int:
        return os.stat(path).st_mtime_ns // 1_000_000

    def set_modified_ms(self, path: str, modified_ms: int) -> None:
        os.utime(path, ns=(modified_ms * 1_000_000, modified_ms * 1_000_000))

    def fsync_directory(self, path: str) -> None:
        if os.name == "nt":
            return
        fd = os.open(path, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def lock(self, path: str) -> int:
        """Take the lock file and write our process id into it; the descriptor holds the lock."""
        fd = os.open(path, os.O_RDWR | os.O_CREAT | _CLOEXEC, 0o644)
        try:
            _lock_exclusively(fd)
        except OSError:
            holder = os.read(fd, 64).decode("ascii", "replace").strip() or "unknown"
            os.close(fd)
            raise LockError(
                f"log directory {os.path.dirname(path)} is in use by the broker with process id"
                f" {holder}"
            ) from None
        os.ftruncate(fd, 0)
        os.write(fd, b"%d\n" % os.getpid())
        return fd

    def volume(self, path: str) -> tuple[int, int]:
        """Bytes of the volume that the path is on, and those that we may still use."""
        if os.name == "nt":
            import shutil  # costs milliseconds that a start elsewhere need not pay

            usage = shutil.disk_usage(path)
            return usage.total, usage.free
        volume = os.statvfs(path)
        return volume.f_blocks * volume.f_frsize, volume.f_bavail * volume.f_frsize


class UnsyncedDisk(Disk):
    """For data that may be lost with the machine: it waits for no disk."""

    __slots__ = ()

    @staticmethod
    def fsync(fd: object) -> None:
        """Nothing."""

    def fsync_directory(self, path: str) -> None:
        """Nothing."""


class OpenFile:
    """A descriptor that closes itself when nobody refers to this object any more."""

    __slots__ = ("_files", "fd")

    def __init__(self, files: FileSystem, fd: int) -> None:
        self._files = files
        self.fd = fd

    def read(self, size: int, position: int) -> bytes:
        return self._files.pread(self.fd, size, position)

    def __del__(self) -> None:
        with contextlib.suppress(OSError):
            self._files.close(self.fd)


class OpenFiles:
    """Opens files and remembers the `limit` most recently used ones, by path."""

    __slots__ = ("_limit", "_open", "files")

    def __init__(self, files: FileSystem, limit: int = OPEN_FILES_LIMIT) -> None:
        self.files = files
        self._limit = limit
        self._open: dict[str, OpenFile] = {}

    def get(self, path: str, flags: int) -> OpenFile:
        """The open file of `path`; a cached one is taken whatever its flags were."""
        found = self._open.pop(path, None)
        if found is None:
            found = OpenFile(self.files, self.files.open(path, flags))
        self.put(path, found)
        return found

    def put(self, path: str, file: OpenFile) -> None:
        """Remember a file that was opened elsewhere, the oldest goes when there are too many."""
        self._open[path] = file
        if len(self._open) > self._limit:
            del self._open[next(iter(self._open))]

    def drop(self, path: str) -> OpenFile | None:
        """Forget the file; its descriptor closes when the last reader is done."""
        return self._open.pop(path, None)


def open_new(files: FileSystem, path: str) -> OpenFile:
    """Open for appending and reading, creating the file where it is missing."""
    return OpenFile(files, files.open(path, APPEND))


def write_all(files: FileSystem, fd: int, buffers: Sequence[Buffer], size: int) -> None:
    """Write every byte of `buffers` (`size` in total): one writev when all goes well."""
    if len(buffers) <= IOV_MAX:
        written = files.writev(fd, buffers)
        if written == size:
            return
        _write_rest(files, fd, buffers, written)
        return
    for start in range(0, len(buffers), IOV_MAX):
        part = buffers[start : start + IOV_MAX]
        part_size = sum(map(len, part))
        write_all(files, fd, part, part_size)


def read_file(files: FileSystem, path: str) -> bytes:
    """The whole content of a small file."""
    fd = files.open(path, READ)
    try:
        parts = []
        position = 0
        while chunk := files.pread(fd, 1 << 20, position):
            parts.append(chunk)
            position += len(chunk)
        return b"".join(parts)
    finally:
        files.close(fd)


def write_file(files: FileSystem, path: str, content: bytes) -> None:
    """Replace a file by rename, unsynced: for what recovery can rebuild."""
    _write_renamed(files, path, content, sync=False)


def write_file_synced(files: FileSystem, path: str, content: bytes) -> None:
    """Replace a file so that after a crash either the old or the new content is there."""
    _write_renamed(files, path, content, sync=True)


def create_file(files: FileSystem, path: str, content: bytes) -> None:
    """Write a file that does not exist yet, unsynced."""
    fd = files.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        if content:
            write_all(files, fd, [content], len(content))
    finally:
        files.close(fd)


def link_or_copy(files: FileSystem, source: str, target: str) -> None:
    """Give a file that is never written again a second name; a copy where links cannot be.

    They cannot across file systems, on some file systems at all, and for a file that has too many.
    """
    try:
        files.link(source, target)
    except OSError as error:
        if isinstance(error, FileNotFoundError | FileExistsError):
            raise
        _copy(files, source, target)


def make_parents(files: FileSystem, path: str) -> None:
    """Make a directory and those above it, unless they are there. Nothing is synced."""
    try:
        files.mkdir(path)
    except FileExistsError:
        return
    except FileNotFoundError:
        make_parents(files, os.path.dirname(path))
        files.mkdir(path)


def _copy(files: FileSystem, source: str, target: str) -> None:
    read_from = files.open(source, READ)
    try:
        write_to = files.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            position = 0
            while chunk := files.pread(read_from, _COPY_BYTES, position):
                write_all(files, write_to, [chunk], len(chunk))
                position += len(chunk)
        finally:
            files.close(write_to)
    finally:
        files.close(read_from)


def remove_tree(files: FileSystem, path: str) -> None:
    """Remove a directory that holds nothing but files."""
    for name in files.listdir(path):
        files.unlink(os.path.join(path, name))
    files.rmdir(path)


def _write_renamed(files: FileSystem, path: str, content: bytes, *, sync: bool) -> None:
    temporary = path + ".tmp"
    fd = files.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        if content:
            write_all(files, fd, [content], len(content))
        if sync:
            files.fsync(fd)
    finally:
        files.close(fd)
    files.rename(temporary, path)
    if sync:
        files.fsync_directory(os.path.dirname(path))


def _write_rest(files: FileSystem, fd: int, buffers: Sequence[Buffer], written: int) -> None:
    """A short write: go on where it stopped. A full disk raises at the next attempt."""
    for buffer in buffers:
        if written >= len(buffer):
            written -= len(buffer)
            continue
        rest = memoryview(buffer)[written:]
        written = 0
        while rest:
            done = files.writev(fd, [rest])
            if done == 0:
                raise OSError(5, "write made no progress")
            rest = rest[done:]


def _lock_exclusively(fd: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        return
    import fcntl

    # flock keeps out another broker, also one in this process; the POSIX lock keeps out a JVM.
    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
