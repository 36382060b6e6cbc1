"""The last of a config given twice wins, blanks around a number stay, lists keep their order."""

from compat.wire import Message, Wire, create_topics

CONFIGS = (
    (("retention.ms", "1000"), ("retention.ms", "2000")),
    (("retention.bytes", " 5 "),),
    (("cleanup.policy", "delete,compact"),),
    (("cleanup.policy", " compact , delete "),),
    (("compression.type", "zstd"), ("compression.zstd.level", "5")),
    (("preallocate", "TRUE"),),
    (("retention.ms", "-1"), ("segment.ms", "1")),
)


def run(broker: Wire) -> None:
    for configs in CONFIGS:
        body = create_topics(broker.name("t"), validate_only=True)
        body["topics"][0]["configs"] = [{"name": key, "value": value} for key, value in configs]
        broker.ask("CreateTopics", 7, **body, show=_own)


def _own(answer: Message) -> Message:
    row = answer["topics"][0]
    own = [config for config in row["configs"] or [] if config["config_source"] == 1]
    return {"error_code": row["error_code"], "own": own}
