"""What storage raises besides ApiError: a disk that fails, and a directory that is taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class StorageError(Exception):
    """The disk refused (ENOSPC, EIO…). The log directory must go offline until a restart.

    What is in memory no longer matters then: recovery repairs what is on disk.
    """

    def __init__(self, doing: str, path: str, cause: OSError) -> None:
        super().__init__(doing, path, cause)
        self.doing = doing
        self.path = path
        self.cause = cause

    def __str__(self) -> str:
        return f"{self.doing} {self.path} failed: {self.cause.strerror or self.cause}"


class LockError(Exception):
    """Another broker holds the log directory; the text names its process id."""


class CorruptFile(Exception):
    """A checkpoint, snapshot or index does not read as what it should be. It can be rebuilt."""


class DirectoryError(Exception):
    """A log directory cannot be used: unreadable, or it belongs to another cluster or broker."""


@contextmanager
def storage_errors(doing: str, path: str) -> Iterator[None]:
    """Turn an OSError inside into a StorageError. For paths where a microsecond does not count."""
    try:
        yield
    except OSError as error:
        raise StorageError(doing, path, error) from error
