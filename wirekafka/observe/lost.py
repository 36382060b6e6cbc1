"""Clients that were told an address of ours where they do not find us: a function of tapes.

A client is all connections with the same client id, software and host. Whoever finds us works, or
opens a connection after it was told our address and keeps it. Of the others nobody can see whether
they are lost or have nothing to do, so a client is named for what only lost ones do:

- *it asks for the same again and again*: topics or a coordinator, on one connection (Java,
  franz-go, Sarama, kafkajs). Who finds us asks once and goes to work;
- *it comes again and again*, and leaves as soon as it has its answer (librdkafka, which begins at
  the bootstrap address whenever no broker is up);
- *it asked for a coordinator*, and does nothing with it;
- *it asked as kafkajs does that is about to work*, and is silent, or leaves after a while and asks
  again: `_is_kafkajs_about_to_work`, `_is_kafkajs_that_returns`;
- *it was never seen again* after it had asked only for the brokers (kafka-python, aiokafka), or
  it asked for a topic and is silent (a consumer of kafkajs that may not create topics). A producer
  that has nothing to send does the first, who looks at a topic the second. So this counts only
  where an address was set for the listener, is not the one that was reached, and has not been come
  to by anybody yet. Where nothing but a hint was given, and of a client in the broker's network,
  which resolves names as the broker does not (a service of docker-compose), it is a doubt and no
  mistake.

Who begins with a list of all topics and stays on that connection may be an idle administrator, and
is a doubt at most (kafkajs that may not create topics, with a transaction or a pattern).
With several brokers a client may be with the others, which we do not see, so nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wirekafka.observe.exchanges import UNANSWERED, WAITING, of_tape
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

RETURNS_S = 2.0
"""Between two connections of one that has given up and begins anew."""

_KAFKAJS_METADATA = 6
"""The version of Metadata by which kafkajs is known, which says nothing of itself. It is also that
of clients made for Kafka 2.0 and never updated."""


def lost_clients(tapes: Sequence[Tape], broker: Surroundings, now: float) -> list[Finding]:
    """One finding for each client that is lost."""
    return [_lost(one.told[0], broker) for one in _away(tapes, broker, now) if one.is_lost]


def doubtful_clients(tapes: Sequence[Tape], broker: Surroundings, now: float) -> list[Finding]:
    """One for each client that is lost or has nothing to do, which nobody can tell apart."""
    return [_doubt(one.told[0], broker) for one in _away(tapes, broker, now) if not one.is_lost]


@dataclass(slots=True, frozen=True)
class _Away:
    """A client that has not come: the connections on which it was told where to."""

    told: Sequence[Tape]
    is_lost: bool


def _away(tapes: Sequence[Tape], broker: Surroundings, now: float) -> Iterator[_Away]:
    """Those who are lost or may be."""
    if broker.brokers > 1:
        return
    clients: dict[tuple[str, str, str], list[Tape]] = {}
    for tape in tapes:
        if tape.client_id is not None:
            key = (tape.client_host, tape.client_id, tape.client_software[0])
            clients.setdefault(key, []).append(tape)
    proven = {address for many in clients.values() for address in _found(many, now)}
    for connections in clients.values():
        told = [tape for tape in connections if tape.told is not None]
        if not told or any(
            _has_worked(tape) or _is_settled(tape, told[0], now) for tape in connections
        ):
            continue
        if (
            any(_insists(tape, now) or _is_kafkajs_about_to_work(tape, now) for tape in told)
            or _comes_again(connections, now)
            or _is_kafkajs_that_returns(told, now)
        ):
            yield _Away(told, is_lost=True)
        elif _is_gone(connections, now) and told[0].advertised not in proven:
            yield _Away(told, is_lost=_is_hardly_idle(told[0], broker))


def may_be_lost(tapes: Iterable[Tape], now: float) -> bool:
    """Whether to look again soon although nothing new happens."""
    return any(
        tape.told is not None and now - tape.told.first < RECENT_S and not _has_worked(tape)
        for tape in tapes
    )


def _has_worked(tape: Tape) -> bool:
    """Whether it made a request beyond those that any client begins with. One of these that has no
    answer is not counted among them yet, and never if the client left meanwhile: the first
    FindCoordinator waits until there is a topic for offsets."""
    if tape.served - tape.bootstrap_frames != 1:
        return tape.served > tape.bootstrap_frames
    silent = [one.api for one in of_tape(tape) if one.state in (WAITING, UNANSWERED)]
    return silent != ["FindCoordinator"]


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


def _is_kafkajs_about_to_work(tape: Tape, now: float) -> bool:
    """Whether it has asked for topics that it would have made, and then nothing more.

    Its administrators have none made, and its producers and consumers ask when they have something
    to do and then do it. Others that are idle ask so too, in other versions and with their names: a
    producer of Sarama lists all topics, one of Java looks at a topic (`partitionsFor`)."""
    told = tape.told
    return (
        told is not None
        and told.creates
        and tape.closed is None
        and _is_of_kafkajs(tape)
        and LOST_AFTER_S <= now - told.last <= RECENT_S
    )


def _is_kafkajs_that_returns(connections: Sequence[Tape], now: float) -> bool:
    """Whether it asked for topics, was silent, left, and came at once to ask again: its consumers
    do so whose retries are used up, administrators for each question."""
    return any(
        tape.told is not None
        and tape.closed is not None
        and _is_of_kafkajs(tape)
        and tape.closed - tape.told.last >= LOST_AFTER_S
        and now - tape.closed <= RECENT_S
        and any(0 <= later.opened - tape.closed <= RETURNS_S for later in connections)
        for tape in connections
    )


def _is_of_kafkajs(tape: Tape) -> bool:
    """Whether it asked for topics as kafkajs does, and then nothing more."""
    told = tape.told
    return (
        told is not None
        and told.version == _KAFKAJS_METADATA
        and not tape.client_software[0]
        and tape.bootstrap_frames == told.at_frame
    )


def _is_gone(connections: Sequence[Tape], now: float) -> bool:
    """Whether it came once to be told another address than it had reached, and asked for the
    brokers and left, or for topics and stays."""
    tape, told = connections[0], connections[0].told
    if len(connections) > 1 or told is None or _is_same_place(tape.advertised, tape.local):
        return False
    if not LOST_AFTER_S <= now - told.last <= RECENT_S or tape.bootstrap_frames != told.at_frame:
        return False
    if tape.listed_all and tape.client_software[0]:
        return False  # not kafkajs, but an administrator of franz-go or a producer of Sarama
    asked_for_topics = told.named_topics or tape.listed_all
    return asked_for_topics is (tape.closed is None)


def _is_hardly_idle(tape: Tape, broker: Surroundings) -> bool:
    """Of one that is gone: whether it is more likely lost than idle."""
    is_set = broker.is_advertised(tape.listener)
    return is_set and not tape.listed_all and not broker.is_neighbour(tape.client_host)


def _is_same_place(given: tuple[str, int], reached: tuple[str, int]) -> bool:
    """Whether who has reached the one can reach the other, because it is the same."""
    if given == reached:
        return True
    is_loopback = reached[0] == "::1" or reached[0].startswith("127.")
    return given == ("localhost", reached[1]) and is_loopback


def _found(connections: Sequence[Tape], now: float) -> Iterable[tuple[str, int]]:
    """The addresses at which this client has found us after it was told them."""
    for told in connections:
        if told.told is None:
            continue
        for tape in connections:
            if tape is not told and _has_worked(tape) and tape.opened >= told.told.first:
                yield told.advertised
                break


def _is_settled(tape: Tape, first: Tape, now: float) -> bool:
    """Whether it went to the address that it was told, and stays."""
    assert first.told is not None
    if tape.told is None:
        if tape.opened - first.told.last >= ASKS_AGAIN_S:
            return False  # came by a timer and not to its broker, with which it would have begun
    elif tape.told.insisted is not None or _is_of_kafkajs(tape):
        return False  # came to ask and has only asked
    until = now if tape.closed is None else tape.closed
    return tape.opened > first.told.first and until - tape.opened >= SETTLED_S


def _lost(tape: Tape, broker: Surroundings) -> Finding:
    cause = f"took metadata and has not come back: it was told to go to {_where(tape)}"
    return _finding(tape, cause, _correction(tape, broker))


def _doubt(tape: Tape, broker: Surroundings) -> Finding:
    cause = (
        f"took metadata and has not come back: it has nothing to do, or cannot go to {_where(tape)}"
    )
    advice = f"nothing is wrong with a client that is idle; else {_correction(tape, broker)}"
    return _finding(tape, cause, advice)


def _finding(tape: Tape, cause: str, advice: str) -> Finding:
    assert tape.told is not None
    client = client_name(tape.client_id, tape.client_software, tape.client_host)
    since = tape.told.first
    return Finding("advertised address", client, cause, advice, since, connection=tape.number)


def _where(tape: Tape) -> str:
    given, reached = host_port(tape.advertised), host_port(tape.local)
    if given == reached:
        return f"{given}, where it reached this broker, which it seems to see by another address"
    return f"{given}, though it reached this broker at {reached}"


def _correction(tape: Tape, broker: Surroundings) -> str:
    """What to change, which depends on who said the address."""
    given = host_port(tape.advertised)
    if tape.advertised == tape.local:
        return (
            "behind a forwarded port start with --advertised-port, or tell it now with "
            "PUT /addresses at the control port; or set advertised.listeners to the address that "
            "the client uses"
        )
    if broker.is_advertised(tape.listener):
        return (
            f"make {given} reachable for the client, or correct advertised.listeners of listener "
            f"{tape.listener}: without it each client is told the address that it has reached"
        )
    return (
        f"make {given} reachable for the client, or correct the hint of the forwarded port: start "
        "with --advertised-port [HOST:]PORT of the port that clients use, or tell it now with "
        "PUT /addresses at the control port"
    )
