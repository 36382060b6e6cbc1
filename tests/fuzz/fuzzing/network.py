"""Fuzz frames to a broker on this machine, and what became of them, by API key.

A broker may answer a frame or close the connection. It fails when it does neither within FRAME_S
(a Produce with acks=0 and requests that wait by their nature excepted), when its answer is not one
or says UNKNOWN_SERVER_ERROR, or when the witness on another connection is no longer served.

Kafka 4.3.1 itself is silent in two cases, which are no example to follow: a Produce with null
records, and an AddPartitionsToTxn from version 4 on without transactions.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain

from fuzzing.catalogue import Api, all_apis
from fuzzing.conversation import Conversation, Outcome, Reply
from fuzzing.frames import Frame, frames
from fuzzing.sweep import BY_BYTE, WHOLE, sweep
from fuzzing.witness import Witness, WitnessError
from fuzzing.words import VICTIM_TOPIC, words_of
from wirekafka_protocol.codec import decode, decoder
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.messages.headers import RequestHeader
from wirekafka_protocol.messages.produce import ProduceRequest
from wirekafka_protocol.schema import Struct

FRAME_S = 5.0
"""By then a frame is answered or its connection closed."""

WAITING_S = 0.25
"""Patience with requests that may wait for other clients: their silence is no failure."""

WAITING_KEYS = frozenset((1, 11, 14, 78))
"""Fetch and ShareFetch wait for records, JoinGroup and SyncGroup for the other members."""

FAILING_IN_KAFKA = frozenset((1, 2, 3, 8, 9, 11, 27, 37, 38, 44, 75))
"""Here some requests are answered UNKNOWN_SERVER_ERROR because Kafka stumbles over them."""

FAILURES_PER_KEY = 10
"""Then the rest of the key's frames is left out: with a hanging broker each costs FRAME_S."""

API_VERSIONS_KEY = 18

VALID = ("intact", WHOLE, BY_BYTE)

Say = Callable[[str], None]


@dataclass(slots=True)
class Row:
    """What became of the frames of one API key."""

    name: str
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def loopback_address(text: str) -> tuple[str, int]:
    """HOST:PORT as an address of this machine. ValueError if it is any other machine's."""
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"{text!r} is not HOST:PORT")
    if host == "localhost":
        host = str(socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0][4][0])
    try:
        allowed = ipaddress.ip_address(host).is_loopback
    except ValueError:
        allowed = False
    if not allowed:
        raise ValueError(f"{host!r} is not a loopback address: only this machine may be fuzzed")
    return host, int(port)


def fuzz_broker(
    address: tuple[str, int], api_keys: Iterable[int], *, seed: int, count: int, say: Say
) -> list[Row]:
    """`count` frames for each version of each key. Stops when the witness is not served."""
    apis = all_apis()
    rows: list[Row] = []
    witness = Witness(address, f"fuzz-witness-{seed}")
    conversation = Conversation(address)
    try:
        witness.create_own_topic()
        witness.check()
        rows.append(_checked(witness, _fuzz_stream(address)))
        for api_key in api_keys:
            if rows[-1].failures and rows[-1].outcomes["witness"]:
                break
            api = apis.get(api_key)
            words = words_of(api_key, witness.create_topic(VICTIM_TOPIC))
            row = Row(f"{api_key} {api.name if api is not None else ''}")
            swept = sweep(api, words, seed=seed) if api is not None else ()
            for frame in chain(swept, frames(api_key, api, words, seed=seed, count=count)):
                if len(row.failures) < FAILURES_PER_KEY:
                    _send(conversation, frame, apis, row)
            rows.append(_checked(witness, row))
            say(_line(row))
    except (WitnessError, OSError) as error:
        rows.append(Row("witness", Counter(witness=1), [f"{type(error).__name__}: {error}"]))
    finally:
        witness.close()
        conversation.close()
    return rows


def summary(rows: list[Row]) -> str:
    """A line for all rows, and the failures."""
    totals: Counter[str] = Counter()
    for row in rows:
        totals.update(row.outcomes)
    failures = [f"{row.name}: {failure}" for row in rows for failure in row.failures]
    counts = ", ".join(f"{count} {name}" for name, count in sorted(totals.items()))
    return "\n".join((f"{counts}; {len(failures)} failures", *failures))


def _line(row: Row) -> str:
    counts = ", ".join(f"{count} {name}" for name, count in sorted(row.outcomes.items()))
    return f"{row.name:32} {counts}{' FAILED' if row.failures else ''}"


def _checked(witness: Witness, row: Row) -> Row:
    try:
        witness.check()
    except WitnessError as error:
        row.outcomes["witness"] += 1
        row.failures.append(f"the witness is not served: {error}")
    return row


