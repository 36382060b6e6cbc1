"""kafka-python, for the commands that produce and consume, by the names that Kafka's tools use.

Commands that administer speak our own protocol package instead (wire/cluster.py): kafka-python
lacks a third of the admin APIs. Both share the connection's arguments and properties.

Properties are given with their Java names ("compression.type=gzip"), as --command-config,
--producer-property and --consumer-property take them. kafka-python calls most of them the same with
underscores; the few that differ are translated here, and one that it lacks is refused.

kafka-python is imported late: it costs 150 ms.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wirekafka.cli.output import CommandError

if TYPE_CHECKING:
    import argparse

DEFAULT_BOOTSTRAP_SERVER = "localhost:9092"
_BOOTSTRAP_TIMEOUT_MS = 10_000  # Java's tools try for a minute; a person has given up by then
CLOSE_TIMEOUT_MS = 5_000  # for saying goodbye to a broker that may be gone
_RENAMED = {"ssl.truststore.location": "ssl_cafile", "ssl.keystore.location": "ssl_certfile"}
_CREDENTIAL = re.compile(r'\b(username|password)\s*=\s*"([^"]*)"')


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


@contextmanager
def kafka_faults(options: argparse.Namespace) -> Iterator[None]:
    """Turn kafka-python's exceptions into CommandErrors, and keep its log off the terminal."""
    logging.getLogger("kafka").addHandler(logging.NullHandler())
    from kafka.errors import KafkaError

    try:
        yield
    except (KafkaError, ValueError) as error:  # ValueError: what kafka-python itself refuses
        raise CommandError(explain(error, options.bootstrap_server)) from None


def client_settings(
    options: argparse.Namespace, known: Mapping[str, Any], properties: Iterable[str] = ()
) -> dict[str, Any]:
    """Keyword arguments of a client: the address, the file's properties, then `properties`."""
    given = {**properties_of_file(options.command_config), **pairs(properties)}
    settings: dict[str, Any] = {"bootstrap_timeout_ms": _BOOTSTRAP_TIMEOUT_MS}
    for name, text in given.items():
        if name == "sasl.jaas.config":
            for key, value in _CREDENTIAL.findall(text):
                settings[f"sasl_plain_{key}"] = value
            continue
        key = _RENAMED.get(name, name.replace(".", "_"))
        if key not in known:
            raise CommandError(f"client property {name} is not supported by this tool")
        settings[key] = _converted(name, text, known[key])
    settings["bootstrap_servers"] = addresses(options.bootstrap_server)
    return settings


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Names and values of "name=value" arguments; the last of equal names wins."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"{text!r} is not name=value")
        found[name.strip()] = value
    return found


def explain(error: Exception, bootstrap_server: str) -> str:
    """One line about an exception of kafka-python."""
    from kafka import errors

    if isinstance(error, errors.KafkaTimeoutError) and "bootstrap" in str(error):
        return f"no broker answered at {bootstrap_server} within {_BOOTSTRAP_TIMEOUT_MS // 1000} s"
    if isinstance(error, errors.NoOffsetForPartitionError):
        missing = ", ".join(f"{one.topic}-{one.partition}" for one in sorted(error.args[0]))
        return f"there is no committed offset and no reset policy for {missing}"
    return fault_text(error)


def fault_text(error: Exception | str) -> str:
    """The broker's own words where there are some, otherwise what the kind of error means."""
    text = str(error)
    found = re.fullmatch(r"(?:\[Error -?\d+\] )?(\w+)(?:: (.*))?", text, re.DOTALL)
    if found is None:
        return text
    return found[2] if found[2] not in (None, "", "None") else error_name_text(found[1])


def error_name_text(name: str) -> str:
    """What kafka-python's error class of this name means, in Kafka's words if it has them."""
    from kafka import errors

    description = getattr(getattr(errors, name, None), "description", None)
    return f"{name}: {description}" if description else name


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


def _converted(name: str, text: str, default: object) -> object:
    """`text` as the type that kafka-python's default has."""
    text = text.strip()
    if name == "compression.type":
        return None if text in ("none", "uncompressed") else text
    if name == "acks":
        return "all" if text in ("all", "-1") else _integer(name, text)
    if isinstance(default, bool):
        if text.lower() not in ("true", "false"):
            raise CommandError(f"client property {name}: {text!r} is neither true nor false")
        return text.lower() == "true"
    if isinstance(default, int | float):
        return _integer(name, text)
    if default is None and text.isdecimal():
        return int(text)
    return text


def _integer(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise CommandError(f"client property {name}: {text!r} is no number") from None
