"""POST /reset: everything at once, or the names with a prefix; who was connected is named."""

from __future__ import annotations

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from wirekafka.features import FEATURES
from wirekafka.instrument.transactions import transactional_ids
from wirekafka.metadata.client_quota_changes import QuotaAlteration
from wirekafka.metadata.client_quotas import PRODUCER_BYTE_RATE, entity_of
from wirekafka.metadata.config_changes import ConfigChange, ConfigOperation
from wirekafka.metadata.feature_updates import FeatureUpdate, UpgradeType, update_features
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.quotas.broker_quotas import Client
from wirekafka.testing.control import ControlRefused

TOPICS = 50
GROUPS = 5
RECORDS = 10_000
HOUR_MS = 3_600_000


def seed_everything(control, prefix: str = "") -> None:
    topics = [f"{prefix}topic-{number}" for number in range(TOPICS)]
    control.seed(
        topics=[{"name": name} for name in topics],
        records=[
            {"topic": topics[number % TOPICS], "value": f"value {number}"}
            for number in range(RECORDS)
        ],
        offsets=[
            {"group": f"{prefix}group-{number}", "topic": topics[number], "offset": 7}
            for number in range(GROUPS)
        ],
    )


def open_transaction(bootstrap: str, topic: str, transactional_id: str) -> Producer:
    producer = Producer(
        {"bootstrap.servers": bootstrap, "transactional.id": transactional_id, "client.id": "tx"}
    )
    producer.init_transactions(10)
    producer.begin_transaction()
    producer.produce(topic, b"in a transaction")
    producer.flush(10)
    return producer


def live_consumer(bootstrap: str, group: str, topic: str, client_id: str) -> Consumer:
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "client.id": client_id,
            "auto.offset.reset": "earliest",
            # Long enough not to be back while the test looks.
            "reconnect.backoff.ms": 5000,
            "reconnect.backoff.max.ms": 5000,
        }
    )
    consumer.subscribe([topic])
    assert consumer.poll(20) is not None
    return consumer


def test_reset_makes_a_used_broker_as_new(controlled):
    control, bootstrap = controlled.control, controlled.bootstrap
    seed_everything(control)
    producer = open_transaction(bootstrap, "topic-0", "tx-1")
    consumers = [live_consumer(bootstrap, f"app-{i}", f"topic-{i}", f"worker-{i}") for i in (1, 2)]
    old_id = controlled.run(lambda: controlled.broker.image.topics["topic-0"].topic_id)

    done = control.reset()

    assert len(done["topics"]) == TOPICS
    seeded = [f"group-{number}" for number in range(GROUPS)]
    assert done["groups"] == ["app-1", "app-2", *seeded]
    assert done["transactional_ids"] == ["tx-1"]
    assert {"tx", "worker-1", "worker-2"} <= {client["client_id"] for client in done["clients"]}
    assert control.groups() == []
    assert controlled.run(lambda: list(controlled.broker.image.topics)) == []
    assert controlled.run(lambda: controlled.broker.transactions.active_partitions()) == []

    control.seed(topics=[{"name": "topic-0"}], records=[{"topic": "topic-0", "value": "new"}])
    (record,) = control.records("topic-0")
    assert (record["offset"], record["value"]) == (0, "new")
    assert controlled.run(lambda: controlled.broker.image.topics["topic-0"].topic_id) != old_id
    for consumer in consumers:
        consumer.close()
    del producer


def test_reset_writes_the_metadata_once_however_many_topics_there_are(controlled):
    """What it costs must not grow by writes and waits for each topic."""
    written = []
    for topics in (5, TOPICS):
        names = [f"topic-{number}" for number in range(topics)]
        controlled.control.seed(topics=[{"name": name} for name in names])
        before = controlled.run(lambda: controlled.broker.image.revision)
        controlled.control.reset()
        written.append(controlled.run(lambda: controlled.broker.image.revision) - before)
    assert written[0] == written[1]


