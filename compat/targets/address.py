"""Any broker that runs already, by HOST:PORT: nothing about it can be set or restarted."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Self

from .target import TargetError, answers

_ADDRESS = re.compile(r"[^\s:/]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}")


class Address:
    """A broker of somebody else's."""

    private = False

    def __init__(self, address: str, configs: dict[str, str]) -> None:
        if not _ADDRESS.fullmatch(address):
            raise ValueError(f"{address} is neither a kind of target nor HOST:PORT")
        if configs:
            raise TargetError(f"{address} is not ours: its configs cannot be set")
        self.name = self.bootstrap = address

    def __enter__(self) -> Self:
        host, _, port = self.bootstrap.rpartition(":")
        if not answers(host.strip("[]"), int(port)):
            raise TargetError(f"nothing that speaks Kafka answers at {self.bootstrap}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def restart(self, *, hard: bool = False) -> None:
        raise TargetError(f"{self.name} is not ours to restart")

    def log_tail(self, lines: int = 40) -> str:
        return ""
