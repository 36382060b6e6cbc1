"""Levels of compression are configs of a topic, within the bounds of each kind; what is stored is
readable whatever the level."""

from compat.wire import Message, Wire, batch, create_topics, fetch

BOUNDS = {
    "gzip": (-2, -1, 0, 1, 9, 10),
    "lz4": (0, 1, 17, 18),
    "zstd": (-131_073, -131_072, 22, 23),
}


def run(broker: Wire) -> None:
    for kind, levels in BOUNDS.items():
        for level in levels:
            body = create_topics(broker.name(f"{kind}{level}"), validate_only=True)
            configs = {"compression.type": kind, f"compression.{kind}.level": str(level)}
            rows = [{"name": name, "value": value} for name, value in configs.items()]
            body["topics"][0]["configs"] = rows
            broker.ask("CreateTopics", 7, show=_code, **body)
    text = b"abcdefgh" * 100
    for kind, level in (("gzip", 9), ("gzip", 1), ("lz4", 17), ("zstd", 22), ("zstd", -5)):
        more: Message = {"compression_type": kind, f"compression_{kind}_level": level}
        topic = broker.topic(f"{kind}.{level}", **more)
        broker.fill(topic, batch(text, text))
        broker.ask("Fetch", 12, **fetch((topic, 0)))


def _code(answer: Message) -> int:
    return int(answer["topics"][0]["error_code"])
