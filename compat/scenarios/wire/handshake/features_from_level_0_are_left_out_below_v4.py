"""A supported feature whose lowest level is 0 is left out of ApiVersions below v4, since old
clients refuse it (KAFKA-17492)."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    broker.ask(
        "ApiVersions",
        3,
        show=lambda a: [f["name"] for f in a["supported_features"] if f["min_version"] == 0],
        client_software_name="compat",
        client_software_version="1.0",
    )
