"""One quota: limits, and what each client that is counted has used.

`C` is what counts: a `Rate` or a `TokenBucket`. There are never more than `MAX_COUNTS` of them,
however many client ids somebody invents: beyond that, those that were not used for the longest time
are forgotten. (Kafka forgets after an hour, which nobody can see: windows are of seconds.)

Source: `ClientQuotaManager.getOrCreateQuotaSensors`, `updateQuotaMetricConfigs` of Kafka 4.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from wirekafka.quotas.limits import Counted, Entity, Level, Limits

MAX_COUNTS = 20_000
"""About 30 MB when all of them have full rates."""

C = TypeVar("C")


class Count(Generic[C]):
    """What those who are counted together have used, and their limit."""

    __slots__ = ("counter", "is_known_throttled", "limit", "used_ms")

    def __init__(self, counter: C, limit: float, now_ms: int) -> None:
        self.counter = counter
        self.limit = limit
        self.used_ms = now_ms
        self.is_known_throttled = False
        """Whether the log says already that this limit was exceeded."""


class Quota(Generic[C]):
    """A quota of Kafka, by its key (producer_byte_rate, …)."""

    def __init__(self, key: str, new_counter: Callable[[], C]) -> None:
        self.key = key
        self._new_counter = new_counter
        self._limits = Limits()
        self._counts: dict[Counted, Count[C]] = {}
        self._by_client: dict[Counted, Count[C]] = {}

    @property
    def enabled(self) -> bool:
        """Whether there has been a limit since the start; only then anything is counted."""
        return self._limits.levels is not Level.NONE

    def replace_limits(self, limits: Mapping[Entity, float]) -> None:
        """From now on these and no others; what was used stays used."""
        self._limits.replace(limits)
        self._renew_counts()

    def change_limits(self, changes: Mapping[Entity, float | None]) -> None:
        """From now on these as well, None for no limit; costs as much as there are changes."""
        if self._limits.change(changes):
            self._renew_counts()

    def _renew_counts(self) -> None:
        self._by_client.clear()
        for counted, count in self._counts.items():
            limit = self._limits.of(counted)
            if limit != count.limit:
                count.limit = limit
                count.is_known_throttled = False

    def count_of(self, client: tuple[str, str], now_ms: int) -> Count[C]:
        """The count of a client (user, client id), marked as used now."""
        count = self._by_client.get(client)
        if count is None:
            count = self._find(client, now_ms)
        count.used_ms = now_ms
        return count

    def _find(self, client: tuple[str, str], now_ms: int) -> Count[C]:
        counted = self._limits.counted(*client)
        count = self._counts.get(counted)
        if count is None:
            if len(self._counts) >= MAX_COUNTS:
                self._forget_some()
            count = Count(self._new_counter(), self._limits.of(counted), now_ms)
            self._counts[counted] = count
        if len(self._by_client) >= MAX_COUNTS:
            self._by_client.clear()
        self._by_client[client] = count
        return count

    def _forget_some(self) -> None:
        oldest_first = sorted(self._counts.items(), key=lambda item: item[1].used_ms)
        self._counts = dict(oldest_first[MAX_COUNTS // 10 :])
        self._by_client.clear()