def _send(conversation: Conversation, frame: Frame, apis: dict[int, Api], row: Row) -> None:
    sent = frame.sent_header()
    waiting = sent is not None and sent[0] in WAITING_KEYS
    correlation_id = None if sent is None else sent[2]
    reply = conversation.ask(
        frame.payload,
        correlation_id,
        limit_s=WAITING_S if waiting else FRAME_S,
        by_byte=frame.damage == BY_BYTE,
    )
    outcome = reply.outcome.value
    if waiting and reply.outcome is Outcome.SILENT:
        outcome = "waiting"
    elif reply.outcome is Outcome.PASSED_OVER and _wants_no_answer(frame, apis):
        outcome = "acks=0"
    elif reply.outcome is Outcome.CLOSED and frame.damage in VALID and _exists(frame, apis):
        outcome = "closed intact"  # allowed, yet worth a look
    row.outcomes[outcome] += 1
    problem = None if outcome in ("waiting", "acks=0") else _problem(frame, reply, apis)
    if problem is not None:
        row.failures.append(f"v{frame.version} {frame.damage}: {problem}\n  {frame.payload.hex()}")


def _problem(frame: Frame, reply: Reply, apis: dict[int, Api]) -> str | None:
    if reply.outcome is Outcome.CLOSED:
        return None
    if reply.outcome is not Outcome.ANSWERED:
        return f"{reply.outcome.value} for {reply.elapsed_s:.1f} s {reply.body[:32].hex()}"
    sent = frame.sent_header()
    api = apis.get(sent[0]) if sent is not None else None
    if sent is None or api is None or sent[1] not in api.response.VERSIONS:
        if sent is not None and sent[0] == API_VERSIONS_KEY:
            return None  # error 35 in the layout of version 0
        return "answered, although it is no request that exists"
    flexible = api.is_flexible(sent[1]) and sent[0] != API_VERSIONS_KEY
    try:
        answer, end = decoder(api.response, sent[1])(reply.body, int(flexible), len(reply.body))
    except ProtocolError as error:
        return f"its answer cannot be parsed: {error}: {reply.body[:64].hex()}"
    if end != len(reply.body):
        return f"{len(reply.body) - end} bytes behind its answer: {reply.body[end:][:64].hex()}"
    if sent[0] not in FAILING_IN_KAFKA and _tells_of_a_bug(answer):
        return "it is answered UNKNOWN_SERVER_ERROR"
    return None


def _tells_of_a_bug(struct: Struct) -> bool:
    """Whether an error code anywhere in an answer says that the broker did not know what to say."""
    for definition in struct.FIELDS:
        value = getattr(struct, definition.name)
        if definition.name == "error_code":
            if value == ErrorCode.UNKNOWN_SERVER_ERROR:
                return True
        elif isinstance(value, list):
            if any(isinstance(element, Struct) and _tells_of_a_bug(element) for element in value):
                return True
        elif isinstance(value, Struct) and _tells_of_a_bug(value):
            return True
    return False


def _exists(frame: Frame, apis: dict[int, Api]) -> bool:
    api = apis.get(frame.api_key)
    return api is not None and frame.version in api.request.VERSIONS


def _wants_no_answer(frame: Frame, apis: dict[int, Api]) -> bool:
    """Whether this is a Produce that says acks=0."""
    sent = frame.sent_header()
    if sent is None or sent[0] != ProduceRequest.KEY or sent[1] not in ProduceRequest.VERSIONS:
        return False
    header_version = 2 if apis[sent[0]].is_flexible(sent[1]) else 1
    try:
        at = decoder(RequestHeader, header_version)(frame.payload, 0, len(frame.payload))[1]
        return decode(ProduceRequest, sent[1], frame.payload[at:]).acks == 0
    except ProtocolError:
        return False


def _fuzz_stream(address: tuple[str, int]) -> Row:
    """Bytes that are no frames: sizes out of range, other protocols, a size and nothing else."""
    row = Row("no frames")
    conversation = Conversation(address)
    for name, data in (
        ("negative size", struct.pack(">i", -1) + bytes(64)),
        ("smallest size", struct.pack(">i", -(1 << 31)) + bytes(64)),
        ("size zero", struct.pack(">i", 0)),
        ("size too small for a header", struct.pack(">i", 3) + b"\x00\x12\x00"),
        ("largest size", struct.pack(">i", (1 << 31) - 1) + bytes(64)),
        ("an HTTP request", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ("a TLS hello", bytes.fromhex("16030100f8010000f40303") + bytes(240)),
    ):
        reply = conversation.send_raw(data, limit_s=FRAME_S)
        row.outcomes[reply.outcome.value] += 1
        if reply.outcome is not Outcome.CLOSED:
            row.failures.append(f"{name}: {reply.outcome.value}")
    return row
