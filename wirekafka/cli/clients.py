"""What the commands have in common as clients: whom they ask, and properties of clients.

Properties have their Java names ("compression.type=gzip"), in the file of --command-config and in
--producer-property, --consumer-property and --command-property. What each means is said where it is
used (wire/cluster.py, wire/producer_settings.py, wire/consumer_settings.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from wirekafka.cli.output import CommandError

if TYPE_CHECKING:
    import argparse

DEFAULT_BOOTSTRAP_SERVER = "localhost:9092"


def add_connection_arguments(parser: argparse.ArgumentParser, *config_flags: str) -> None:
    """--bootstrap-server, and a file of client properties under the names in `config_flags`."""
    group = parser.add_argument_group("connection")
    group.add_argument(
        "--bootstrap-server",
        metavar="HOST:PORT",
        default=DEFAULT_BOOTSTRAP_SERVER,
        help="the brokers to ask first, separated by commas (default: %(default)s)",
    )
    group.add_argument(
        *(config_flags or ("--command-config",)),
        dest="command_config",
        metavar="FILE",
        help="a file of client properties",
    )


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Names and values of "name=value" arguments; the last of equal names wins."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"{text!r} is not name=value")
        found[name.strip()] = value
    return found


def addresses(text: str) -> list[str]:
    """The "host:port" texts of --bootstrap-server; raises CommandError for any other text."""
    found = [part.strip() for part in text.split(",") if part.strip()]
    if not found:
        raise CommandError("--bootstrap-server names no broker")
    for address in found:
        if not re.fullmatch(r"(\[[^\]]+\]|[^:\[\]]+):[0-9]+", address):
            raise CommandError(f"--bootstrap-server {address} is not HOST:PORT")
    return found


def properties_of_file(path: str | None) -> dict[str, str]:
    """The client properties of a file, none for no file, without its bootstrap.servers."""
    if path is None:
        return {}
    from wirekafka.config.parse import parse_properties

    try:
        found = parse_properties(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}") from None
    found.pop("bootstrap.servers", None)  # the command line says where to connect
    return found
