"""The classic mistakes, found in what was recorded: a plain function of tapes, facts and broker.

| kind | seen as |
|---|---|
| advertised address | a client was told our address, wants something, and never came back to it |
| TLS to a plaintext port | the first bytes are a TLS handshake |
| HTTP to the Kafka port | the first bytes are an HTTP request |
| not Kafka | the first bytes are something else that is no frame |
| oversize message | a batch or a request is refused for its size |
| group.instance.id | a member is fenced by another one with its instance id |
| missing topic | a client asks again and again for a topic that is not there and will not be made |

Plaintext to a TLS port cannot be made yet: there are no TLS listeners.

A client that was told our address is judged by all of its connections (the same client id, software
and host). One that finds us opens another connection at once, and keeps it, or works with the one
it has. One that does not

- comes again and again with a new connection, asks its way and leaves it (librdkafka),
- keeps the connection on which it was told, although it asked for topics or a coordinator (Java),
- asked for the brokers and was never seen again (kafka-python, aiokafka). That is also what a
  client does that is only being kept ready, so it is said only where the address that it was told
  is not the one that it had reached.

To list all topics is work, unless the client wants one of them afterwards and was told another
address than the one that it had reached (Sarama and librdkafka begin with the list). With several
brokers a client may work with the others, which we do not see, so nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from wirekafka.network.strangers import HTTP, TLS, stranger
from wirekafka.observe.finding import Finding, client_name, host_port, times
from wirekafka.observe.surroundings import Surroundings
from wirekafka.observe.tape import Tape, Told
from wirekafka.observe.witness import FENCED, MISSING_TOPIC, OVERSIZE, Fact

LOST_AFTER_S = 2.5
"""From being told our address: a client that can reach it is there within milliseconds, and the
finding is to be known within 5 s."""

ASKS_AGAIN_S = 1.0
"""Between two connections that only asked the way; a start makes several within milliseconds."""

ASKED_ONCE_S = 2.0
"""A client that would have a missing topic made may give up at the first answer (kafkajs); it is
told of when the topic is still missing after so long. One that only looks is not."""

ASKS_AGAIN_WITHIN_S = 15.0
"""Connections that asked the way longer ago belong to another attempt, or another run of a tool."""

SETTLED_S = 2.0
"""A connection that is open for so long is used: librdkafka leaves one that does not help after
1 s."""

RECENT_S = 60.0
"""What happened longer ago is not told any more."""


def mistakes(
    tapes: Sequence[Tape], facts: Sequence[Fact], broker: Surroundings, now: float
) -> list[Finding]:
    """All that can be said now, the oldest first."""
    found = [*_lost_clients(tapes, broker, now), *_strangers(tapes, broker, now)]
    for fact in facts:
        if now - fact.last <= RECENT_S:
            found += _refusals(fact, tapes, broker, now)
    found.sort(key=lambda finding: finding.since)
    return found


def may_become_mistakes(tapes: Iterable[Tape], facts: Iterable[Fact], now: float) -> bool:
    """Whether to look again soon although nothing new happens."""
    return any(
        tape.told is not None and not tape.has_worked and now - tape.told.first < RECENT_S
        for tape in tapes
    ) or any(fact.kind == MISSING_TOPIC and now - fact.last < RECENT_S for fact in facts)


# -- the advertised address -----------------------------------------------------------------------


def _lost_clients(tapes: Sequence[Tape], broker: Surroundings, now: float) -> list[Finding]:
    if broker.brokers > 1:
        return []
    clients: dict[tuple[str, str, str], list[Tape]] = {}
    for tape in tapes:
        if tape.client_id is not None:
            key = (tape.client_host, tape.client_id, tape.client_software[0])
            clients.setdefault(key, []).append(tape)
    return [_lost(connections) for connections in clients.values() if _is_lost(connections, now)]


def _is_lost(connections: Sequence[Tape], now: float) -> bool:
    told = [(tape, tape.told) for tape in connections if tape.told is not None]
    if not told or any(
        tape.has_worked or _is_settled(tape, told[0][1], now) for tape in connections
    ):
        return False
    if any(tape.listed_all for tape in connections):
        wants = any(one.named_topics or one.asked_coordinator for _, one in told)
        if not wants or told[0][0].advertised == told[0][0].local:
            return False
    fresh = [one for _, one in told if now - one.last <= ASKS_AGAIN_WITHIN_S]
    if len(fresh) > 1 and fresh[-1].last - fresh[0].first >= ASKS_AGAIN_S:
        return True
    if any(_is_stuck(tape, one, now) for tape, one in told):
        return True
    first, one = told[0]
    if len(connections) > 1 or not LOST_AFTER_S <= now - one.first <= RECENT_S:
        return False
    is_elsewhere = first.advertised != first.local
    if first.closed is None:
        return is_elsewhere or one.named_topics or one.asked_coordinator
    # It asked only for the brokers and left, which has no use but to go to one of them.
    return is_elsewhere and not one.named_topics and not one.asked_coordinator


def _is_stuck(tape: Tape, one: Told, now: float) -> bool:
    """Whether it knows where a topic's partitions are, not here, and does nothing with it."""
    is_silent = LOST_AFTER_S <= now - one.last <= RECENT_S
    is_elsewhere = tape.advertised != tape.local
    return tape.closed is None and one.named_topics and is_elsewhere and is_silent


def _is_settled(tape: Tape, first: Told, now: float) -> bool:
    """Whether this is the connection to the address that the client was told."""
    if tape.told is not None and tape.told.named_topics and tape.advertised != tape.local:
        return False  # who knows where the topic's partitions are does not ask for them idly
    return tape.closed is None and tape.opened > first.first and now - tape.opened >= SETTLED_S


