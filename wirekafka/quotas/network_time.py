"""The time that reading and sending take for one connection, counted as request time.

Kafka's network threads note how long they were busy with a connection, and when an answer is out,
that is recorded for the client of its request. No throttle follows at once: the next request hears
of it. So here too. A span lasts from the moment in which something can be read (or sent) until all
of it is in the socket, without the time of handlers, which their requests count themselves; it
holds what the connection writes to the logs before it answers.

Made only where there is a quota of request time.

Differs from Kafka: what TLS or a full socket leaves to the loop to be sent is not seen.

Source: `KafkaChannel.addNetworkThreadTimeNanos`, `Selector.pollSelectionKeys`,
`RequestChannel.updateRequestMetrics` of Kafka 4.3.
"""

from __future__ import annotations

from wirekafka.clock import Clock
from wirekafka.quotas.broker_quotas import BrokerQuotas, Client


class NetworkTime:
    """See the module. Spans do not overlap: who begins another one has given up the last."""

    __slots__ = ("_client", "_clock", "_is_owed", "_quotas", "_seconds", "_started")

    def __init__(self, quotas: BrokerQuotas, clock: Clock) -> None:
        self._quotas = quotas
        self._clock = clock
        self._started: float | None = None
        self._seconds = 0.0
        self._client: Client | None = None
        self._is_owed = False

    def begin(self) -> None:
        """From now on something is read or sent."""
        self._started = self._clock.monotonic()

    def leave_out(self, seconds: float) -> None:
        """So much of this span was a handler's."""
        if self._started is not None:
            self._seconds -= seconds

    def bill(self, client: Client) -> None:
        """A request of `client` has its answer: what its reading and sending take is theirs."""
        self._client = client
        self._is_owed = True

    def bill_again(self) -> None:
        """What is sent now is the rest of the last answer."""
        self._is_owed = self._client is not None

    def forgive(self) -> None:
        """What was read belongs to a request that costs nothing."""
        self._started = None
        self._seconds = 0.0

    def end(self) -> None:
        """The span is over. Without an answer its time waits for one."""
        if self._started is None:
            return
        self._seconds += self._clock.monotonic() - self._started
        self._started = None
        if self._is_owed:
            assert self._client is not None
            self._is_owed = False
            seconds, self._seconds = self._seconds, 0.0
            if seconds > 0:
                self._quotas.carried(self._client, seconds, self._clock.now_ms())
