"""The controller: decides what the cluster's metadata becomes.

A machine without I/O. Its state is the image, which only the engine's events change; a request
method takes the image and gives a `Plan`: the answer and the writes that make it true. Whoever
drives it (`service.py`) carries out one plan at a time, waits until the image contains it, and
only then asks for the next: the single controller thread of Kafka.

The rules are where their nouns are: `topics.py`, `config_changes.py`, `elections.py`,
`reassignments.py`, `feature_updates.py`, `placement.py`. Here is what ties them together: the
controller's epoch, and its duties when brokers come and go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import config_changes, elections, keys, topics
from wirekafka.metadata.client_quota_changes import QuotaAlteration, alter_client_quotas
from wirekafka.metadata.client_quotas import ClientQuotaEntity
from wirekafka.metadata.config_changes import ConfigChange
from wirekafka.metadata.elections import ElectionType
from wirekafka.metadata.image import MetadataImage
from wirekafka.metadata.keys import ConfigResource
from wirekafka.metadata.model import PartitionImage, encode_json, encode_partition
from wirekafka.metadata.plan import Charge, Plan, Step, Write, free_of_charge
from wirekafka.metadata.reassignments import (
    Reassignment,
    ReassignmentRules,
    alter_reassignments,
)
from wirekafka.metadata.scram_credentials import Deletion, Upsertion, alter_credentials
from wirekafka.metadata.topics import CreatedTopic, NewPartitions, NewTopic, TopicSettings

TopicPartition = tuple[str, int]


class Controller:
    """One term of office: `epoch` is the controller epoch, which every partition state names."""

    def __init__(self, settings: TopicSettings, epoch: int) -> None:
        self.settings = settings
        self.epoch = epoch

    def create_topics(
        self, image: MetadataImage, new: Sequence[NewTopic], charge: Charge = free_of_charge
    ) -> Plan[list[CreatedTopic | ApiError]]:
        """One outcome per topic, in order. The names must differ."""
        return topics.create_topics(image, self.settings, new, self.epoch, charge)

    def create_partitions(
        self, image: MetadataImage, new: Sequence[NewPartitions], charge: Charge = free_of_charge
    ) -> Plan[list[ApiError | None]]:
        """One outcome per topic, None when it is good. The names must differ."""
        return topics.create_partitions(image, self.settings, new, self.epoch, charge)

    def delete_topics(
        self, image: MetadataImage, topic_ids: Sequence[bytes], charge: Charge = free_of_charge
    ) -> Plan[list[ApiError | None]]:
        """One outcome per topic, None when it is good. The ids must differ."""
        return topics.delete_topics(image, topic_ids, charge)

    def alter_client_quotas(
        self,
        image: MetadataImage,
        alterations: Sequence[QuotaAlteration],
        is_address: Callable[[str], bool],
    ) -> Plan[dict[ClientQuotaEntity, ApiError | None]]:
        """One outcome per entity, None when it is good."""
        return alter_client_quotas(image.client_quotas, alterations, is_address)

    def alter_scram_credentials(
        self, image: MetadataImage, deletions: Sequence[Deletion], upsertions: Sequence[Upsertion]
    ) -> Plan[dict[str, ApiError | None]]:
        """One outcome per user, None when it is good."""
        return alter_credentials(image.scram_credentials, deletions, upsertions)

    def incremental_alter_configs(
        self,
        image: MetadataImage,
        changes: Sequence[tuple[ConfigResource, Sequence[ConfigChange]]],
    ) -> Plan[list[ApiError | None]]:
        """One outcome per resource, None when it is good. The resources must differ."""
        return config_changes.incremental_alter_configs(image, self.settings.rules, changes)

    def alter_configs(
        self, image: MetadataImage, changes: Sequence[tuple[ConfigResource, Mapping[str, str]]]
    ) -> Plan[list[ApiError | None]]:
        """Replace all configs of each resource; outcomes as for incremental_alter_configs."""
        return config_changes.alter_configs(image, self.settings.rules, changes)

    def elect_leaders(
        self,
        image: MetadataImage,
        election: ElectionType,
        partitions: Iterable[TopicPartition] | None,
    ) -> Plan[list[tuple[TopicPartition, ApiError | None]]]:
        """Partitions and outcomes, in order; for None all that need an election."""
        plan: Plan[list[tuple[TopicPartition, ApiError | None]]] = Plan([])
        steps: dict[TopicPartition, Step] = {}
        for name, index in _every_partition(image) if partitions is None else partitions:
            try:
                old = _find_partition(image, name, index)
                new = elections.elect(old, election, image.brokers)
            except ApiError as error:
                if partitions is not None or error.code is not ErrorCode.ELECTION_NOT_NEEDED:
                    plan.result.append(((name, index), error))
                continue
            steps[name, index] = self._update(name, index, old, new)
            plan.result.append(((name, index), None))
        plan.steps.extend(steps.values())
        return plan

    def settle_brokers(self, image: MetadataImage) -> Plan[None]:
        """The elections that the live brokers make necessary, and which of them are noted.

        A broker is noted last: if the plan breaks off, its elections are made again, and a leader
        epoch too many harms nobody.
        """
        restarted = {
            broker.broker_id
            for broker in image.brokers.values()
            if image.registrations.get(broker.broker_id) != broker.incarnation
        }
        plan = Plan(None)
        for topic in image.topics.values():
            for index, old in enumerate(topic.partitions):
                new = elections.settle(old, image.brokers, restarted)
                if new is not old:
                    plan.steps.append(self._update(topic.name, index, old, new))
        for broker_id in sorted(restarted):
            noted = encode_json({"incarnation": image.brokers[broker_id].incarnation})
            plan.steps.append((Write(keys.registration(broker_id), noted),))
        return plan

    def alter_reassignments(
        self, image: MetadataImage, asked: Sequence[Reassignment], rules: ReassignmentRules
    ) -> Plan[list[ApiError | None]]:
        """One outcome for each of `asked`, None when it is good."""
        return alter_reassignments(image, asked, rules, self.epoch)

    def unregister_broker(self, image: MetadataImage, broker_id: int) -> Plan[None]:
        """Forget a broker, alive or not; who has led its partitions is settled. Raises ApiError.

        A broker that is alive is no longer part of the cluster until it starts again.
        """
        if broker_id not in image.brokers and broker_id not in image.registrations:
            text = f"Broker ID {broker_id} is not currently registered"
            raise ApiError(ErrorCode.BROKER_ID_NOT_REGISTERED, text)
        others = {n: broker for n, broker in image.brokers.items() if n != broker_id}
        plan = self.settle_brokers(replace(image, brokers=others))
        writes = (Write(keys.broker(broker_id), None), Write(keys.registration(broker_id), None))
        plan.steps.append(writes)
        return plan

    def take_office(self, image: MetadataImage) -> Plan[None]:
        """Finish what an earlier controller has left half done."""
        return topics.remove_orphans(image)

    def _update(self, name: str, index: int, old: PartitionImage, new: PartitionImage) -> Step:
        value = encode_partition(new, self.epoch)
        return (Write(keys.partition(name, index), value, old.mod_rev),)


def _every_partition(image: MetadataImage) -> Iterable[TopicPartition]:
    for name, topic in image.topics.items():
        for index in range(len(topic.partitions)):
            yield name, index


def _find_partition(image: MetadataImage, name: str, index: int) -> PartitionImage:
    code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    topic = image.topics.get(name)
    if topic is None:
        raise ApiError(code, f"No such topic as {name}")
    if not 0 <= index < len(topic.partitions):
        raise ApiError(code, f"No such partition as {name}-{index}")
    return topic.partitions[index]
