"""Numbers of ratings that are no time limits: TOML that ships with the program in, checked values out."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field

from hall_config.strict_model import StrictModel


class RatingNumber(StrictModel):
    """One number, from a first day of validity on, with where it is from."""

    id: Annotated[str, Field(pattern=r"^[A-Z_]{2,40}$")]
    value: Annotated[int, Field(ge=1, le=1_000_000)]
    valid_from: date
    source_zh: Annotated[str, Field(min_length=1)]
    source_en: Annotated[str, Field(min_length=1)]


@cache
def rating_numbers() -> tuple[RatingNumber, ...]:
    """Every number that ever held, the oldest first."""
    text = (resources.files("hall_config") / "law" / "ratings.toml").read_text(encoding="utf-8")
    numbers = [RatingNumber.model_validate(item) for item in tomllib.loads(text)["number"]]
    return tuple(sorted(numbers, key=lambda one: (one.valid_from, one.id)))


def numbers_on(day: date) -> dict[str, int]:
    """What holds on a day, by its id."""
    return {one.id: one.value for one in rating_numbers() if one.valid_from <= day}
