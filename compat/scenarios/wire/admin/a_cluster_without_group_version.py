"""Where group.version has fallen to 0 no consumer group of the new protocol is to be had."""

from compat.wire import Message, Wire

OWN_BROKER = True

CLIENT: Message = {"client_software_name": "compat", "client_software_version": "1.0"}


def run(broker: Wire) -> None:
    row: Message = {"feature": "group.version", "max_version_level": 0, "upgrade_type": 2}
    broker.ask("UpdateFeatures", 2, feature_updates=[row])

    def fell(answer: Message) -> bool:
        return all(row["name"] != "group.version" for row in answer["finalized_features"])

    broker.until(fell, "ApiVersions", 4, **CLIENT)
    topic = broker.topic()
    broker.ask(
        "ConsumerGroupHeartbeat",
        1,
        group_id=broker.name("g"),
        member_id="AAAAAAAAAAAAAAAAAAAAAA",
        member_epoch=0,
        rebalance_timeout_ms=10_000,
        subscribed_topic_names=[topic],
        topic_partitions=[],
    )
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[broker.name("g")])
