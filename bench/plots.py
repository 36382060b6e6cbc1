"""The plots of docs/performance.md: latency distributions, and rate by connections.

SVG, drawn from the stored figures, so they change only with them. matplotlib is imported when
there is something to draw: the measuring does not need it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .figures import SCALING_CONNECTIONS
from .load_latency import PERCENTILES
from .results import Stored, stored_medians
from .target import OURS

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "plots"
REFERENCE = "reference"
COLOURS = {OURS: "#1f6feb", REFERENCE: "#d1692a"}

Curve = tuple[Sequence[float], Sequence[float]]


def write(stored: Stored) -> list[tuple[str, str]]:
    """Draw what is stored; (title, file name below docs/) of each plot."""
    drawn = []
    for row, title in (
        ("ack_latency", "Ack latency, one request in flight"),
        ("poll_latency", "From Produce to a waiting consumer"),
    ):
        curves = {name: _distribution(stored, row, name) for name in COLOURS}
        if all(curve is not None for curve in curves.values()):
            _draw(row, title, "percentile", "µs", curves)
            drawn.append((title, f"plots/{row}.svg"))
    rates = {name: _rates(stored, name) for name in COLOURS}
    if all(curve is not None for curve in rates.values()):
        title = "Produce of 100 B by connections, one in flight each"
        _draw("scaling", title, "connections", "requests/s", rates)
        drawn.append((title, "plots/scaling.svg"))
    return drawn


def _distribution(stored: Stored, row: str, target: str) -> Curve | None:
    values = stored_medians(stored, row, target)
    if not all(name in values for name in PERCENTILES):
        return None
    parts = [f"{part * 100:g}" for part in PERCENTILES.values()]
    return list(range(len(parts))), [values[name] for name in PERCENTILES]


def _rates(stored: Stored, target: str) -> Curve | None:
    values = stored_medians(stored, "scaling", target)
    names = [f"connections_{count}" for count in SCALING_CONNECTIONS]
    if not all(name in values for name in names):
        return None
    return list(range(len(names))), [values[name] for name in names]


def _draw(
    name: str, title: str, across: str, upwards: str, curves: dict[str, Curve | None]
) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "wirekafka"  # the same figures give the same file
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3.6))
    for target, curve in curves.items():
        assert curve is not None
        label = "Apache Kafka" if target == REFERENCE else target
        axes.plot(*curve, marker="o", color=COLOURS[target], label=label)
    ticks = (
        [str(count) for count in SCALING_CONNECTIONS]
        if name == "scaling"
        else [f"{part * 100:g}" for part in PERCENTILES.values()]
    )
    axes.set_xticks(range(len(ticks)), ticks)
    axes.set_xlabel(across)
    axes.set_ylabel(upwards)
    if name != "scaling":
        axes.set_yscale("log")
    axes.set_title(title)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.tight_layout()
    FOLDER.mkdir(parents=True, exist_ok=True)
    figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)
