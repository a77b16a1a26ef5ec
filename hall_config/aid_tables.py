"""Numbers of legal aid that are no time limits: TOML that ships with the program in, looked up by their day."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field

from hall_config.strict_model import StrictModel


class AidNumber(StrictModel):
    """A number from a first day of validity on, with where it is from."""

    id: Annotated[str, Field(pattern=r"^[A-Z_]{2,40}$")]
    value: Annotated[int, Field(ge=0)]
    valid_from: date
    source_zh: Annotated[str, Field(min_length=1)]
    source_en: Annotated[str, Field(min_length=1)]


@cache
def aid_numbers() -> tuple[AidNumber, ...]:
    """Every number that ever held, the oldest first."""
    text = (resources.files("hall_config") / "law" / "aid.toml").read_text(encoding="utf-8")
    found = [AidNumber.model_validate(item) for item in tomllib.loads(text)["number"]]
    return tuple(sorted(found, key=lambda one: one.valid_from))


def number_on(number: str, day: date) -> int:
    """What a number was on a day; the first known one before its time. Raises `KeyError` for an unknown id."""
    versions = [one for one in aid_numbers() if one.id == number]
    if not versions:
        raise KeyError(number)
    return next((one.value for one in reversed(versions) if one.valid_from <= day), versions[0].value)
