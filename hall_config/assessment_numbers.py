"""What a yearly assessment is made of: TOML that ships with the program in, checked values out.

Formulas are texts here: only the form knows whether it has such fields.
"""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hall_config.strict_model import StrictModel

Number = Annotated[Decimal, Field(strict=False, ge=-1_000_000, le=1_000_000_000)]
Code = Annotated[str, Field(pattern=r"^[A-Z][0-9]{2,3}[A-Z]?$")]


class Indicator(StrictModel):
    """One line of the sheet from a first year on; without formula and kinds it is judged by hand."""

    id: Annotated[str, Field(pattern=r"^[A-Z_]{2,40}$")]
    group: Literal["facilities", "people", "services", "opinion", "third", "extra"]
    kind: Literal["score", "reward", "penalty"] = "score"
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    formula: Annotated[str, Field(alias="is")] = ""
    kinds: tuple[Code, Code] | None = None
    full: Number = Decimal(0)
    zero: Number = Decimal(0)
    weight: Annotated[Decimal, Field(strict=False, ge=0, le=100)]
    at: tuple[Literal["city", "district", "street", "village"], ...] = ("city", "district", "street", "village")
    valid_from: date

    @model_validator(mode="before")
    @classmethod
    def _tuples(cls, told: dict[str, object]) -> dict[str, object]:
        return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}

    @model_validator(mode="after")
    def _whole(self) -> Indicator:
        if self.formula and self.kinds:
            raise ValueError(f"{self.id}: a formula or kinds, not both")
        if not self.by_hand and self.full == self.zero:
            raise ValueError(f"{self.id}: full and no points at one value")
        return self

    @property
    def by_hand(self) -> bool:
        return not self.formula and self.kinds is None


@cache
def every_indicator() -> tuple[Indicator, ...]:
    """In the order of the file: that of the sheet."""
    text = (resources.files("hall_config") / "law" / "assessment.toml").read_text(encoding="utf-8")
    return tuple(Indicator.model_validate(row) for row in tomllib.loads(text, parse_float=Decimal)["indicator"])


def indicators_of(year: int, rows: tuple[Indicator, ...] | None = None) -> tuple[Indicator, ...]:
    """What a year is assessed by: of each the row that was in force when it began, without those that are retired."""
    found: dict[str, Indicator] = {}
    for one in every_indicator() if rows is None else rows:
        held = found.get(one.id)
        if one.valid_from <= date(year, 1, 1) and (held is None or held.valid_from <= one.valid_from):
            found[one.id] = one
    return tuple(one for one in found.values() if one.weight)
