"""The text format of Prometheus, version 0.0.4, written row by row.

    # HELP wirekafka_groups Groups.
    # TYPE wirekafka_groups gauge
    wirekafka_groups{type="classic",state="Empty"} 1

The official library makes objects of all rows first (why not: `pieces.py`); it reads ours in the
tests.
"""

from __future__ import annotations

from typing import Literal

from wirekafka.control.pieces import Pieces
from wirekafka.instrument.turns import Turns

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_ESCAPED = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


class Family:
    """A metric with its rows. The name of a counter ends with _total."""

    def __init__(
        self,
        turns: Turns,
        kind: Literal["counter", "gauge"],
        name: str,
        text: str,
        labels: tuple[str, ...] = (),
    ) -> None:
        assert name.endswith("_total") == (kind == "counter"), name
        self._pieces = Pieces(turns)
        self._pieces.add(f"# HELP {name} {text}\n# TYPE {name} {kind}\n".encode())
        self._name = name
        self._before = [f'{label}="' for label in labels]

    def add(self, value: float, *labels: str) -> None:
        """A row; `labels` are the values of its labels."""
        inner = ",".join(
            f'{before}{text.translate(_ESCAPED)}"'
            for before, text in zip(self._before, labels, strict=True)
        )
        place = f"{{{inner}}}" if inner else ""
        self._pieces.add(f"{self._name}{place} {value}\n".encode(errors="replace"))

    async def breathe(self) -> None:
        """Let others go on when it is their turn."""
        await self._pieces.breathe()

    def done(self) -> list[bytes]:
        """The family as text."""
        return self._pieces.done()
