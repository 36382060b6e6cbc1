"""Makes a topic, through the control port where there is one."""

from __future__ import annotations

from collections.abc import Mapping


def create_topic(
    bootstrap: str, control_url: str, name: str, partitions: int, configs: Mapping[str, str]
) -> None:
    """Returns when it serves. One that exists stays as it is; without a control port it is an error
    of the broker, in which it may hold what somebody else has left."""
    if control_url:
        from wirekafka.testing.control import ControlClient

        with ControlClient(control_url) as control:
            control.seed(topics=[{"name": name, "partitions": partitions, "configs": configs}])
        return
    from kafka.admin import KafkaAdminClient, NewTopic

    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.create_topics([NewTopic(name, partitions, 1, topic_configs=dict(configs))])
    finally:
        admin.close()
