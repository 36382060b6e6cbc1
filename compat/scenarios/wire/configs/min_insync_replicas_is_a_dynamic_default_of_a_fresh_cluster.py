"""A new cluster has min.insync.replicas=1 as default of all brokers, and topics show that it
comes from there."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    keys = ["min.insync.replicas"]
    for kind, name in ((4, ""), (4, "1"), (2, broker.topic())):
        row = {"resource_type": kind, "resource_name": name, "configuration_keys": keys}
        broker.ask("DescribeConfigs", 4, resources=[row], include_synonyms=True)
