"""An unknown config, and a value of a wrong type or out of range, are 40."""

from compat.wire import Wire, create_topics

WRONG = (
    ("no.such.config", "1"),
    ("", "1"),
    ("retention.ms", "abc"),
    ("retention.ms", ""),
    ("retention.ms", "-2"),
    ("retention.ms", "9223372036854775808"),
    ("segment.bytes", "10"),
    ("segment.bytes", "1.5"),
    ("cleanup.policy", "shred"),
    ("compression.type", "brotli"),
    ("min.insync.replicas", "0"),
    ("min.cleanable.dirty.ratio", "1.5"),
    ("preallocate", "maybe"),
    ("message.timestamp.type", "createtime"),
    ("max.message.bytes", "-1"),
)


def run(broker: Wire) -> None:
    for key, value in WRONG:
        body = create_topics(broker.name("t"), validate_only=True)
        body["topics"][0]["configs"] = [{"name": key, "value": value}]
        broker.ask("CreateTopics", 4, **body)
