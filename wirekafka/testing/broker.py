"""`Broker`: a broker for as long as a block of code runs.

    with Broker(num_partitions=3) as kafka: …          # a process of its own
    async with Broker(in_process=True) as kafka: …     # a thread of this process
    kafka.bootstrap                                     # "127.0.0.1:40123"

It is on a free port, in a temporary directory, and ready when the block begins; the process ends
with this one, however this one ends. Options are Kafka's configs, with "_" for "." or as a mapping.

Within it more brokers can be had in milliseconds: `namespace()` is an empty one, `fork()` one with
this one's records, groups and transactions; `snapshot()` and `restore()` go back in time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from wirekafka.testing.process import BrokerError, BrokerProcess, start, tail_of

if TYPE_CHECKING:
    from wirekafka.testing.control import ControlClient
    from wirekafka.testing.thread import BrokerThread

__all__ = ["Beside", "Broker", "BrokerError"]


class Commanded:
    """A broker whose control port is known."""

    bootstrap: str
    """host:port, as clients want it."""

    control_url: str
    """Empty where it is a broker that has none."""

    @property
    def control(self) -> ControlClient:
        """A new client of its control port: clock, faults, groups, records, reset."""
        from wirekafka.testing.control import ControlClient  # it imports http.client

        if not self.control_url:
            raise BrokerError(f"{self.bootstrap} is known without a control port")
        return ControlClient(self.control_url)

    def reset(self) -> None:
        """As new: nothing is left of topics, groups, settings, faults; clients are disconnected."""
        with self.control as control:
            control.reset()

    def namespace(self, name: str | None = None) -> Beside:
        """An empty broker beside this one, in milliseconds; end it with `close` or `with`."""
        with self.control as control:
            answer = control.start_namespace(name)
        return Beside(self.control_url, answer)

    def fork(self, name: str | None = None, *, snapshot: str | None = None) -> Beside:
        """A broker with the state as of now, or of a snapshot. Neither sees the other's writes."""
        with self.control as control:
            answer = control.start_fork(name, snapshot=snapshot)
        return Beside(self.control_url, answer)

    def snapshot(self, name: str) -> None:
        """Keep the whole state under a name."""
        with self.control as control:
            control.take_snapshot(name)

    def restore(self, name: str) -> None:
        """Go back to a snapshot; clients are disconnected and come back to the same port."""
        with self.control as control:
            control.restore_snapshot(name)


class Beside(Commanded):
    """A namespace or a fork."""

    def __init__(self, parent_url: str, answer: Mapping[str, str]) -> None:
        self._parent_url = parent_url
        self.name = answer["name"]
        self.bootstrap = answer["bootstrap"]
        self.control_url = answer["control"]

    def __repr__(self) -> str:
        return f"<Beside {self.name} at {self.bootstrap}>"

    def close(self) -> None:
        """End it; its data is gone."""
        from wirekafka.testing.control import ControlClient

        with ControlClient(self._parent_url) as control:
            control.end_namespace(self.name)

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *error: object) -> None:
        from wirekafka.testing.control import ControlRefused

        with contextlib.suppress(ControlRefused, OSError):  # the block may have ended it
            self.close()


class Broker(Commanded):
    """See the module. `data_dir`: keep the data there, it survives the broker; `port`: not any."""

    def __init__(
        self,
        configs: Mapping[str, object] | None = None,
        *,
        in_process: bool = False,
        data_dir: str | Path | None = None,
        port: int = 0,
        log_level: str = "INFO",
        spare_namespace: bool = False,
        **more_configs: object,
    ) -> None:
        self._configs = {name: config_text(value) for name, value in (configs or {}).items()}
        for name, value in more_configs.items():
            self._configs[name.replace("_", ".")] = config_text(value)
        self._in_process = in_process
        self._data_dir = Path(data_dir).absolute() if data_dir is not None else None
        self._port = port
        self._control_port = 0
        self._log_level = log_level
        self._spare_namespace = spare_namespace
        self._temporary: Path | None = None
        self._running: BrokerProcess | BrokerThread | None = None
        self._log_text = ""

    def __repr__(self) -> str:
        where = self.bootstrap if self._running is not None else "not running"
        return f"<Broker {where}>"

    @property
    def log(self) -> str:
        """What it has logged. A broker in this process logs to `logging`, as everything here."""
        if self._temporary is not None:
            with contextlib.suppress(OSError):
                return self._log_path.read_text(errors="replace")
        return self._log_text

    @property
    def answer(self) -> Mapping[str, Any]:
        """What the broker said of itself when it was ready."""
        assert self._running is not None, "the broker is not running"
        return self._running.answer

    def start(self) -> Broker:
        """Start, or start again on the same ports and data. Raises BrokerError."""
        if self._running is not None:
            raise BrokerError("the broker runs already")
        import tempfile

        self._temporary = Path(tempfile.mkdtemp(prefix="wirekafka-"))
        try:
            self._running = self._start()
        except BaseException:
            self._clean_up()
            raise
        self.bootstrap = self._running.answer["bootstrap"]
        self.control_url = self._running.answer["control"]
        self._port = int(self.bootstrap.rpartition(":")[2])
        self._control_port = int(self.control_url.rpartition(":")[2])
        return self

    def stop(self) -> None:
        """A clean stop; without `data_dir` the data is gone. In a child that was forked: nothing,
        the broker is its parent's."""
        running, self._running = self._running, None
        if running is not None and not running.is_inherited:
            running.stop()
            self._clean_up()

    def kill(self) -> None:
        """As kill -9 does it; `start` begins again with what is in `data_dir`."""
        running, self._running = self._running, None
        if not isinstance(running, BrokerProcess):
            raise BrokerError("only a broker in a process of its own can be killed")
        running.kill()
        self._clean_up()

    @property
    def pid(self) -> int:
        """Of its process."""
        if not isinstance(self._running, BrokerProcess) or self._running.process is None:
            raise BrokerError("it has no process of its own")
        return self._running.process.pid

    def __enter__(self) -> Broker:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None and not self._in_process:
            error.add_note(tail_of(self._log_path).lstrip("\n"))
        self.stop()

    async def __aenter__(self) -> Broker:
        import asyncio

        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        import asyncio

        await asyncio.to_thread(self.__exit__, kind, error, traceback)

    @property
    def _log_path(self) -> Path:
        assert self._temporary is not None
        return self._temporary / "broker.log"

    def _start(self) -> BrokerProcess | BrokerThread:
        from wirekafka.testing.wanted import Wanted

        assert self._temporary is not None
        wanted = Wanted(
            data_dir=str(self._data_dir or self._temporary / "data"),
            is_durable=self._data_dir is not None,
            port=self._port,
            control_port=self._control_port,
            configs=self._configs,
            spare_namespace=self._spare_namespace,
        )
        if self._in_process:
            from wirekafka.testing.thread import BrokerThread

            return BrokerThread.start(wanted)
        options = {
            "wanted": asdict(wanted),
            "log_level": self._log_level,
            "is_shared": False,
            "remove": str(self._temporary),
        }
        return start(options, self._log_path)

    def _clean_up(self) -> None:
        import shutil

        self._log_text = self.log
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
        self._temporary = None


def config_text(value: object) -> str:
    """A config's value as Kafka writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
