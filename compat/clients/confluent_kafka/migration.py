"""A group changes its protocol member by member, while records come in and are committed."""

from __future__ import annotations

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from ..python.scenario import Broker, equal, until
from .kit import WAIT_S, member, new_topic, producer_client

PARTITIONS = 6

_Place = tuple[int, int]
"""Partition and offset."""


class _Flock:
    """Members of one group that take turns, and what they have seen. Each record is committed
    before the next one is taken, so none may come again and none may be left out."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.topic = new_topic(broker, PARTITIONS)
        self.group = broker.name("group")
        self.producer = producer_client(broker)
        self.members: list[Consumer] = []
        self.sent = 0
        self.committed: dict[_Place, int] = {}

    def add(self, protocol: str) -> None:
        self.members.append(member(self.broker, self.topic, self.group, group_protocol=protocol))

    def run(self) -> None:
        """A few more records, and a turn of each member."""
        for _ in range(PARTITIONS):
            self.producer.produce(self.topic, str(self.sent).encode(), partition=self.sent % 6)
            self.sent += 1
        self.producer.flush(WAIT_S)
        for each in self.members:
            self._turn(each)

    def _turn(self, each: Consumer) -> None:
        message = each.poll(0.05)
        if message is None:
            return
        error = message.error()
        if error is not None:
            # librdkafka tells the application that it has to join again, and does it.
            equal(error.code(), KafkaError.REBALANCE_IN_PROGRESS, "error")
            return
        partition, offset = message.partition(), message.offset()
        assert partition is not None
        assert offset is not None
        place = (partition, offset)
        assert place not in self.committed, f"{place} came again after it was committed"
        try:
            each.commit(
                offsets=[TopicPartition(self.topic, partition, offset + 1)], asynchronous=False
            )
        except KafkaException:
            return  # it lost the partition meanwhile; whoever has it now gets the record
        self.committed[place] = int(message.value() or b"")

    def settle(self) -> None:
        """Run until every member has its equal share."""
        share = PARTITIONS // len(self.members)

        def settled() -> bool:
            self.run()
            return [len(each.assignment()) for each in self.members] == [share] * len(self.members)

        until(settled, f"{len(self.members)} members have {share} partitions each", 25)

    def replace(self, protocol: str) -> None:
        """The oldest member goes, and one of this protocol comes."""
        self.members.pop(0).close()
        self.run()
        self.add(protocol)
        self.settle()

    def finish(self) -> None:
        """Whatever was sent is committed, once."""

        def all_committed() -> bool:
            for each in self.members:
                self._turn(each)
            return len(self.committed) == self.sent

        until(all_committed, f"{self.sent} records are committed", 30)
        equal(sorted(self.committed.values()), list(range(self.sent)), "what was committed")
        for each in self.members:
            each.close()


def a_group_migrates_and_back(broker: Broker) -> None:
    """A classic group of three goes over to the new protocol member by member, and back, and no
    committed record is lost or comes again.

    LIMIT: 180
    """
    flock = _Flock(broker)
    for _ in range(3):
        flock.add("classic")
    flock.settle()
    for protocol in ("consumer", "classic"):
        for _ in range(3):
            flock.replace(protocol)
    flock.finish()
