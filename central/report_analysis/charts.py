"""Charts drawn from the cells of their table and from nothing else: what a cell hides no chart can show.

A hidden or unknown figure has no bar, no part and no point, but its sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from central.report_analysis.model import Cell, Chart, ChartKind, Line, Table, both
from central.report_analysis.shapes import (
    DEEP,
    INK,
    SOFT,
    box,
    cut,
    dot,
    line,
    path,
    pattern,
    patterns,
    picture,
    text,
    width_of,
)
from central.report_out.written import text_of
from hall_config.wording import Language

_WIDTH: Final = 720
_NAMES: Final = 190  # room for names at the left
_ROW: Final = 30
_BAR: Final = 18
_AFTER: Final = 110  # room for the figure behind the longest bar
_SIZE: Final = 14
_LEGEND: Final = 30
_LABELLED: Final = Fraction(8, 100)  # a part at least so large bears its share
_LEAST_SPAN: Final = 0.04  # of the highest point: less than that is no mountain
_MONTHS_WIDTH, _MONTHS_HEIGHT = 460, 190


def drawn(table: Table, chart: Chart, language: Language, key: str) -> str:
    """One chart as SVG; ``key`` is its own on its page."""
    match chart.kind:
        case ChartKind.BARS:
            return _bars(table, chart, language)
        case ChartKind.PARTS:
            return _parts(table, chart, language, key)
        case ChartKind.MONTHS:
            return _months(table, chart, language)


def written(cell: Cell) -> str:
    return text_of(cell.shown, cell.scale, signed=cell.signed)


def _size(cell: Cell) -> Fraction | None:
    """How long its bar is; an adjusted count can be negative, which no bar is."""
    return max(cell.shown, Fraction()) if isinstance(cell.shown, Fraction) else None


def _said(chart: Chart, language: Language) -> str:
    return both("drawn", title=chart.title).of(language)


def _name(of: Line, y: float, language: Language) -> str:
    name = cut(of.name.of(language), _SIZE, _NAMES - 14)
    return text(_NAMES - 10, y, name, anchor="end", bold=of.whole)


# --- a bar for each line -------------------------------------------------------------------------------------


def _bars(table: Table, chart: Chart, language: Language) -> str:
    lines = [table.lines[place] for place in chart.lines]
    sizes = [size for of in lines for column in chart.columns if (size := _size(of.cells[column])) is not None]
    most = max(sizes, default=Fraction()) or Fraction(1)
    ticks = len(chart.columns) > 1
    top = _LEGEND if ticks else 6
    shapes: list[str] = []
    if ticks:
        shapes += [
            line(_NAMES, 4, _NAMES, 20, stroke=INK, width=3),
            text(_NAMES + 8, 17, both("before_tick").of(language), size=13, fill=SOFT),
        ]
    for place, of in enumerate(lines):
        shapes += _bar(of, chart, top + place * _ROW, float(most), language)
    return picture(_WIDTH, top + len(lines) * _ROW + 4, _said(chart, language), shapes)


def _bar(of: Line, chart: Chart, y: float, most: float, language: Language) -> Iterator[str]:
    room = _WIDTH - _NAMES - _AFTER
    cell = of.cells[chart.columns[0]]
    size = _size(cell)
    length = 0.0 if size is None else float(size) / most * room
    yield _name(of, y + _BAR, language)
    if size:
        yield box(_NAMES, y + 4, max(length, 1), _BAR, INK if of.whole else DEEP)
    behind = length
    if len(chart.columns) > 1 and (then := _size(of.cells[chart.columns[1]])) is not None:
        at = float(then) / most * room
        yield line(_NAMES + at, y + 1, _NAMES + at, y + _BAR + 7, stroke="#ffffff", width=6)
        yield line(_NAMES + at, y + 1, _NAMES + at, y + _BAR + 7, stroke=INK, width=3)
        behind = max(length, at)
    yield text(_NAMES + behind + 8, y + _BAR, written(cell), bold=True)


# --- each line's cells as parts of their sum -----------------------------------------------------------------


def _parts(table: Table, chart: Chart, language: Language, key: str) -> str:
    lines = [table.lines[place] for place in chart.lines]
    legend, top = _legend(table, chart, language, key)
    shapes = [patterns(key), *legend]
    for place, of in enumerate(lines):
        shapes += _stack(of, chart, top + place * _ROW, language, key)
    return picture(_WIDTH, top + len(lines) * _ROW + 4, _said(chart, language), shapes)


def _legend(table: Table, chart: Chart, language: Language, key: str) -> tuple[list[str], float]:
    shapes: list[str] = []
    x, y = float(_NAMES), 6.0
    for place, column in enumerate(chart.columns):
        name = cut(table.heads[column].name.of(language), _SIZE, 200)
        wide = 24 + width_of(name, _SIZE) + 18
        if x + wide > _WIDTH and x > _NAMES:
            x, y = float(_NAMES), y + 24
        shapes += [box(x, y, 16, 16, pattern(key, place), stroke=INK), text(x + 22, y + 13, name, size=13)]
        x += wide
    return shapes, y + 28


def _stack(of: Line, chart: Chart, y: float, language: Language, key: str) -> Iterator[str]:
    room = _WIDTH - _NAMES - 12
    cells = [of.cells[column] for column in chart.columns]
    sizes = [_size(cell) for cell in cells]
    known = [size for size in sizes if size is not None]
    whole = sum(known, Fraction())
    yield _name(of, y + _BAR, language)
    if len(known) < len(sizes) or not whole:
        hidden = next((written(cell) for cell in cells if not isinstance(cell.shown, Fraction)), "—")
        yield text(_NAMES, y + _BAR, hidden, bold=True)
        return
    x = float(_NAMES)
    for place, size in enumerate(known):
        length = float(size / whole) * room
        if size:
            yield box(x, y + 3, length, _BAR + 2, pattern(key, place), stroke=INK)
        if size >= _LABELLED * whole:
            yield from _label(x + length / 2, y + 3, f"{float(100 * size / whole):.1f}%")
        x += length


def _label(middle: float, y: float, said: str) -> Iterator[str]:
    """On white, for it stands on a pattern."""
    wide = width_of(said, 13) + 8
    yield box(middle - wide / 2, y + 2, wide, _BAR - 2, "#ffffff")
    yield text(middle, y + 15, said, size=13, anchor="middle", bold=True)


# --- one line of the table as a curve ------------------------------------------------------------------------


def _months(table: Table, chart: Chart, language: Language) -> str:
    of = table.lines[chart.lines[0]]
    cells = [of.cells[column] for column in chart.columns]
    sizes = [_size(cell) for cell in cells]
    finest = 10.0 ** -min((cell.scale for cell in cells), default=0)
    least, most, step = _scale([float(size) for size in sizes if size is not None], finest)
    left, right, top, bottom = 62, 22, 40, 28
    wide, high = _MONTHS_WIDTH - left - right, _MONTHS_HEIGHT - top - bottom
    points = [
        None if size is None else (
            left + wide * place / (len(cells) - 1), top + high * (1 - (float(size) - least) / (most - least))
        )
        for place, size in enumerate(sizes)
    ]  # fmt: skip
    shapes = [text(8, 20, of.name.of(language), size=15, bold=True)]
    for count in range(round((most - least) / step) + 1):
        y = top + high * (1 - count * step / (most - least))
        shapes += [line(left, y, _MONTHS_WIDTH - right, y), text(left - 8, y + 4, f"{least + count * step:,.6g}",
                                                                size=12, anchor="end", fill=SOFT)]  # fmt: skip
    for place in range(0, len(cells), 3):
        month = table.heads[chart.columns[place]].key
        x = left + wide * place / (len(cells) - 1)
        shapes.append(text(x, _MONTHS_HEIGHT - 8, month[2:].replace("-", "/"), size=12, anchor="middle", fill=SOFT))
    shapes += [path(run) for run in _runs(points) if len(run) > 1]
    shapes += [dot(*point, 4, DEEP) for point in points if point is not None]
    shapes.append(text(_MONTHS_WIDTH - right, 20, written(cells[-1]), size=15, anchor="end", fill=DEEP, bold=True))
    return picture(_MONTHS_WIDTH, _MONTHS_HEIGHT, _said(chart, language), shapes)


def _runs(points: list[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    """Curves between gaps."""
    run: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point is not None:
            run.append(point)
        elif run:
            yield run
            run = []


def _scale(sizes: list[float], finest: float) -> tuple[float, float, float]:
    """Where the axis begins and ends, and its steps: from 0, but for what moves little far above it.

    ``finest``: no step is smaller, for a count has no tenths.
    """
    low, high = min(sizes, default=0.0), max(sizes, default=1.0)
    from_zero = low < high * 0.7 or high <= 0
    if high <= 0:
        return 0.0, 1.0, 1.0
    span = high if from_zero else max(high - low, high * _LEAST_SPAN)
    step = next(each for each in _steps(span / 4) if each * 4 >= span and each >= finest)
    least = 0.0 if from_zero else step * (min(low, high - span) // step)
    most = least + step
    while most < high - 1e-9:
        most += step
    return least, most, step


def _steps(about: float) -> Iterator[float]:
    """1, 2, 5 and so on, from a tenth of that on."""
    power = 0.1
    while power < about / 10:
        power *= 10
    while True:
        for factor in (1, 2, 5):
            yield power * factor
        power *= 10
