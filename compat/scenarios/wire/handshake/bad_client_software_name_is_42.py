"""A client software name that is empty or has other characters than letters, digits, dots and
inner dashes is 42, and the connection stays usable."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    connection = broker.connect()
    for name in ("", "com pat", "-compat", "compat-", "com/pat", "com_pat", "kömpat"):
        broker.ask(
            "ApiVersions",
            3,
            on=connection,
            show=lambda a: {**a, "api_keys": len(a["api_keys"])},
            client_software_name=name,
            client_software_version="1",
        )
    broker.ask("ApiVersions", 0, on=connection, show=lambda a: {"error_code": a["error_code"]})
