"""Listeners and the connections that they brought.

Sockets are bound before the broker is ready and accept only after, so that the first connect that
succeeds finds a broker that answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from wirekafka.clock import Clock, TimerHandle
from wirekafka.network.advertised import Address, Forwarded, subnets_of_machine
from wirekafka.network.buffers import BufferPool
from wirekafka.network.connection import Connection
from wirekafka.network.connection_limits import ConnectionLimits, Maxima
from wirekafka.network.gate import Gate

if TYPE_CHECKING:
    from wirekafka.observe.recorder import Recorder
    from wirekafka.quotas.network_time import NetworkTime

logger = logging.getLogger("wirekafka.network")

_PORT_ATTEMPTS = 20
"""Tries to find one free port on both address families when port 0 is asked for."""


SYSTEM_BUFFER = -1
"""A socket's buffer is left to the operating system, which tunes it while data flows."""


class Backend(Protocol):
    """What the network needs of the broker."""

    @property
    def dispatcher(self) -> Any:
        """Has handle(connection, frame, pos, end)."""

    def commit(self) -> bool:
        """Write what Produce staged; False if that failed: nothing of it may be acknowledged."""

    def wake(self) -> None:
        """Wake who waited for it, after the producer has its answers."""


class Listener:
    """One bound listener: a name, its sockets, and the address that its clients are told."""

    def __init__(
        self,
        server: Server,
        name: str,
        sockets: list[socket.socket],
        advertised: tuple[str, int] | None,
    ) -> None:
        self.server = server
        self.name = name
        self.sockets = sockets
        self.advertised = advertised
        self.accepting: list[asyncio.Server] = []

    def told(self, reached: Address, client_host: str) -> Address:
        """The address of this broker for a client of this listener that reached `reached`."""
        if self.advertised is not None:
            return self.advertised
        forwarded = self.server.forwarded
        return reached if forwarded is None else forwarded.address(reached, client_host)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that the first socket is bound to."""
        host, port = self.sockets[0].getsockname()[:2]
        return host, port


class Server:
    """All listeners and connections of one broker."""

    def __init__(
        self,
        *,
        backend: Backend,
        clock: Clock,
        max_request_bytes: int,
        max_idle_ms: int,
        backlog: int,
        send_buffer_bytes: int = SYSTEM_BUFFER,
        receive_buffer_bytes: int = SYSTEM_BUFFER,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self._clock = clock
        self.monotonic: Callable[[], float] = self._clock.monotonic
        self.steady: Callable[[], float] = self._clock.steady.monotonic
        self.dispatcher = backend.dispatcher
        self.commit = backend.commit
        self.wake = backend.wake
        self.buffers = BufferPool()
        self.max_request_bytes = max_request_bytes
        self.listeners: list[Listener] = []
        self.connections: set[Connection] = set()
        self._max_idle_ms = max_idle_ms
        self._backlog = backlog
        self._buffers_asked_for = {
            socket.SO_SNDBUF: send_buffer_bytes,
            socket.SO_RCVBUF: receive_buffer_bytes,
        }
        self._limits = ConnectionLimits()
        self._idle_timer: TimerHandle | None = None
        # Of connections that are gone.
        self._served_before = 0
        self._received_before = 0
        self.gate = Gate(clock, self._limits.slot_limit_reached)
        self.refuses: Callable[[str], bool] | None = None
        """Set while a fault refuses connections: whether it refuses one from this host."""
        self.recorder: Recorder | None = None
        """Gives each connection a tape of what it says."""
        self.departed: Callable[[Connection], None] | None = None
        """Told of each connection that is gone, while somebody follows the members of groups."""
        self.new_network_time: Callable[[], NetworkTime] | None = None
        self.is_closing = False
        """Whether all connections are being closed, by `close`."""
        self.forwarded: Forwarded | None = None
        """The hint of a port that leads here, which connections cannot show."""

    def limit_connections(self, maxima: Maxima) -> None:
        """From now on there are no more than these; who was silent for the longest time goes."""
        self._limits.maxima = maxima
        self._close_excess()
        self.gate.slot_freed()

    def forward(self, hint: tuple[str | None, int] | None) -> None:
        """Tell clients of a forwarded port, or no more of one; see `advertised.py`."""
        self.forwarded = None if hint is None else Forwarded(*hint, subnets_of_machine())
        self.tell_addresses()

    def tell_addresses(self) -> None:
        """From now on connections that are open tell the addresses that are set now."""
        for connection in self.connections:
            connection.tell_address()

    def count_time(self, new_network_time: Callable[[], NetworkTime] | None) -> None:
        """From now on all connections count what their reading and sending take, or none does."""
        self.new_network_time = new_network_time
        for connection in self.connections:
            connection.count_time(new_network_time() if new_network_time else None)

    def bind(self, name: str, host: str, port: int, advertised: tuple[str, int] | None) -> Listener:
        """Bind one listener; host "" is every address. OSError when the port is taken."""
        listener = Listener(self, name, _bind_sockets(host, port), advertised)
        for sock in listener.sockets:
            self._size_buffers(sock)
        self.listeners.append(listener)
        return listener

    async def accept(self) -> None:
        """Start to accept on every bound listener."""
        for listener in self.listeners:
            for sock in listener.sockets:
                listener.accepting.append(
                    await self.loop.create_server(
                        lambda listener=listener: Connection(listener),  # type: ignore[misc]
                        sock=sock,
                        backlog=self._backlog,
                    )
                )
        self._schedule_idle_check()

    def pause_accepting(self) -> None:
        """As `stop_accepting`, but the sockets go on to listen: who connects waits for `accept`."""
        for listener in self.listeners:
            kept = [sock.dup() for sock in listener.sockets]
            for accepting in listener.accepting:
                accepting.close()
            listener.accepting.clear()
            listener.sockets = kept

    def stop_accepting(self) -> None:
        """Refuse new connections; existing ones go on."""
        for listener in self.listeners:
            for accepting in listener.accepting:
                accepting.close()
            for sock in listener.sockets:
                sock.close()

    async def close(self) -> None:
        """Close all connections, sending what was answered, and wait until they are gone."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        self.gate.close()
        self.gate = Gate(self._clock, self._limits.slot_limit_reached)
        self.is_closing = True
        try:
            for connection in list(self.connections):
                connection.shut_down()
            for _ in range(50):
                if not self.connections:
                    return
                await asyncio.sleep(0.005)
            for connection in list(self.connections):
                connection.abort()
            await asyncio.sleep(0)  # they are told
        finally:
            self.is_closing = False

    def admit(self, connection: Connection) -> bool:
        """Count a new connection; False when there are too many from its address."""
        host = connection.client_host
        reached = self._limits.address_limit_reached(host)
        if reached is not None:
            logger.warning("connection refused client=%s reason=%s reached", host, reached)
            return False
        self.connections.add(connection)
        self._limits.add(connection.listener, host)
        self._close_excess()
        return True

    def forget(self, connection: Connection) -> None:
        """A connection is gone."""
        if connection in self.connections:
            self.connections.discard(connection)
            self._served_before += connection.served
            self._received_before += connection.received_bytes
            self._limits.remove(connection.listener, connection.client_host)
            self.gate.slot_freed()
            if self.departed is not None:
                self.departed(connection)

    @property
    def served(self) -> int:
        """Requests that were handled since the start."""
        return self._served_before + sum(connection.served for connection in self.connections)

    @property
    def received_bytes(self) -> int:
        """Bytes that clients sent since the start."""
        open_now = sum(connection.received_bytes for connection in self.connections)
        return self._received_before + open_now

    def _close_excess(self) -> None:
        if not self._limits.excess():
            return
        closing = sum(connection.closing for connection in self.connections)
        protected = self._limits.maxima.protected
        open_ones = (c for c in self.connections if not c.closing and c.listener != protected)
        longest_silent = sorted(open_ones, key=lambda connection: connection.last_active)
        for connection in longest_silent[: max(self._limits.excess() - closing, 0)]:
            connection.close("max.connections exceeded")

    def _size_buffers(self, sock: socket.socket) -> None:
        # On the listening socket, from which accepted ones take it over: the window that TCP
        # offers in its first packet depends on the receive buffer.
        for option, size in self._buffers_asked_for.items():
            if size >= 0:
                sock.setsockopt(socket.SOL_SOCKET, option, size)

    def _schedule_idle_check(self) -> None:
        if self._max_idle_ms > 0:
            delay = max(0.05, min(self._max_idle_ms / 1000 / 4, 30))
            self._idle_timer = self._clock.call_at(self.monotonic() + delay, self._check_idle)

    def close_idle(self) -> None:
        """Close who was idle for connections.max.idle.ms."""
        if self._max_idle_ms <= 0:
            return
        oldest = self.monotonic() - self._max_idle_ms / 1000
        for connection in list(self.connections):
            if connection.idle and connection.last_active < oldest:
                connection.close("idle for connections.max.idle.ms")

    def _check_idle(self) -> None:
        self.close_idle()
        self._schedule_idle_check()


