"""DescribeQuorum of the metadata partition has leader, voters and observers; v1 times, v2 ids
and nodes."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def shape(answer: Message) -> Message:
        row = answer["topics"][0]["partitions"][0]
        moving = ("high_watermark", "log_end_offset", "leader_epoch")
        for one in (row, *row["current_voters"]):
            one.update({field: one[field] > 0 for field in moving if field in one})
        for node in answer.get("nodes", []):
            node["listeners"] = [listener["name"] for listener in node["listeners"]]
        for voter in row["current_voters"]:
            for field in ("last_fetch_timestamp", "last_caught_up_timestamp"):
                if field in voter:
                    voter[field] = voter[field] > 0
        return answer

    partitions = [{"partition_index": 0}]
    wanted = [{"topic_name": "__cluster_metadata", "partitions": partitions}]
    for version in range(3):
        broker.ask("DescribeQuorum", version, show=shape, topics=wanted)
