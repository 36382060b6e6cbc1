"""A second member gets its part when the first has given it up, and both are in the same epoch
then."""

from compat.wire import Message, Wire
from compat.wire.coordinators import beat, enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, partitions=2, near=group)
    first = broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    owned = first["assignment"]["topic_partitions"]
    second = broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "n", topic))
    epochs = {"m": first["member_epoch"], "n": second["member_epoch"]}
    told: Message = {"m": None, "n": None}
    while not (epochs["m"] == epochs["n"] > 2 and told["m"] and told["n"]):
        for member in ("m", "n"):
            mine = (told["m"] or owned) if member == "m" else (told["n"] or [])
            body = beat(group, member, epochs[member], topic_partitions=mine)
            got = broker.until(
                lambda answer: answer["error_code"] == 0, "ConsumerGroupHeartbeat", 1, **body
            )
            epochs[member] = got["member_epoch"]
            if got["assignment"] and got["assignment"]["topic_partitions"]:
                told[member] = got["assignment"]["topic_partitions"]
    parts = [len(row["partitions"]) for member in ("m", "n") for row in told[member]]
    broker.record("ConsumerGroupHeartbeat v1: partitions of each", parts)
    broker.record("ConsumerGroupHeartbeat v1: epochs", epochs)
