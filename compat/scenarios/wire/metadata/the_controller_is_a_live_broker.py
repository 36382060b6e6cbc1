"""controller_id names a broker of the list, and the cluster has an id."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    for version in (1, 2, 9, 13):
        broker.ask("Metadata", version, topics=[], show=_outline)


def _outline(answer: Message) -> Message:
    ids = [row["node_id"] for row in answer["brokers"]]
    return {
        "ids": ids,
        "controller is one": answer["controller_id"] in ids,
        "cluster id": len(answer.get("cluster_id") or ""),
    }
