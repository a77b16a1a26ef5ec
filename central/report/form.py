"""The form: every field of the monthly form as ``fields.toml`` says, read once and checked when it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Final

from central.report.formula import Cell, Figure, Figures, Rule, Term, codes_in, read_rule, read_term, worked_out
from central.units.rules import Level


class Source(StrEnum):
    """Where a figure comes from; words under ``central.report_source``."""

    EVENTS = "E"
    BY_HAND = "M"
    COMPUTED = "D"


class Kind(StrEnum):
    """How a figure adds up; words under ``central.report_kind``."""

    FLOW = "flow"  # of the period: added over units and over periods
    STOCK = "stock"  # at the end: added over units; of a year, that of its last period
    OPENING = "opening"  # at the start: added over units; of a year, that of its first period
    HEADS = "heads"  # distinct people: added over units, never over periods
    RATIO = "ratio"  # made anew of sums, never added and never averaged


class UnitOfCount(StrEnum):
    """What a figure counts; words under ``central.report_unit``."""

    CONTACT = "contact"  # 人次
    PERSON = "person"  # 人
    CASE = "case"  # 件
    TICKET = "ticket"  # 张
    EVENT = "event"  # 场
    COPY = "copy"  # 份
    CALL = "call"  # 通
    TIME = "time"  # 次
    PLACE = "place"  # 个
    HOUR = "hour"  # 小时
    MINUTE = "minute"  # 分钟
    SECOND = "second"  # 秒
    PERCENT = "percent"  # %
    WAN_YUAN = "wan_yuan"  # 万元


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``written`` and its like are the formulas as they stand in the table, for whoever reads them."""

    code: str
    part: str
    zh: str
    en: str
    unit: UnitOfCount
    source: Source
    kind: Kind
    scale: int
    few: bool
    made_of: Term | None
    rule: Rule | None
    soft: Rule | None
    at: frozenset[Level]
    monthly: bool = False  # its rule sets a flow beside a stock, which holds of one month and not of a year
    quarterly: bool = False  # judged in the period that ends a quarter, so nothing to set beside the period before
    written: str = ""
    rule_written: str = ""
    soft_written: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A block of the form under one heading."""

    key: str
    zh: str
    en: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Form:
    parts: tuple[Part, ...]
    fields: Mapping[str, Field]  # by code, in the order of the form
    computing: tuple[Field, ...]  # computed fields, each behind what it is made of

    def completed(self, counted: Mapping[str, Figure], before: Mapping[str, Figure]) -> dict[str, Figure]:
        """Every field's figure: what was counted, and what is computed of it. What was not counted is 0.

        ``before``: the same of the period before, empty where there was none: then what was counted as open at the
        start stands, for there is no earlier form that said it.
        """
        figures: dict[str, Figure] = {
            code: counted.get(code, Fraction()) for code, field in self.fields.items() if field.made_of is None
        }
        over = Figures(figures, before)
        for field in self.computing:
            if field.made_of is not None:
                figure = _rounded(worked_out(field.made_of, over), field)
                if figure is None and field.kind is Kind.OPENING:
                    figure = counted.get(field.code, Fraction())
                figures[field.code] = figure
        return {code: figures[code] for code in self.fields}


def _rounded(figure: Figure, field: Field) -> Figure:
    """Ratios half up to the decimals that the form shows (四舍五入); sums stay exact."""
    if figure is None or field.kind is not Kind.RATIO:
        return figure
    step = 10**field.scale
    return Fraction((figure * step + Fraction(1, 2)).__floor__(), step)


@cache
def form() -> Form:
    """Raises ValueError where the table itself is wrong."""
    told = tomllib.loads(files("central.report").joinpath("fields.toml").read_text(encoding="utf-8"))
    codes = [row["code"] for part in told["part"] for row in part["fields"]]
    if len(set(codes)) != len(codes):
        raise ValueError("a code stands twice in fields.toml")
    parts = tuple(
        Part(part["key"], part["zh"], part["en"], tuple(_field(row, part["key"], codes) for row in part["fields"]))
        for part in told["part"]
    )
    fields = {field.code: field for part in parts for field in part.fields}
    return Form(parts, fields, _in_order(fields))


_KEYS: Final = frozenset(
    {"code", "zh", "en", "unit", "source", "kind", "scale", "few", "is", "rule", "soft", "at", "monthly", "quarterly"}
)  # fmt: skip


def _field(row: Mapping[str, Any], part: str, codes: list[str]) -> Field:
    unknown = set(row) - _KEYS
    if unknown:
        raise ValueError(f"{row['code']}: unknown keys {sorted(unknown)}")
    source = Source(row["source"])
    if (source is Source.COMPUTED) is not ("is" in row):
        raise ValueError(f"{row['code']}: a computed field says how, and no other does")
    return Field(
        row["code"], part, row["zh"], row["en"], UnitOfCount(row["unit"]), source, Kind(row.get("kind", "flow")),
        row.get("scale", 0), row.get("few", False),
        read_term(row["is"], codes) if "is" in row else None,
        read_rule(row["rule"], codes) if "rule" in row else None,
        read_rule(row["soft"], codes) if "soft" in row else None,
        frozenset(Level(level) for level in row.get("at", Level)),
        row.get("monthly", False), row.get("quarterly", False),
        row.get("is", ""), row.get("rule", ""), row.get("soft", ""),
    )  # fmt: skip


def _in_order(fields: Mapping[str, Field]) -> tuple[Field, ...]:
    """Computed fields so that each comes after those it is made of. Raises ValueError for a circle."""
    waiting = [field for field in fields.values() if field.made_of is not None]
    done: list[Field] = []
    while waiting:
        open_codes = {field.code for field in waiting}
        ready = [field for field in waiting if not _needs(field) & open_codes]
        if not ready:
            raise ValueError(f"computed of each other: {sorted(open_codes)}")
        done += ready
        waiting = [field for field in waiting if field not in ready]
    return tuple(done)


def _needs(field: Field) -> set[str]:
    cells: tuple[Cell, ...] = codes_in(field.made_of) if field.made_of is not None else ()
    return {cell.code for cell in cells if not cell.last}
