"""What clients wait for and since when: a plain function of tapes, facts and broker.

A consumer that has nothing to read asks again every half second, so its wait is as old as the
first of the fetches that came back empty. Everything else is as old as the request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wirekafka_protocol.uuids import uuid_text

from wirekafka.observe.exchanges import ANSWERED, WAITING, Exchange, of_tape
from wirekafka.observe.finding import Finding, client_name, times
from wirekafka.observe.surroundings import GroupState, Surroundings
from wirekafka.observe.tape import Tape
from wirekafka.observe.witness import CONCURRENT, Fact

BETWEEN_POLLS_S = 1.0
"""A consumer that asked so recently is waiting, although no request of it is under way."""

CONCURRENT_S = 5.0
"""A client that was told CONCURRENT_TRANSACTIONS asks again within 100 ms or so."""

PARTITIONS_SHOWN = 10


def waits(
    tapes: Sequence[Tape], facts: Sequence[Fact], broker: Surroundings, now: float
) -> list[Finding]:
    """One finding for each open connection that waits, and for each blocked transaction."""
    found = [finding for tape in tapes if (finding := _of_connection(tape, broker, now))]
    for fact in facts:
        if fact.kind == CONCURRENT and now - fact.last <= CONCURRENT_S:
            found.append(_transaction(fact, tapes, broker))
    found.sort(key=lambda finding: finding.since)
    return found


def _of_connection(tape: Tape, broker: Surroundings, now: float) -> Finding | None:
    if tape.closed is not None:
        return None
    if tape.throttled_until > now:
        return _finding(
            tape,
            "quota",
            f"is above a quota: nothing more is read from it for {tape.throttled_until - now:.1f} "
            "s",
            "raise the quota (wirekafka configs --alter --entity-type clients …), or send less",
            now,
        )
    found = of_tape(tape)
    last = found[-1] if found else None
    if last is None:
        return None
    is_waiting = last.state == WAITING
    if last.api == "Fetch" and (
        is_waiting or (last.state == ANSWERED and now - (last.ended or 0) < BETWEEN_POLLS_S)
    ):
        return _fetch(tape, found, broker)
    if not is_waiting:
        return None
    say = _SAYINGS.get(last.api, _anything)
    return say(tape, last, broker, now)


# -- consumers ------------------------------------------------------------------------------------


def _fetch(tape: Tape, found: Sequence[Exchange], broker: Surroundings) -> Finding | None:
    """A long poll, or several in a row that brought nothing."""
    first = last = found[-1]
    for exchange in reversed(found):
        if exchange.api != "Fetch" or (exchange.state == ANSWERED and _brought(exchange)):
            break
        first = exchange
    if last.state == ANSWERED and _brought(last):
        return None
    partitions = _partitions(last, found, broker)
    shown = ", ".join(_place(*one, broker) for one in partitions[:PARTITIONS_SHOWN])
    more = len(partitions) - PARTITIONS_SHOWN
    names = sorted({topic for topic, _, _ in partitions})
    return _finding(
        tape,
        "long poll",
        f"waits for records of {shown or 'partitions that are not known any more'}"
        + (f" and {more} partitions more" if more > 0 else ""),
        f"nothing is wrong here: produce to {', '.join(names) or 'the topic'}; a consumer that "
        "should see older records needs auto.offset.reset=earliest and a group without offsets",
        first.started,
    )


def _brought(exchange: Exchange) -> bool:
    """Whether a fetch was answered with records."""
    answer = exchange.answer_message
    if answer is None:
        return exchange.answer is not None and exchange.answer.is_cut
    return any(row.records for topic in answer.responses for row in topic.partitions)


def _partitions(
    last: Exchange, found: Sequence[Exchange], broker: Surroundings
) -> list[tuple[str, int, int]]:
    """(topic, partition, offset) of what the fetch reads; the session's where it has one."""
    request = last.request_message
    if request is None:
        return []
    session_id = request.session_id
    if not session_id and last.answer_message is not None:
        session_id = last.answer_message.session_id
    targets = broker.fetch_targets(session_id) if session_id else []
    if targets:
        return targets
    names = broker.topic_names()
    return [
        (topic.topic or names.get(uuid_text(topic.topic_id), "?"), row.partition, row.fetch_offset)
        for topic in request.topics
        for row in topic.partitions
    ]


