"""Groups of hundreds or thousands of members, each on a connection of its own, in one process.

One epoll and one heap of times drive them. A member never has two requests under way.
"""

from __future__ import annotations

import heapq
import itertools
import select
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic, perf_counter, sleep

from . import wire_groups as wire
from .client import Address, BenchError, Connection
from .members import ClassicMember, ConsumerMember, Group, Member
from .process import cpu_seconds

LIMIT_S = 60.0
KINDS: dict[str, Callable[[Group], Member]] = {
    "classic": ClassicMember,
    "consumer": ConsumerMember,
}
QUIET_S = 12.0
"""Longer than a group of the consumer protocol counts as changing (10 s): after this a member is
given the interval of settled groups, which is below Kafka's where there are few of them."""
LONG_SESSION_MS = 1_800_000  # group.max.session.timeout.ms: nobody is missed while a broker is down
RECEIVE_BYTES = 1 << 20


class Crowd:
    """Members with their connections."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._poller = select.epoll()
        self._connections: dict[int, Connection] = {}
        self._at: dict[int, Member] = {}
        self._parts: dict[int, bytearray] = {}
        self._idle: list[int] = []
        self._asked: set[int] = set()  # a request is under way
        self._due: list[tuple[float, int, int, bytes]] = []
        self._order = itertools.count()
        self._unsettled: set[Group] = set()

    def join(self, members: Iterable[Member]) -> None:
        """Have them connect first, then join."""
        joining = {self._take_connection(): member for member in members}
        self._at |= joining
        for number, member in joining.items():
            self._unsettled.add(member.group)
            self._send(number, member.first())

    def settle(self) -> float:
        """Until every group is settled; the seconds since the call."""
        began = perf_counter()
        while self._unsettled:
            if perf_counter() - began > LIMIT_S:
                raise BenchError(f"{len(self._unsettled)} groups are not settled")
            self._turn(0.1)
        return perf_counter() - began

    def go_on(self, seconds: float) -> None:
        """As many heartbeats as that takes."""
        deadline = monotonic() + seconds
        while (rest_s := deadline - monotonic()) > 0:
            self._turn(rest_s)

    def beat_evenly(self, interval_s: float, seconds: float) -> int:
        """Each member at its own phase of the interval; how many heartbeats were answered."""
        numbers = list(self._at)
        self.calm()
        began = monotonic()
        answered = 0
        beats = {number: self._at[number].beat() for number in numbers}
        for position in range(int(len(numbers) * seconds / interval_s)):
            due = began + interval_s * position / len(numbers)
            # Neighbours in time are members of different groups and partitions.
            number = numbers[position * 7 % len(numbers)]
            while (rest_s := due - monotonic()) > 0:
                answered += self._count_answers(rest_s)
            if monotonic() - due > LIMIT_S:
                raise BenchError("the load falls behind")
            self._send(number, beats[number])
        while self._asked:
            answered += self._count_answers(LIMIT_S)
        return answered

    def leave(self) -> None:
        """Everybody goes; their connections stay."""
        self.calm()
        for number, member in self._at.items():
            self._connections[number].call(member.leave())
        self.forget()

    def forget(self) -> None:
        """The connections are free for others; to the coordinator their members live on."""
        self.calm()
        self._idle += self._at
        self._at.clear()
        self._unsettled.clear()

    def calm(self) -> None:
        """Wait for what is under way, and send nothing more."""
        self._due.clear()
        deadline = monotonic() + LIMIT_S
        while self._asked:
            if monotonic() > deadline:
                raise BenchError(f"{len(self._asked)} members are not answered")
            for number, response in self._answers(0.1):
                self._at[number].answered(response)

    def call(self, requests: Mapping[Member, bytes]) -> list[bytes]:
        """The answers, one after the other, on connections on which nothing is under way."""
        numbers = {member: number for number, member in self._at.items()}
        return [self._connections[numbers[one]].call(request) for one, request in requests.items()]

    def close(self) -> None:
        for connection in self._connections.values():
            connection.socket.close()
        self._poller.close()

    # -- internals -----------------------------------------------------------------------------

    def _take_connection(self) -> int:
        if self._idle:
            return self._idle.pop()
        connection = Connection(self._address)
        number = connection.socket.fileno()
        self._connections[number] = connection
        self._parts[number] = bytearray()
        self._poller.register(number, select.EPOLLIN)
        return number

    def _send(self, number: int, request: bytes) -> None:
        self._asked.add(number)
        self._connections[number].socket.sendall(request)

    def _turn(self, longest_s: float) -> None:
        now = monotonic()
        while self._due and self._due[0][0] <= now:
            _, _, number, request = heapq.heappop(self._due)
            self._send(number, request)
        wait_s = min(longest_s, self._due[0][0] - now) if self._due else longest_s
        for number, response in self._answers(max(wait_s, 0.0)):
            member = self._at[number]
            request, after_s = member.answered(response)
            if member.is_stable and member.group in self._unsettled and member.group.is_settled():
                self._unsettled.discard(member.group)
            if after_s <= 0:
                self._send(number, request)
            else:
                row = (monotonic() + after_s, next(self._order), number, request)
                heapq.heappush(self._due, row)

    def _answers(self, wait_s: float) -> Iterator[tuple[int, bytes]]:
        for number, _ in self._poller.poll(wait_s):
            part = self._connections[number].socket.recv(RECEIVE_BYTES)
            if not part:
                raise BenchError("the broker closed the connection")
            whole = self._parts[number]
            whole += part
            if len(whole) >= 4 and len(whole) == 4 + int.from_bytes(whole[:4], "big"):
                self._asked.discard(number)
                response = bytes(whole)
                whole.clear()
                yield number, response

    def _count_answers(self, wait_s: float) -> int:
        """Of heartbeats of settled members: whoever is told anything else fails the load."""
        count = 0
        for number, response in self._answers(wait_s):
            self._at[number].answered(response)
            if not self._at[number].is_stable:
                raise BenchError("a settled group was rebalanced")
            count += 1
        return count


@contextmanager
def crowd(host: str, port: int) -> Iterator[Crowd]:
    """A crowd that nobody is in yet; the coordinator of groups is there."""
    address = Address(host, port)
    deadline = monotonic() + LIMIT_S
    with Connection(address) as connection:
        request = wire.find_coordinator_frame("bench")
        while error := wire.find_coordinator_error(connection.call(request)):
            if monotonic() > deadline:
                raise BenchError(f"no coordinator, last error {error}")
            sleep(0.01)
    made = Crowd(address)
    try:
        yield made
    finally:
        made.close()


def groups_settle(
    host: str, port: int, topic: str, partitions: int, members: int, kind: str, group: str
) -> dict[str, float]:
    """From the first request of the first of `members` to the group being settled."""
    one = Group(group, topic, partitions)
    one.members = [KINDS[kind](one) for _ in range(members)]
    with crowd(host, port) as everybody:
        warm = _groups(topic, partitions, kind, range(1), 1)
        everybody.join(warm[0].members)  # what only the first one ever pays
        everybody.settle()
        everybody.leave()
        began = perf_counter()
        everybody.join(one.members)
        everybody.settle()
        seconds = perf_counter() - began
        everybody.leave()
    return {"seconds": seconds}


def second_member(
    host: str, port: int, topic: str, partitions: int, group: str, after_s: float
) -> dict[str, float]:
    """A second member of a group whose first one has been alone for `after_s`."""
    one = Group(group, topic, partitions)
    one.members = [ConsumerMember(one)]
    with crowd(host, port) as everybody:
        everybody.join(one.members)
        everybody.settle()
        everybody.go_on(after_s)
        began = perf_counter()
        one.members.append(ConsumerMember(one))
        everybody.join(one.members[1:])
        everybody.settle()
        seconds = perf_counter() - began
        everybody.leave()
    return {"seconds": seconds}


def heartbeats(
    host: str,
    port: int,
    topic: str,
    partitions: int,
    groups: int,
    members: int,
    kind: str,
    interval_s: float,
    seconds: float,
    pid: int,
) -> dict[str, float]:
    """CPU of the broker while so many settled groups beat, each member at its own time."""
    with crowd(host, port) as everybody:
        made = _groups(topic, partitions, kind, range(groups), members)
        everybody.join(member for group in made for member in group.members)
        everybody.settle()
        everybody.go_on(QUIET_S)
        cpu_before = cpu_seconds(pid)
        began = perf_counter()
        answered = everybody.beat_evenly(interval_s, seconds)
        lasted_s = perf_counter() - began
        cpu = cpu_seconds(pid) - cpu_before
        everybody.leave()
    return {"heartbeats": answered, "seconds": lasted_s, "cpu_seconds": cpu}


def write_groups(
    host: str, port: int, topic: str, partitions: int, groups: int, members: int, at_once: int
) -> dict[str, float]:
    """Classic groups that have members and offsets, left as they are."""
    with crowd(host, port) as everybody:
        for first in range(0, groups, at_once):
            numbers = range(first, min(first + at_once, groups))
            made = _groups(topic, partitions, "long classic", numbers, members)
            everybody.join(member for group in made for member in group.members)
            everybody.settle()
            everybody.calm()
            _commit(everybody, made)
            everybody.forget()
    return {"groups": groups}


def group_name(kind: str, number: int) -> str:
    return f"bench-{kind.split()[-1]}-{number}"


def _groups(
    topic: str, partitions: int, kind: str, numbers: Sequence[int], members: int
) -> list[Group]:
    made = []
    for number in numbers:
        group = Group(group_name(kind, number), topic, partitions)
        for _ in range(members):
            if kind == "long classic":
                group.members.append(ClassicMember(group, session_ms=LONG_SESSION_MS))
            else:
                group.members.append(KINDS[kind](group))
        made.append(group)
    return made


def _commit(everybody: Crowd, groups: Sequence[Group]) -> None:
    requests: dict[Member, bytes] = {}
    for group in groups:
        one = group.members[0]
        assert isinstance(one, ClassicMember)
        offsets = range(1, group.partitions + 1)
        requests[one] = wire.commit_frame(
            group.name, one.epoch, one.member_id, group.topic, offsets
        )
    if any(error for answer in everybody.call(requests) for error in wire.commit_errors(answer)):
        raise BenchError("offsets were not committed")
