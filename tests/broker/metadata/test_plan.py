"""How a plan is cut into transactions."""

from __future__ import annotations

from wirekafka.metadata.engine import MAX_TXN_BYTES, Delete, Guard, Op, Put
from wirekafka.metadata.plan import Step, Write, transactions

GUARD = Guard.mod_rev(b"epoch", 7)


def cut(*steps: Step) -> list[list[Op]]:
    return [ops for _, ops in transactions(steps, GUARD)]


def test_no_steps_are_no_transactions() -> None:
    assert cut() == []


def test_each_transaction_has_the_guard_and_those_of_its_writes() -> None:
    steps = [(Write(b"a", b"1"),), (Write(b"b", None, 5), Write(b"c", b"2", 6))]
    ((guards, ops),) = transactions(steps, GUARD)
    assert guards == [GUARD, Guard.mod_rev(b"b", 5), Guard.mod_rev(b"c", 6)]
    assert ops == [Put(b"a", b"1"), Delete(b"b"), Put(b"c", b"2")]


def test_steps_are_never_split() -> None:
    one = tuple(Write(b"a%d" % n, b"") for n in range(60))
    other = tuple(Write(b"b%d" % n, b"") for n in range(60))
    assert [len(ops) for ops in cut(one, other)] == [60, 60]


def test_a_hundred_operations_fit() -> None:
    steps = [(Write(b"%d" % n, b""),) for n in range(201)]
    assert [len(ops) for ops in cut(*steps)] == [100, 100, 1]


def test_bytes_are_limited() -> None:
    half = bytes(MAX_TXN_BYTES // 2)
    assert [len(ops) for ops in cut(*((Write(b"%d" % n, half),) for n in range(3)))] == [1, 1, 1]
    less = half[:-1]
    assert [len(ops) for ops in cut(*((Write(b"%d" % n, less),) for n in range(3)))] == [2, 1]


def test_a_key_written_twice_needs_two_transactions() -> None:
    """A deletion first notes and then clears; both in one transaction would be refused."""
    assert cut((Write(b"a", b"1"),), (Write(b"b", b""),), (Write(b"a", None),)) == [
        [Put(b"a", b"1"), Put(b"b", b"")],
        [Delete(b"a")],
    ]
