"""Several accounts at once: standard input of ``hall users add-many``, one JSON object a line.

All lines are read and checked before the first account is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TextIO, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from hall_config.outcome import Exit, Stop

_LONGEST: Final = 4096
_MOST: Final = 1000


class AccountLine(BaseModel):
    """What a line of every part has; without a secret one is made up (or a one-time code is)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str
    secret: str | None = None


Line = TypeVar("Line", bound=AccountLine)


def read_account_lines(stream: TextIO, kind: type[Line]) -> list[Line]:
    """Every line as a ``kind``; ends the command with the line's number, and never says what stands in it."""
    found: dict[str, Line] = {}
    for number, text in enumerate(_texts(stream), start=1):
        if not text.strip():
            continue
        line = _read(number, text, kind)
        if line.name in found:
            raise _refused(number, "name")
        found[line.name] = line
    if not found:
        raise _refused(1, "JSON")
    return list(found.values())


def _texts(stream: TextIO) -> Iterator[str]:
    number = 1
    try:
        while text := stream.readline(_LONGEST + 1):
            if len(text) > _LONGEST or number > _MOST:
                raise _refused(number, f"<= {_LONGEST} x {_MOST}")
            yield text
            number += 1
    except UnicodeDecodeError:
        raise _refused(number, "UTF-8") from None


def _read(number: int, text: str, kind: type[Line]) -> Line:
    try:
        return kind.model_validate_json(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise _refused(number, "UTF-8") from None
    except ValidationError as problem:
        place = ".".join(str(part) for part in problem.errors(include_input=False)[0]["loc"])
        raise _refused(number, place or "JSON") from None


def _refused(number: int, place: str) -> Stop:
    return Stop(Exit.WRONG_USE, "program.ACCOUNT_LINE", line=number, place=place)
