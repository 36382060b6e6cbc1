"""The leader epochs of one partition: which epoch begins at which offset.

File `leader-epoch-checkpoint`: text lines `0` (version), count, then `epoch start_offset` each.
Epochs and start offsets both ascend. An epoch that got no record is replaced by the next one that
starts at the same offset. Source: Kafka's `LeaderEpochFileCache`, KIP-101, KIP-320.
"""

from __future__ import annotations

from wirekafka_storage.errors import CorruptFile

UNDEFINED = -1


class LeaderEpochs:
    """The cache; the log writes `encode()` to disk when a method returns True."""

    __slots__ = ("_epochs", "_start_offsets")

    def __init__(self) -> None:
        self._epochs: list[int] = []
        self._start_offsets: list[int] = []

    @property
    def latest(self) -> int:
        """-1 when no epoch is known."""
        return self._epochs[-1] if self._epochs else UNDEFINED

    def entries(self) -> list[tuple[int, int]]:
        return list(zip(self._epochs, self._start_offsets, strict=True))

    def assign(self, epoch: int, start_offset: int) -> bool:
        """The epoch begins at the offset; False when that was known."""
        if epoch < 0 or epoch <= self.latest:
            return False
        self.truncate_from_end(start_offset)
        self._epochs.append(epoch)
        self._start_offsets.append(start_offset)
        return True

    def epoch_at(self, offset: int) -> int:
        """The epoch in which the record at the offset was written; -1 when unknown."""
        for epoch, start_offset in zip(
            reversed(self._epochs), reversed(self._start_offsets), strict=True
        ):
            if start_offset <= offset:
                return epoch
        return UNDEFINED

    def end_offset_for(self, epoch: int, log_end_offset: int) -> tuple[int, int]:
        """The largest known epoch not above `epoch`, and the offset at which it ends.

        (-1, -1) for an epoch that is undefined or above all known ones. An epoch below all known
        ones is answered with itself and the start of the first.
        """
        if epoch == UNDEFINED or epoch > self.latest:
            return UNDEFINED, UNDEFINED
        if epoch == self.latest:
            return epoch, log_end_offset
        place = next(i for i, known in enumerate(self._epochs) if known > epoch)
        found = self._epochs[place - 1] if place else epoch
        return found, self._start_offsets[place]

    def truncate_from_end(self, end_offset: int) -> bool:
        """Forget the epochs that begin at or above the offset."""
        changed = False
        while self._start_offsets and self._start_offsets[-1] >= end_offset:
            self._epochs.pop()
            self._start_offsets.pop()
            changed = True
        return changed

    def truncate_from_start(self, start_offset: int) -> bool:
        """Forget the epochs that ended below the offset; the one at the offset begins there."""
        covered = sum(offset <= start_offset for offset in self._start_offsets)
        if not covered or (self._start_offsets[covered - 1] == start_offset and covered == 1):
            return False
        del self._epochs[: covered - 1]
        del self._start_offsets[: covered - 1]
        self._start_offsets[0] = start_offset
        return True

    def encode(self) -> bytes:
        lines = [f"{epoch} {start}\n" for epoch, start in self.entries()]
        return f"0\n{len(lines)}\n{''.join(lines)}".encode()


def decode(content: bytes) -> LeaderEpochs:
    """Read the file; CorruptFile when it is not whole or does not ascend."""
    try:
        version, count, *rows = content.decode("ascii").split("\n")
        pairs = [tuple(map(int, row.split(" "))) for row in rows if row]
        whole = int(version) == 0 and int(count) == len(pairs)
    except ValueError as error:
        raise CorruptFile(f"not a leader epoch checkpoint: {error}") from None
    if not whole or any(len(pair) != 2 for pair in pairs):
        raise CorruptFile("version, count or a row is wrong")
    epochs = LeaderEpochs()
    for epoch, start_offset in pairs:
        if epoch <= epochs.latest or any(start_offset <= s for _, s in epochs.entries()[-1:]):
            raise CorruptFile(f"epoch {epoch} at {start_offset} does not ascend")
        epochs.assign(epoch, start_offset)
    return epochs
