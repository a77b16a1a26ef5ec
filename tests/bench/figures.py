"""One measured figure, and how a run of them is printed and written."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """``ceiling`` is what the same machine does at best in the same run, ``ratio`` our part of it."""

    name: str
    value: float
    unit: str
    p50: float | None = None
    p99: float | None = None
    ceiling: float | None = None
    ratio: float | None = None
    command: str = "make bench"


def spread(name: str, samples_ms: Sequence[float], command: str) -> Figure:
    """Median and 99th percentile of times in milliseconds."""
    ordered = sorted(samples_ms)
    p99 = ordered[math.ceil(len(ordered) * 0.99) - 1]  # nearest rank
    p50 = statistics.median(ordered)
    return Figure(name, round(p99, 2), "ms", round(p50, 2), round(p99, 2), command=command)


def show(figures: Sequence[Figure]) -> str:
    lines = [f"{'figure':<58} {'value':>12} {'unit':<14} {'p50':>9} {'p99':>9} {'ceiling':>10} {'ratio':>6}"]
    for figure in figures:
        cells = [_cell(figure.p50, 9), _cell(figure.p99, 9), _cell(figure.ceiling, 10), _cell(figure.ratio, 6)]
        lines.append(f"{figure.name:<58} {figure.value:>12,.2f} {figure.unit:<14} {' '.join(cells)}")
    return "\n".join(lines)


def write(figures: Sequence[Figure], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n", encoding="utf-8")


def _cell(value: float | None, width: int) -> str:
    return f"{value:>{width},.2f}" if value is not None else " " * width
