"""The floor under the bulk figures: the same bytes from a socket to a file and back, no more.

Both ends only make system calls on large buffers, so that Python costs next to nothing; what is
measured is the kernel's copying on this machine, which no broker can beat.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from time import perf_counter

BLOCK_BYTES = 256 * 1024
CHUNK_BYTES = 1_000_000


def copy(directory: str, chunks: int, passes: int) -> dict[str, float]:
    """Bytes per second into a file of `chunks` MB, and out of it `passes` times over."""
    path = Path(directory) / "copy"
    total = chunks * CHUNK_BYTES
    try:
        # A virtual machine hands out untouched memory slowly: the first file pays for it, so that
        # neither this floor nor the broker after it does.
        _time_in(path, total)
        path.unlink()
        return {
            "in_bytes_per_s": total / _time_in(path, total),
            "out_bytes_per_s": passes * total / _time_out(path, total, passes),
        }
    finally:
        path.unlink(missing_ok=True)


def _time_in(path: Path, total: int) -> float:
    near, far = _pair()
    child = os.fork()
    if child == 0:
        near.close()
        _socket_to_file(far, path, total)
        os._exit(0)
    far.close()
    chunk = bytes(CHUNK_BYTES)
    started = perf_counter()
    for _ in range(total // CHUNK_BYTES):
        near.sendall(chunk)
    near.recv(1)  # the other end has written everything
    seconds = perf_counter() - started
    near.close()
    os.waitpid(child, 0)
    return seconds


def _time_out(path: Path, total: int, passes: int) -> float:
    near, far = _pair()
    child = os.fork()
    if child == 0:
        near.close()
        _file_to_socket(far, path, total, passes)
        os._exit(0)
    far.close()
    buffer = memoryview(bytearray(1 << 20))
    left = total * passes
    started = perf_counter()
    while left > 0 and (count := near.recv_into(buffer)):
        left -= count
    seconds = perf_counter() - started
    near.close()
    os.waitpid(child, 0)
    return seconds


def _socket_to_file(sock: socket.socket, path: Path, total: int) -> None:
    buffer = memoryview(bytearray(BLOCK_BYTES))
    with open(path, "wb", buffering=0) as file:
        left = total
        while left > 0 and (count := sock.recv_into(buffer)):
            os.write(file.fileno(), buffer[:count])
            left -= count
    sock.sendall(b"!")


def _file_to_socket(sock: socket.socket, path: Path, total: int, passes: int) -> None:
    with open(path, "rb", buffering=0) as file:
        for _ in range(passes):
            at = 0
            while at < total:
                at += os.sendfile(sock.fileno(), file.fileno(), at, total - at)


def _pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of a TCP connection over loopback, as the brokers have it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname()[:2])
        far, _ = server.accept()
    return near, far
