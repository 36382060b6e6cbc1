"""UnregisterBroker of the broker itself: what is answered, and what is left of the cluster."""

from compat.wire import Message, Wire

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.ask("UnregisterBroker", 0, broker_id=1)
    broker.until(lambda answer: not answer["brokers"], "DescribeCluster", 2)
    broker.ask("DescribeCluster", 2, show=nodes)
    broker.ask("DescribeCluster", 2, include_fenced_brokers=True, show=nodes)
    wanted: Message = {"topics": [{"name": topic}], "allow_auto_topic_creation": False}
    broker.ask("Metadata", 12, show=brief, **wanted)
    broker.ask("UnregisterBroker", 0, broker_id=1)


def nodes(answer: Message) -> Message:
    return {"error": answer["error_code"], "brokers": [b["broker_id"] for b in answer["brokers"]]}


def brief(answer: Message) -> Message:
    # Who was in sync Kafka keeps as eligible leaders, wirekafka as in sync: the last are not lost.
    for partition in answer["topics"][0]["partitions"]:
        del partition["isr_nodes"]
    return {"brokers": [b["node_id"] for b in answer["brokers"]], "topics": answer["topics"]}
