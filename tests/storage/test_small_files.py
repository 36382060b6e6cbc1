"""Indexes, snapshots, epochs, checkpoints and names: layout on disk, and what is refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wirekafka_storage import (
    checkpoints,
    epochs,
    filenames,
    offset_index,
    producer_snapshot,
    time_index,
    transaction_index,
)
from wirekafka_storage.checkpoints import MetaProperties
from wirekafka_storage.epochs import LeaderEpochs
from wirekafka_storage.errors import CorruptFile
from wirekafka_storage.offset_index import OffsetIndex
from wirekafka_storage.producer_state import ProducedBatch, ProducerState
from wirekafka_storage.time_index import TimeIndex
from wirekafka_storage.transaction_index import AbortedTransaction

KAFKA_SNAPSHOT = bytes.fromhex(
    "000128e8cf5300000003"
    "00000000000000010000000000000000000000000008000000000000018bcfe56800ffffffffffffffffffffffff"
    "00000000000000020002ffffffffffffffffffffffff00000000000001a1fd192fe400000000ffffffffffffffff"
    "00000000000000030002ffffffffffffffffffffffff00000000000001a1fd1931a500000000ffffffffffffffff"
)
"""transactional-0 of the reference: three producers, two of which ended by markers."""

ascending = st.lists(st.integers(0, 2**31 - 3), unique=True).map(sorted)


def offset_index_of(entries):
    index = OffsetIndex()
    for entry in entries:
        index.append(*entry)
    return index


def test_offset_index_layout():
    assert offset_index_of([(3, 246), (6, 492)]).encode() == struct.pack(">iiii", 3, 246, 6, 492)


@given(ascending, ascending)
def test_offset_index_survives_the_disk(offsets, positions):
    entries = [(offset, position + 1) for offset, position in zip(offsets, positions, strict=False)]
    content = offset_index_of(entries).encode()
    index = offset_index.decode(content, log_size=2**31)
    assert list(zip(index.relative_offsets, index.positions, strict=True)) == entries


def test_offset_index_finds_where_to_begin():
    index = offset_index_of([(3, 246), (6, 492), (9, 738)])
    starts = [index.position_before(offset) for offset in range(11)]
    assert starts == [0, 0, 0, 246, 246, 246, 492, 492, 492, 738, 738]


def test_offset_index_truncates_by_position():
    index = offset_index_of([(3, 246), (6, 492), (9, 738)])
    index.truncate(492)
    assert list(index.positions) == [246]


@pytest.mark.parametrize(
    "content",
    [
        b"1234567",
        struct.pack(">ii", 3, 1000),
        struct.pack(">ii", -3, 100),
        struct.pack(">iiii", 3, 100, 2, 200),
        struct.pack(">iiii", 3, 200, 4, 200),
        struct.pack(">iiii", 3, 200, 0, 0),
        bytes(80),
        bytes(8),
    ],
)
def test_offset_index_that_cannot_be_is_refused(content):
    with pytest.raises(CorruptFile):
        offset_index.decode(content, log_size=1000)


@given(ascending, ascending)
def test_time_index_survives_the_disk(timestamps, offsets):
    index = TimeIndex()
    for pair in zip(timestamps, offsets, strict=False):
        index.append(*pair)
    again = time_index.decode(index.encode())
    assert again.timestamps == index.timestamps
    assert again.relative_offsets == index.relative_offsets


def test_time_index_looks_up_and_truncates():
    index = TimeIndex()
    for pair in [(100, 3), (200, 6), (300, 9)]:
        index.append(*pair)
    assert index.encode()[:12] == struct.pack(">qi", 100, 3)
    assert [index.relative_offset_before(t) for t in (99, 100, 250, 999)] == [0, 3, 6, 9]
    index.truncate(6)
    assert list(index.timestamps) == [100]


@pytest.mark.parametrize(
    "content",
    [
        b"1" * 13,
        struct.pack(">qiqi", 5, 1, 5, 2),
        struct.pack(">qiqi", 5, 3, 6, 2),
        struct.pack(">qi", -5, 3),
    ],
)
def test_time_index_that_cannot_be_is_refused(content):
    with pytest.raises(CorruptFile):
        time_index.decode(content)


def test_transaction_index_layout():
    transactions = [AbortedTransaction(2, 4, 9, 6), AbortedTransaction(3, 11, 12, 13)]
    content = transaction_index.encode(transactions)
    assert content == struct.pack(">hqqqqhqqqq", 0, 2, 4, 9, 6, 0, 3, 11, 12, 13)
    assert transaction_index.decode(content, base_offset=3) == transactions


@pytest.mark.parametrize(
    "content",
    [
        b"1" * 35,
        struct.pack(">hqqqq", 1, 2, 4, 9, 6),
        struct.pack(">hqqqq", 0, 2, 0, 2, 6),
        struct.pack(">hqqqqhqqqq", 0, 2, 4, 9, 6, 0, 3, 4, 9, 13),
    ],
)
def test_transaction_index_that_cannot_be_is_refused(content):
    with pytest.raises(CorruptFile):
        transaction_index.decode(content, base_offset=3)


def test_snapshot_of_the_reference_is_read_and_written_back():
    state = producer_snapshot.decode(KAFKA_SNAPSHOT)
    assert state.producers[1].batches == [ProducedBatch(0, 0, 8, 8, 1_700_000_000_000)]
    assert state.producers[2].producer_epoch == 2
    assert state.producers[3].batches == []
    assert producer_snapshot.encode(state) == KAFKA_SNAPSHOT


def test_snapshot_of_no_producers():
    assert producer_snapshot.encode(None) == bytes.fromhex("000148674bc700000000")


def test_snapshot_keeps_open_transactions_in_order():
    state = ProducerState()
    for producer_id, offset in [(9, 5), (3, 8)]:
        batch = ProducedBatch(2**31 - 1, 0, offset, offset + 1, 7)
        state.append_data(producer_id, 1, batch, is_transactional=True)
    state.producers = dict(reversed(state.producers.items()))
    again = producer_snapshot.decode(producer_snapshot.encode(state))
    assert list(again.open_transactions.items()) == [(5, 9), (8, 3)]
    assert again.producers[9].batches == state.producers[9].batches


def test_damaged_snapshot_is_refused():
    for size in range(len(KAFKA_SNAPSHOT)):
        with pytest.raises(CorruptFile):
            producer_snapshot.decode(KAFKA_SNAPSHOT[:size])
        broken = bytearray(KAFKA_SNAPSHOT)
        broken[size] ^= 1
        with pytest.raises(CorruptFile):
            producer_snapshot.decode(bytes(broken))
    with pytest.raises(CorruptFile):
        producer_snapshot.decode(KAFKA_SNAPSHOT + b"\0")


def epochs_of(*entries):
    known = LeaderEpochs()
    for entry in entries:
        known.assign(*entry)
    return known


@pytest.mark.parametrize(
    ("epoch", "expected"),
    [
        (-1, (-1, -1)),
        (1, (1, 5)),
        (2, (2, 10)),
        (3, (2, 10)),
        (4, (4, 20)),
        (6, (6, 33)),
        (7, (-1, -1)),
    ],
)
def test_end_offset_of_an_epoch(epoch, expected):
    known = epochs_of((2, 5), (4, 10), (6, 20))
    assert known.end_offset_for(epoch, 33) == expected


def test_epoch_without_records_is_replaced():
    known = epochs_of((0, 0), (1, 10), (2, 10))
    assert known.entries() == [(0, 0), (2, 10)]
    assert not known.assign(2, 11)
    assert not known.assign(1, 11)


def test_epochs_are_cut_at_both_ends():
    known = epochs_of((2, 5), (4, 10), (6, 20))
    assert known.truncate_from_start(12)
    assert known.entries() == [(4, 12), (6, 20)]
    assert not known.truncate_from_start(12)
    assert known.truncate_from_end(20)
    assert known.entries() == [(4, 12)]
    assert not known.truncate_from_end(13)
    assert [known.epoch_at(offset) for offset in (11, 12, 99)] == [-1, 4, 4]


def test_epochs_survive_the_disk():
    known = epochs_of((2, 5), (4, 10))
    assert known.encode() == b"0\n2\n2 5\n4 10\n"
    assert epochs.decode(known.encode()).entries() == known.entries()


@pytest.mark.parametrize(
    "content", [b"", b"1\n0\n", b"0\n2\n1 2\n", b"0\n1\nx y\n", b"0\n1\n1\n", b"0\n2\n2 5\n1 9\n"]
)
def test_damaged_epochs_are_refused(content):
    with pytest.raises(CorruptFile):
        epochs.decode(content)


def test_offset_checkpoint_survives_the_disk():
    offsets = {("a-b", 0): 5, ("t", 12): 2**40}
    content = checkpoints.encode_offsets(offsets)
    assert content == b"0\n2\na-b 0 5\nt 12 1099511627776\n"
    assert checkpoints.decode_offsets(content) == offsets


@pytest.mark.parametrize("content", [b"", b"0\n", b"0\n2\nt 0 5\n", b"7\n0\n", b"0\n1\nt 0\n"])
def test_damaged_offset_checkpoint_is_refused(content):
    with pytest.raises(CorruptFile):
        checkpoints.decode_offsets(content)


def test_meta_properties_of_kafka_and_ours():
    content = b"#\n#Sat Nov 21\nnode.id=1\ndirectory.id=o2uO\nversion=1\ncluster.id=D3g6=\n"
    assert checkpoints.decode_meta(content) == MetaProperties("D3g6=", 1, "o2uO")
    meta = MetaProperties("c", 7, "d")
    assert checkpoints.decode_meta(checkpoints.encode_meta(meta)) == meta
    assert checkpoints.decode_meta(b"broker.id=3\ncluster.id=c\n") == MetaProperties("c", 3, "")
    for broken in (b"", b"node.id=x\ncluster.id=c\n", b"node.id=1\n"):
        with pytest.raises(CorruptFile):
            checkpoints.decode_meta(broken)


@pytest.mark.parametrize("content", [b"", b"version: 1\ntopic_id: x", b"version: 0\ntopic_id: x"])
def test_damaged_partition_metadata_is_refused(content):
    with pytest.raises(CorruptFile):
        checkpoints.decode_partition_metadata(content)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("00000000000000000042.log", (42, ".log", "")),
        ("00000000000000000042.timeindex.deleted", (42, ".timeindex", ".deleted")),
        ("00000000000000000042.log.swap", (42, ".log", ".swap")),
        ("00000000000000000042.snapshot", (42, ".snapshot", "")),
        ("42.log", None),
        ("00000000000000000042.txt", None),
        ("partition.metadata", None),
        ("0000000000000000004x.log", None),
    ],
)
def test_names_of_segment_files(name, expected):
    assert filenames.parse_segment_file(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("orders-0", ("orders", 0)),
        ("a-b-12", ("a-b", 12)),
        ("orders-00", None),
        ("orders", None),
        ("-3", None),
        ("orders-0.0123456789abcdef0123456789abcdef-delete", None),
        ("orders-0-stray", None),
        (".lock", None),
    ],
)
def test_names_of_partition_folders(name, expected):
    assert filenames.parse_partition_folder(name) == expected


def test_name_of_a_renamed_folder_fits_the_file_system():
    assert filenames.renamed_folder("t", 3, "ab", "-delete") == "t-3.ab-delete"
    assert len(filenames.renamed_folder("x" * 249, 12345, "0" * 32, "-stray")) == 255
