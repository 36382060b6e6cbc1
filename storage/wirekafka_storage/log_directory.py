"""One entry of log.dirs: its lock, its identity, its checkpoints, its clean shutdown marker.

Opening takes the lock, checks or makes `meta.properties`, reads the checkpoints and takes the
clean shutdown marker away, so that a crash while the logs are loaded counts as one.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Collection, Sequence
from pathlib import PurePath

from wirekafka_protocol.uuids import uuid_text

from wirekafka_storage import checkpoints
from wirekafka_storage.checkpoints import MetaProperties, TopicPartition
from wirekafka_storage.errors import CorruptFile, DirectoryError
from wirekafka_storage.filenames import (
    CLEAN_OFFSETS,
    CLEAN_SHUTDOWN,
    HIGH_WATERMARKS,
    LOCK,
    LOG_START_OFFSETS,
    META_PROPERTIES,
    RECOVERY_POINTS,
)
from wirekafka_storage.files import FileSystem, read_file, write_file_synced
from wirekafka_storage.offset_files import OffsetFiles

logger = logging.getLogger("wirekafka_storage")


class LogDirectory:
    """An open, locked log directory.

    Its checkpoints are what was read at start, except for `clean_offsets`, which compaction and
    the deletion of partitions keep up to date.
    """

    __slots__ = (
        "_lock_fd",
        "clean_offsets",
        "directory_id",
        "files",
        "high_watermarks",
        "is_clean",
        "log_start_offsets",
        "offset_files",
        "path",
        "recovery_points",
    )

    def __init__(
        self, path: str, files: FileSystem, *, cluster_id: str, node_id: int, now_ms: int
    ) -> None:
        """Open, making the directory if need be. Raises OSError, LockError, DirectoryError."""
        self.path = path
        self.files = files
        self.offset_files = OffsetFiles(path, files)
        _make_directories(files, path)
        self._lock_fd: int | None = files.lock(f"{path}/{LOCK}")
        try:
            self.directory_id = self._identify(cluster_id, node_id, now_ms)
            self.recovery_points = self._read_offsets(RECOVERY_POINTS)
            self.high_watermarks = self._read_offsets(HIGH_WATERMARKS)
            self.log_start_offsets = self._read_offsets(LOG_START_OFFSETS)
            self.clean_offsets = self._read_offsets(CLEAN_OFFSETS)
            self.is_clean = self._take_marker()
        except BaseException:
            self.close()
            raise

    def partition_names(self) -> list[str]:
        """Names of everything in the directory, sorted."""
        return sorted(self.files.listdir(self.path))

    def forget(self, key: TopicPartition) -> None:
        """The log is not here any more: nothing that is known of it is for another one."""
        self.clean_offsets.pop(key, None)
        self.offset_files.forget(key)

    def forget_all_but(self, present: Collection[TopicPartition]) -> None:
        """As `forget`, for whatever the checkpoints name and was not found."""
        named = (self.recovery_points, self.high_watermarks, self.log_start_offsets)
        for key in {*self.clean_offsets}.union(*named).difference(present):
            self.forget(key)

    def mark_clean(self, broker_epoch: int) -> None:
        """All logs are closed: the next start may trust them."""
        content = checkpoints.encode_clean_shutdown(broker_epoch)
        write_file_synced(self.files, f"{self.path}/{CLEAN_SHUTDOWN}", content)

    def close(self) -> None:
        """Give the lock back."""
        if self._lock_fd is not None:
            with contextlib.suppress(OSError):
                self.files.close(self._lock_fd)
            self._lock_fd = None

    def _identify(self, cluster_id: str, node_id: int, now_ms: int) -> bytes:
        """Check to whom the directory belongs, or make it ours; the directory's id."""
        path = f"{self.path}/{META_PROPERTIES}"
        try:
            meta = checkpoints.decode_meta(read_file(self.files, path))
        except FileNotFoundError:
            meta = MetaProperties(cluster_id, node_id, "")
        except CorruptFile as error:
            raise DirectoryError(f"log directory {self.path}: {error}") from None
        if meta.cluster_id != cluster_id:
            raise DirectoryError(
                f"log directory {self.path} belongs to cluster {meta.cluster_id}, this broker to"
                f" {cluster_id}"
            )
        if meta.node_id != node_id:
            raise DirectoryError(
                f"log directory {self.path} belongs to broker {meta.node_id}, this is {node_id}"
            )
        if meta.directory_id:
            return checkpoints.decode_uuid(meta.directory_id)
        seed = f"{cluster_id} {node_id} {self.path} {now_ms}"
        directory_id = hashlib.sha256(seed.encode()).digest()[:16]
        meta = meta._replace(directory_id=uuid_text(directory_id))
        write_file_synced(self.files, path, checkpoints.encode_meta(meta))
        return directory_id

    def _read_offsets(self, name: str) -> dict[TopicPartition, int]:
        path = f"{self.path}/{name}"
        try:
            return checkpoints.decode_offsets(read_file(self.files, path))
        except FileNotFoundError:
            return {}
        except CorruptFile as error:
            # Without recovery points everything is scanned; without high watermarks replicas
            # learn them anew; without log starts deleted records may come back, as in Kafka.
            logger.warning("checkpoint ignored path=%s error=%s", path, error)
            return {}

    def _take_marker(self) -> bool:
        try:
            self.files.unlink(f"{self.path}/{CLEAN_SHUTDOWN}")
        except FileNotFoundError:
            return False
        # Or a loss of power brings it back, and with it the trust in what was written since.
        self.files.fsync_directory(self.path)
        return True


def known_cluster_id(paths: Sequence[str], files: FileSystem) -> str | None:
    """The cluster that the first readable `meta.properties` names; None for new directories."""
    for path in paths:
        try:
            return checkpoints.decode_meta(read_file(files, f"{path}/{META_PROPERTIES}")).cluster_id
        except (OSError, CorruptFile):
            continue  # opening the directory says what is wrong with it
    return None


def _make_directories(files: FileSystem, path: str) -> None:
    try:
        files.mkdir(path)
    except FileExistsError:
        return
    except FileNotFoundError:
        parent = str(PurePath(path).parent)
        if parent == path:
            raise
        _make_directories(files, parent)
        files.mkdir(path)
    with contextlib.suppress(OSError):  # a parent that we may not read is somebody else's
        files.fsync_directory(str(PurePath(path).parent))
