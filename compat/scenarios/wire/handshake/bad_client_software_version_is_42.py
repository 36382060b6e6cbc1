"""A client software version must match the same pattern as the name, else 42 with no APIs."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in ("", "1/2", "1 2", ".1", "1.0-x", "v1.2.3", "1."):
        broker.ask(
            "ApiVersions",
            4,
            show=lambda a: {"error_code": a["error_code"], "empty": not a["api_keys"]},
            client_software_name="compat",
            client_software_version=version,
        )
