"""DescribeCluster v2 shows fenced brokers when asked; other kinds of endpoints are refused."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    for fenced in (False, True):
        for kind in (1, 2, 0, 3, -1, 127):
            broker.ask(
                "DescribeCluster", 2, endpoint_type=kind, include_fenced_brokers=fenced, show=brief
            )


def brief(answer: Message) -> Message:
    rows = [{"id": b["broker_id"], "fenced": b["is_fenced"]} for b in answer["brokers"]]
    return {**answer, "brokers": rows, "cluster_id": bool(answer["cluster_id"])}
