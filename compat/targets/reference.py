"""The real Apache Kafka 4.3.1 for scenarios: a node in a temporary directory, quick to start.

The two session timeouts are long, so that a machine under load does not make the node lose itself.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from .node import KafkaNode

# Brokers live for seconds here: thorough compilation would never pay off.
JAVA_OPTIONS = ("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
SESSION = "broker.session.timeout.ms"
PATIENCE = {SESSION: "300000", "controller.quorum.fetch.timeout.ms": "300000"}


class Reference:
    """One node of the real broker."""

    name = "reference"
    private = True

    def __init__(self, configs: dict[str, str]) -> None:
        self.bootstrap = ""
        self._configs = PATIENCE | configs
        self._opened = ExitStack()
        self._node: KafkaNode | None = None

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            home = TemporaryDirectory(prefix="compat-kafka-", ignore_cleanup_errors=True)
            directory = Path(opening.enter_context(home))
            node = KafkaNode(directory, java_options=JAVA_OPTIONS, configs=self._configs)
            # The directory goes, too, so nothing would be won by a clean stop.
            opening.callback(node.process.kill)
            self._node, self.bootstrap = node, node.bootstrap
            node.start()
            self._opened = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def restart(self, *, hard: bool = False) -> None:
        assert self._node is not None
        if hard:
            self._node.process.kill()
            # Until its old session is over the broker cannot register again.
            self._node.set(SESSION, "5000")
        else:
            self._node.process.stop()
        self._node.start()

    def log_tail(self, lines: int = 40) -> str:
        assert self._node is not None
        return self._node.process.log_tail(lines)
