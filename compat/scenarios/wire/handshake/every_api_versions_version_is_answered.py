"""ApiVersions is answered in every version, with an old response header and no error; the list
is ascending."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    for version in range(5):
        broker.ask(
            "ApiVersions",
            version,
            show=_outline,
            client_software_name="compat",
            client_software_version="1.0",
        )


def _outline(answer: Message) -> Message:
    keys = [row["api_key"] for row in answer["api_keys"]]
    return {
        "error_code": answer["error_code"],
        "throttle_time_ms": answer.get("throttle_time_ms", "not in this version"),
        "ascending": keys == sorted(set(keys)),
        "has_features": "supported_features" in answer,
    }
