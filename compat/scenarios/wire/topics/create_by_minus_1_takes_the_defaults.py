"""-1 partitions and -1 replicas take the broker's defaults, in every version."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in (2, 4, 5, 7):
        row = {
            "name": broker.name(f"t{version}"),
            "num_partitions": -1,
            "replication_factor": -1,
        }
        broker.ask(
            "CreateTopics",
            version,
            topics=[row],
            timeout_ms=10_000,
            show=lambda a: [{k: v for k, v in t.items() if k != "configs"} for t in a["topics"]],
        )
