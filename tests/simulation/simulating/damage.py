"""What a crash of the machine or a bad disk may do to a data directory, between kill and restart.

Two kinds. Files that can be made anew from the log may lose anything: indexes, snapshots, leader
epochs, checkpoints. The log itself may only lose what nobody was told of: bytes behind the last
batch, or whole or half batches behind the last offset that a producer or consumer knows.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path

from wirekafka_protocol.records.batch import read_header

CHECKPOINTS = (
    "recovery-point-offset-checkpoint",
    "replication-offset-checkpoint",
    "log-start-offset-checkpoint",
)
DERIVED = ("*.index", "*.timeindex", "*.snapshot", "*.txnindex", "leader-epoch-checkpoint")
_HEADER_BYTES = 61


def damage(data_dir: Path, topic: str, known_ends: Mapping[int, int], rng: random.Random) -> str:
    """Do one seeded kind of damage; says what was done. `known_ends`: partition -> offset."""
    kind = rng.choice(("tail", "tear", "derived", "checkpoints", "everything"))
    done = []
    if kind in ("tail", "everything"):
        done.append(_garble_tail(data_dir, topic, rng))
    if kind in ("tear", "everything"):
        done.append(_tear(data_dir, topic, known_ends, rng))
    if kind in ("derived", "everything"):
        done.append(_spoil(_derived_files(data_dir), rng, share=0.5))
    if kind in ("checkpoints", "everything"):
        files = [data_dir / name for name in CHECKPOINTS if (data_dir / name).exists()]
        done.append(_spoil(files, rng, share=1.0))
    return f"{kind}: {', '.join(done)}"


def _garble_tail(data_dir: Path, topic: str, rng: random.Random) -> str:
    """Rubbish behind the last batch of some partitions: zeros, noise, half of a good batch."""
    done = 0
    for folder in _folders(data_dir, topic) + _folders(data_dir, "__consumer_offsets"):
        log = _active_log(folder)
        if log is None or rng.random() < 0.3:
            continue
        size = log.stat().st_size
        first = log.read_bytes()[:4096]
        rubbish = rng.choice((bytes(500), rng.randbytes(1 + rng.randrange(300)), first[:100]))
        with log.open("ab") as file:
            file.write(rubbish)
        done += 1
        assert log.stat().st_size == size + len(rubbish)
    return f"{done} tails"


def _tear(data_dir: Path, topic: str, known_ends: Mapping[int, int], rng: random.Random) -> str:
    """Cut into what nobody knows of: the file ends somewhere behind the last known offset."""
    done = 0
    for folder in _folders(data_dir, topic):
        log = _active_log(folder)
        if log is None:
            continue
        keep = _position_behind(log, known_ends.get(int(folder.name.rpartition("-")[2]), 0))
        size = log.stat().st_size
        if size > keep:
            with log.open("r+b") as file:
                file.truncate(rng.randrange(keep, size))
            done += 1
    return f"{done} torn"


def _position_behind(log: Path, offset: int) -> int:
    """Where the first batch at or above `offset` begins; the size when there is none."""
    data = log.read_bytes()
    position = 0
    while position + _HEADER_BYTES <= len(data):
        header = read_header(data[position : position + _HEADER_BYTES])
        if header.base_offset >= offset or header.length <= 0:
            break
        position += header.size_in_bytes
    return min(position, len(data))


def _derived_files(data_dir: Path) -> list[Path]:
    return sorted(path for pattern in DERIVED for path in data_dir.glob(f"*/{pattern}"))


def _spoil(files: list[Path], rng: random.Random, *, share: float) -> str:
    """Delete, empty, cut or garble files."""
    done = 0
    for path in files:
        if rng.random() >= share:
            continue
        done += 1
        content = path.read_bytes()
        match rng.randrange(4):
            case 0:
                path.unlink()
            case 1:
                path.write_bytes(b"")
            case 2:
                path.write_bytes(content[: rng.randrange(len(content) + 1)])
            case _:
                path.write_bytes(rng.randbytes(len(content)))
    return f"{done} of {len(files)} files spoiled"


def _folders(data_dir: Path, topic: str) -> list[Path]:
    pattern = re.compile(re.escape(topic) + r"-\d+")
    return sorted(path for path in data_dir.iterdir() if pattern.fullmatch(path.name))


def _active_log(folder: Path) -> Path | None:
    return max(folder.glob("*.log"), default=None)
