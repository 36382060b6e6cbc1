"""Making a cluster where there is none: its id, its feature levels, its first configs.

The first broker that finds no cluster id writes all of it in one transaction, so two that start at
once found one cluster. A broker whose data belongs to another cluster does not join.

Source: `kafka-storage format`, `BootstrapMetadata` of Kafka 4.3.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from wirekafka.metadata import keys
from wirekafka.metadata.engine import Guard, MetadataEngine, Op, Put
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.metadata.model import encode_configs, encode_json

logger = logging.getLogger("wirekafka.metadata.service")

FRESH_BROKER_CONFIGS = {"min.insync.replicas": "1"}
"""What a new cluster has as its dynamic default: with eligible leader replicas the controller
stores it when the cluster is made (KIP-966), and DescribeConfigs shows it."""


class ClusterMismatch(Exception):
    """The data belongs to another cluster, or another broker has this id."""


@dataclass(slots=True, frozen=True)
class ClusterIdentity:
    """What a cluster is given when it is made: its id and its feature levels."""

    cluster_id: str
    features: Mapping[str, int]


async def found_cluster(
    engine: MetadataEngine, fresh: ClusterIdentity, expected: str | None
) -> None:
    """Make the cluster if there is none; raises ClusterMismatch if it is not the expected one."""
    defaults = keys.config((ConfigResourceType.BROKER, ""))
    ops: list[Op] = [
        Put(keys.CLUSTER_ID, encode_json(fresh.cluster_id)),
        Put(keys.CLUSTER_VERSION, encode_json(dict(fresh.features))),
        Put(defaults, encode_configs(FRESH_BROKER_CONFIGS)),
    ]
    if expected is None or expected == fresh.cluster_id:
        await engine.txn([Guard.absent(keys.CLUSTER_ID)], ops)
    item = (await engine.snapshot(keys.CLUSTER_ID)).items.get(keys.CLUSTER_ID)
    actual = json.loads(item.value) if item else None
    if expected is not None and actual != expected:
        raise ClusterMismatch(f"the data is of cluster {expected}, the metadata of {actual}")
    await _add_features(engine, fresh.features)


async def _add_features(engine: MetadataEngine, levels: Mapping[str, int]) -> None:
    """Finalize features that no broker served when the cluster was made.

    Kafka leaves that to its operator (kafka-features). Here all brokers of a cluster are of one
    version, so there is nobody to wait for. A level that was finalized stays.
    """
    item = (await engine.snapshot(keys.CLUSTER_VERSION)).items.get(keys.CLUSTER_VERSION)
    if item is None:
        return
    present: dict[str, int] = json.loads(item.value)
    missing = {name: level for name, level in levels.items() if name not in present}
    if missing:
        guard = Guard.mod_rev(keys.CLUSTER_VERSION, item.mod_rev)
        put = Put(keys.CLUSTER_VERSION, encode_json(present | missing))
        # If the guard fails another broker has just done it.
        if (await engine.txn([guard], [put])).ok:
            logger.info("features finalized levels=%s", missing)
