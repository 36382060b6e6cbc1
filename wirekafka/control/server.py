"""The control port's sockets, and how its libraries come in late.

The port is bound with the broker's. What speaks HTTP is imported at the first connection, in a
thread, while the connection waits unread: a broker whose control port nobody uses never pays.
A connection that comes while the broker starts is left waiting for up to `START_GRACE_S`, so that
the import does not slow the start that it waits for; then it is served, and hears 503.

Invariant: a connection is in the hands of a `_Doorman` until the libraries are here, then in those
of uvicorn's HTTP protocol, which keeps itself in `_state.connections`.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import os
import socket
import stat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wirekafka.broker import Broker
    from wirekafka.control.connection import ControlConnection

logger = logging.getLogger("wirekafka.control")

DEFAULT_HOST = "127.0.0.1"

UNIX = "unix:"
"""In front of a path: the port is a socket in the file system, and its permissions say who may."""

START_GRACE_S = 1.0
"""Most starts are shorter; who watches a longer one may look at /live meanwhile."""

MAX_CONNECTIONS = 256
"""They share the descriptors of the process with clients; a suite has one for each worker."""

_STOP_ROUNDS = 50
_STOP_ROUND_S = 0.005
_BACKLOG = 128
_OWNER_ONLY = 0o600
_KEEP_ALIVE_S = 60

_TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n"
    b"connection: close\r\n\r\n"
    b'{"error":"%d connections are open","field":null,"hint":"close some"}\n' % MAX_CONNECTIONS
)


class ControlAddressError(Exception):
    """The address of the control port cannot be had, or may not be used like this."""


def parse_address(text: str) -> tuple[str, int]:
    """[HOST:]PORT as (host, port); the host may stand in brackets. unix:PATH is a host with the
    port 0. ControlAddressError."""
    if text.startswith(UNIX) and len(text) > len(UNIX):
        return text, 0
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < 1 << 16):
        raise ControlAddressError(f"{text!r} is not [HOST:]PORT")
    return host.removeprefix("[").removesuffix("]") or DEFAULT_HOST, int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address of this name."""
    if host == "localhost" or host.startswith(UNIX):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class ControlPort:
    """`bind`, `accept` on the broker's loop, `broker_started`, and `close` before the broker
    stops."""

    def __init__(self, broker: Broker, *, token: str | None = None) -> None:
        broker.dispatcher.shows_all = True
        self._broker = broker
        self._token = token
        self._socket: socket.socket
        self._path = ""
        self._server: asyncio.Server | None = None
        self._started = asyncio.Event()
        self._loading: asyncio.Task[None] | None = None
        self._doormen: set[_Doorman] = set()
        self._config: Any = None
        self._state: Any = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that it is bound to."""
        name = self._socket.getsockname()
        if isinstance(name, str):
            return UNIX + name, 0
        host, port = name[:2]
        return host, port

    @property
    def url(self) -> str:
        """As a client writes it."""
        host, port = self.address
        if host.startswith(UNIX):
            return host
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def bind(self, host: str, port: int) -> None:
        """Take the address; port 0 is any free one. ControlAddressError when that cannot be."""
        if self._token is None and not is_loopback(host):
            raise ControlAddressError(
                f"the control port on {host} is open to the network and needs --control-token"
            )
        try:
            self._socket = _bound(host, port)
            self._path = host.removeprefix(UNIX) if host.startswith(UNIX) else ""
        except OSError as error:
            raise ControlAddressError(
                f"control port: cannot listen on {host} port {port}: {error.strerror or error}"
            ) from error

    async def accept(self) -> None:
        """Let connections in."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, sock=self._socket, backlog=_BACKLOG)

    def broker_started(self) -> None:
        """From now on all routes are answered."""
        self._started.set()

    async def close(self) -> None:
        """Refuse connections, cancel what still waits and close what is open."""
        if self._loading is not None:
            self._loading.cancel()
        if self._server is not None:
            self._server.close()
        if hasattr(self, "_socket"):
            self._socket.close()
            if self._path:
                with contextlib.suppress(OSError):
                    os.unlink(self._path)
        for doorman in list(self._doormen):
            doorman.transport.abort()
        if self._state is None:
            return
        for task in list(self._state.tasks):
            task.cancel()
        for connection in list(self._state.connections):
            connection.shutdown()
        for _ in range(_STOP_ROUNDS):
            if not self._state.connections and not self._state.tasks:
                return
            await asyncio.sleep(_STOP_ROUND_S)
        for connection in list(self._state.connections):
            connection.transport.abort()

    # -- the libraries --------------------------------------------------------------------------

    def _protocol(self) -> asyncio.Protocol:
        open_now = len(self._doormen) + (len(self._state.connections) if self._state else 0)
        if open_now >= MAX_CONNECTIONS:
            return _TurnedAway()
        return _Doorman(self) if self._config is None else self._http()

    def _http(self) -> ControlConnection:
        from wirekafka.control.connection import ControlConnection

        return ControlConnection(config=self._config, server_state=self._state, app_state={})

    def arrived(self, doorman: _Doorman) -> None:
        """A connection came before the libraries."""
        self._doormen.add(doorman)
        if self._config is not None:
            self._hand_over()
        elif self._loading is None:
            self._loading = asyncio.create_task(self._load_or_say(), name="control-port")

    def left(self, doorman: _Doorman) -> None:
        """It is gone, or uvicorn's."""
        self._doormen.discard(doorman)

    async def _load_or_say(self) -> None:
        """Nobody may be left waiting for a port that cannot answer; the next one tries again."""
        try:
            await self._load()
        except Exception:
            logger.exception("the control port cannot answer")
            self._loading = None
            for doorman in list(self._doormen):
                doorman.transport.abort()

    async def _load(self) -> None:
        try:
            await asyncio.wait_for(self._started.wait(), START_GRACE_S)
        except TimeoutError:
            logger.debug("control port asked while the broker starts")
        await asyncio.to_thread(_import_libraries)
        from uvicorn.config import Config
        from uvicorn.server import ServerState

        from wirekafka.control.application import application

        served = application(self._broker, token=self._token, is_started=self._started.is_set)
        config = Config(
            served,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",  # that somebody sends no HTTP is told to him, not to the log
            access_log=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
        )
        config.load()
        self._state = ServerState()
        self._config = config
        self._hand_over()

    def _hand_over(self) -> None:
        for doorman in list(self._doormen):
            self.left(doorman)
            http = self._http()
            doorman.transport.set_protocol(http)
            http.connection_made(doorman.transport)
            if doorman.early:
                http.data_received(doorman.early)
            doorman.transport.resume_reading()


