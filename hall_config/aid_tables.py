"""Numbers of legal aid that are no time limits: TOML that ships with the program in, looked up by their day."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import Field

from hall.intake.codes import Nature
from hall_config.strict_model import StrictModel


class AidNumber(StrictModel):
    """A number from a first day of validity on, with where it is from."""

    id: Annotated[str, Field(pattern=r"^[A-Z_]{2,40}$")]
    value: Annotated[int, Field(ge=0)]
    valid_from: date
    source_zh: Annotated[str, Field(min_length=1)]
    source_en: Annotated[str, Field(min_length=1)]


class MatterNatures(StrictModel):
    """What a kind of matter can be by nature, the usual one first; ``matter``: its code or how its code begins."""

    matter: Annotated[str, Field(pattern=r"^M[0-9]{2}(_[0-9])?$")]
    natures: Annotated[tuple[Annotated[Nature, Field(strict=False)], ...], Field(min_length=1)]
    source_zh: Annotated[str, Field(min_length=1)]
    source_en: Annotated[str, Field(min_length=1)]


@cache
def aid_numbers() -> tuple[AidNumber, ...]:
    """Every number that ever held, the oldest first."""
    found = [AidNumber.model_validate(item) for item in _table()["number"]]
    return tuple(sorted(found, key=lambda one: one.valid_from))


def number_on(number: str, day: date) -> int:
    """What a number was on a day; the first known one before its time. Raises `KeyError` for an unknown id."""
    versions = [one for one in aid_numbers() if one.id == number]
    if not versions:
        raise KeyError(number)
    return next((one.value for one in reversed(versions) if one.valid_from <= day), versions[0].value)


@cache
def natures_of(matter: str) -> tuple[Nature, ...]:
    """By nature it can be one of these, the usual one first; for a code that is no matter every one."""
    rows = [MatterNatures.model_validate({**row, "natures": tuple(row["natures"])}) for row in _table()["nature"]]
    fitting = [one for one in rows if matter.startswith(one.matter)]
    return max(fitting, key=lambda one: len(one.matter)).natures if fitting else tuple(Nature)


@cache
def _table() -> dict[str, Any]:
    text = (resources.files("hall_config") / "law" / "aid.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
