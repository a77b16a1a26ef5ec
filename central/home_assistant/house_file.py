"""The file that says which Home Assistant is told: ``url``, and if it has one ``password``; also ``language``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from central.home_assistant.publisher import House
from hall_config.outcome import Exit, Stop


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    url: Annotated[str, Field(pattern=r"^mqtts?://[^\s/?#]+$")]
    password: Annotated[str, Field(min_length=1)] | None = None
    language: Literal["zh", "en"] = "zh"


def read_house(file: Path) -> House:
    """Raises `Stop` that names what is wrong and never the password."""
    try:
        found = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        mode = file.stat().st_mode
    except OSError as problem:
        raise Stop(Exit.MISSING, "central.cli.HOUSE_FILE", file=file, reason=problem.strerror) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError):
        raise Stop(Exit.WRONG_USE, "central.cli.HOUSE_SHAPE", file=file) from None
    if found.password is not None and mode & 0o077:
        raise Stop(Exit.WRONG_USE, "central.cli.HOUSE_OPEN", file=file)
    return House(found.url, found.password, found.language)