class _Doorman(asyncio.Protocol):
    """Holds a connection, unread, until there is somebody who speaks HTTP."""

    def __init__(self, port: ControlPort) -> None:
        self._port = port
        self.transport: asyncio.Transport
        self.early = b""
        """What was read all the same."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.pause_reading()
        self._port.arrived(self)

    def data_received(self, data: bytes) -> None:
        # In Python 3.11.2 a transport begins to read after `connection_made`, paused or not.
        self.early += data
        self.transport.resume_reading()
        self.transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._port.left(self)


class _TurnedAway(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(_TOO_MANY)
        transport.close()


def _import_libraries() -> None:
    """What the port needs besides the standard library; 0.2 s that the loop does not spend."""
    import wirekafka.control.application
    import wirekafka.control.connection
    from wirekafka.control.routes import all_routes

    assert wirekafka.control.application
    assert wirekafka.control.connection
    all_routes()


def _bound(host: str, port: int) -> socket.socket:
    if host.startswith(UNIX):
        return _bound_in_file_system(host.removeprefix(UNIX))
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    bound.setblocking(False)
    return bound


def _bound_in_file_system(path: str) -> socket.socket:
    """A socket of an ended broker is in nobody's way; one that answers is."""
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
            other.connect(path)
        raise OSError(errno.EADDRINUSE, "another control port answers there")
    except (FileNotFoundError, ConnectionRefusedError):
        pass
    except OSError:
        bound.close()
        raise
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(os.stat(path).st_mode):
            os.unlink(path)
    try:
        bound.bind(path)
        os.chmod(path, _OWNER_ONLY)
    except OSError:
        bound.close()
        raise
    bound.setblocking(False)
    return bound
