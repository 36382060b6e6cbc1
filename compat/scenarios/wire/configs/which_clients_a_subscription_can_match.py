"""A subscription matches by six attributes of a client, each with one regular expression of
Java."""

from compat.wire import Wire
from compat.wire.configs import CLIENT_METRICS, SET, only_checked


def run(broker: Wire) -> None:
    name = broker.name("m")
    for pattern in (
        "",
        "client_id",
        "client_id=",
        "client_id=a=b",
        "=a",
        " client_id = a ",
        "client_id=a,client_id=a",
        "client_id=a,",
        ",",
        "client_id=a,color=blue",
        "client_source_port=80,client_software_name=x,client_software_version=1.*",
        "client_id=*a",
        "client_id=(?<name>x)",
        "client_id=\\p{Alpha}+",
    ):
        body = only_checked(CLIENT_METRICS, name, ("match", SET, pattern))
        broker.ask("IncrementalAlterConfigs", 1, **body)
