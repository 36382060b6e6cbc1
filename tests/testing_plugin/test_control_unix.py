"""The client of the control port where the port is a socket in the file system."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from wirekafka.broker import Broker
from wirekafka.config.parse import load
from wirekafka.control.server import ControlPort, parse_address
from wirekafka.testing.control import ControlClient, ControlRefused


def use(control: ControlClient) -> Any:
    with control:
        assert control.ready()["ready"] is True
        control.seed(topics=[{"name": "orders"}], records=[{"topic": "orders", "value": "a"}])
        with pytest.raises(ControlRefused, match="404"):
            control.group("nobody")
        control.close()  # the next request opens another connection
        return [row["value"] for row in control.records("orders", wait_for=1)]


def test_a_path(tmp_path: Path) -> None:
    url = f"unix:{tmp_path}/control"

    async def live() -> Any:
        settings = [f"log.dirs={tmp_path}/data", "listeners=PLAINTEXT://127.0.0.1:0"]
        broker = Broker(load(assignments=settings), ephemeral=True)
        port = ControlPort(broker)
        port.bind(*parse_address(url))
        await port.accept()
        await broker.start()
        port.broker_started()
        try:
            assert port.url == url
            return await asyncio.to_thread(use, ControlClient(url))
        finally:
            await port.close()
            await broker.stop()

    assert asyncio.run(live()) == ["a"]


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ControlClient(f"unix:{tmp_path}/nothing").live()


@pytest.mark.parametrize("url", ["unix:", "https://localhost:1", "localhost:9094", "http://host"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match="is neither http://HOST:PORT nor unix:PATH"):
        ControlClient(url)
