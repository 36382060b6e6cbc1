"""Ctrl-C and SIGTERM as something to look at, for commands that say goodbye before they end.

The first signal is noted; after it the signals have their old meaning, so that a second one ends a
command that does not come to look.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import TracebackType

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopSignals:
    """`with StopSignals() as stop: while not stop.is_asked: …`"""

    def __init__(self, on_stop: Callable[[], None] | None = None) -> None:
        self.number: int | None = None
        self._on_stop = on_stop
        self._before: dict[int, object] = {}

    @property
    def is_asked(self) -> bool:
        """Whether a signal came."""
        return self.number is not None

    @property
    def exit_code(self) -> int:
        """0, or what a shell says of a process that a signal ended."""
        return 0 if self.number is None else 128 + self.number

    def __enter__(self) -> StopSignals:
        for one in _SIGNALS:
            self._before[one] = signal.signal(one, self._asked)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._restore()

    def _asked(self, number: int, frame: object) -> None:
        self.number = number
        self._restore()
        if self._on_stop is not None:
            self._on_stop()

    def _restore(self) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)  # type: ignore[arg-type]  # it was one before
        self._before.clear()
