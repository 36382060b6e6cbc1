"""Topics come and go, configs change, records are deleted; and somebody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulating.seeds.asking import fetch_row
from simulating.seeds.model import UNKNOWN_TOPIC_OR_PARTITION, PartitionModel
from simulating.seeds.reading import check_row, expect
from simulating.seeds.writing import some_place
from wirekafka_protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsTopic,
)
from wirekafka_protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
)
from wirekafka_protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsTopic,
)
from wirekafka_protocol.messages.delete_topics import DeleteTopicsRequest
from wirekafka_protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
)
from wirekafka_protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from wirekafka_protocol.messages.metadata import MetadataRequest

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

TOPICS = ("t0", "t1", "t2", "t3")
TOPIC_ALREADY_EXISTS = 36
POLICY_VIOLATION = 44
MOST_PARTITIONS = 5
_TOPIC = 2
_INTERNAL = ("__consumer_offsets", "__transaction_state")


async def create_topic(sim: Simulation) -> None:
    name = sim.rng.choice(TOPICS)
    count = sim.rng.randint(1, 3)
    configs = {"segment.ms": sim.rng.choice(("1000", "30000", "3600000"))}
    draw = sim.rng.random()
    if draw < 0.25:
        configs |= {"cleanup.policy": "compact", "delete.retention.ms": "30000"}
    elif draw < 0.5:
        configs |= {"retention.ms": sim.rng.choice(("60000", "600000"))}
    if sim.rng.random() < 0.3:
        configs["message.timestamp.type"] = "LogAppendTime"
    exists = name in sim.cluster.topics
    sim.say(f"create topic {name} {count} {configs}")
    if not exists:
        sim.doubts.topics[name] = [0, count]
        sim.doubts.configs[name] = configs
    rows = [CreatableTopicConfig(key, value) for key, value in configs.items()]
    request = CreateTopicsRequest([CreatableTopic(name, count, 1, [], rows)], 1000)
    response = await sim.send(request, sim.rng.randint(2, 7))
    error = TOPIC_ALREADY_EXISTS if exists else 0
    expect(f"creation of {name}", response.topics[0].error_code, error)
    if not exists:
        sim.cluster.topics[name] = [PartitionModel() for _ in range(count)]
        sim.cluster.configs[name] = configs


async def add_partitions(sim: Simulation) -> None:
    name = sim.rng.choice(TOPICS)
    count = len(sim.cluster.topics.get(name, ())) + 1
    if not 1 < count <= MOST_PARTITIONS:
        return
    sim.say(f"{name} gets {count} partitions")
    sim.doubts.topics[name] = [count - 1, count]
    request = CreatePartitionsRequest([CreatePartitionsTopic(name, count, None)], 1000, False)
    response = await sim.send(request, sim.rng.randint(0, 3))
    expect(f"partitions of {name}", response.results[0].error_code, 0)
    sim.cluster.topics[name].append(PartitionModel())


async def list_topics(sim: Simulation) -> None:
    response = await sim.send(MetadataRequest(None), sim.rng.randint(1, 12))
    found = {one.name: len(one.partitions) for one in response.topics if not one.is_internal}
    found = {name: count for name, count in found.items() if name not in _INTERNAL}
    expect("topics", found, {name: len(models) for name, models in sim.cluster.topics.items()})
    nowhere = ListOffsetsTopic("nowhere", [ListOffsetsPartition(0, timestamp=-1)])
    response = await sim.send(ListOffsetsRequest(-1, topics=[nowhere]), sim.rng.randint(1, 8))
    error = response.topics[0].partitions[0].error_code
    expect("offsets of no topic", error, UNKNOWN_TOPIC_OR_PARTITION)


async def delete_topic(sim: Simulation) -> None:
    if len(sim.cluster.topics) < 2:
        return
    name = sim.rng.choice(sorted(sim.cluster.topics))
    sim.say(f"delete topic {name}")
    sim.doubts.topics[name] = [0, len(sim.cluster.topics[name])]
    request = DeleteTopicsRequest(topic_names=[name], timeout_ms=1000)
    response = await sim.send(request, sim.rng.randint(1, 5))
    expect(f"deletion of {name}", response.responses[0].error_code, 0)
    sim.cluster.forget_topic(name)
    sim.homes.forget_topic(name)
    forget_sent(sim, name)


def forget_sent(sim: Simulation, name: str) -> None:
    """A new topic of this name knows nothing of what producers sent to the old one."""
    for producer in (*sim.idempotent, *sim.transactional):
        for place in [place for place in producer.sent if place[0] == name]:
            del producer.sent[place]


async def alter_config(sim: Simulation) -> None:
    """Shorter segments, also of the coordinators' logs, which are compacted then."""
    names = [*sorted(sim.cluster.topics), *_INTERNAL]
    name = sim.rng.choice(names)
    value = sim.rng.choice(("1000", "10000", "3600000"))
    sim.say(f"alter {name} segment.ms={value}")
    resource = AlterConfigsResource(_TOPIC, name, [AlterableConfig("segment.ms", 0, value)])
    response = await sim.send(IncrementalAlterConfigsRequest([resource]), 1)
    expect(f"altering {name}", response.responses[0].error_code, 0)


async def delete_records(sim: Simulation) -> None:
    place = some_place(sim)
    model = sim.cluster.partition(place)
    if model is None:
        return
    offset = sim.rng.randint(model.log_start, model.end)
    sim.say(f"delete records {place} before {offset}")
    error = POLICY_VIOLATION if sim.cluster.is_compacted(place[0]) else 0
    if not error:
        sim.doubts.starts[place] = offset
    rows = [DeleteRecordsTopic(place[0], [DeleteRecordsPartition(place[1], offset)])]
    response = await sim.send(DeleteRecordsRequest(rows, 1000), sim.rng.randint(0, 2))
    row = response.topics[0].partitions[0]
    if error:
        expect(f"deletion in {place}", row.error_code, error)
        return
    expect(f"deletion in {place}", (row.error_code, row.low_watermark), (0, offset))
    model.log_start = offset


async def fetch(sim: Simulation) -> None:
    place = some_place(sim)
    model = sim.cluster.partition(place)
    if model is None:
        return
    offset = sim.rng.randint(max(model.log_start - 1, 0), model.end + 1)
    committed = sim.rng.random() < 0.6
    max_bytes = sim.rng.choice((1, 200, 1000, 1 << 20))
    sim.say(f"fetch {place} from {offset} {'committed' * committed}")
    row = await fetch_row(sim, place, offset, committed=committed, max_bytes=max_bytes)
    compacted = sim.cluster.is_compacted(place[0])
    check_row(row, model, offset, committed=committed, compacted=compacted)
