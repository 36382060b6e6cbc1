"""What the suite's own tests share: scenario files made on the spot, and a broker that is none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from compat.scenario import Scenario, find_scenarios

Answer = Callable[[bytes], bytes | None]
"""From a request frame to an answer frame (both without size); None closes the connection."""


class FakeTarget:
    """Answers every frame by a function, or not at all with `answer` None."""

    name = "fake"
    private = True

    def __init__(self, answer: Answer | None) -> None:
        self.bootstrap = ""
        self.restarts: list[bool] = []
        self._answer = answer
        self._connections: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.bootstrap = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in self._connections:
            connection.close()

    def restart(self, *, hard: bool = False) -> None:
        self.restarts.append(hard)

    def log_tail(self, lines: int = 40) -> str:
        return ""

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            stream = connection.makefile("rb")
            while len(head := stream.read(4)) == 4:
                frame = stream.read(int.from_bytes(head, "big"))
                if self._answer is None:
                    continue
                answer = self._answer(frame)
                if answer is None:
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                connection.sendall(len(answer).to_bytes(4, "big") + answer)


@pytest.fixture
def fake_target() -> Callable[[Answer | None], FakeTarget]:
    """Makes targets; enter them like any other."""
    return FakeTarget


@pytest.fixture
def make_scenarios(tmp_path: Path) -> Callable[..., list[Scenario]]:
    """Writes scenario files, given as name=source, and finds them."""

    def make(**sources: str) -> list[Scenario]:
        folder = tmp_path / "area"
        folder.mkdir(exist_ok=True)
        for name, source in sources.items():
            (folder / f"{name}.py").write_text(source)
        return find_scenarios(tmp_path)

    return make
