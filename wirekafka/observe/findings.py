"""The classic mistakes, found in what was recorded: a plain function of tapes, facts and broker.

| kind | seen as |
|---|---|
| advertised address | a client was told our address and did not come back to it (`lost.py`) |
| TLS to a plaintext port | the first bytes are a TLS handshake |
| HTTP to the Kafka port | the first bytes are an HTTP request |
| not Kafka | the first bytes are something else that is no frame |
| SASL without need | a client wants to authenticate on a listener without SASL |
| oversize message | a batch or a request is refused for its size |
| group.instance.id | a member is fenced by another one with its instance id |
| missing topic | a client asks again and again for a topic that is not there and will not be made |

Plaintext to a TLS port cannot be made yet: there are no TLS listeners, and none with SASL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from wirekafka.network.strangers import HTTP, TLS, stranger
from wirekafka.observe.finding import Finding, client_name, host_port, times
from wirekafka.observe.lost import RECENT_S, lost_clients, may_be_lost
from wirekafka.observe.surroundings import Surroundings
from wirekafka.observe.tape import Tape
from wirekafka.observe.witness import FENCED, MISSING_TOPIC, OVERSIZE, SASL, Fact

ASKED_ONCE_S = 2.0
"""A client that would have a missing topic made may give up at the first answer (kafkajs); it is
told of when the topic is still missing after so long. One that only looks is not."""

_PLAINTEXT = (
    "security.protocol=PLAINTEXT at the client, without SASL: this version has neither TLS nor SASL"
)


def mistakes(
    tapes: Sequence[Tape], facts: Sequence[Fact], broker: Surroundings, now: float
) -> list[Finding]:
    """All that can be said now, the oldest first."""
    found = [*lost_clients(tapes, broker, now), *_strangers(tapes, broker, now)]
    for fact in facts:
        if now - fact.last <= RECENT_S:
            found += _refusals(fact, tapes, broker, now)
    found.sort(key=lambda finding: finding.since)
    return found


def may_become_mistakes(tapes: Iterable[Tape], facts: Iterable[Fact], now: float) -> bool:
    """Whether to look again soon although nothing new happens."""
    return may_be_lost(tapes, now) or any(
        fact.kind == MISSING_TOPIC and now - fact.last < RECENT_S for fact in facts
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
        advice = f"set {_PLAINTEXT}"
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
    made = _SAYINGS.get(fact.kind)
    if made is None or (fact.kind == MISSING_TOPIC and _only_looks(fact, tapes)):
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


def _only_looks(fact: Fact, tapes: Sequence[Tape]) -> bool:
    """Whether the client asked once and would not have the topic made, and is in no group either:
    librdkafka's consumers may ask no more than once."""
    if fact.count > 1 or not fact.detail:
        return False
    return not any(
        tape.told is not None and tape.told.asked_coordinator
        for tape in tapes
        if (tape.client_host, tape.client_id) == (fact.client_host, fact.client_id)
    )


def _missing_topic(fact: Fact, broker: Surroundings, now: float) -> tuple[str, str] | None:
    (topic,) = fact.subject
    if broker.has_topic(topic):
        return None
    if fact.count < 2 and now - fact.first < ASKED_ONCE_S:
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


def _sasl(fact: Fact, broker: Surroundings, now: float) -> tuple[str, str] | None:
    (mechanism,) = fact.subject
    return (
        f"wanted to authenticate with SASL {mechanism}, {times(fact.count)}, on a listener without "
        f"SASL: {fact.detail}",
        f"set {_PLAINTEXT}",
    )


_SAYINGS = {OVERSIZE: _oversize, FENCED: _fenced, MISSING_TOPIC: _missing_topic, SASL: _sasl}
