"""Limits of the number of connections: who is served, who waits, who is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from wirekafka.clock import SystemClock
from wirekafka.network.connection_limits import Maxima
from wirekafka.network.server import Server

REQUEST = b"\0\0\0\4echo"


class Echo:
    """A backend that answers every frame with itself."""

    @property
    def dispatcher(self) -> Any:
        return self

    def handle(self, connection: Any, frame: memoryview, pos: int, end: int) -> bytes:
        return bytes(frame[pos - 4 : end])

    def commit(self) -> bool:
        return True

    def wake(self) -> None:
        pass


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def is_served(self) -> bool:
        """Ask, and wait for an answer or the end of the connection."""
        self.writer.write(REQUEST)
        return await self.hears()

    async def hears(self) -> bool:
        """As `is_served`, but does not ask."""
        async with asyncio.timeout(10):
            try:
                return await self._reader.readexactly(len(REQUEST)) == REQUEST
            except (asyncio.IncompleteReadError, ConnectionError):
                return False


Connect = Callable[..., Awaitable[Client]]
Scenario = Callable[[Server, Connect], Awaitable[None]]


def run(scenario: Scenario, maxima: Maxima) -> None:
    async def main() -> None:
        server = Server(
            backend=Echo(), clock=SystemClock(), max_request_bytes=100, max_idle_ms=0, backlog=10
        )
        server.limit_connections(maxima)
        addresses = {
            name: server.bind(name, "127.0.0.1", 0, None).address for name in ("CLIENTS", "BROKERS")
        }
        await server.accept()
        clients = []

        async def connect(listener: str = "CLIENTS") -> Client:
            clients.append(Client(*await asyncio.open_connection(*addresses[listener])))
            return clients[-1]

        try:
            await scenario(server, connect)
        finally:
            for client in clients:
                client.writer.close()
            server.stop_accepting()
            await server.close()

    asyncio.run(main())


async def waiting(server: Server, count: int) -> None:
    async with asyncio.timeout(10):
        while server.gate.waiting != count:
            await asyncio.sleep(0)


def test_one_too_many_waits_until_another_ends() -> None:
    async def scenario(server: Server, connect: Connect) -> None:
        first = await connect()
        assert await first.is_served()
        second = await connect()
        second.writer.write(REQUEST)
        await waiting(server, 1)
        assert await first.is_served()
        first.writer.close()
        assert await second.hears()

    run(scenario, Maxima(broker=1))


def test_a_higher_limit_lets_those_in_who_wait() -> None:
    async def scenario(server: Server, connect: Connect) -> None:
        clients = [await connect() for _ in range(3)]
        for client in clients:
            client.writer.write(REQUEST)
        await waiting(server, 2)
        server.limit_connections(Maxima(broker=3))
        assert [await client.hears() for client in clients] == [True] * 3

    run(scenario, Maxima(broker=1))


def test_with_a_lower_limit_those_who_were_silent_longest_are_closed() -> None:
    async def scenario(server: Server, connect: Connect) -> None:
        clients = [await connect() for _ in range(4)]
        for client in (*clients, clients[0]):
            assert await client.is_served()
        server.limit_connections(Maxima(broker=2))
        server.limit_connections(Maxima(broker=2))  # those that are closing are counted once
        served = [await client.is_served() for client in clients]
        assert served == [True, False, False, True]

    run(scenario, Maxima())


def test_a_limit_of_a_listener_is_for_that_listener() -> None:
    async def scenario(server: Server, connect: Connect) -> None:
        first, second = await connect(), await connect()
        await waiting(server, 1)
        assert await (await connect("BROKERS")).is_served()
        assert await first.is_served()
        first.writer.close()
        assert await second.is_served()

    run(scenario, Maxima(of_listener={"CLIENTS": 1}))


def test_the_listener_of_brokers_takes_the_slot_of_a_client() -> None:
    async def scenario(server: Server, connect: Connect) -> None:
        client = await connect()
        assert await client.is_served()
        broker = await connect("BROKERS")
        assert await broker.is_served()
        assert not await client.is_served()
        assert await broker.is_served()

    run(scenario, Maxima(broker=1, protected="BROKERS"))


def test_one_too_many_from_an_address_is_closed() -> None:
    async def scenario(server: Server, connect: Connect) -> None:
        assert await (await connect()).is_served()
        assert not await (await connect()).is_served()

    run(scenario, Maxima(per_address=9, of_address={"127.0.0.1": 1}))


def test_who_waits_is_closed_when_the_server_ends() -> None:
    waits: list[Client] = []

    async def scenario(server: Server, connect: Connect) -> None:
        assert await (await connect()).is_served()
        waits.append(await connect())
        await waiting(server, 1)
        server.stop_accepting()
        await server.close()
        assert not await waits[0].is_served()

    run(scenario, Maxima(broker=1))
