"""What is made at the start, before any client can connect: the topics of KAFKA_CREATE_TOPICS,
then what the file of --seed describes.

A topic that exists stays as it is, whatever they say: they are there at every start. So do its
records and the offsets that are committed for it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.config.parse import TopicToCreate
from wirekafka.config.property import ConfigError
from wirekafka.metadata.service import MetadataService
from wirekafka.metadata.topics import NewTopic

if TYPE_CHECKING:
    from wirekafka.broker import Broker

logger = logging.getLogger("wirekafka")


async def make_first_contents(broker: Broker) -> None:
    """Returns when it is there. Raises ConfigError naming what cannot be made."""
    settings = broker.settings
    await create_first_topics(broker.metadata, settings.create_topics)
    if settings.seed_file is not None:
        await _sow(broker, settings.seed_file)


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


async def _sow(broker: Broker, path: Path) -> None:
    # Not at every start: it imports what reads YAML.
    from wirekafka.control.errors import ControlError
    from wirekafka.control.seed import sow_file

    try:
        done = await sow_file(broker, path)
    except ControlError as error:
        place = f" {error.field}:" if error.field else ""
        hint = f"; {error.hint}" if error.hint else ""
        raise ConfigError(f"--seed {path}:{place} {error.error}{hint}") from error
    except OSError as error:
        raise ConfigError(f"--seed {path}: {error.strerror or error}") from error
    logger.info(
        "seeded file=%s topics=%d records=%d offsets=%d",
        path,
        len(done.topics),
        done.records,
        done.offsets,
    )
