"""Three dots, dashes, digits alone and 249 characters are names."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    long = broker.name("x")
    names = ("...", "-", "-1", "0", long + "y" * (249 - len(long)))
    body = create_topics(*names, validate_only=True)
    broker.ask(
        "CreateTopics",
        4,
        **body,
        show=lambda a: [(len(t["name"]), t["error_code"]) for t in a["topics"]],
    )
