"""Which client scenarios are expected to pass, by files in the client's folder.

Against wirekafka those that ALLOW.txt names: the others are known gaps. Against any other broker
all of them, because that is how a scenario is known to be right, but those of REFERENCE.txt, which
fail with the real broker, too; each of its lines says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from .results import ClientRow

FOLDER = Path(__file__).resolve().parent / "clients"
ALLOW, REFERENCE = "ALLOW.txt", "REFERENCE.txt"
OURS = "wirekafka"


@dataclass(frozen=True, slots=True)
class Expectations:
    """Of one client and target. `source` is the file that decides; `named` maps its scenarios
    (NAME, or CLIENT/NAME where a folder holds several clients) to what is said about them."""

    source: str
    named: dict[str, str]

    def judged(self, row: ClientRow) -> ClientRow:
        """The row with what was expected of it, and why it may fail."""
        names = (row.scenario, f"{row.client}/{row.scenario}")
        said = [self.named[name] for name in names if name in self.named]
        if self.source == ALLOW:
            return replace(row, expected=bool(said), reason="")
        return replace(row, expected=not said, reason="".join(said[:1]))


def expectations(folder: Path, target: str) -> Expectations:
    """What is expected of the client of a folder. Raises ValueError for a line of REFERENCE.txt
    without a reason."""
    source = ALLOW if target == OURS else REFERENCE
    named = _read(folder / source)
    if source == REFERENCE:
        for name, reason in named.items():
            if not reason:
                raise ValueError(f"{folder.name}/{source}: {name} has no reason (NAME  # reason)")
    return Expectations(source, named)


def judged(
    stored: dict[str, dict[str, list[ClientRow]]], folder: Path = FOLDER
) -> dict[str, dict[str, list[ClientRow]]]:
    """Stored rows, by client and target, with what is expected today."""
    return {
        client: {
            target: list(map(expectations(folder / client, target).judged, rows))
            for target, rows in targets.items()
        }
        for client, targets in stored.items()
    }


def _read(path: Path) -> dict[str, str]:
    """A name per line, `#` begins what is said about it; no file is an empty one."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    parts = [line.partition("#") for line in lines]
    return {name.strip(): reason.strip() for name, _, reason in parts if name.strip()}