def _place(topic: str, partition: int, offset: int, broker: Surroundings) -> str:
    end = broker.end_offset(topic, partition)
    return f"{topic}-{partition} from offset {offset}" + ("" if end is None else f" (end {end})")


# -- groups ---------------------------------------------------------------------------------------


def _join(tape: Tape, last: Exchange, broker: Surroundings, now: float) -> Finding:
    request = last.request_message
    group_id = request.group_id if request is not None else "?"
    group = broker.group(group_id)
    return _finding(
        tape,
        "rebalance",
        f"waits to join group {group_id}" + _who_is_missing(group, "has not joined again"),
        _until(group, last.started, now)
        + "a missing member joins at its next poll(); one that is gone is dropped when its "
        "session ends",
        last.started,
    )


def _sync(tape: Tape, last: Exchange, broker: Surroundings, now: float) -> Finding:
    request = last.request_message
    group_id = request.group_id if request is not None else "?"
    group = broker.group(group_id)
    return _finding(
        tape,
        "rebalance",
        f"waits for its assignment in group {group_id}"
        + _who_is_missing(group, "is the leader and has not sent it"),
        _until(group, last.started, now) + "look at what the leader is doing",
        last.started,
    )


def _who_is_missing(group: GroupState | None, fault: str) -> str:
    if group is None:
        return ""
    said = f" ({group.state}, {len(group.members)} members)"
    if group.missing:
        said += f": {', '.join(map(str, group.missing))} {fault}"
    if group.unborn:
        said += f"; {group.unborn} new members were given an id and have not come back"
    return said


def _until(group: GroupState | None, started: float, now: float) -> str:
    if group is None or not group.rebalance_timeout_ms:
        return ""
    left = group.rebalance_timeout_ms / 1000 - (now - started)
    return f"the group waits at most {max(0.0, left):.0f} s more; "


# -- the rest -------------------------------------------------------------------------------------


def _produce(tape: Tape, last: Exchange, broker: Surroundings, now: float) -> Finding:
    request = last.request_message
    names = ", ".join(topic.name for topic in request.topic_data) if request is not None else ""
    return _finding(
        tape,
        "produce",
        f"waits until what it produced{' to ' + names if names else ''} is stored",
        "a large batch is being checked, a coordinator of transactions is asked, or acks=all waits "
        "for replicas",
        last.started,
    )


def _anything(tape: Tape, last: Exchange, broker: Surroundings, now: float) -> Finding:
    return _finding(
        tape,
        "request",
        f"waits for the answer to {last.api}",
        "see it in the request log: GET /requests",
        last.started,
    )


def _transaction(fact: Fact, tapes: Sequence[Tape], broker: Surroundings) -> Finding:
    (transactional_id,) = fact.subject
    sight = broker.transaction(transactional_id)
    tape = next((tape for tape in tapes if tape.number == fact.connection), None)
    state = ""
    if sight is not None:
        state = f": it is in state {sight.state}"
        if sight.partitions:
            state += f", markers are due in {', '.join(sight.partitions[:PARTITIONS_SHOWN])}"
    return Finding(
        "transaction",
        client_name(fact.client_id, tape.client_software if tape else ("", ""), fact.client_host),
        f"was told CONCURRENT_TRANSACTIONS {times(fact.count)}: the last transaction of "
        f"{transactional_id} is being ended{state}",
        "the client asks again by itself; two producers with one transactional.id fence each other",
        fact.first,
        is_wait=True,
        connection=fact.connection,
    )


def _finding(tape: Tape, kind: str, cause: str, advice: str, since: float) -> Finding:
    client = client_name(tape.client_id, tape.client_software, tape.client_host)
    return Finding(kind, client, cause, advice, since, is_wait=True, connection=tape.number)


_SAYINGS: dict[str, Callable[[Tape, Any, Surroundings, float], Finding]] = {
    "JoinGroup": _join,
    "SyncGroup": _sync,
    "Produce": _produce,
}
