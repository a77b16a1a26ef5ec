"""Rule tables of law: TOML that ships with the program in, the pure tables of `hall.law` out."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Final

from pydantic import Field, field_validator

from hall.law.court_fee import Band, FeeRule, FeeTable
from hall_config.strict_model import StrictModel

_FEN: Final = 100
Yuan = Annotated[int, Field(ge=0, le=10**13)]
Share = Annotated[int, Field(ge=1, le=10_000)]


class _Rule(StrictModel):
    kind: Annotated[str, Field(pattern=r"^[A-Z_]{2,40}$")]
    article: Annotated[str, Field(min_length=1)]
    low: Yuan
    high: Yuan
    bands: tuple[tuple[Yuan, Share], ...] = ()
    most: Yuan | None = None
    halvable: bool = False

    @field_validator("bands", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        return tuple(tuple(pair) for pair in value) if isinstance(value, list) else value

    def read(self) -> FeeRule:
        bands = tuple(Band(above * _FEN, share) for above, share in self.bands)
        most = None if self.most is None else self.most * _FEN
        return FeeRule(self.kind, self.article, self.low * _FEN, self.high * _FEN, bands, most, self.halvable)


class _Table(StrictModel):
    source_zh: Annotated[str, Field(min_length=1)]
    source_en: Annotated[str, Field(min_length=1)]
    valid_from: date
    valid_to: date | None = None
    halving_article: str
    rules: Annotated[list[_Rule], Field(min_length=1)]


@cache
def court_fee_tables() -> tuple[FeeTable, ...]:
    """Every version of the court fees, the oldest first."""
    text = (resources.files("hall_config") / "law" / "court_fee.toml").read_text(encoding="utf-8")
    tables = [_Table.model_validate(item) for item in tomllib.loads(text)["table"]]
    return tuple(
        FeeTable(
            source_zh=table.source_zh,
            source_en=table.source_en,
            valid_from=table.valid_from.isoformat(),
            valid_to=table.valid_to.isoformat() if table.valid_to else None,
            halving_article=table.halving_article,
            rules=tuple(rule.read() for rule in table.rules),
        )
        for table in sorted(tables, key=lambda table: table.valid_from)
    )
