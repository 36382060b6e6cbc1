"""wirekafka dump-log: what is in the files of a partition.

Flags and output are those of kafka-dump-log, so that the same scripts read both. More than there:
--json prints one JSON object per line; the exit code is 1 when a file is missing or damaged or an
index disagrees with its log; a batch that cannot be read is named and the rest still shown.
Less: no cluster metadata and no remote log metadata, which we do not write, and no Java classes.
Kafka also reports a gap before the first record of every later segment; we report real ones.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from wirekafka.cli.output import CommandError, complain, progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wirekafka_protocol.records.batch import BatchHeader
    from wirekafka_protocol.records.record import Record
    from wirekafka_storage.dump import DumpedBatch, InvalidBytes, OffsetEntry, TimeEntry
    from wirekafka_storage.files import FileSystem

    from wirekafka.cli.output import Progress

SUMMARY = "print the contents of log, index and snapshot files"

_MAX_MESSAGE_BYTES = 5 * 1024 * 1024  # as in kafka-dump-log


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--files",
        required=True,
        metavar="FILE[,FILE…]",
        help="logs, indexes and snapshots to print, separated by commas",
    )
    parser.add_argument(
        "--print-data-log", action="store_true", help="print keys and values of records"
    )
    parser.add_argument(
        "--deep-iteration", action="store_true", help="print every record, not only every batch"
    )
    parser.add_argument(
        "--skip-record-metadata", action="store_true", help="print only keys and values of records"
    )
    decoders = parser.add_mutually_exclusive_group()
    decoders.add_argument(
        "--offsets-decoder", action="store_true", help="read records as those of __consumer_offsets"
    )
    decoders.add_argument(
        "--transaction-log-decoder",
        action="store_true",
        help="read records as those of __transaction_state",
    )
    decoders.add_argument(
        "--share-group-state-decoder",
        action="store_true",
        help="read records as those of __share_group_state",
    )
    parser.add_argument(
        "--verify-index-only", action="store_true", help="compare indexes with their logs, silently"
    )
    parser.add_argument(
        "--index-sanity-check",
        action="store_true",
        help="check indexes as a broker does when it starts",
    )
    parser.add_argument(
        "--max-message-size",
        type=int,
        metavar="BYTES",
        default=_MAX_MESSAGE_BYTES,
        help="a larger batch is taken for damage (default: %(default)s)",
    )
    parser.add_argument(
        "--max-bytes", type=int, metavar="BYTES", help="read only the beginning of each log"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")


def run(options: argparse.Namespace) -> int:
    from wirekafka_storage.errors import CorruptFile
    from wirekafka_storage.files import Disk

    dump = _Dump(options, Disk())
    if not any(options.files.split(",")):
        raise CommandError("--files names no file")
    for path in filter(None, options.files.split(",")):
        dump.path = path
        if not options.json:
            print(f"Dumping {path}")
        try:
            dump.file(path)
        except FileNotFoundError as error:
            dump.fault(f"there is no file {error.filename or path}")
        except (OSError, CorruptFile) as error:
            dump.fault(f"{path}: {error}")
    return 0 if dump.is_sound else 1


class _Dump:
    """One run: what was asked for, and whether everything was in order so far."""

    def __init__(self, options: argparse.Namespace, files: FileSystem) -> None:
        self.options = options
        self.files = files
        self.path = ""
        self.is_sound = True
        self.topic: tuple[str, ...] | None = None
        if options.offsets_decoder or options.transaction_log_decoder:
            from wirekafka.cli.message_json import OFFSETS, TRANSACTIONS

            self.topic = OFFSETS if options.offsets_decoder else TRANSACTIONS
        elif options.share_group_state_decoder:
            from wirekafka.cli.message_json import SHARE_STATE

            self.topic = SHARE_STATE
        self.shows_data = (
            options.print_data_log or options.skip_record_metadata or self.topic is not None
        )

    def file(self, path: str) -> None:
        digits, _, suffix = os.path.basename(path).partition(".")
        base_offset = int(digits) if digits.isdecimal() else None
        if suffix == "log":
            self.log(path, base_offset)
        elif suffix == "index" and base_offset is not None:
            self.offset_index(path, base_offset)
        elif suffix == "timeindex" and base_offset is not None:
            self.time_index(path, base_offset)
        elif suffix == "txnindex" and base_offset is not None:
            self.transaction_index(path, base_offset)
        elif suffix == "snapshot":
            self.snapshot(path)
        else:
            self.show(f"Ignoring unknown file {path}", type="ignored")

    def show(self, text: str, **fields: object) -> None:
        """One line: the text, or with --json the fields."""
        if self.options.json:
            text = json.dumps({"file": self.path, **fields}, ensure_ascii=False)
        print(text)

    def fault(self, text: str, *, intro: str = "") -> None:
        """Something is wrong with a file; the run goes on and ends with exit code 1."""
        self.is_sound = False
        if self.options.json:
            self.show("", type="fault", reason=text)
        elif intro:
            print(f"{intro} {os.path.abspath(self.path)}\n  {text}")
        else:
            complain(text)

    def log(self, path: str, base_offset: int | None) -> None:
        from wirekafka_storage.dump import dump_log

        if base_offset is not None and not self.options.json:
            print(f"Log starting offset: {base_offset}")
        options = self.options
        size = os.path.getsize(path) if os.path.isfile(path) else None
        if size is not None and options.max_bytes is not None:
            size = min(size, options.max_bytes)
        batches = dump_log(
            self.files,
            path,
            max_bytes=options.max_bytes,
            max_message_bytes=options.max_message_size,
        )
        # A terminal is busy with the batches themselves.
        with progress(total=size, unit="B", quiet=options.json or sys.stdout.isatty()) as bar:
            self.batches(batches, bar, path)

    def batches(
        self, batches: Iterator[DumpedBatch | InvalidBytes], bar: Progress, path: str
    ) -> None:
        """Show each batch of a log."""
        from wirekafka_storage.dump import InvalidBytes

        last_offset: int | None = None
        for found in batches:
            if isinstance(found, InvalidBytes):
                self.is_sound = False
                name = os.path.basename(path)
                self.show(
                    f"Found {found.size} invalid bytes at the end of {name}"
                    f" ({found.reason} at position {found.position})",
                    type="invalid",
                    **found._asdict(),
                )
                return
            self.is_sound &= found.is_valid
            self.show(_batch_text(found), type="batch", **_batch_fields(found))
            bar.update(len(found.data))
            if self.options.deep_iteration or self.shows_data:
                last_offset = self.records(found, last_offset)

    def records(self, batch: DumpedBatch, last_offset: int | None) -> int | None:
        """Show each record; returns the offset of the last one."""
        from wirekafka_protocol.errors import ProtocolError

        try:
            records = batch.records()
        except ProtocolError as error:
            self.fault(f"the batch at position {batch.position} cannot be read: {error}")
            return last_offset
        for record in records:
            if last_offset is not None and record.offset != last_offset + 1 and self.shows_data:
                text = f"{last_offset} is followed by {record.offset}"
                self.show(f"Non-consecutive offsets: {text}", type="gap", reason=text)
            last_offset = record.offset
            fields = _record_fields(batch.header, record)
            shown, text = self.contents(batch.header, record)
            if self.options.skip_record_metadata:
                fields = {"offset": record.offset}
                self.show(text.strip(), type="record", **fields, **shown)
            else:
                self.show(
                    _record_text(fields, batch.header) + text, type="record", **fields, **shown
                )
        return last_offset

    def contents(self, header: BatchHeader, record: Record) -> tuple[dict[str, object], str]:
        """What is in a record, as fields and as text."""
        from wirekafka_protocol.errors import ProtocolError

        try:
            if header.is_control:
                return ({}, "") if self.options.skip_record_metadata else _control(record)
            if not self.shows_data:
                return {}, ""
            if self.topic is not None:
                return self.decoded(self.topic, record)
        except ProtocolError as error:
            self.fault(f"record {record.offset} cannot be read: {error}")
        shown = {"key": _plain(record.key), "payload": _plain(record.value)}
        text = "".join(f" {name}: {value}" for name, value in shown.items() if value is not None)
        return dict(shown), text

    def decoded(self, topic: tuple[str, ...], record: Record) -> tuple[dict[str, object], str]:
        from wirekafka.cli.message_json import record_json

        key, value = record_json(topic, record.key or b"", record.value)
        compact = [
            json.dumps(part, separators=(",", ":"), ensure_ascii=False) for part in (key, value)
        ]
        payload = "<DELETE>" if record.value is None else compact[1]
        return {"key": key, "payload": value}, f" key: {compact[0]} payload: {payload}"

    def offset_index(self, path: str, base_offset: int) -> None:
        from wirekafka_storage.dump import dump_offset_index, offset_index_faults

        entries = dump_offset_index(self.files, path, base_offset)
        if self.options.index_sanity_check:
            self.sanity(path, entries)
            return
        if not entries:
            self.show(f"{path} is empty.", type="empty")
            return
        for entry in [] if self.options.verify_index_only else entries:
            text = f"offset: {entry.offset} position: {entry.position}"
            self.show(text, type="offset", **entry._asdict())
        for fault in offset_index_faults(self.files, _log_of(path), entries):
            self.fault(fault, intro="Mismatch in")

    def time_index(self, path: str, base_offset: int) -> None:
        from wirekafka_storage.dump import dump_time_index, time_index_faults

        entries = dump_time_index(self.files, path, base_offset)
        if self.options.index_sanity_check:
            self.sanity(path, entries)
            return
        if not entries:
            self.show(f"{path} is empty.", type="empty")
            return
        for entry in [] if self.options.verify_index_only else entries:
            text = f"timestamp: {entry.timestamp} offset: {entry.offset}"
            self.show(text, type="time", **entry._asdict())
        for fault in time_index_faults(self.files, _log_of(path), entries):
            self.fault(fault, intro="Mismatch in")

    def sanity(self, path: str, entries: Sequence[OffsetEntry] | Sequence[TimeEntry]) -> None:
        from wirekafka_storage.dump import index_fault

        fault = index_fault(self.files.size(path), entries)
        if fault is None:
            self.show(f"{path} passed sanity check.", type="sane")
        else:
            self.fault(fault, intro="Corrupt index")

    def transaction_index(self, path: str, base_offset: int) -> None:
        from wirekafka_storage.dump import dump_transaction_index

        for entry in dump_transaction_index(self.files, path, base_offset):
            self.show(
                f"version: 0 producerId: {entry.producer_id} firstOffset: {entry.first_offset}"
                f" lastOffset: {entry.last_offset} lastStableOffset: {entry.last_stable_offset}",
                type="aborted_transaction",
                **entry._asdict(),
            )

    def snapshot(self, path: str) -> None:
        from wirekafka_storage.dump import dump_snapshot

        for producer_id, entry in dump_snapshot(self.files, path).producers.items():
            first = entry.transaction_first_offset
            text = (
                f"producerId: {producer_id} producerEpoch: {entry.producer_epoch}"
                f" coordinatorEpoch: {entry.coordinator_epoch}"
                f" currentTxnFirstOffset: {_optional(None if first < 0 else first)}"
                f" lastTimestamp: {entry.last_timestamp}"
            )
            batches = [batch._asdict() for batch in entry.batches]
            for batch in entry.batches[:1]:
                text += (
                    f" firstSequence: {batch.first_sequence} lastSequence: {batch.last_sequence}"
                    f" lastOffset: {batch.last_offset}"
                    f" offsetDelta: {batch.last_offset - batch.first_offset}"
                    f" timestamp: {batch.timestamp}"
                )
            self.show(
                text,
                type="producer",
                producer_id=producer_id,
                producer_epoch=entry.producer_epoch,
                coordinator_epoch=entry.coordinator_epoch,
                transaction_first_offset=first,
                last_timestamp=entry.last_timestamp,
                batches=batches,
            )


def _log_of(index_path: str) -> str:
    return os.path.splitext(index_path)[0] + ".log"


def _time_type(header: BatchHeader) -> str:
    return "LogAppendTime" if header.timestamp_type else "CreateTime"


def _optional(number: int | None) -> str:
    """A number that may be missing, as Java prints it."""
    return "OptionalLong.empty" if number is None else f"OptionalLong[{number}]"


def _codec(header: BatchHeader) -> str:
    from wirekafka_protocol.records.compression import Compression

    kind = header.compression
    return Compression(kind).name.lower() if kind <= Compression.ZSTD else f"unknown({kind})"


def _batch_text(batch: DumpedBatch) -> str:
    header = batch.header
    return (
        f"baseOffset: {header.base_offset} lastOffset: {header.last_offset}"
        f" count: {header.record_count} baseSequence: {header.base_sequence}"
        f" lastSequence: {header.last_sequence} producerId: {header.producer_id}"
        f" producerEpoch: {header.producer_epoch}"
        f" partitionLeaderEpoch: {header.partition_leader_epoch}"
        f" isTransactional: {_java(header.is_transactional)} isControl: {_java(header.is_control)}"
        f" deleteHorizonMs: {_optional(header.delete_horizon_ms)} position: {batch.position}"
        f" {_time_type(header)}: {header.max_timestamp} size: {header.size_in_bytes}"
        f" magic: {header.magic} compresscodec: {_codec(header)} crc: {header.crc}"
        f" isvalid: {_java(batch.is_valid)}"
    )


def _batch_fields(batch: DumpedBatch) -> dict[str, object]:
    header = batch.header
    return {
        "position": batch.position,
        "is_valid": batch.is_valid,
        "last_offset": header.last_offset,
        "size": header.size_in_bytes,
        "compression": _codec(header),
        "timestamp_type": _time_type(header),
        "is_transactional": header.is_transactional,
        "is_control": header.is_control,
        "delete_horizon_ms": header.delete_horizon_ms,
        **header._asdict(),
    }


def _record_fields(header: BatchHeader, record: Record) -> dict[str, object]:
    sequence = -1
    if header.base_sequence >= 0:
        sequence = (header.base_sequence + record.offset - header.base_offset) & 0x7FFFFFFF
    return {
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key_size": -1 if record.key is None else len(record.key),
        "value_size": -1 if record.value is None else len(record.value),
        "sequence": sequence,
        "header_keys": [
            _text(name.encode("utf-8", "surrogateescape")) for name, _ in record.headers
        ],
    }


def _record_text(fields: dict[str, object], header: BatchHeader) -> str:
    keys = fields["header_keys"]
    assert isinstance(keys, list)
    return (
        f"| offset: {fields['offset']} {_time_type(header)}: {fields['timestamp']}"
        f" keySize: {fields['key_size']} valueSize: {fields['value_size']}"
        f" sequence: {fields['sequence']} headerKeys: [{','.join(keys)}]"
    )


def _control(record: Record) -> tuple[dict[str, object], str]:
    from wirekafka_protocol.records.control import ControlType, control_type, read_end_marker

    kind = control_type(record.key)
    if kind not in (ControlType.COMMIT, ControlType.ABORT):
        return {"control_type": kind.name}, f" controlType: {kind.name}({kind.value})"
    marker = read_end_marker(record)
    return (
        {"control_type": kind.name, "coordinator_epoch": marker.coordinator_epoch},
        f" endTxnMarker: {kind.name} coordinatorEpoch: {marker.coordinator_epoch}",
    )


def _compact(document: object) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def _java(flag: bool) -> str:
    return "true" if flag else "false"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _plain(data: bytes | None) -> str | None:
    return None if data is None else _text(data)
