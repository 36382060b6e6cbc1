"""A broker with its control port on the running loop: in a thread or in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from wirekafka.broker import Broker, StartError
from wirekafka.config.parse import load
from wirekafka.config.property import ConfigError
from wirekafka.control.server import ControlAddressError, ControlPort
from wirekafka.testing.wanted import Wanted

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where clients find it."""

    bootstrap: str
    control: str
    spare: Mapping[str, str] | None = None
    """name, bootstrap and control of the namespace that is ready."""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class Hosted:
    """One that runs."""

    def __init__(self, broker: Broker, control: ControlPort, addresses: Addresses) -> None:
        self.broker = broker
        self.control = control
        self.addresses = addresses

    async def stop(self) -> None:
        """A clean stop."""
        await self.control.close()
        await self.broker.stop()


async def host(wanted: Wanted) -> Hosted:
    """Start it. Raises StartError with one line that says what is wrong."""
    configs = {"listeners": f"PLAINTEXT://{HOST}:{wanted.port}", **wanted.configs}
    configs["log.dirs"] = wanted.data_dir
    try:
        settings = load(assignments=[f"{name}={value}" for name, value in configs.items()])
    except ConfigError as error:
        raise StartError(str(error)) from error
    broker = Broker(settings, ephemeral=not wanted.is_durable)
    control = ControlPort(broker)
    try:
        control.bind(HOST, wanted.control_port)
    except ControlAddressError as error:
        raise StartError(str(error)) from error
    try:
        await control.accept()
        await broker.start()
    except BaseException:
        await control.close()
        raise
    control.broker_started()
    spare = None
    if wanted.spare_namespace:
        beside = await broker.siblings.start_empty()
        spare = {
            "name": beside.name,
            "bootstrap": beside.bootstrap,
            "control": beside.control.url,
        }
    address, port = broker.addresses[0]
    return Hosted(broker, control, Addresses(f"{address}:{port}", control.url, spare))
