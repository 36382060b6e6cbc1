"""Above controller_mutation_rate CreateTopics is THROTTLING_QUOTA_EXCEEDED by topic from version 6
on; earlier versions create and are told to wait. A burst of all windows is free."""

from compat.wire import Message, Wire, create_topics
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    for version in (2, 5, 6, 7):
        client = broker.name(f"v{version}")
        limit(broker, entity(client_id=client), controller_mutation_rate=1.0)
        for number, partitions in enumerate((13, 1)):
            connection = broker.connect(client)
            name = f"{client}-{number}"
            pending = connection.send(
                "CreateTopics", version, **create_topics(name, partitions=partitions)
            )
            what = f"of {partitions} partitions"
            broker.receive(connection, pending, what=what, show=seen)


def seen(answer: Message) -> Message:
    rows = [[row["error_code"], row.get("error_message")] for row in answer["topics"]]
    return {"throttled": throttled(answer), "topics": rows}
