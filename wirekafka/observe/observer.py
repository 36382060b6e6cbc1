"""The observation of one broker: recorder, witness and doctor, put where they see something.

What is seen is told in the steady time, also when the broker's own clock is steered: a client that
cannot find its way waits in real seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka.observe.doctor import Doctor
from wirekafka.observe.large import LargeRequests
from wirekafka.observe.recorder import Recorder
from wirekafka.observe.surroundings import BrokerSurroundings
from wirekafka.observe.witness import Witness

if TYPE_CHECKING:
    from wirekafka.broker import Broker
    from wirekafka.instrument.departures import Departures


class Observer:
    """See the module."""

    def __init__(self, broker: Broker) -> None:
        clock = broker.clock.steady
        self.recorder = Recorder(clock.monotonic, clock.now_ms)
        if broker.dispatcher.shows_all:
            self.recorder.keep_large(LargeRequests())
        self.witness = Witness(clock.monotonic, self._alarm)
        self.doctor = Doctor(self.recorder, self.witness, BrokerSurroundings(broker), clock)
        self.recorder.alarm = self._alarm
        self.departures: Departures | None = None
        broker.server.recorder = self.recorder
        broker.dispatcher.witness = self.witness

    def close(self) -> None:
        """The broker stops."""
        self.doctor.close()
        self.recorder.stop()

    def forget(self) -> None:
        """Begin anew, as a test does."""
        self.recorder.forget()
        self.witness.forget()

    def _alarm(self) -> None:
        self.doctor.look_soon()
