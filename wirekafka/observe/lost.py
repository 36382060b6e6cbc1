"""Clients that were told an address of ours where they do not find us: a function of tapes.

A client is all connections with the same client id, software and host. Whoever finds us works, or
opens a connection after it was told our address and keeps it. Of the others nobody can see whether
they are lost or have nothing to do, so a client is named for what only lost ones do:

- *it asks for the same again and again*: topics or a coordinator, on one connection (Java,
  franz-go, Sarama, kafkajs). Who finds us asks once and goes to work;
- *it comes again and again*, and leaves as soon as it has its answer (librdkafka, which begins at
  the bootstrap address whenever no broker is up);
- *it asked for a coordinator*, and does nothing with it;
- *it was never seen again* after it had asked only for the brokers (kafka-python, aiokafka), or
  it asked for a topic and is silent (a consumer of kafkajs). A producer that has nothing to send
  does the first, who looks at a topic the second. So this counts only where an address was set for
  the listener, is not the one that was reached, and has not been come to by anybody yet.

Who begins with a list of all topics and stays on that connection may be an idle administrator, and
is not named (a transactional producer of kafkajs, and its consumers of a pattern).
With several brokers a client may be with the others, which we do not see, so nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wirekafka.observe.finding import Finding, client_name, host_port
from wirekafka.observe.surroundings import Surroundings
from wirekafka.observe.tape import Tape

LOST_AFTER_S = 2.5
"""From being told our address: a client that can reach it is there within milliseconds, and the
finding is to be known within 5 s."""

ASKS_AGAIN_S = 0.7
"""Between two times that a client came to ask: a start makes several connections within
milliseconds. librdkafka comes again by a timer of one second, and some of its clients only once."""

ASKS_AGAIN_WITHIN_S = 4.0
"""Connections that are further apart belong to several runs of a tool, as of a health check."""

LEFT_AT_ONCE_S = 0.25
"""Between the answer and the end of a connection that was opened for it alone."""

IDLE_S = 1.5
"""A connection that has said no more than hello for so long waits for something."""

SETTLED_S = 2.0
"""A connection that is kept for so long is used: librdkafka leaves one that does not help within
1 s."""

RECENT_S = 60.0
"""What happened longer ago is not told any more."""


def lost_clients(tapes: Sequence[Tape], broker: Surroundings, now: float) -> list[Finding]:
    """One finding for each client that is lost."""
    if broker.brokers > 1:
        return []
    clients: dict[tuple[str, str, str], list[Tape]] = {}
    for tape in tapes:
        if tape.client_id is not None:
            key = (tape.client_host, tape.client_id, tape.client_software[0])
            clients.setdefault(key, []).append(tape)
    proven = {address for many in clients.values() for address in _found(many, now)}
    found = []
    for connections in clients.values():
        told = [tape for tape in connections if tape.told is not None]
        if not told or any(
            tape.has_worked or _is_settled(tape, told[0], now) for tape in connections
        ):
            continue
        if (
            any(_insists(tape, now) for tape in told)
            or _comes_again(connections, now)
            or _is_gone(connections, broker, proven, now)
        ):
            found.append(_lost(told[0]))
    return found


def may_be_lost(tapes: Iterable[Tape], now: float) -> bool:
    """Whether to look again soon although nothing new happens."""
    return any(
        tape.told is not None and not tape.has_worked and now - tape.told.first < RECENT_S
        for tape in tapes
    )


def _insists(tape: Tape, now: float) -> bool:
    """Whether it has asked on this connection for what it knows, or knows and cannot use it."""
    told = tape.told
    assert told is not None
    if told.insisted is not None:
        return now - told.first_wish >= LOST_AFTER_S and now - told.insisted <= RECENT_S
    is_silent = LOST_AFTER_S <= now - told.last <= RECENT_S
    return told.asked_coordinator and tape.closed is None and is_silent


def _comes_again(connections: Sequence[Tape], now: float) -> bool:
    """Whether it came twice only to ask, and not to list all topics, which is of use by itself; the
    second time it may find nothing to ask, and waits."""
    ends: list[float] = []
    listings = 0
    for tape in connections:
        told = tape.told
        if told is None:
            if tape.asked_way:
                continue  # for a topic that is not there
            if tape.closed is not None:
                return False  # it needed not ask, so it had come to the address that it was told
            if tape.served and now - tape.opened >= IDLE_S:
                ends.append(tape.opened)
            continue
        if tape.closed is None or tape.closed - told.last > LEFT_AT_ONCE_S:
            continue
        if now - told.last <= RECENT_S:
            ends.append(told.last)
            listings += tape.listed_all
    if listings == len(ends):
        return False
    return any(
        ASKS_AGAIN_S <= later - earlier <= ASKS_AGAIN_WITHIN_S
        for index, earlier in enumerate(ends)
        for later in ends[index + 1 :]
    )


def _is_gone(
    connections: Sequence[Tape],
    broker: Surroundings,
    proven: set[tuple[str, int]],
    now: float,
) -> bool:
    """Whether it came once, and asked for the brokers and left, or for a topic and stays."""
    tape, told = connections[0], connections[0].told
    if len(connections) > 1 or told is None or tape.listed_all or tape.advertised == tape.local:
        return False
    if not LOST_AFTER_S <= now - told.last <= RECENT_S:
        return False
    if told.named_topics is (tape.closed is not None):
        return False
    return broker.is_advertised(tape.listener) and tape.advertised not in proven


def _found(connections: Sequence[Tape], now: float) -> Iterable[tuple[str, int]]:
    """The addresses at which this client has found us after it was told them."""
    for told in connections:
        if told.told is None:
            continue
        for tape in connections:
            if tape.has_worked and tape is not told and tape.opened >= told.told.first:
                yield told.advertised
                break


def _is_settled(tape: Tape, first: Tape, now: float) -> bool:
    """Whether it went to the address that it was told, and stays."""
    assert first.told is not None
    if tape.told is None:
        if tape.opened - first.told.last >= ASKS_AGAIN_S:
            return False  # came by a timer and not to its broker, with which it would have begun
    elif tape.told.insisted is not None:
        return False
    until = now if tape.closed is None else tape.closed
    return tape.opened > first.told.first and until - tape.opened >= SETTLED_S


def _lost(tape: Tape) -> Finding:
    assert tape.told is not None
    given, reached = host_port(tape.advertised), host_port(tape.local)
    if given == reached:
        where = f"{given}, where it reached this broker, which it seems to see by another address"
        advice = (
            "behind a forwarded port start with --advertised-port, or tell it now with "
            "PUT /addresses at the control port; or set advertised.listeners to the address that "
            "the client uses"
        )
    else:
        where = f"{given}, though it reached this broker at {reached}"
        advice = (
            f"make {given} reachable for the client, or correct advertised.listeners of listener "
            f"{tape.listener}: without it each client is told the address that it has reached"
        )
    return Finding(
        "advertised address",
        client_name(tape.client_id, tape.client_software, tape.client_host),
        f"took metadata and has not come back: it was told to go to {where}",
        advice,
        tape.told.first,
        connection=tape.number,
    )
