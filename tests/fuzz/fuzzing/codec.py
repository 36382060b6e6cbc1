"""Damaged messages into the decoder: each gives a message or a ProtocolError, nothing else.

Also checked: an undamaged message survives the round trip; what was decoded can be encoded again;
a message between other bytes of a shared buffer is taken exactly as one that stands alone; decoding
takes memory in proportion to the input, whatever lengths the input claims.
"""

from __future__ import annotations

import random
import tracemalloc
from collections import Counter
from dataclasses import dataclass, field

from fuzzing.mutations import mutations
from fuzzing.values import random_message
from wirekafka_protocol.codec import decoder, encode
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.schema import Message

ALLOCATED_PER_BYTE = 160
"""Memory that one byte of input may cost. A struct that holds an empty array is two bytes on the
wire, and in Python a list (56 bytes) in a slotted object (48 and more) in its array (8)."""

ALLOCATED_AT_ALL = 16_384
"""Memory that decoding may take for any input: frames, iterators, the exception."""

ALLOCATION_SAMPLE = 16
"""Every so many damaged messages the allocations are measured; tracemalloc is slow."""

NEIGHBOURS = (b"\x00" * 300, b"\xff" * 300, bytes(range(1, 256)))
"""What stands before and behind a message in a shared buffer."""


@dataclass(slots=True)
class Failure:
    """One input that the decoder did not take as it should; `data` repeats it."""

    message: str
    version: int
    damage: str
    problem: str
    data: bytes

    def __str__(self) -> str:
        what = f"{self.message} v{self.version} {self.damage}: {self.problem}"
        return f"{what}\n  {self.data.hex()}"


@dataclass(slots=True)
class Result:
    """What came of some inputs: counts of "decoded", "refused" and "measured", and the failures."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def add(self, other: Result) -> None:
        self.counts.update(other.counts)
        self.failures.extend(other.failures)


class _Unexpected(Exception):
    """The decoder or encoder did what it must never do."""


def fuzz_message(kind: type[Message], version: int, *, seed: int, rounds: int) -> Result:
    """`rounds` random messages of one version, each in all its damaged forms."""
    result = Result()
    for number in range(rounds):
        chance = random.Random(f"{seed} {kind.__name__} {version} {number}")
        data = encode(random_message(kind, version, chance), version)
        damage, damaged = "intact", data
        try:
            if _decoded_again(kind, version, data) != data:
                raise _Unexpected("encoded again it has other bytes")
        except _Unexpected as error:
            result.failures.append(Failure(kind.__name__, version, damage, str(error), damaged))
        for index, (damage, damaged) in enumerate(mutations(data, chance, 16 + len(data) // 4)):
            try:
                again = _decoded_again(kind, version, damaged)
                result.counts["refused" if again is None else "decoded"] += 1
                before, behind = chance.choice(NEIGHBOURS), chance.choice(NEIGHBOURS)
                if _decoded_again(kind, version, damaged, before, behind) != again:
                    raise _Unexpected("between other bytes it is another message")
                if index % ALLOCATION_SAMPLE == 0:
                    _check_allocations(kind, version, damaged)
                    result.counts["measured"] += 1
            except _Unexpected as error:
                result.failures.append(Failure(kind.__name__, version, damage, str(error), damaged))
    return result


def _decoded_again(
    kind: type[Message], version: int, data: bytes, before: bytes = b"", behind: bytes = b""
) -> bytes | None:
    """The bytes of what the data decodes to; None if it is refused."""
    buffer = before + data + behind
    end = len(before) + len(data)
    try:
        message, position = decoder(kind, version)(buffer, len(before), end)
    except ProtocolError:
        return None
    except Exception as error:  # the point of the exercise: anything else is a bug
        raise _Unexpected(f"{type(error).__name__}: {error}") from error
    if not len(before) <= position <= end:
        raise _Unexpected(f"decoding stopped at byte {position - len(before)} of {len(data)}")
    try:
        return encode(message, version)
    except Exception as error:  # what a peer sent can be said again, whatever its values are
        raise _Unexpected(f"encoding what was decoded: {type(error).__name__}: {error}") from error


def _check_allocations(kind: type[Message], version: int, data: bytes) -> None:
    decode = decoder(kind, version)
    tracemalloc.start()
    try:
        decode(data, 0, len(data))
    except ProtocolError:
        pass
    finally:
        allocated = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    if allocated > ALLOCATED_AT_ALL + ALLOCATED_PER_BYTE * len(data):
        raise _Unexpected(f"{len(data)} bytes of input took {allocated} bytes of memory")
