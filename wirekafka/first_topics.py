"""The topics of KAFKA_CREATE_TOPICS: created at the start, before any client can connect.

One that exists stays as it is, whatever the variable says: the variable is there at every start.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config.parse import TopicToCreate
from wirekafka.config.property import ConfigError
from wirekafka.metadata.service import MetadataService
from wirekafka.metadata.topics import NewTopic

logger = logging.getLogger("wirekafka")


async def create_first_topics(metadata: MetadataService, topics: Sequence[TopicToCreate]) -> None:
    """Returns when they serve. Raises ConfigError naming the first that cannot be created."""
    wanted = [
        NewTopic(topic.name, topic.partitions, topic.replication_factor, configs=topic.configs)
        for topic in {topic.name: topic for topic in topics}.values()
    ]
    if not wanted:
        return
    outcomes = await metadata.create_topics(wanted)
    for topic, outcome in zip(wanted, outcomes, strict=True):
        if not isinstance(outcome, ApiError):
            logger.info("topic created topic=%s partitions=%d", topic.name, topic.num_partitions)
        elif outcome.code is not ErrorCode.TOPIC_ALREADY_EXISTS:
            raise ConfigError(f"KAFKA_CREATE_TOPICS: topic {topic.name!r}: {outcome}")
