"""Which address a client is told for this broker.

In this order: what was set for its listener (`advertised.listeners`, or at run time); the hint of a
forwarded port (`Forwarded`), where the client came through it; the address that the connection
reached.

A port that is forwarded (a container's published port, ssh -L, kubectl port-forward) cannot be
seen from behind: the connection reaches the broker's own port. With the hint `[HOST:]PORT` clients
are told HOST:PORT, unless they came from a neighbour in the broker's own network, who sees the
broker as it is. Neighbours are those of the same subnet except its gateway, by which forwarded
connections come in; on loopback nobody is a neighbour, because that is where ssh and kubectl
forward from.
Without a HOST a client on loopback is told the loopback address that it reached, and every other
one `localhost`, where published ports are.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Address = tuple[str, int]

FORWARDED_HOST = "localhost"

_ROUTES = Path("/proc/net/route")
_UP = 0x1
_GATEWAY = 0x2


@dataclass(slots=True, frozen=True)
class Subnets:
    """The networks that this machine is part of, and the gateways out of them (IPv4)."""

    networks: tuple[ipaddress.IPv4Network, ...] = ()
    gateways: frozenset[ipaddress.IPv4Address] = frozenset()

    def has_neighbour(self, host: str) -> bool:
        """Whether a peer is in a network of ours and is not its gateway."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        if address.is_loopback or address.version != 4 or address in self.gateways:
            return False
        return any(address in network for network in self.networks)


@dataclass(slots=True, frozen=True)
class Forwarded:
    """A port somewhere else that leads to ours; `host` is None where nobody said."""

    host: str | None
    port: int
    subnets: Subnets = Subnets()

    def address(self, reached: Address, client_host: str) -> Address:
        """What a client is told that reached this address of ours."""
        if self.subnets.has_neighbour(client_host):
            return reached
        return self.host or _forwarded_host(reached[0]), self.port


def subnets_of_machine() -> Subnets:
    """As the kernel's routing table says; none where there is no such file."""
    try:
        return read_routes(_ROUTES.read_text().splitlines()[1:])
    except OSError:
        return Subnets()


def read_routes(lines: Iterable[str]) -> Subnets:
    """From the lines of /proc/net/route: interface, destination, gateway, flags, …, mask, with
    addresses as hexadecimal numbers in the machine's order of bytes."""
    networks, gateways = [], set()
    for line in lines:
        columns = line.split()
        if len(columns) < 8 or not int(columns[3], 16) & _UP:
            continue
        destination, gateway, mask = (_ipv4(columns[index]) for index in (1, 2, 7))
        if int(columns[3], 16) & _GATEWAY:
            gateways.add(gateway)
        elif int(mask):
            networks.append(ipaddress.IPv4Network((int(destination), str(mask)), strict=False))
    return Subnets(tuple(networks), frozenset(gateways))


def _forwarded_host(reached: str) -> str:
    try:
        return reached if ipaddress.ip_address(reached).is_loopback else FORWARDED_HOST
    except ValueError:
        return FORWARDED_HOST


def _ipv4(text: str) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(struct.pack("=I", int(text, 16)))