def _bind_sockets(host: str, port: int) -> list[socket.socket]:
    """Sockets for every address of `host`, all on one port."""
    for attempt in range(_PORT_ATTEMPTS):
        sockets: list[socket.socket] = []
        try:
            for address in _addresses(host, port):
                chosen = sockets[0].getsockname()[1] if sockets else port
                bound = _bind_one(address, chosen)
                if bound is not None:
                    sockets.append(bound)
        except OSError as error:
            for sock in sockets:
                sock.close()
            retry = port == 0 and error.errno == errno.EADDRINUSE and attempt < _PORT_ATTEMPTS - 1
            if not retry:
                raise
        else:
            if sockets:
                return sockets
            raise OSError(errno.EADDRNOTAVAIL, f"no address of {host!r} can be bound")
    raise AssertionError("the last attempt raises")


def _addresses(host: str, port: int) -> list[tuple[int, Any]]:
    """(family, address) of each address that `host` stands for, IPv4 first."""
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    unique = {(family, address[0]): address for family, _, _, _, address in found}
    return sorted(
        ((family, address) for (family, _), address in unique.items()),
        key=lambda item: item[0] != socket.AF_INET,
    )


def _bind_one(address: tuple[int, Any], port: int) -> socket.socket | None:
    family, target = address
    try:
        # With the protocol spelled out: asyncio sets TCP_NODELAY only where it reads TCP.
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError:
        return None  # the machine has no such address family
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((target[0], port, *target[2:]))
    except OSError as error:
        with contextlib.suppress(OSError):
            sock.close()
        if family == socket.AF_INET6 and error.errno == errno.EADDRNOTAVAIL:
            return None  # IPv6 is compiled in but switched off
        raise
    sock.setblocking(False)
    return sock
