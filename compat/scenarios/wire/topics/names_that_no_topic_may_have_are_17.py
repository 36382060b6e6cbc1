"""Empty, "." and "..", characters outside letters, digits, ".", "_" and "-", more than 249
characters: 17."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    names = ("", ".", "..", "a/b", "a b", "ä", "a:b", "a\0b", "x" * 250, "a,b")
    for version in (4, 7):
        broker.ask("CreateTopics", version, **create_topics(*names))
