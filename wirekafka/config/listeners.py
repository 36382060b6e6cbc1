"""Listeners: the addresses on which the broker listens, and those that it tells to clients.

    PLAINTEXT://0.0.0.0:9092,BROKER://:9093,CONTROLLER://:9094

Only PLAINTEXT is spoken yet. A CONTROLLER listener is dropped: files made for Kafka have one, and
here no controller listens. The names BROKER and CONTROLLER need no entry in the protocol map.
An empty host is every address; port 0 is a free one, chosen when the socket is opened.

Source: `SocketServerConfigs`, `EndPoint` of Kafka 4.3.1.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from wirekafka.config.property import ConfigError

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
SPOKEN_PROTOCOLS = ("PLAINTEXT",)

_ADDRESS = r"([A-Za-z0-9_.-]+)://(?:\[([0-9A-Fa-f:.%]+)\]|([^:/\[\]\s]*)):(-?[0-9]+)"
_MAX_PORT = 65_535
_META_ADDRESSES = ("0.0.0.0", "::")
_UNMAPPED_NAMES = {"BROKER": "PLAINTEXT", "CONTROLLER": "PLAINTEXT"}


@dataclass(frozen=True, slots=True)
class Listener:
    """One address with the name and the security protocol of its listener."""

    name: str
    host: str
    port: int
    protocol: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.name}://{host}:{self.port}"


def parse_protocol_map(text: str) -> dict[str, str]:
    """Listener name -> security protocol, from "NAME:PROTOCOL,…". Names are upper case."""
    protocols: dict[str, str] = dict(_UNMAPPED_NAMES)
    for entry in filter(None, re.split(r"\s*,\s*", text.strip())):
        name, colon, protocol = (part.strip().upper() for part in entry.rpartition(":"))
        if not (name and colon):
            raise ConfigError(f"listener.security.protocol.map: {entry!r} is not NAME:PROTOCOL")
        if protocol not in PROTOCOLS:
            known = ", ".join(PROTOCOLS)
            raise ConfigError(
                f"listener.security.protocol.map: unknown protocol {protocol!r} of listener "
                f"{name}; Kafka has {known}"
            )
        protocols[name] = protocol
    return protocols


def parse_listeners(
    entries: Iterable[str], protocols: Mapping[str, str], controller_names: Collection[str] = ()
) -> tuple[Listener, ...]:
    """The listeners to open; raises ConfigError for what cannot be listened on."""
    found = _parse("listeners", entries, protocols, controller_names)
    if not found:
        raise ConfigError("listeners: at least one that is not a controller's is needed")
    ports: dict[int, Listener] = {}
    for listener in found:
        if listener.protocol not in SPOKEN_PROTOCOLS:
            raise ConfigError(
                f"listeners: {listener} speaks {listener.protocol}; this version of wirekafka "
                f"speaks {', '.join(SPOKEN_PROTOCOLS)} only"
            )
        other = ports.setdefault(listener.port, listener)
        if other is not listener and listener.port and other.host == listener.host:
            raise ConfigError(f"listeners: {other} and {listener} have the same port")
    return found


def parse_advertised(
    entries: Iterable[str], listeners: Iterable[Listener], protocols: Mapping[str, str]
) -> dict[str, Listener]:
    """Advertised address by listener name; a listener without one advertises what was reached."""
    names = {listener.name for listener in listeners}
    found = {}
    for listener in _parse("advertised.listeners", entries, protocols, ()):
        if listener.name == "CONTROLLER" and listener.name not in names:
            continue
        if listener.name not in names:
            raise ConfigError(
                f"advertised.listeners: {listener} has no listener of that name; listeners has "
                f"{', '.join(sorted(names))}"
            )
        if not listener.host or listener.host in _META_ADDRESSES:
            raise ConfigError(
                f"advertised.listeners: {listener} is no address that a client can reach; name a "
                "host, or leave the listener out to advertise the address each client used"
            )
        found[listener.name] = listener
    return found


def parse_advertised_port(text: str) -> tuple[str | None, int]:
    """The hint of a forwarded port, [HOST:]PORT, as (host or None, port). ConfigError."""
    host, _, port = text.strip().rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= _MAX_PORT):
        raise ConfigError(f"advertised port: {text!r} is not [HOST:]PORT")
    return host.removeprefix("[").removesuffix("]") or None, int(port)


def _parse(
    config: str,
    entries: Iterable[str],
    protocols: Mapping[str, str],
    controller_names: Collection[str],
) -> tuple[Listener, ...]:
    found: dict[str, Listener] = {}
    controllers = {"CONTROLLER"} if config == "listeners" else set()
    controllers |= {name.upper() for name in controller_names}
    for entry in entries:
        if not entry.strip():
            continue  # start scripts join their lists with commas, also with an empty one
        listener = _parse_one(config, entry, protocols)
        if listener.name in controllers:
            continue
        if listener.name in found:
            raise ConfigError(f"{config}: two entries have the name {listener.name}")
        found[listener.name] = listener
    return tuple(found.values())


def _parse_one(config: str, entry: str, protocols: Mapping[str, str]) -> Listener:
    match = re.fullmatch(_ADDRESS, entry.strip())
    if match is None:
        raise ConfigError(f"{config}: {entry!r} is not NAME://host:port")
    name, host_v6, host, port_text = match.groups()
    name, port = name.upper(), int(port_text[:7])
    if not 0 <= port <= _MAX_PORT:
        raise ConfigError(f"{config}: port {port_text} of {entry!r} is not within 0…{_MAX_PORT}")
    if name not in protocols:
        raise ConfigError(
            f"{config}: listener {name} has no protocol; add {name}:PLAINTEXT to "
            "listener.security.protocol.map"
        )
    return Listener(name, host_v6 or host, port, protocols[name])
