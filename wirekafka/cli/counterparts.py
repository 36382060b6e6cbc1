"""What stands in a replay for what the recorded broker made up, and what is left to compare.

Ids are given out by brokers: of topics, members, producers, fetch sessions, the cluster. When the
recorded answer and that of the replay have different ones in the same place, they are counterparts,
and requests and later answers are translated: "the same id again" still has to be the same. Epochs
belong to their owner: a producer's are shifted by as much as its first one, a member's (generation,
member epoch) are counterparts as they come; a leader's, which is another in a fork, is left out of
requests, as clients may. The headers of record batches are translated, too.

Not compared: addresses, times, versions of metadata and of APIs, the order of named things, and
what of a Fetch answer depends on the moment. Of that the errors remain; the records that it brings
were produced by the same replay.
"""

from __future__ import annotations

import contextlib
import re
import struct
from collections.abc import Callable, Iterator
from typing import Any

from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.records.batch import CRC_POSITION, compute_crc, iter_batches

COME_AGAIN = frozenset(
    {
        ErrorCode.LEADER_NOT_AVAILABLE,
        ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
        ErrorCode.COORDINATOR_NOT_AVAILABLE,
        ErrorCode.NOT_COORDINATOR,
        ErrorCode.CONCURRENT_TRANSACTIONS,
    }
)
"""A client that is told so asks again, how often depends on the moment."""

_KINDS = {
    "topic_id": "topic",
    "member_id": "member",
    "leader": "member",
    "members": "member",
    "producer_id": "producer",
    "session_id": "session",
    "cluster_id": "cluster",
}
"""Fields whose values a broker makes up, and what they are ids of."""

_MEMBER_EPOCHS = frozenset({"generation_id", "generation_id_or_member_epoch", "member_epoch"})
_NO_IDS: dict[str, tuple[Any, ...]] = {
    "topic": (None, "AAAAAAAAAAAAAAAAAAAAAA"),
    "member": (None, ""),
    "producer": (-1,),
    "session": (0,),
    "cluster": (None, ""),
}
_NAMES = (
    "name", "topic", "topic_id", "member_id", "group_id", "transactional_id", "key",
    "partition_index", "partition", "index", "api_key", "node_id", "resource_name",
)  # fmt: skip
"""What tells the items of a list apart, the first that they have."""

_PLACES = frozenset({"host", "port", "leader_epoch"})
_VARYING = re.compile(
    r".*(timestamp|_time_ms|finalized_features_epoch|broker_epoch|throttle_time_ms)"
)
_OLD = "v3_and_below_"
"""AddPartitionsToTxn has most of its fields twice, for the versions of clients and of brokers."""
_PRODUCER_FIELDS = frozenset({"producer_id", f"{_OLD}producer_id"})

_NO_EPOCH = -1
_PRODUCER = struct.Struct(">qh")
_PRODUCER_POSITION = 43  # of id and epoch in a batch
_CRC = struct.Struct(">I")


