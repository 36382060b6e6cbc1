"""What the configs of listeners, sockets and connections do, over loopback.

`proves` names the configs whose effect a test shows; test_effect_complete.py reads it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest
from wirekafka_protocol.messages.metadata import MetadataRequest

from wirekafka.config.parse import load
from wirekafka.config.property import ConfigError

BROKER = 4
Live = Any  # LiveBroker of conftest.py, which tests cannot import
OnBroker = Callable[..., Any]
proves = pytest.mark.proves

HELLO = ApiVersionsRequest("test", "1")


# -- listeners ----------------------------------------------------------------------------------


async def addresses(live: Live) -> int:
    return len(live.broker.addresses)


@proves("listeners", "listener.security.protocol.map", "controller.listener.names")
def test_the_listeners_are_those_that_are_no_controllers(on_broker: OnBroker) -> None:
    both = "listeners=PLAINTEXT://127.0.0.1:0,MINE://127.0.0.1:0"
    mapped = "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,MINE:PLAINTEXT"
    assert on_broker(addresses) == 1
    assert on_broker(addresses, both, mapped) == 2
    assert on_broker(addresses, both, mapped, "controller.listener.names=MINE") == 1
    with pytest.raises(ConfigError, match="listener MINE has no protocol"):
        load(assignments=[both])


def test_listeners_of_a_running_broker_stay_and_a_change_is_refused(on_broker: OnBroker) -> None:
    async def change(live: Live) -> tuple[int, str]:
        return await live.alter(BROKER, "1", "listeners", "PLAINTEXT://127.0.0.1:0")

    assert on_broker(change) == (
        42,
        "Cannot update these configs without a restart: [listeners]",
    )


@proves("advertised.listeners")
def test_the_address_that_clients_are_told(on_broker: OnBroker) -> None:
    async def told(live: Live) -> bool | str:
        (node,) = (await live.call(MetadataRequest([]))).brokers
        address = (node.host, node.port)
        return True if address == live.broker.addresses[0] else f"{node.host}:{node.port}"

    assert on_broker(told) is True
    advertised = "advertised.listeners=PLAINTEXT://kafka.example:1234"
    assert on_broker(told, advertised) == "kafka.example:1234"


# -- connections --------------------------------------------------------------------------------


async def served(live: Live, connections: int = 3) -> int:
    """How many of some connections at once are served; the others are closed or wait."""
    return sum([await is_served(live) for _ in range(connections)])


async def is_served(live: Live, listener: int = 0) -> bool:
    gate = live.broker.server.gate
    before = (gate.waiting, len(live.connections))
    call = asyncio.create_task(live.call(HELLO, listener=listener))
    while not call.done() and (gate.waiting == before[0] or len(live.connections) == before[1]):
        await asyncio.sleep(0)
    return call.done() and await call is not None


@proves("max.connections", "max.connections.per.ip", "max.connections.per.ip.overrides")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max.connections", "2"),
        ("max.connections.per.ip", "2"),
        ("max.connections.per.ip.overrides", "127.0.0.1:2,::1:2"),
        ("max.connections.per.ip.overrides", "localhost:2"),
    ],
)
def test_connections_at_once(
    on_broker: OnBroker, name: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def dynamic(live: Live) -> list[int]:
        seen = [await served(live)]
        for owner in ("", "1"):
            for setting in (value, None):
                live.close_connections()
                await gone(live)
                assert await live.alter(BROKER, owner, name, setting) == (0, None)
                await live.broker.throttling.settle(10)  # a host name is looked up
                seen.append(await served(live))
        return seen

    assert on_broker(served, f"{name}={value}") == 2
    assert f"client=127.0.0.1 reason={name} reached" in caplog.text
    assert on_broker(dynamic) == [3, 2, 3, 2, 3]


def test_connections_at_once_of_one_listener(
    on_broker: OnBroker, caplog: pytest.LogCaptureFixture
) -> None:
    name = "listener.name.mine.max.connections"

    async def served_of_both(live: Live) -> tuple[int, int]:
        found = [await is_served(live, which) for which in (0, 1) for _ in range(3)]
        live.close_connections()
        await gone(live)
        return sum(found[:3]), sum(found[3:])

    async def dynamic(live: Live) -> list[tuple[int, int]]:
        seen = [await served_of_both(live)]
        for owner in ("", "1"):
            for setting in ("2", None):
                assert await live.alter(BROKER, owner, name, setting) == (0, None)
                seen.append(await served_of_both(live))
        return seen

    settings = (
        "listeners=PLAINTEXT://127.0.0.1:0,MINE://127.0.0.1:0",
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,MINE:PLAINTEXT",
    )
    assert on_broker(served_of_both, *settings, f"{name}=1") == (3, 1)
    assert f"reason={name} reached" in caplog.text
    assert on_broker(dynamic, *settings) == [(3, 3), (3, 2), (3, 3), (3, 2), (3, 3)]


async def gone(live: Live) -> None:
    """The broker has noticed that all connections are closed."""
    async with asyncio.timeout(10):
        while live.broker.server.connections:
            await asyncio.sleep(0)


def test_an_override_may_be_higher_and_a_host_without_address_is_said(
    on_broker: OnBroker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    overrides = "max.connections.per.ip.overrides=127.0.0.1:2,no..host:5"
    assert on_broker(served, "max.connections.per.ip=0", overrides) == 2
    assert "no..host is not found" in caplog.text


def test_none_from_anywhere_needs_somewhere() -> None:
    with pytest.raises(ConfigError, match=r"max\.connections\.per\.ip can be 0 only with"):
        load(assignments=["max.connections.per.ip=0"])


@proves("connections.max.idle.ms")
def test_idle_connections_are_closed(on_broker: OnBroker) -> None:
    async def closed(live: Live) -> bool:
        assert await live.call(HELLO) is not None
        server = live.broker.server
        (connection,) = server.connections
        before = server.monotonic
        server.monotonic = lambda: before() + 60
        server._check_idle()
        return connection._closing

    assert on_broker(closed) is False
    assert on_broker(closed, "connections.max.idle.ms=50000") is True


@proves("socket.request.max.bytes")
def test_the_largest_request(on_broker: OnBroker) -> None:
    async def answered(live: Live) -> bool:
        return await live.call(ApiVersionsRequest("test", "1" * 200)) is not None

    assert on_broker(answered) is True
    assert on_broker(answered, "socket.request.max.bytes=100") is False


# -- sockets ------------------------------------------------------------------------------------


@proves("socket.send.buffer.bytes", "socket.receive.buffer.bytes")
@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("socket.send.buffer.bytes", socket.SO_SNDBUF),
        ("socket.receive.buffer.bytes", socket.SO_RCVBUF),
    ],
)
def test_buffers_of_accepted_connections(on_broker: OnBroker, name: str, option: int) -> None:
    """Unless a size is asked for, the system's own, which it tunes."""

    async def size(live: Live) -> int:
        assert await live.call(HELLO) is not None
        (connection,) = live.broker.server.connections
        accepted = connection._transport.get_extra_info("socket")
        return accepted.getsockopt(socket.SOL_SOCKET, option)

    with socket.socket() as reference:
        reference.setsockopt(socket.SOL_SOCKET, option, 30_000)
        expected = reference.getsockopt(socket.SOL_SOCKET, option)
    assert on_broker(size) != expected
    assert on_broker(size, f"{name}=-1") != expected
    assert on_broker(size, f"{name}=30000") == expected


@proves("socket.listen.backlog.size")
def test_connections_that_the_system_holds(
    on_broker: OnBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    backlogs = []
    create_server = asyncio.BaseEventLoop.create_server

    async def record(*args: Any, **options: Any) -> Any:
        backlogs.append(options["backlog"])
        return await create_server(*args, **options)

    monkeypatch.setattr(asyncio.BaseEventLoop, "create_server", record)
    on_broker(addresses)
    on_broker(addresses, "socket.listen.backlog.size=7")
    assert backlogs == [1024, 7]