def test_reset_with_a_prefix_leaves_the_others_alone(controlled):
    control = controlled.control
    for prefix in ("a.", "b."):
        control.seed(
            topics=[{"name": f"{prefix}orders"}],
            records=[{"topic": f"{prefix}orders", "value": "1"}],
            offsets=[{"group": f"{prefix}app", "topic": f"{prefix}orders", "offset": 0}],
        )
    mine = live_consumer(controlled.bootstrap, "a.live", "a.orders", "a.client")
    other = live_consumer(controlled.bootstrap, "b.live", "b.orders", "other")
    producer = open_transaction(controlled.bootstrap, "b.orders", "a.tx")

    done = control.reset(prefix="a.")

    assert done["topics"] == ["a.orders"]
    assert done["groups"] == ["a.app", "a.live"]
    assert done["transactional_ids"] == ["a.tx"]
    assert [client["client_id"] for client in done["clients"]] == ["a.client"]
    assert [group["group_id"] for group in control.groups()] == ["b.app", "b.live"]
    assert control.group("b.live")["members"] != []
    assert [record["outcome"] for record in control.records("b.orders")] == ["committed", "aborted"]
    assert controlled.run(lambda: transactional_ids(controlled.broker, lambda _: True)) == []
    mine.close()
    other.close()
    del producer


def test_reset_of_groups_keeps_topics_and_records(controlled):
    control = controlled.control
    seed_everything(control)
    done = control.reset("groups")
    assert done["topics"] == []
    assert len(done["groups"]) == GROUPS
    assert control.groups() == []
    assert len(control.records("topic-0", limit=1000)) == RECORDS // TOPICS


def test_reset_of_topics_keeps_groups_without_their_offsets(controlled):
    control = controlled.control
    seed_everything(control)
    done = control.reset("topics")
    assert len(done["topics"]) == TOPICS
    assert done["groups"] == []
    assert (
        controlled.run(
            lambda: [name for name in controlled.broker.image.topics if not name.startswith("__")]
        )
        == []
    )


def test_reset_forgets_dynamic_configs_and_quotas(controlled):
    broker = controlled.broker
    fresh = controlled.run(lambda: dict(broker.image.configs))
    resource = (ConfigResourceType.BROKER, "")
    change = ConfigChange("log.retention.ms", ConfigOperation.SET, "1000")
    quota = QuotaAlteration(entity_of({"client-id": "slow"}), ((PRODUCER_BYTE_RATE, 10.0),))
    controlled.run(lambda: broker.metadata.incremental_alter_configs([(resource, [change])]))
    controlled.run(lambda: broker.metadata.alter_client_quotas([quota], lambda _: True))
    assert controlled.run(lambda: broker.image.client_quotas)

    controlled.control.reset()

    assert controlled.run(lambda: dict(broker.image.configs)) == fresh
    assert controlled.run(lambda: broker.image.client_quotas) == {}


def test_reset_forgets_threads_that_a_client_would_have_to_give_back_in_steps(controlled):
    """Kafka refuses a number of threads that is more than twice the present one, or less than half
    of it, also where deleting a config brings it back."""
    broker = controlled.broker
    fresh = controlled.run(lambda: dict(broker.image.configs))
    resource = (ConfigResourceType.BROKER, "")
    for number in ("5", "3"):
        change = ConfigChange("background.threads", ConfigOperation.SET, number)
        controlled.run(lambda: broker.metadata.incremental_alter_configs([(resource, [change])]))  # noqa: B023  # run at once
    assert controlled.run(lambda: dict(broker.image.configs)) != fresh

    controlled.control.reset()

    assert controlled.run(lambda: dict(broker.image.configs)) == fresh


def test_reset_takes_faults_out_of_force_and_names_them(controlled):
    control, broker = controlled.control, controlled.broker
    control.add_fault("latency", name="slow", ms=100, topic="t")
    control.add_fault("refuse_connect", name="down")
    assert control.reset()["faults"] == ["slow", "down"]
    assert control.faults() == []
    assert controlled.run(lambda: (broker.dispatcher.faults, broker.server.refuses)) == (None, None)


def test_reset_gives_a_frozen_and_advanced_clock_back_the_machines_time(controlled):
    control = controlled.control
    control.freeze()
    control.advance("1h")
    control.reset()
    time = control.clock()
    assert not time["frozen"]
    assert time["offset_ms"] == 0
    control.seed(topics=[{"name": "t"}], records=[{"topic": "t", "value": "1"}])
    (record,) = control.records("t")
    assert abs(record["timestamp_ms"] - control.clock()["now_ms"]) < HOUR_MS / 2


def test_reset_forgets_what_clients_said(controlled):
    control = controlled.control
    consumer = live_consumer_of_new_topic(controlled)
    assert control.requests()["count"] > 0
    control.reset()
    assert control.requests(api="Fetch")["count"] == 0
    consumer.close()


