"""ApiVersions from v3 on lists the supported and the finalized features of a fresh cluster."""

from compat.wire import Wire

FEATURE = "share groups, streams groups"


def run(broker: Wire) -> None:
    broker.ask(
        "ApiVersions",
        4,
        show=lambda a: {**a, "api_keys": "left out"},
        client_software_name="compat",
        client_software_version="1.0",
    )
