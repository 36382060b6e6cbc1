"""ApiVersions lists group.version 1 as finalized, and the heartbeat of the new protocol: clients
need both."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def groups(answer: Message) -> Message:
        features = [row for row in answer["finalized_features"] if row["name"] == "group.version"]
        keys = [row for row in answer["api_keys"] if row["api_key"] in (68, 69)]
        return {"features": features, "keys": keys}

    body: Message = {"client_software_name": "compat", "client_software_version": "1"}
    broker.ask("ApiVersions", 4, show=groups, **body)
