"""Plays the Java that runs Kafka: tells a version, formats a directory, or answers on the port of
`server.properties` and writes its arguments to `runs.jsonl` beside it.

The config `broken=format` or `broken=start` makes that one fail."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path


def main(arguments: list[str]) -> None:
    if arguments == ["-version"]:
        sys.exit('openjdk version "17.0.1"')
    path = Path(arguments[-1])
    configs = dict(line.split("=", 1) for line in path.read_text().splitlines())
    if "format" in arguments:
        fail_if(configs.get("broken") == "format")
        data = Path(configs["log.dirs"])
        data.mkdir()
        cluster_id = arguments[arguments.index("-t") + 1]
        (data / "meta.properties").write_text(f"cluster.id={cluster_id}\n")
        return
    fail_if(configs.get("broken") == "start")
    with open(path.with_name("runs.jsonl"), "a", encoding="utf-8") as lines:
        lines.write(json.dumps(arguments) + "\n")
    sys.stdout.write(f"{path}\n")
    sys.stdout.flush()
    port = configs["advertised.listeners"].rpartition(":")[2]
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(connection.recv(64))


def fail_if(broken: bool) -> None:
    if broken:
        sys.exit("broken on purpose")


if __name__ == "__main__":
    main(sys.argv[1:])
