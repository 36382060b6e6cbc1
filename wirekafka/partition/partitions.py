"""All partitions of this broker, and the commit of what was staged in one wake-up.

Look-ups on the hot path are one dict get: by the topic's name in bytes as it stands in a request,
by its id, or by its name. They lead to a `TopicPartitions`, which holds what the partitions of one
topic share.

A failed write takes the whole log directory offline, as in Kafka: its partitions answer
KAFKA_STORAGE_ERROR until a restart has repaired them; other directories go on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.records.compression import Compression
from wirekafka_protocol.records.validate import ProduceRules
from wirekafka_protocol.varints import write_uvarint
from wirekafka_storage.errors import StorageError
from wirekafka_storage.log_config import LogConfig
from wirekafka_storage.log_manager import LogManager

from wirekafka.config.topic import TopicConfig
from wirekafka.partition.partition import Partition

logger = logging.getLogger("wirekafka.partition")

COMPRESSION_BY_NAME = {
    "uncompressed": Compression.NONE,
    "gzip": Compression.GZIP,
    "snappy": Compression.SNAPPY,
    "lz4": Compression.LZ4,
    "zstd": Compression.ZSTD,
}
"""compression.type, except for "producer"."""


@dataclass(frozen=True, slots=True)
class TopicConfigs:
    """A topic's effective configs, as the partition and as the log want them."""

    topic: TopicConfig
    log: LogConfig


class TopicPartitions:
    """One topic's partitions here. `partitions[i]` is None where this broker has no replica.

    `compact_name` and `short_name` are the name as flexible and as older messages carry it.
    """

    __slots__ = (
        "compact_name",
        "configs",
        "internal",
        "name",
        "partitions",
        "short_name",
        "topic_id",
    )

    def __init__(self, name: str, topic_id: bytes, configs: TopicConfigs, internal: bool) -> None:
        self.name = name
        self.topic_id = topic_id
        self.configs = configs
        self.internal = internal
        self.partitions: list[Partition | None] = []
        raw = name.encode()
        compact = bytearray()
        write_uvarint(compact, len(raw) + 1)
        self.compact_name = bytes(compact) + raw
        self.short_name = len(raw).to_bytes(2, "big") + raw

    def get(self, index: int) -> Partition | None:
        """The partition of this number, None when there is none here."""
        return self.partitions[index] if 0 <= index < len(self.partitions) else None

    def produce_rules(self, partition: Partition) -> ProduceRules:
        """What the topic asks of a batch for this partition; kept until the configs change."""
        if partition.rules is None:
            config = self.configs.topic
            kind = config.compression_type
            compression = None if kind == "producer" else COMPRESSION_BY_NAME[kind]
            levels = {
                Compression.GZIP: config.compression_gzip_level,
                Compression.LZ4: config.compression_lz4_level,
                Compression.ZSTD: config.compression_zstd_level,
            }
            partition.rules = ProduceRules(
                partition=f"{self.name}-{partition.index}",
                max_message_bytes=config.max_message_bytes,
                segment_bytes=config.segment_bytes,
                is_compacted="compact" in config.cleanup_policy,
                is_append_time=config.message_timestamp_type == "LogAppendTime",
                timestamp_before_max_ms=config.message_timestamp_before_max_ms,
                timestamp_after_max_ms=config.message_timestamp_after_max_ms,
                compression=compression,
                compression_level=levels.get(compression) if compression is not None else None,
            )
        return partition.rules


