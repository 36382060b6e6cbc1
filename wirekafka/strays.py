"""Folders of topics that the metadata does not know must not be in a new topic's way."""

from __future__ import annotations

import logging

from wirekafka_protocol.uuids import ZERO_UUID
from wirekafka_storage.log_manager import LogManager

from wirekafka.instrument.pending_reset import PendingReset
from wirekafka.metadata.image import MetadataImage

logger = logging.getLogger("wirekafka")


def set_strays_aside(
    log_manager: LogManager, image: MetadataImage, pending: PendingReset, now_ms: int
) -> None:
    """Rename them, and say so: they may be somebody's data. What an interrupted reset has deleted
    is nobody's."""
    for log in log_manager.strays(image.topics_by_id):
        if log.topic_id == ZERO_UUID and log.topic in image.topics:
            continue  # a folder without partition.metadata; the topic will claim it
        if pending.deletes(log.topic):
            log_manager.delete(log.topic, log.partition, now_ms)
            continue
        logger.warning(
            "unknown partition set aside topic=%s partition=%d folder=%s",
            log.topic,
            log.partition,
            log_manager.set_aside(log.topic, log.partition),
        )
