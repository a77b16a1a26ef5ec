"""What every part of a hall file is: checked, frozen, and nothing that nobody asked for."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=60)]
Hours = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]


class StrictModel(BaseModel):
    """An unknown key is an error, and so is a value of another kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