class Partitions:
    """The partitions of one broker. Not thread-safe: everything happens on the broker's loop."""

    def __init__(self, log_manager: LogManager, now_ms: Callable[[], int]) -> None:
        self.by_name: dict[str, TopicPartitions] = {}
        self.by_name_bytes: dict[bytes, TopicPartitions] = {}
        self.by_id: dict[bytes, TopicPartitions] = {}
        self.staged: list[Partition] = []
        self.all_failed: Callable[[], None] = _ignore
        """Called when the last log directory fails."""
        self._failed_early = False
        self._log_manager = log_manager
        self._now_ms = now_ms
        self._woken: list[Partition] = []
        self._committed: list[Callable[[], None]] = []

    # -- look-ups -------------------------------------------------------------------------------

    def get(self, topic: str, index: int) -> Partition | None:
        """The partition by its topic's name."""
        found = self.by_name.get(topic)
        if found is None or not 0 <= index < len(found.partitions):
            return None
        return found.partitions[index]

    def __iter__(self) -> Iterator[Partition]:
        for topic in self.by_name.values():
            for partition in topic.partitions:
                if partition is not None:
                    yield partition

    # -- following the metadata -----------------------------------------------------------------

    def open_topic(
        self,
        name: str,
        topic_id: bytes,
        configs: TopicConfigs,
        leader_epochs: dict[int, int],
        *,
        internal: bool,
        is_new: bool = True,
    ) -> None:
        """Serve the partitions {index: leader epoch} of a topic, those that are not served yet.

        Not new are the topics that a broker finds when it starts: where a log directory is
        offline, a partition that has no log elsewhere may lie there, and stays offline.

        Creating is lazy: directories and files are made by the first write. A partition that no
        log can be had for is left out: the metadata goes on, whatever the disks do.
        """
        topic = self.by_id.get(topic_id)
        if topic is None:
            topic = TopicPartitions(name, topic_id, configs, internal)
        self.by_name[name] = self.by_name_bytes[name.encode()] = self.by_id[topic_id] = topic
        missing = max(leader_epochs, default=-1) + 1 - len(topic.partitions)
        topic.partitions.extend([None] * missing)
        for index, leader_epoch in leader_epochs.items():
            partition = topic.partitions[index]
            if partition is None:
                partition = self._open(topic, index, leader_epoch, is_new=is_new)
                if partition is None:
                    continue
                topic.partitions[index] = partition
            partition.leader_epoch = leader_epoch
            if partition.offline:
                continue
            try:
                partition.log.assign_epoch(leader_epoch, partition.log.log_end_offset)
            except StorageError as error:
                self.storage_failed(partition, error)

    def _open(
        self, topic: TopicPartitions, index: int, leader_epoch: int, *, is_new: bool
    ) -> Partition | None:
        place = topic.name, index, topic.topic_id, topic.configs.log
        log = None if is_new else self._log_manager.unreachable(*place)
        if log is not None:
            partition = Partition(topic.name, topic.topic_id, index, leader_epoch, log)
            partition.offline = True
            return partition
        try:
            log = self._log_manager.get_or_create(*place)
        except (ApiError, OSError) as error:
            logger.error(
                "partition not opened topic=%s partition=%d error=%s", topic.name, index, error
            )
            return None
        return Partition(topic.name, topic.topic_id, index, leader_epoch, log)

    def configure_topic(self, topic_id: bytes, configs: TopicConfigs) -> None:
        """The topic's effective config changed."""
        topic = self.by_id.get(topic_id)
        if topic is not None:
            topic.configs = configs
            for partition in topic.partitions:
                if partition is not None:
                    partition.rules = None
                    partition.log.update_config(configs.log)

    def delete_topic(self, topic_id: bytes) -> None:
        """Stop serving a topic and mark its directories for deletion; who waits is woken."""
        topic = self.by_id.pop(topic_id, None)
        if topic is None:
            return
        if self.by_name.get(topic.name) is topic:
            del self.by_name[topic.name], self.by_name_bytes[topic.name.encode()]
        for partition in topic.partitions:
            if partition is None:
                continue
            partition.offline = True
            if partition.fetch_waiters:
                self._woken.append(partition)
            if partition.log.parent not in self._log_manager.directories:
                continue  # offline: the next start finds the folder and sets it aside
            try:
                self._log_manager.delete(topic.name, partition.index, self._now_ms())
            except StorageError as error:
                self.storage_failed(partition, error)

    # -- commit ---------------------------------------------------------------------------------

    @property
    def has_staged(self) -> bool:
        """Whether batches wait for `commit`."""
        return bool(self.staged)

    def commit(self) -> bool:
        """Write everything that was staged; False when some of it could not be written."""
        if not self.staged:
            return True
        staged, self.staged = self.staged, []
        written = True
        for partition in staged:
            if partition.offline:
                written = False  # its directory failed a moment ago
                continue
            log = partition.log
            if not log.has_staged:
                continue  # a partition is listed once for each of its batches
            try:
                log.write_staged()
            except StorageError as error:
                self.storage_failed(partition, error)
                written = False
                continue
            partition.written()
            if partition.fetch_waiters is not None:
                self._woken.append(partition)
            self._committed += partition.committed()
        return written

    def commit_early(self) -> None:
        """Write what is staged while answers to it are not sent: `commit_last` tells of a fault."""
        if not self.commit():
            self._failed_early = True

    def commit_last(self) -> bool:
        """Write what is staged; False when anything since the last call could not be written."""
        written = self.commit() and not self._failed_early
        self._failed_early = False
        return written

    def wake(self) -> None:
        """Tell those who wait for what was committed. May lead to further commits."""
        while self._woken or self._committed:
            woken, self._woken = self._woken, []
            committed, self._committed = self._committed, []
            for callback in committed:
                callback()
            for partition in woken:
                for waiter in list(partition.fetch_waiters or ()):
                    waiter.data_arrived(partition)

    @contextmanager
    def disk_errors(self, partition: Partition) -> Iterator[None]:
        """Around what reads or writes the partition's log for a request, except for `commit`.

        A disk that fails takes its directory offline; the client hears KAFKA_STORAGE_ERROR.
        """
        try:
            yield
        except (StorageError, OSError) as error:
            self.directory_failed(partition.log.parent, str(error))
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR, str(error)) from error

    def storage_failed(self, partition: Partition, error: StorageError) -> None:
        """Take the log directory of `partition` offline, and all partitions that are in it."""
        self.directory_failed(partition.log.parent, str(error))

    def directory_failed(self, path: str, reason: str) -> None:
        """Take a log directory offline, and all partitions that are in it."""
        self._log_manager.mark_offline(path, reason)
        for partition in self:
            if partition.log.parent == path and not partition.offline:
                partition.offline = True
                if partition.fetch_waiters:
                    self._woken.append(partition)
        if not self._log_manager.directories:
            self.all_failed()


def _ignore() -> None:
    """Nobody wants to know."""