class Counterparts:
    """Everything that is known so far of one replay."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, Any], Any] = {}
        self._producer_shift: dict[int, int] = {}
        self._member_epochs: dict[tuple[str, int], int] = {}

    def learn(self, recorded: Any, got: Any, around: dict[str, Any], name: str = "") -> None:
        """Take the counterparts out of an answer to the recorded request `around`."""
        if isinstance(recorded, dict) and isinstance(got, dict):
            if _has_producer(recorded) and _has_producer(got):
                shift = got["producer_epoch"] - recorded["producer_epoch"]
                self._producer_shift[recorded["producer_id"]] = shift
            owner = recorded if recorded.get("member_id") else around
            for key in recorded:
                self.learn(recorded[key], got.get(key), owner, key)
        elif isinstance(recorded, list) and isinstance(got, list):
            for one, other in self._pairs(recorded, got, name):
                self.learn(one, other, around, name)
        elif name in _KINDS and not isinstance(got, dict | list):
            kind = _KINDS[name]
            if recorded not in _NO_IDS[kind] and got not in _NO_IDS[kind]:
                self._ids.setdefault((kind, recorded), got)
        elif name in _MEMBER_EPOCHS and isinstance(got, int) and recorded > 0 and got > 0:
            self._member_epochs.setdefault((around.get("member_id") or "", recorded), got)

    def of(self, value: Any, around: dict[str, Any] | None = None, name: str = "") -> Any:
        """The same request or answer as the replay has it."""
        around = around or {}
        if isinstance(value, dict):
            owner = value if value.get("member_id") or _PRODUCER_FIELDS & value.keys() else around
            return {key: self.of(inner, owner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.of(inner, around, name) for inner in value]
        name = name.removeprefix(_OLD)
        if name in _KINDS:
            return self._ids.get((_KINDS[name], value), value)
        if name == "producer_epoch" and value >= 0:
            producer = next(around[key] for key in _PRODUCER_FIELDS & around.keys())
            return value + self._producer_shift.get(producer, 0)
        if name == "current_leader_epoch":
            return _NO_EPOCH
        if name in _MEMBER_EPOCHS:
            return self._member_epochs.get((around.get("member_id") or "", value), value)
        if name == "records" and value:
            return self._records(value)
        return value

    def differences(
        self, api: str, request: dict[str, Any], expected: Any, got: Any
    ) -> Iterator[str]:
        """One line for each place at which two answers differ that should not."""
        if is_come_again(expected) and isinstance(got, dict) and not any(_errors(got)):
            return
        if isinstance(expected, dict) and isinstance(got, dict):
            expected = self.of(expected, request)
            if api in _LOOKED_AT:
                expected, got = _LOOKED_AT[api](expected), _LOOKED_AT[api](got)
        yield from self._differences(_steady(expected), _steady(got), "")

    def _differences(self, expected: Any, got: Any, path: str) -> Iterator[str]:
        if isinstance(expected, dict) and isinstance(got, dict):
            for key in sorted({*expected, *got}):
                inner = f"{path}.{key}".lstrip(".")
                yield from self._differences(expected.get(key), got.get(key), inner)
        elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
            for index, (one, other) in enumerate(self._pairs(expected, got, "")):
                yield from self._differences(one, other, f"{path}[{index}]")
        elif expected != got:
            yield f"{path or 'answer'}: recorded {_short(expected)}, got {_short(got)}"

    def _pairs(self, one: list[Any], other: list[Any], name: str) -> Iterator[tuple[Any, Any]]:
        """Items of the same name, where all have names and no two the same; in order otherwise."""
        names = [_name_of(self.of(item, None, name)) for item in one]
        others = {_name_of(item): item for item in other}
        is_named = None not in names and None not in others
        if is_named and set(names) == set(others) and len(others) == len(one) == len(other):
            for own_name, item in zip(names, one, strict=True):
                yield item, others[own_name]
        else:
            yield from zip(one, other, strict=False)

    def _records(self, text: str) -> str:
        """Batches with the producer's id and epoch of the replay."""
        data = bytearray.fromhex(text.removeprefix("0x"))
        with contextlib.suppress(ProtocolError):  # no batches: the broker refuses them as well
            for header, batch in iter_batches(data):
                producer = self._ids.get(("producer", header.producer_id))
                if producer is not None:
                    epoch = header.producer_epoch + self._producer_shift.get(header.producer_id, 0)
                    _PRODUCER.pack_into(batch, _PRODUCER_POSITION, producer, epoch)
                    _CRC.pack_into(batch, CRC_POSITION, compute_crc(batch))
        return "0x" + data.hex()


def is_come_again(answer: Any) -> bool:
    """Whether an answer has no errors but those that pass by themselves."""
    errors = set(_errors(answer))
    return bool(errors) and errors <= COME_AGAIN


def may_pass(api: str, expected: Any, got: Any) -> bool:
    """Whether the same request may soon be answered as it was in the recording. A topic that
    Metadata creates is there at once with us, and a moment later with Kafka."""
    errors = set(_errors(got))
    passing = (
        COME_AGAIN | {ErrorCode.UNKNOWN_TOPIC_OR_PARTITION} if api == "Metadata" else COME_AGAIN
    )
    return bool(errors) and errors <= passing and not errors & set(_errors(expected))


def _errors(value: Any, name: str = "") -> Iterator[int]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _errors(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _errors(inner, name)
    elif name.endswith("error_code") and value:
        yield value


def _has_producer(answer: dict[str, Any]) -> bool:
    return bool(answer.get("producer_id", -1) >= 0 and answer.get("producer_epoch", -1) >= 0)


def _name_of(item: Any) -> Any:
    """None where it has none."""
    if isinstance(item, dict):
        return next(((key, item[key]) for key in _NAMES if item.get(key) not in (None, "")), None)
    return item if isinstance(item, str | int) else None


def _fetch_errors(answer: dict[str, Any]) -> dict[str, Any]:
    """What of it does not depend on the moment."""
    found = {
        f"{topic.get('topic') or topic.get('topic_id')}-{row['partition_index']}": row["error_code"]
        for topic in answer.get("responses", ())
        for row in topic["partitions"]
        if row["error_code"]
    }
    return {"error_code": answer.get("error_code", 0), "errors": found}


def _error(answer: dict[str, Any]) -> dict[str, Any]:
    return {"error_code": answer["error_code"]}


_LOOKED_AT: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "ApiVersions": _error,
    "Fetch": _fetch_errors,
}
"""What of an answer is compared, where that is not all of it."""


def _steady(answer: Any, name: str = "") -> Any:
    """Without places and times, as far as there are any."""
    if isinstance(answer, dict):
        return {key: _steady(value, key) for key, value in answer.items()}
    if isinstance(answer, list):
        return [_steady(value, name) for value in answer]
    if name in _PLACES:
        return f"<{name}>"
    return "<time>" if _VARYING.fullmatch(name) and answer not in (0, -1) else answer


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "…"
