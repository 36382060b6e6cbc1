"""The control port as a socket in the file system."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest

from wirekafka.broker import Broker
from wirekafka.cli.doctor import ask
from wirekafka.config.parse import load
from wirekafka.control.server import ControlAddressError, ControlPort, is_loopback, parse_address


def serve(tmp_path: Path, path: Path) -> Any:
    """The doctor's answer through the socket at `path`, its permissions, and what is left."""

    async def live() -> Any:
        settings = load(assignments=[f"log.dirs={tmp_path}", "listeners=PLAINTEXT://127.0.0.1:0"])
        broker = Broker(settings, ephemeral=True)
        port = ControlPort(broker)
        port.bind(*parse_address(f"unix:{path}"))
        await port.accept()
        await broker.start()
        port.broker_started()
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            answer = await asyncio.to_thread(ask, port.url, "/doctor", None)
        finally:
            await port.close()
            await broker.stop()
        return answer, mode

    return asyncio.run(live())


def test_it_answers_only_its_owner_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    assert serve(tmp_path / "data", path) == ({"mistakes": [], "doubts": [], "waits": []}, 0o600)
    assert not path.exists()


def test_the_socket_of_a_broker_that_died_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    port = ControlPort(Broker(load()))
    port.bind(*parse_address(f"unix:{path}"))
    port._socket.close()
    assert path.exists()
    assert serve(tmp_path / "data", path)[1] == 0o600


def test_a_file_that_is_no_socket_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_text("data")
    with pytest.raises(ControlAddressError):
        ControlPort(Broker(load())).bind(*parse_address(f"unix:{path}"))
    assert path.read_text() == "data"


def test_it_needs_no_token() -> None:
    assert is_loopback(parse_address("unix:/run/control.sock")[0])
