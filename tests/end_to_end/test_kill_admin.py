"""kill -9 in the midst of changes to quotas, credentials, configs, features and groups.

One client changes everything in turn, round by round, each time to values that name the round. The
broker is killed at any moment and started again. What it then shows must be the round that was
acknowledged last, or the one under way; and what one request changed together, both or neither.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from wirekafka_protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasRequestEntryData,
    AlterClientQuotasResponse,
    EntityData,
    OpData,
)
from wirekafka_protocol.messages.alter_user_scram_credentials import (
    AlterUserScramCredentialsRequest,
    AlterUserScramCredentialsResponse,
    ScramCredentialUpsertion,
)
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from wirekafka_protocol.messages.consumer_group_describe import (
    ConsumerGroupDescribeRequest,
    ConsumerGroupDescribeResponse,
)
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)
from wirekafka_protocol.messages.create_topics import (
    CreatableTopic,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from wirekafka_protocol.messages.describe_client_quotas import (
    DescribeClientQuotasRequest,
    DescribeClientQuotasResponse,
)
from wirekafka_protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResponse,
)
from wirekafka_protocol.messages.describe_user_scram_credentials import (
    DescribeUserScramCredentialsRequest,
    DescribeUserScramCredentialsResponse,
)
from wirekafka_protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from wirekafka_protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from wirekafka_protocol.messages.update_features import (
    FeatureUpdateKey,
    UpdateFeaturesRequest,
    UpdateFeaturesResponse,
)

from wirekafka.cli.wire.connection import Connection, ConnectionLost
from wirekafka.cli.wire.security import Security

WAIT_SECONDS = 20
PLAINTEXT = Security()
TOPIC, BROKER, GROUP = 2, 4, 32
OFFSETS_TOPIC_GROUP = "kept"
UPGRADE, SAFE_DOWNGRADE = 1, 2


@dataclass(frozen=True)
class Thing:
    """Something of the cluster that is changed to a number and read as numbers, all the same."""

    change: Callable[[Connection, int], None]
    read: Callable[[Connection], set[int]]


def connect(broker: Any) -> Connection:
    return Connection(
        "127.0.0.1", broker.port, security=PLAINTEXT, client_id="test", timeout_s=WAIT_SECONDS
    )


def change_quotas(connection: Connection, number: int) -> None:
    entity = [EntityData("user", "u/é"), EntityData("client-id", None)]
    ops = [OpData(key, float(number)) for key in ("producer_byte_rate", "consumer_byte_rate")]
    request = AlterClientQuotasRequest([AlterClientQuotasRequestEntryData(entity, ops)])
    (row,) = connection.ask(request, AlterClientQuotasResponse).entries
    assert row.error_code == 0


def read_quotas(connection: Connection) -> set[int]:
    answer = connection.ask(DescribeClientQuotasRequest([], False), DescribeClientQuotasResponse)
    assert answer.entries is not None
    return {int(value.value) for entry in answer.entries for value in entry.values}


def change_credential(connection: Connection, number: int) -> None:
    upsertion = ScramCredentialUpsertion("u", 1, 4096 + number, b"salt", b"password")
    request = AlterUserScramCredentialsRequest([], [upsertion])
    (row,) = connection.ask(request, AlterUserScramCredentialsResponse).results
    assert row.error_code == 0


def read_credential(connection: Connection) -> set[int]:
    request = DescribeUserScramCredentialsRequest(None)
    results = connection.ask(request, DescribeUserScramCredentialsResponse).results
    return {info.iterations - 4096 for result in results for info in result.credential_infos}


def config_of(kind: int, name: str, *keys: str, base: int = 0) -> Thing:
    def change(connection: Connection, number: int) -> None:
        changes = [AlterableConfig(key, 0, str(base + number)) for key in keys]
        request = IncrementalAlterConfigsRequest([AlterConfigsResource(kind, name, changes)])
        (row,) = connection.ask(request, IncrementalAlterConfigsResponse).responses
        assert row.error_code == 0, row.error_message

    def read(connection: Connection) -> set[int]:
        request = DescribeConfigsRequest([DescribeConfigsResource(kind, name, list(keys))])
        (result,) = connection.ask(request, DescribeConfigsResponse).results
        assert [config.name for config in result.configs] == list(keys)
        return {int(config.value or "0") - base for config in result.configs}

    return Thing(change, read)


def feature_level(number: int) -> int:
    """The level of transaction.version in a round."""
    return 2 - number % 2


def change_feature(connection: Connection, number: int) -> None:
    level = feature_level(number)
    how = UPGRADE if level == 2 else SAFE_DOWNGRADE
    update = FeatureUpdateKey("transaction.version", level, upgrade_type=how)
    answer = connection.ask(UpdateFeaturesRequest(feature_updates=[update]), UpdateFeaturesResponse)
    assert answer.error_code == 0, answer.error_message


def read_feature(connection: Connection) -> int:
    answer = connection.ask(ApiVersionsRequest("test", "1"), ApiVersionsResponse)
    levels = {f.name: f.max_version_level for f in answer.finalized_features}
    return levels["transaction.version"]


def heartbeat(connection: Connection, member_id: str, topics: list[str] | None) -> int:
    """Join with these topics, or go on being a member; the member epoch."""
    request = ConsumerGroupHeartbeatRequest(
        OFFSETS_TOPIC_GROUP,
        member_id,
        0,
        rebalance_timeout_ms=60_000,
        subscribed_topic_names=topics,
        topic_partitions=[],
    )
    answer = connection.ask(request, ConsumerGroupHeartbeatResponse)
    assert answer.error_code == 0, answer.error_message
    return answer.member_epoch


def members(connection: Connection) -> set[int]:
    """The numbers of those who joined."""
    request = ConsumerGroupDescribeRequest([OFFSETS_TOPIC_GROUP])
    (group,) = connection.ask(request, ConsumerGroupDescribeResponse).groups
    return {int(member.member_id.removeprefix("member-")) for member in group.members}


THINGS: Mapping[str, Thing] = {
    "quotas": Thing(change_quotas, read_quotas),
    "credential": Thing(change_credential, read_credential),
    "topic": config_of(TOPIC, "kept", "retention.ms", "segment.bytes", base=2_000_000),
    "broker": config_of(BROKER, "", "log.retention.ms", "log.segment.bytes", base=2_000_000),
    "group": config_of(GROUP, "g", "consumer.session.timeout.ms", base=45_000),
}


def prepare(connection: Connection) -> None:
    topics = [CreatableTopic("kept", 1, 1)]
    (row,) = connection.ask(CreateTopicsRequest(topics), CreateTopicsResponse).topics
    assert row.error_code == 0
    find = FindCoordinatorRequest(key_type=0, coordinator_keys=[OFFSETS_TOPIC_GROUP])
    connection.ask(find, FindCoordinatorResponse)
    for thing in THINGS.values():
        thing.change(connection, 1)


def change_until_killed(
    connection: Connection, first: int, done: dict[str, int], joined: set[int]
) -> int:
    """Rounds from `first` on; the round begun. `done` becomes the last acknowledged round of each,
    `joined` gets the members that were acknowledged."""
    number = first
    try:
        while True:
            for name, thing in THINGS.items():
                thing.change(connection, number)
                done[name] = number
            change_feature(connection, number)
            done["feature"] = number
            heartbeat(connection, f"member-{number}", ["kept"])
            joined.add(number)
            number += 1
    except (ConnectionLost, OSError):
        return number


@pytest.mark.parametrize("seed", [3])
def test_what_was_acknowledged_survives_and_what_was_not_is_whole(
    start_broker: Any, seed: int
) -> None:
    chance = random.Random(seed)
    broker = start_broker()
    connection = connect(broker)
    prepare(connection)
    done = dict.fromkeys((*THINGS, "feature"), 1)
    heartbeat(connection, "member-1", ["kept"])
    change_feature(connection, 1)
    first, joined = 2, {1}
    for _ in range(3):
        killer = threading.Timer(chance.uniform(0.01, 0.4), broker.kill)
        killer.start()
        begun = change_until_killed(connection, first, done, joined)
        killer.join()
        connection.close()
        broker.start()
        connection = connect(broker)
        for name, thing in THINGS.items():
            numbers = thing.read(connection)
            assert len(numbers) == 1, f"{name}: {numbers}"
            assert numbers <= {done[name], begun}, f"{name}: {numbers}, {done[name]}, {begun}"
            (done[name],) = numbers
        level = read_feature(connection)
        assert level in {feature_level(number) for number in (done["feature"], begun)}
        done["feature"] = begun if level == feature_level(begun) else done["feature"]
        found = members(connection)
        assert joined <= found <= joined | {begun}
        joined = found
        first = begun + 1
    connection.close()