def test_reset_forgets_users_and_feature_levels(controlled):
    broker, metadata = controlled.broker, controlled.broker.metadata
    fresh = controlled.run(lambda: dict(broker.image.features))
    admin = AdminClient({"bootstrap.servers": controlled.bootstrap})
    for mechanism in (ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512):
        user = UserScramCredentialUpsertion("alice", ScramCredentialInfo(mechanism, 4096), b"pw")
        admin.alter_user_scram_credentials([user])["alice"].result(20)
    lower = [FeatureUpdate("transaction.version", 1, UpgradeType.UNSAFE_DOWNGRADE)]
    supported = {feature.name: (feature.lowest, feature.highest) for feature in FEATURES}
    controlled.run(
        lambda: metadata.ask_controller(
            lambda _, image: update_features(image.features, lower, supported, 1)
        )
    )
    assert controlled.run(lambda: len(broker.image.scram_credentials)) == 2
    assert controlled.run(lambda: dict(broker.image.features)) != fresh

    controlled.control.reset()

    assert controlled.run(lambda: dict(broker.image.scram_credentials)) == {}
    assert controlled.run(lambda: dict(broker.image.features)) == fresh


def test_what_was_used_of_a_quota_counts_no_more_after_a_reset(controlled):
    broker, control = controlled.broker, controlled.control
    quota = QuotaAlteration(entity_of({"client-id": "slow"}), ((PRODUCER_BYTE_RATE, 1000.0),))

    def throttled_ms() -> int:
        controlled.run(lambda: broker.metadata.alter_client_quotas([quota], lambda _: True))
        client = Client("ANONYMOUS", "slow")
        counting = broker.dispatcher.quotas
        return controlled.run(lambda: counting.produced(client, 9_000, broker.clock.now_ms()))

    assert throttled_ms() == 0
    assert throttled_ms() > 0
    control.reset()
    assert controlled.run(lambda: broker.dispatcher.quotas) is None
    assert throttled_ms() == 0


def test_a_reset_of_some_leaves_time_faults_and_requests_alone(controlled):
    control = controlled.control
    control.freeze()
    control.add_fault("latency", name="slow", ms=100, topic="t")
    control.reset("topics")
    control.reset("groups")
    control.reset(prefix="a.")
    assert control.clock()["frozen"]
    assert [fault["name"] for fault in control.faults()] == ["slow"]


def test_snapshots_and_brokers_beside_it_outlive_a_reset(controlled):
    control = controlled.control
    control.seed(topics=[{"name": "t"}], records=[{"topic": "t", "value": "kept"}])
    control.take_snapshot("before")
    beside = control.start_namespace("mine")
    control.reset()
    assert control.namespaces() == [beside]
    control.restore_snapshot("before")
    assert [record["value"] for record in control.records("t")] == ["kept"]


def live_consumer_of_new_topic(controlled) -> Consumer:
    controlled.control.seed(topics=[{"name": "t"}], records=[{"topic": "t", "value": "1"}])
    return live_consumer(controlled.bootstrap, "app", "t", "worker")


@pytest.mark.parametrize(
    ("body", "field", "hint"),
    [
        ({"scope": "evrything"}, "scope", None),
        ({"prefx": "a"}, "prefx", "did you mean 'prefix'?"),
        ({"prefix": 7}, "prefix", None),
    ],
)
def test_what_reset_does_not_know_is_refused_by_name(shared, body, field, hint):
    with pytest.raises(ControlRefused) as refused:
        shared.control.request("POST", "/reset", body)
    assert (refused.value.status, refused.value.field, refused.value.hint) == (400, field, hint)
    assert shared.control.ready()["ready"]


def test_a_partition_is_read_from_its_start_after_a_reset(controlled):
    control = controlled.control
    control.seed(topics=[{"name": "t"}], records=[{"topic": "t", "value": "1"}] * 3)
    control.reset()
    control.seed(topics=[{"name": "t"}], records=[{"topic": "t", "value": "2"}])
    consumer = Consumer({"bootstrap.servers": controlled.bootstrap, "group.id": "g"})
    consumer.assign([TopicPartition("t", 0, 0)])
    message = consumer.poll(20)
    assert (message.offset(), message.value()) == (0, b"2")
    consumer.close()
