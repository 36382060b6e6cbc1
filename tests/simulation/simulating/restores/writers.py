"""Clients that write while the state is changed: a producer and who commits offsets.

They go on until the broker is gone, or a change has taken away what they write to.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from confluent_kafka import KafkaException, Producer
from simulating.changes.asking import GoneError, ask, connected
from simulating.restores.state import State

from compat.wire.bodies import commit
from wirekafka.testing.control import ControlClient

TOPIC = "kept-busy"
GROUP = "busy"
PARTITIONS = 3
PROGRESS_LIMIT_S = 30
_BURST = 20
_POLL_S = 0.001


class Writers:
    """`start`, `wait` for some acknowledgements, `stop`; then what was acknowledged."""

    def __init__(self, address: str) -> None:
        self.acknowledged: set[str] = set()
        self.committed = 0
        self._address = address
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=work) for work in (self._produce, self._commit)]
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Until both have been heard. AssertionError when they are not."""
        limit = time.monotonic() + PROGRESS_LIMIT_S
        while len(self.acknowledged) < _BURST or self.committed < 1:
            assert time.monotonic() < limit, "nothing is acknowledged"
            time.sleep(_POLL_S)

    def stop(self) -> None:
        """What is not acknowledged by now never is."""
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def check(self, found: State) -> list[str]:
        """What is missing in a broker that has not gone back."""
        of_ours = [rows for (topic, _), rows in found.records.items() if topic == TOPIC]
        lost = self.acknowledged.difference(*of_ours)
        problems = []
        if lost:
            problems.append(f"{len(lost)} acknowledged records are lost: {sorted(lost)[:3]}")
        offset = found.offsets.get((GROUP, TOPIC, 0), 0)
        if offset < self.committed:
            problems.append(f"offset {offset} is below the acknowledged {self.committed}")
        return problems

    def _produce(self) -> None:
        settings = {
            "bootstrap.servers": self._address,
            # To go back under an idempotent producer would be an error of its own.
            "enable.idempotence": False,
            "acks": "all",
            "linger.ms": 0,
            "message.timeout.ms": 1_000,
            "socket.timeout.ms": 2_000,
            "reconnect.backoff.ms": 10,
            "reconnect.backoff.max.ms": 50,
            "log_level": 0,
        }
        producer = Producer(settings)

        def delivered(error: Any, message: Any) -> None:
            if error is None:
                self.acknowledged.add(message.value().decode())

        number = 0
        while not self._ending.is_set():
            for _ in range(_BURST):
                place = number % PARTITIONS
                try:
                    producer.produce(TOPIC, str(number), partition=place, on_delivery=delivered)
                except (BufferError, KafkaException):
                    break
                number += 1
            producer.poll(_POLL_S)
        producer.purge()
        producer.flush(5)

    def _commit(self) -> None:
        number = 1
        while not self._ending.is_set():
            try:
                with connected(self._address) as connection:
                    while not self._ending.is_set():
                        body = commit(GROUP, TOPIC, number)
                        (topic,) = ask(connection, "OffsetCommit", 8, **body)["topics"]
                        if topic["partitions"][0]["error_code"]:
                            time.sleep(_POLL_S)
                            continue
                        self.committed = number
                        number += 1
            except GoneError:
                time.sleep(_POLL_S)


def prepare(control: ControlClient) -> None:
    """What they write to."""
    control.seed(
        topics=[{"name": TOPIC, "partitions": PARTITIONS}],
        offsets=[{"group": GROUP, "topic": TOPIC, "partition": 0, "offset": 0}],
    )
