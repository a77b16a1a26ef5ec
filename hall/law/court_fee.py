"""Court fees by a rule table: for information only, the court decides.

Every kind of case is one shape: a base, fixed or a range that each province narrows, and a share of the amount within
each band above it, with an upper end for some. The numbers stand in the table and nowhere here. Money is whole fen; a
share is counted exactly and rounded to the fen once, at the end, half up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_WHOLE: Final = 10_000  # a share is so many of ten thousand parts: 250 is 2.5 %


@dataclass(frozen=True, slots=True)
class Band:
    """The part of an amount above ``above_fen`` and up to the next band costs this share of it."""

    above_fen: int
    per_ten_thousand: int


@dataclass(frozen=True, slots=True)
class FeeRule:
    """One kind of case. ``low_fen`` and ``high_fen`` are equal where the law leaves no range."""

    kind: str
    article: str
    low_fen: int
    high_fen: int
    bands: tuple[Band, ...] = ()
    most_fen: int | None = None
    halvable: bool = False  # summary procedure, mediation or withdrawal, a counter-claim heard together

    @property
    def by_amount(self) -> bool:
        return bool(self.bands)


@dataclass(frozen=True, slots=True)
class FeeTable:
    """One version of the law: where its numbers come from and from which day they hold (``YYYY-MM-DD``)."""

    source_zh: str
    source_en: str
    valid_from: str
    halving_article: str
    rules: tuple[FeeRule, ...]
    valid_to: str | None = None
    largest_fen: int = 10**15

    def rule(self, kind: str) -> FeeRule | None:
        return next((rule for rule in self.rules if rule.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Share:
    """One line of the reckoning: so much of the amount lies in this band, at this share."""

    from_fen: int
    to_fen: int
    per_ten_thousand: int


@dataclass(frozen=True, slots=True)
class CourtFee:
    """From ``low_fen`` to ``high_fen``; ``capped`` says that the upper end of the law was reached."""

    low_fen: int
    high_fen: int
    shares: tuple[Share, ...]
    capped: bool
    halved: bool


class CannotReckon(ValueError):
    """The question does not fit the rule; ``reason`` is ``amount`` or ``halving``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def table_of(tables: tuple[FeeTable, ...], day: str) -> FeeTable | None:
    """The table in force on that day; None when the law of that day is not known."""
    return next(
        (table for table in tables if table.valid_from <= day and (table.valid_to is None or day <= table.valid_to)),
        None,
    )


def court_fee(table: FeeTable, rule: FeeRule, amount_fen: int = 0, *, halved: bool = False) -> CourtFee:
    """What a case of that kind costs; raises `CannotReckon`."""
    if not 0 <= amount_fen <= table.largest_fen or (amount_fen and not rule.by_amount):
        raise CannotReckon("amount")
    if halved and not rule.halvable:
        raise CannotReckon("halving")
    shares = _shares(rule, amount_fen)
    parts = sum((share.to_fen - share.from_fen) * share.per_ten_thousand for share in shares)
    low, high = (_ended(rule, base * _WHOLE + parts) for base in (rule.low_fen, rule.high_fen))
    capped = rule.most_fen is not None and rule.low_fen * _WHOLE + parts > rule.most_fen * _WHOLE
    by = _WHOLE * (2 if halved else 1)
    return CourtFee(_rounded(low, by), _rounded(high, by), shares, capped, halved)


def _shares(rule: FeeRule, amount_fen: int) -> tuple[Share, ...]:
    ends = [*(band.above_fen for band in rule.bands[1:]), amount_fen]
    return tuple(
        Share(band.above_fen, min(end, amount_fen), band.per_ten_thousand)
        for band, end in zip(rule.bands, ends, strict=False)
        if amount_fen > band.above_fen
    )


def _ended(rule: FeeRule, parts: int) -> int:
    return parts if rule.most_fen is None else min(parts, rule.most_fen * _WHOLE)


def _rounded(parts: int, by: int) -> int:
    return (parts * 2 + by) // (by * 2)
