"""The quotas of users and client ids in one broker: what a request uses and what it must wait.

`follow` takes over the limits of the image. Until a limit of any quota was set `enabled` is False,
and nobody asks anything here.

Byte rates and request time are rates: what is used is recorded first, and whoever is above the
limit waits until the rate is down again; for request time never longer than one window, because a
slow request says little. Topic changes are token buckets (KIP-599).

What is used is given as a plain number and the time as an argument of the clock: bytes, percent of
one processor (a second of it is 100), partitions.

Source: `ClientQuotaManager`, `ClientRequestQuotaManager`, `ControllerMutationQuotaManager`.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeVar

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata.client_quotas import (
    CLIENT_ID,
    CONSUMER_BYTE_RATE,
    CONTROLLER_MUTATION_RATE,
    PRODUCER_BYTE_RATE,
    REQUEST_PERCENTAGE,
    USER,
    ClientQuotaEntity,
    ClientQuotas,
)
from wirekafka.quotas.limits import ABSENT, UNLIMITED, Entity
from wirekafka.quotas.quota import Count, Quota
from wirekafka.quotas.rate import MAX_THROTTLE_MS, Rate
from wirekafka.quotas.token_bucket import TokenBucket

logger = logging.getLogger("wirekafka.quotas")

PERCENT_PER_SECOND = 100.0

_Limit = TypeVar("_Limit", float, float | None)
_NOTHING: Mapping[str, float] = {}


@dataclass(slots=True, frozen=True)
class Windows:
    """quota.window.num and quota.window.size.seconds, or those of the controller."""

    samples: int
    seconds: int

    @property
    def ms(self) -> int:
        """The length of one."""
        return self.seconds * 1000


class Client(NamedTuple):
    """Who is counted: the user without "User:", and the client id, "" for none."""

    user: str
    client_id: str

    @classmethod
    def of(cls, principal: str, client_id: str | None) -> Client:
        """Of a principal "User:name"."""
        return cls(principal.removeprefix("User:"), client_id or ABSENT)


class BrokerQuotas:
    """See the module."""

    def __init__(self, windows: Windows, controller_windows: Windows) -> None:
        self._windows = windows
        rate = partial(Rate, windows.samples, windows.ms)
        bucket = partial(TokenBucket, controller_windows.samples, controller_windows.ms)
        self._producer: Quota[Rate] = Quota(PRODUCER_BYTE_RATE, rate)
        self._consumer: Quota[Rate] = Quota(CONSUMER_BYTE_RATE, rate)
        self._request: Quota[Rate] = Quota(REQUEST_PERCENTAGE, rate)
        self._mutation: Quota[TokenBucket] = Quota(CONTROLLER_MUTATION_RATE, bucket)
        self._all: tuple[Quota[Any], ...] = (
            self._producer,
            self._consumer,
            self._request,
            self._mutation,
        )

    @property
    def enabled(self) -> bool:
        """Whether any limit has been set since the start."""
        return any(quota.enabled for quota in self._all)

    @property
    def counts_time(self) -> bool:
        """Whether a limit of request time has been set since the start."""
        return self._request.enabled

    def follow(
        self, quotas: ClientQuotas, changed: Collection[ClientQuotaEntity] | None = None
    ) -> None:
        """Take over the limits that are set now; `changed` says which may be others than before."""
        if changed is not None:
            self._follow_changes(quotas, changed)
            return
        for quota in self._all:
            limits = _limits(quotas, quota.key)
            if limits or quota.enabled:
                quota.replace_limits(limits)

    def _follow_changes(self, quotas: ClientQuotas, changed: Collection[ClientQuotaEntity]) -> None:
        rows = [(_client(entity), quotas.get(entity, _NOTHING)) for entity in changed]
        for quota in self._all:
            quota.change_limits({entity: _limit(values.get(quota.key)) for entity, values in rows})

    def produced(self, client: Client, size: int, now_ms: int) -> int:
        """Count the bytes of a Produce request; how long the client must wait."""
        return _record(self._producer, client, size, now_ms)

    def fetched(self, client: Client, size: int, now_ms: int) -> int:
        """Count the bytes of a Fetch answer; how long the client must wait."""
        return _record(self._consumer, client, size, now_ms)

    def not_fetched(self, client: Client, size: int, now_ms: int) -> None:
        """Take back what `fetched` counted: the client gets an empty answer instead."""
        if self._consumer.enabled:
            count = self._consumer.count_of(client, now_ms)
            count.counter.record(-size, now_ms)

    def most_to_fetch(self, client: Client, now_ms: int) -> float:
        """The most bytes of one answer that do not exceed the quota by themselves."""
        if not self._consumer.enabled:
            return UNLIMITED
        limit = self._consumer.count_of(client, now_ms).limit
        full_windows = (self._windows.samples - 1) * self._windows.seconds
        return limit if limit == UNLIMITED else limit * full_windows

    def processed(self, client: Client, seconds: float, now_ms: int) -> int:
        """Count the time that a request took; how long the client must wait."""
        used = seconds * PERCENT_PER_SECOND
        return _record(self._request, client, used, now_ms, most_ms=self._windows.ms)

    def carried(self, client: Client, seconds: float, now_ms: int) -> None:
        """Count the time of reading and sending, for which nobody waits before his next request."""
        self._request.count_of(client, now_ms).counter.record(seconds * PERCENT_PER_SECOND, now_ms)

    def strict_mutations(self, client: Client) -> StrictMutations | None:
        """For a request that knows THROTTLING_QUOTA_EXCEEDED; None when there is no quota."""
        return StrictMutations(self._mutation, client) if self._mutation.enabled else None

    def permissive_mutations(self, client: Client) -> PermissiveMutations | None:
        """For a request that does not; None when there is no quota."""
        return PermissiveMutations(self._mutation, client) if self._mutation.enabled else None


class Mutations:
    """What one request changes of topics. Below the limit anything goes, however much it is."""

    def __init__(self, quota: Quota[TokenBucket], client: Client) -> None:
        self._quota = quota
        self._client = client
        self._until_ms = 0

    def charge(self, partitions: int, now_ms: int) -> None:
        """Raises ApiError(THROTTLING_QUOTA_EXCEEDED) where the request knows it."""
        raise NotImplementedError

    def throttle_ms(self, now_ms: int) -> int:
        """How long the client must wait."""
        return max(self._until_ms - now_ms, 0)

    def _is_exhausted(self, count: Count[TokenBucket], now_ms: int) -> bool:
        """Whether the client must wait now; notes for how long."""
        throttle_ms = count.counter.throttle_ms(count.limit, now_ms)
        if throttle_ms > 0:
            _tell_first(self._quota.key, self._client, count, throttle_ms)
            self._until_ms = now_ms + throttle_ms
        return throttle_ms > 0


class StrictMutations(Mutations):
    """Nothing is changed any more once the quota is exhausted."""

    def charge(self, partitions: int, now_ms: int) -> None:
        count = self._quota.count_of(self._client, now_ms)
        if count.limit == UNLIMITED:
            count.counter.fill(now_ms)
            return
        if self._is_exhausted(count, now_ms):
            raise ApiError(ErrorCode.THROTTLING_QUOTA_EXCEEDED)
        count.counter.take(partitions, count.limit, now_ms)


class PermissiveMutations(Mutations):
    """Everything is changed, and then the client waits."""

    def charge(self, partitions: int, now_ms: int) -> None:
        count = self._quota.count_of(self._client, now_ms)
        if count.limit == UNLIMITED:
            count.counter.fill(now_ms)
            return
        count.counter.take(partitions, count.limit, now_ms)
        self._is_exhausted(count, now_ms)


def _record(
    quota: Quota[Rate], client: Client, used: float, now_ms: int, most_ms: int = MAX_THROTTLE_MS
) -> int:
    if not quota.enabled:
        return 0
    count = quota.count_of(client, now_ms)
    count.counter.record(used, now_ms)
    if count.limit == UNLIMITED:
        return 0
    throttle_ms = min(count.counter.throttle_ms(count.limit, now_ms), most_ms)
    if throttle_ms > 0:
        _tell_first(quota.key, client, count, throttle_ms)
    return throttle_ms


def _tell_first(key: str, client: Client, count: Count[Any], throttle_ms: int) -> None:
    """One line for each limit that is exceeded; the client itself is told every time."""
    if not count.is_known_throttled:
        count.is_known_throttled = True
        logger.info(
            "client throttled quota=%s limit=%g user=%s client_id=%s throttle_time_ms=%d",
            key,
            count.limit,
            client.user,
            client.client_id,
            throttle_ms,
        )


def _limits(quotas: ClientQuotas, key: str) -> Mapping[Entity, float]:
    """What is set for one quota, by user and client id."""
    limits: dict[Entity, float] = {}
    for entity, values in quotas.items():
        if key in values:
            limits[_client(entity)] = _limit(values[key])
    return limits


def _client(entity: ClientQuotaEntity) -> Entity:
    names = dict(entity)
    return names.get(USER, ABSENT), names.get(CLIENT_ID, ABSENT)


def _limit(value: _Limit) -> _Limit | float:
    """Nothing is above a limit that is not a number, so it is none."""
    return UNLIMITED if value is not None and math.isnan(value) else value
