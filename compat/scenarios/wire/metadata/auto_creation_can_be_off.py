"""With auto.create.topics.enable=false Metadata creates nothing, whatever the client wants."""

from compat.wire import Wire

SETTINGS = {"auto.create.topics.enable": "false"}


def run(broker: Wire) -> None:
    for version in (0, 4, 12, 12):
        broker.ask("Metadata", version, topics=[{"name": broker.name("none")}])
