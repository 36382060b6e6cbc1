"""The flags of `wirekafka serve` that concern the control port and what it can do at the start."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wirekafka.control.server import ControlAddressError, ControlPort, is_loopback, parse_address

if TYPE_CHECKING:
    import argparse

    from wirekafka.broker import Broker

TOKEN_VARIABLE = "WIREKAFKA_CONTROL_TOKEN"
"""As --control-token, but not to be seen in the list of processes."""


def add_control_arguments(parser: argparse.ArgumentParser) -> None:
    """--control, --control-token, --seed."""
    parser.add_argument(
        "--control",
        metavar="[HOST:]PORT",
        help="command the broker over HTTP there (port 0: any free one; unix:PATH: a socket in the "
        "file system; default: no control port)",
    )
    parser.add_argument(
        "--control-token",
        metavar="TOKEN",
        help="what a client of the control port must show; needed where HOST is not loopback"
        f" (also in the environment as {TOKEN_VARIABLE})",
    )
    parser.add_argument(
        "--seed",
        metavar="FILE",
        type=Path,
        help="make the topics, records and offsets of this YAML or JSON file before being ready",
    )


@dataclass(frozen=True, slots=True)
class ControlOptions:
    """The flags, checked."""

    address: tuple[str, int] | None
    token: str | None

    @classmethod
    def of(cls, options: argparse.Namespace) -> ControlOptions:
        """ControlAddressError when the flags contradict each other."""
        token = options.control_token or os.environ.get(TOKEN_VARIABLE) or None
        address = None if options.control is None else parse_address(options.control)
        if address is not None and token is None and not is_loopback(address[0]):
            raise ControlAddressError(
                f"--control {options.control} is open to the network and needs --control-token"
            )
        return cls(address, token)

    async def open_port(self, broker: Broker) -> ControlPort | None:
        """The control port, where one is asked for. ControlAddressError when it is taken."""
        if self.address is None:
            return None
        port = ControlPort(broker, token=self.token)
        port.bind(*self.address)
        await port.accept()
        return port
