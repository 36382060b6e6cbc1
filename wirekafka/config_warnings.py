"""Warns of configs that were set in the cluster's metadata and have no effect here.

Kafka's names are all accepted, so that tools and applications work; a name that this version does
not act on is said once, with the first resource that sets it. A broker config that nobody knows is
kept for plug-ins, as Kafka does, and is said too, because it may be a slip of the finger.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from wirekafka.config import topic
from wirekafka.config.broker_properties import dynamic_properties, find
from wirekafka.config.group_properties import GROUP_PROPERTIES
from wirekafka.config.property import Property
from wirekafka.config.without_effect import hint, is_without_effect
from wirekafka.metadata.image import ImageDelta, MetadataImage
from wirekafka.metadata.keys import ConfigResource, ConfigResourceType
from wirekafka.metadata.model import INTERNAL_TOPICS

logger = logging.getLogger("wirekafka")

_MOST_WARNINGS = 1_000
"""More than there are names; nobody can fill the memory by inventing some."""

_GROUP = {row.name: row for row in GROUP_PROPERTIES}


class ConfigWarnings:
    """The warnings of one broker."""

    def __init__(self) -> None:
        self._said: set[tuple[ConfigResourceType, str]] = set()

    def start(self, image: MetadataImage) -> None:
        """What was set before this start."""
        for resource, configs in image.configs.items():
            self._check(resource, configs)
        for found in image.topics.values():
            self._check((ConfigResourceType.TOPIC, found.name), found.configs)

    def follow(self, image: MetadataImage, delta: ImageDelta) -> None:
        """What changed; a listener of the metadata."""
        for resource in delta.configs:
            self._check(resource, image.configs_of(*resource))
        for found in (*delta.created, *(new for _, new in delta.changed)):
            self._check((ConfigResourceType.TOPIC, found.name), found.configs)

    def _check(self, resource: ConfigResource, configs: Mapping[str, str]) -> None:
        kind, owner = resource
        if kind is ConfigResourceType.TOPIC and owner in INTERNAL_TOPICS:
            return  # the broker gave them their configs
        for name, text in configs.items():
            if (kind, name) in self._said or len(self._said) >= _MOST_WARNINGS:
                continue
            reason = _reason(kind, name, text)
            if reason is not None:
                self._said.add((kind, name))
                logger.warning(
                    "%s config %s is set, but %s resource=%s",
                    kind.name.lower(),
                    name,
                    reason,
                    owner or "all brokers",
                )


def _reason(kind: ConfigResourceType, name: str, text: str) -> str | None:
    """Why the config changes nothing; None when it does."""
    prop: Property | None
    match kind:
        case ConfigResourceType.TOPIC:
            prop = topic.properties().get(name)
        case ConfigResourceType.BROKER:
            prop = find(name, dynamic_properties())
        case ConfigResourceType.GROUP:
            prop = _GROUP.get(name)
        case _:
            return "wirekafka does not act on it yet"
    if prop is None:
        return "Kafka has no such config" + hint(name, dynamic_properties())
    return "wirekafka does not act on it yet" if is_without_effect(name, prop, text) else None