def _lost(connections: Sequence[Tape]) -> Finding:
    tape = next(tape for tape in connections if tape.told is not None)
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


# -- what does not speak Kafka --------------------------------------------------------------------


def _strangers(tapes: Iterable[Tape], broker: Surroundings, now: float) -> list[Finding]:
    found = []
    for tape in tapes:
        if tape.stranger and (tape.closed is None or now - tape.closed <= RECENT_S):
            finding = _too_large(tape, broker) if tape.served else _stranger(tape)
            if finding is not None:
                found.append(finding)
    return _told_once(found)


def _told_once(found: Sequence[Finding]) -> list[Finding]:
    """A client that tries again and again makes one mistake."""
    same: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in found:
        same.setdefault((finding.kind, finding.client, finding.cause), []).append(finding)
    return [
        first if not more else replace(first, cause=f"{first.cause} ({times(1 + len(more))})")
        for first, *more in same.values()
    ]


def _stranger(tape: Tape) -> Finding:
    kind = stranger(tape.stranger)
    client = client_name(None, ("", ""), tape.client_host)
    address = host_port(tape.local)
    if kind == TLS:
        cause = f"began a TLS handshake at {address}, which is a plaintext listener"
        advice = "set security.protocol=PLAINTEXT (or SASL_PLAINTEXT) at the client"
        return Finding("TLS to a plaintext port", client, cause, advice, tape.opened)
    if kind == HTTP:
        line = tape.stranger.split(b"\r\n")[0].decode("latin-1")
        cause = f"sent an HTTP request ({line}) to {address}, which speaks the Kafka protocol"
        advice = "point it at the control port, a REST proxy or a schema registry instead"
        return Finding("HTTP to the Kafka port", client, cause, advice, tape.opened)
    cause = f"sent {tape.stranger[:16]!r} to {address}, which is no Kafka request"
    return Finding(
        "not Kafka",
        client,
        f"{cause} ({kind})" if kind else cause,
        "look at what is configured with this address",
        tape.opened,
    )


def _too_large(tape: Tape, broker: Surroundings) -> Finding | None:
    """The connection spoke Kafka until a frame with a size that cannot be."""
    size = int.from_bytes(tape.stranger[:4], "big", signed=True)
    if size <= broker.max_request_bytes:
        return None
    return Finding(
        "oversize message",
        client_name(tape.client_id, tape.client_software, tape.client_host),
        f"sent a request of {size} bytes, more than socket.request.max.bytes="
        f"{broker.max_request_bytes}; the connection was closed",
        "send smaller batches (max.request.size, message.max.bytes of librdkafka), or raise "
        "socket.request.max.bytes at the broker",
        tape.closed or tape.opened,
        connection=tape.number,
    )


# -- refusals -------------------------------------------------------------------------------------


def _refusals(fact: Fact, tapes: Sequence[Tape], broker: Surroundings, now: float) -> list[Finding]:
    made = {OVERSIZE: _oversize, FENCED: _fenced, MISSING_TOPIC: _missing_topic}.get(fact.kind)
    if made is None:
        return []
    software = next((t.client_software for t in tapes if t.number == fact.connection), ("", ""))
    client = client_name(fact.client_id, software, fact.client_host)
    said = made(fact, broker, now)
    if said is None:
        return []
    return [Finding(fact.kind, client, *said, fact.first, connection=fact.connection)]


def _oversize(fact: Fact, broker: Surroundings, now: float) -> tuple[str, str] | None:
    (topic,) = fact.subject
    if not broker.has_topic(topic):  # newer clients produce by the topic's id
        topic = broker.topic_names().get(topic, topic)
    limit = broker.max_message_bytes(topic)
    allowed = "" if limit is None else f" max.message.bytes={limit} of topic {topic}:"
    return (
        f"sent a batch that is larger than{allowed or ' the topic allows:'} "
        f"{fact.detail}, {times(fact.count)}",
        f"raise it (wirekafka configs --alter --topic {topic} --add-config max.message.bytes=…; "
        "message.max.bytes for all topics), or send smaller or compressed batches",
    )


def _fenced(fact: Fact, broker: Surroundings, now: float) -> tuple[str, str] | None:
    group_id, instance_id = fact.subject
    owner = f", which {fact.detail} has now" if fact.detail else ""
    return (
        f"was fenced {times(fact.count)} in group {group_id}: two members use the "
        f"group.instance.id {instance_id}{owner}",
        "give every consumer of the group a group.instance.id of its own, or none",
    )


def _missing_topic(fact: Fact, broker: Surroundings, now: float) -> tuple[str, str] | None:
    (topic,) = fact.subject
    if broker.has_topic(topic):
        return None
    if fact.count < 2 and (fact.detail or now - fact.first < ASKED_ONCE_S):
        return None
    if broker.auto_create_topics and not fact.detail:
        return None  # it is being made, or its name or the defaults forbid it, which is logged
    if broker.auto_create_topics:
        why = "the client does not let it be created (allow.auto.create.topics=false)"
    else:
        why = "the broker does not create topics by itself (auto.create.topics.enable=false)"
    return (
        f"asked {times(fact.count)} for topic {topic}, which does not exist, and {why}",
        f"create it: wirekafka topics --create --topic {topic}; or look at its spelling"
        + ("" if broker.auto_create_topics else "; or set auto.create.topics.enable=true"),
    )
