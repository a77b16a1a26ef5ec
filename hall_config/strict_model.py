"""What every part of a hall file is: checked, frozen, and nothing that nobody asked for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

Text = Annotated[str, Field(min_length=1, max_length=60)]
Hours = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]


def _said(given: Any) -> Any:
    """A literal is compared with ``==``, by which 1 and 1.0 are true: nobody consents by a number."""
    if given is not True:
        raise PydanticCustomError("literal_error", "has to be true")
    return given


Yes = Annotated[Literal[True], BeforeValidator(_said)]  # what somebody has agreed to or confirmed


class StrictModel(BaseModel):
    """An unknown key is an error, and so is a value of another kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
