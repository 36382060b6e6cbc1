"""A name that does not exist, asked for with auto-creation, is 3 at first and there a moment
later; versions below 4 always create."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in (0, 1, 4, 9, 12, 13):
        name = broker.name(f"auto{version}")
        broker.ask("Metadata", version, topics=[{"name": name}], allow_auto_topic_creation=True)
        broker.until(
            lambda a: a["topics"][0]["error_code"] == 0, "Metadata", 12, topics=[{"name": name}]
        )
        broker.ask("Metadata", 12, topics=[{"name": name}])
