"""ApiVersions is answered with response header v0 in every version, also in the flexible ones, and
lists itself from version 0 on."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    for version in range(5):
        software: Message = {"client_software_name": "compat", "client_software_version": "1"}
        broker.ask("ApiVersions", version, show=own_row, **software)


def own_row(answer: Message) -> Message:
    rows = [row for row in answer.get("api_keys", []) if row["api_key"] == 18]
    extra = [key for key in answer if key.startswith("_")]
    return {"error_code": answer.get("error_code"), "api_keys": rows, "unexpected": extra}
