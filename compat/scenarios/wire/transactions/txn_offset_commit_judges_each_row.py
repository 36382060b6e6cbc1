"""In a TxnOffsetCommit unknown partitions are 3 and long metadata is 12, in their rows; the others
are stored. Null metadata is empty."""

from compat.wire import Message, Wire, committed
from compat.wire.coordinators import begin, ended_anew, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(partitions=3), broker.name("g"), begin(broker)
    body = txn_offsets(name, producer, group, topic, 5)
    texts = ((0, None), (1, "m" * 4097), (2, "m" * 4096), (7, ""), (-1, ""))
    body["topics"][0]["partitions"] = [
        {"partition_index": index, "committed_offset": 5, "committed_metadata": text}
        for index, text in texts
    ]
    body["topics"].append({"name": broker.name("none"), "partitions": [{"partition_index": 0}]})
    body["topics"][1]["partitions"][0] |= {"committed_offset": 1, "committed_metadata": ""}
    broker.ask("TxnOffsetCommit", 5, **body)
    broker.ask("TxnOffsetCommit", 3, **{**body, "topics": []})
    ended_anew(broker, name, producer, committed=True)
    broker.until(
        lambda answer: bool(answer["groups"][0]["topics"]),
        "OffsetFetch",
        8,
        **committed(group),
    )
    broker.ask("OffsetFetch", 8, show=_short, **committed(group))


def _short(answer: Message) -> list[tuple[int, int]]:
    rows = answer["groups"][0]["topics"][0]["partitions"]
    return [(row["partition_index"], len(row["metadata"])) for row in rows]
