"""`Wire`: a scenario's view of the broker that it talks to.

`ask` sends a request, waits for the answer and records both; what only prepares is `quiet`. Names
come from `name`, so that scenarios run beside each other and again and again on one broker.

Invariants: what is recorded is normalized at once, in the order in which it happened; nothing waits
beyond the scenario's deadline; all connections are closed by `close`.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from .batches import Batch
from .bodies import create_topics, join, list_offsets, produce
from .codec import Message
from .connection import ANSWER_TIMEOUT_S, Connection, Gone, Pending
from .normalize import Normalizer
from .step import Step

SCENARIO_LIMIT_S = 30.0  # a loaded machine; a scenario takes less than 5 s on an idle one
RESTART_LIMIT_S = 60.0  # until a restarted broker answers: the real one, on a loaded machine
_ORDERED = ("DescribeTopicPartitions",)  # the one answer whose rows have a meaningful order
_POLL_S = 0.02
Answer = TypeVar("Answer")


class NoAnswerError(Exception):
    """The broker closed the connection or said nothing in time; the text names the request."""


class Restarts(Protocol):
    """What a scenario with a broker of its own may do with it."""

    bootstrap: str

    def restart(self, *, hard: bool = False) -> None:
        """Stop (`hard`: kill) and start on the same address and data."""


class Wire:
    """One scenario's broker. `say` is shown every request and answer, also those not recorded."""

    def __init__(
        self,
        target: Restarts,
        scenario: str,
        run: str,
        *,
        limit: float = SCENARIO_LIMIT_S,
        say: Callable[[str], None] = lambda text: None,
        may_restart: bool = False,
    ) -> None:
        host, _, port = target.bootstrap.split(",")[0].rpartition(":")
        self.host, self.port = host, int(port)
        self.prefix = f"c{run}-{scenario}-"
        self.steps: list[Step] = []
        self._target = target
        self._normalizer = Normalizer((self.prefix, f"c{run}-"), f"{host}:{port}")
        self._deadline = time.monotonic() + limit
        self._say = say
        self._may_restart = may_restart
        self._connections: list[Connection] = []
        self._default: Connection | None = None

    # -- asking

    def ask(
        self,
        api: str,
        version: int,
        /,
        *,
        on: Connection | None = None,
        show: Callable[[Message], Any] | None = None,
        timeout: float = ANSWER_TIMEOUT_S,
        **body: Any,
    ) -> Message:
        """Send, wait, record, return the answer; `show` reduces what is recorded of it.

        Raises NoAnswerError, after recording it, when there is no answer."""
        answer = self._exchange(api, version, on, timeout, body)
        self.record(f"{api} v{version}", answer, body, show=show)
        return _answered(api, version, answer, timeout)

    def outcome(
        self,
        api: str,
        version: int,
        /,
        *,
        on: Connection | None = None,
        timeout: float = ANSWER_TIMEOUT_S,
        **body: Any,
    ) -> Message | Gone:
        """Like `ask` where CLOSED or SILENCE is an expected result, recorded and returned."""
        answer = self._exchange(api, version, on, timeout, body)
        return self.record(f"{api} v{version}", answer, body)

    def quiet(
        self, api: str, version: int, /, *, on: Connection | None = None, **body: Any
    ) -> Message:
        """Like `ask`, without recording: for preparing."""
        answer = self._exchange(api, version, on, ANSWER_TIMEOUT_S, body)
        return _answered(api, version, answer, ANSWER_TIMEOUT_S)

    def receive(
        self,
        on: Connection,
        pending: Pending,
        /,
        *,
        what: str = "",
        show: Callable[[Message], Any] | None = None,
        timeout: float = ANSWER_TIMEOUT_S,
    ) -> Message:
        """Record the answer to what was sent with `on.send(...)`; `what` says which one it is."""
        answer = on.receive(pending, timeout=self._left(timeout))
        ask = f"{pending.api} v{pending.version}{' ' * bool(what)}{what}"
        self.record(ask, answer, show=show)
        return _answered(pending.api, pending.version, answer, timeout)

    def raw(
        self,
        what: str,
        data: bytes,
        *,
        size: int | None = None,
        on: Connection | None = None,
        timeout: float = ANSWER_TIMEOUT_S,
    ) -> bytes | Gone:
        """Send a frame as it is, on a connection of its own unless `on`; record what comes back:
        "closed", "silence", or that it was answered. Returns the answer's bytes."""
        connection = on or self.connect()
        connection.send_raw(data, size)
        answer = connection.receive_raw(timeout=self._left(timeout))
        self.record(what, answer if isinstance(answer, str) else "answered")
        return answer

    def record(
        self,
        what: str,
        answer: Answer,
        body: Message | None = None,
        *,
        show: Callable[[Message], Any] | None = None,
    ) -> Answer:
        """Record anything as the next step. `what` begins with "Api vN" if it is about one."""
        sent = self._normalizer.plain(body or {})
        shown: Any = show(answer) if show and isinstance(answer, dict) else answer
        if not what.startswith(_ORDERED):
            shown = self._normalizer.in_order(shown)
        step = Step(what, sent, self._normalizer.plain(shown))
        self.steps.append(step)
        number = len(self.steps)
        self._say(f"{number:3} {step.ask}\n    with   {step.sent}\n    answer {step.answer}")
        return answer

    def until(
        self, good: Callable[[Message], bool], api: str, version: int, /, **body: Any
    ) -> Message:
        """Ask without recording until the answer is good: for what a broker does in its own time.

        Raises TimeoutError at the scenario's deadline."""
        while True:
            answer = self.quiet(api, version, **body)
            if good(answer):
                return answer
            if time.monotonic() > self._deadline:
                raise TimeoutError(f"{api} v{version} never became as awaited; last: {answer}")
            time.sleep(_POLL_S)

    # -- connections and the broker itself

    def connect(self, client_id: str | None = "compat") -> Connection:
        """One more connection, for what must not wait behind the others."""
        connection = Connection(self.host, self.port, client_id)
        self._connections.append(connection)
        return connection

    def restart(self, *, hard: bool = False) -> None:
        """Restart the broker (`hard`: with SIGKILL); only in scenarios with OWN_BROKER."""
        assert self._may_restart, "others use this broker: set OWN_BROKER = True"
        began = time.monotonic()
        self._target.restart(hard=hard)
        self._default = None
        self._await_answer(began + RESTART_LIMIT_S)
        # The limit is for answers; how long a broker takes to start is not the scenario's matter.
        self._deadline += time.monotonic() - began

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()

    # -- preparing

    def name(self, short: str) -> str:
        """A name of this scenario and run, for topics, groups and transactional ids."""
        return self.prefix + short

    def mine(self, rows: Collection[Message], field: str) -> list[Message]:
        """The rows that this scenario made, of an answer that lists everything on the broker."""
        return [row for row in rows if str(row[field]).startswith(self.prefix)]

    def topic(self, short: str = "t", *, partitions: int = 1, **configs: Any) -> str:
        """A new topic, ready to use; `a_b=c` sets the config a.b. Returns its name."""
        name = self.name(short)
        body = create_topics(name, partitions=partitions)
        body["topics"][0]["configs"] = [
            {"name": key.replace("_", "."), "value": str(value)} for key, value in configs.items()
        ]
        created = self.quiet("CreateTopics", 7, **body)["topics"][0]
        assert created["error_code"] == 0, created
        # The real broker announces a leader before it serves: both must be so.
        self.until(
            lambda answer: _has_leaders(answer["topics"][0], partitions),
            "Metadata",
            12,
            topics=[{"name": name}],
        )
        for partition in range(partitions):
            self.until(
                lambda answer: answer["topics"][0]["partitions"][0]["error_code"] == 0,
                "ListOffsets",
                6,
                **list_offsets(name, -1, partition=partition),
            )
        return name

    def topic_id(self, name: str) -> uuid.UUID:
        """The id of a topic."""
        row = self.quiet("Metadata", 12, topics=[{"name": name}])["topics"][0]
        found: uuid.UUID = row["topic_id"]
        return found

    def fill(self, topic: str, *batches: Batch, partition: int = 0) -> Message:
        """Append batches, a request each; returns the last one's partition row."""
        row: Message = {}
        for one in batches:
            answer = self.quiet("Produce", 9, **produce(topic, one, partition))
            row = answer["responses"][0]["partition_responses"][0]
            assert row["error_code"] == 0, row
        return row

    def producer_id(self) -> tuple[int, int]:
        """A new idempotent producer's id and epoch."""
        got = self.quiet(
            "InitProducerId",
            4,
            transactional_id=None,
            transaction_timeout_ms=0,
            producer_id=-1,
            producer_epoch=-1,
        )
        assert got["error_code"] == 0, got
        return got["producer_id"], got["producer_epoch"]

    def stable_group(self, group_id: str, *, assignment: bytes = b"mine", **more: Any) -> str:
        """A classic group of one member in generation 1, stable; `more` are arguments of join().
        Returns the member id."""
        joined = self.quiet("JoinGroup", 3, **join(group_id, **more))
        assert joined["error_code"] == 0, joined
        member: str = joined["member_id"]
        synced = self.quiet(
            "SyncGroup",
            3,
            group_id=group_id,
            generation_id=joined["generation_id"],
            member_id=member,
            assignments=[{"member_id": member, "assignment": assignment}],
        )
        assert synced["error_code"] == 0, synced
        return member

    def rebalancing(self, group_id: str, member_id: str, generation: int = 1) -> None:
        """Wait until the group rebalances, as its member sees it."""
        self.until(
            lambda answer: answer["error_code"] == 27,
            "Heartbeat",
            3,
            group_id=group_id,
            generation_id=generation,
            member_id=member_id,
        )

    # -- private

    def _exchange(
        self, api: str, version: int, on: Connection | None, timeout: float, body: Message
    ) -> Message | Gone:
        if on is None:
            on = self._default = self._default or self.connect()
        answer = on.receive(on.send(api, version, **body), timeout=self._left(timeout))
        self._say(f"    {api} v{version} {body} -> {answer}")
        return answer

    def _await_answer(self, end: float) -> None:
        """Connect again and again until a request is answered: a port that is open is not enough.

        Raises NoAnswerError when the time is over."""
        while (left := end - time.monotonic()) > 0:
            with suppress(OSError):
                connection = self.connect()
                pending = connection.send("ApiVersions", 0)
                answer = connection.receive(pending, timeout=min(left, ANSWER_TIMEOUT_S))
                connection.close()
                if isinstance(answer, dict):
                    return
            time.sleep(_POLL_S)
        raise NoAnswerError(f"no answer within {RESTART_LIMIT_S:g} s after the restart")

    def _left(self, timeout: float) -> float:
        return max(0.01, min(timeout, self._deadline - time.monotonic()))


def _answered(api: str, version: int, answer: Message | Gone, timeout: float) -> Message:
    if answer == "closed":
        raise NoAnswerError(f"{api} v{version}: the broker closed the connection")
    if answer == "silence":
        raise NoAnswerError(f"{api} v{version} was not answered within {timeout:g} s")
    assert isinstance(answer, dict)
    return answer


def _has_leaders(topic: Message, partitions: int) -> bool:
    rows = topic["partitions"]
    return (
        topic["error_code"] == 0
        and len(rows) == partitions
        and all(row["error_code"] == 0 and row["leader_id"] >= 0 for row in rows)
    )
