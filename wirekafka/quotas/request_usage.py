"""What one request uses, from the moment it is read; made only while there are quotas.

Bandwidth and request time are settled together when the answer is made, and the longer wait counts
(KIP-219): the answer says it at once, and then nothing is read from the connection for that long.

Request time is the time that the loop spent on the request until its handler returned; what it
waited for (a long poll, a join, the controller) is not counted. Reading and sending are counted by
`network_time.py`, when the answer is out.

Source: `RequestHandlerHelper`, `KafkaApis` of Kafka 4.3.
"""

from __future__ import annotations

from collections.abc import Callable

from wirekafka.clock import Clock
from wirekafka.quotas.broker_quotas import BrokerQuotas, Client, Mutations, Windows
from wirekafka.quotas.network_time import NetworkTime

_NOBODY = Client("", "")
_NO_WINDOWS = Windows(1, 1)


class RequestUsage:
    """See the module. `size` is that of the request without its length field, in bytes; `network`
    counts for its connection, None where there is no quota of request time."""

    __slots__ = (
        "_clock",
        "_mutations",
        "_network",
        "_quotas",
        "_seconds",
        "_started",
        "client",
        "size",
    )

    def __init__(
        self, quotas: BrokerQuotas, clock: Clock, size: int, network: NetworkTime | None = None
    ) -> None:
        self._quotas = quotas
        self._network = network
        self._clock = clock
        self._started = clock.monotonic()
        self._seconds: float | None = None
        self._mutations: Mutations | None = None
        self.client = _NOBODY
        """Set when the header was read."""
        self.size = size

    def stop(self) -> None:
        """The handler has returned; what follows is not the request's work."""
        if self._seconds is None:
            self._seconds = self._clock.monotonic() - self._started
            if self._network is not None:
                self._network.leave_out(self._seconds)

    def settle(self) -> int:
        """For all requests but Produce and Fetch: how long the client must wait, in ms."""
        now_ms = self._clock.now_ms()
        throttle_ms = self._processed(now_ms)
        if self._mutations is not None:
            throttle_ms = max(throttle_ms, self._mutations.throttle_ms(now_ms))
        return throttle_ms

    def settle_produce(self, *, acks: int) -> int:
        """The same for Produce; without an answer its time is free, as in Kafka."""
        now_ms = self._clock.now_ms()
        throttle_ms = self._quotas.produced(self.client, self.size, now_ms)
        if acks == 0:
            if self._network is not None:
                self._network.forgive()
            return throttle_ms
        return max(throttle_ms, self._processed(now_ms))

    def settle_fetch(self, answer_size: int) -> int:
        """The same for Fetch. Who must wait gets an empty answer, so its bytes do not count."""
        now_ms = self._clock.now_ms()
        throttle_ms = self._processed(now_ms)
        throttle_ms = max(throttle_ms, self._quotas.fetched(self.client, answer_size, now_ms))
        if throttle_ms > 0:
            self._quotas.not_fetched(self.client, answer_size, now_ms)
        return throttle_ms

    def most_to_fetch(self) -> float:
        """The most bytes that Fetch should read: more would be withheld every time."""
        return self._quotas.most_to_fetch(self.client, self._clock.now_ms())

    def charge_mutations(self, *, is_strict: bool) -> Callable[[int], None] | None:
        """Charges partitions to the quota of topic changes, for which the client will wait. A
        strict charge raises ApiError(THROTTLING_QUOTA_EXCEEDED). None: there is no quota."""
        quotas = self._quotas
        mutations = (
            quotas.strict_mutations(self.client)
            if is_strict
            else quotas.permissive_mutations(self.client)
        )
        if mutations is None:
            return None
        self._mutations = mutations
        return self._charge

    def charge_unasked(self, partitions: int) -> None:
        """Charge a topic that a client only wanted to know of: it is refused, the client does not
        wait. Raises ApiError(THROTTLING_QUOTA_EXCEEDED)."""
        mutations = self._quotas.strict_mutations(self.client)
        if mutations is not None:
            mutations.charge(partitions, self._clock.now_ms())

    def _charge(self, partitions: int) -> None:
        assert self._mutations is not None
        self._mutations.charge(partitions, self._clock.now_ms())

    def _processed(self, now_ms: int) -> int:
        self.stop()
        assert self._seconds is not None
        if self._network is not None:
            self._network.bill(self.client)
        return self._quotas.processed(self.client, self._seconds, now_ms)


class ForcedThrottle(RequestUsage):
    """A request whose client must wait at least `throttle_ms`, whatever it uses: a fault says so.

    It is counted as any other where there are quotas.
    """

    __slots__ = ("_least_ms",)

    def __init__(
        self,
        throttle_ms: int,
        quotas: BrokerQuotas | None,
        clock: Clock,
        size: int,
        network: NetworkTime | None = None,
    ) -> None:
        super().__init__(quotas or BrokerQuotas(_NO_WINDOWS, _NO_WINDOWS), clock, size, network)
        self._least_ms = throttle_ms

    def settle(self) -> int:
        return max(super().settle(), self._least_ms)

    def settle_produce(self, *, acks: int) -> int:
        return max(super().settle_produce(acks=acks), self._least_ms)

    def settle_fetch(self, answer_size: int) -> int:
        return max(super().settle_fetch(answer_size), self._least_ms)
