"""The options of a driver as one table: what `hall config check` tells, `hall config init` writes and the driver reads.

A driver declares its options once; `read_options` checks what a hall file gives and fills in the defaults. What each
option is for stands in the catalogue under ``driver_option.<driver>.<key>`` and in the driver's README.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

OptionType = Literal["int", "float", "bool", "text", "table", "list"]

_TYPES: Final[Mapping[OptionType, tuple[type, ...]]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "text": (str,),
    "table": (dict, Mapping),
    "list": (list, tuple),
}
_WORDS: Final[Mapping[OptionType, str]] = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "text": 'a text in "quotes"',
    "table": "a table",
    "list": "a list in [brackets]",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One key of ``[device.options]``. ``low`` and ``high`` bound numbers, ``choices`` name the only allowed texts.
    ``default`` None: nothing is given. A table or a list is looked into by its driver."""

    key: str
    type: OptionType
    default: Any = None
    low: float | None = None
    high: float | None = None
    choices: tuple[str | int, ...] = ()

    def check(self, value: object) -> None:
        """Raises ValueError in words that name the key and what it may be."""
        if not isinstance(value, _TYPES[self.type]) or (isinstance(value, bool) and self.type != "bool"):
            raise ValueError(f"{self.key} is {_WORDS[self.type]}, not {value!r}")
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.key} is one of {', '.join(map(str, self.choices))}, not {value!r}")
        low, high = self.low, self.high
        if low is not None and high is not None and not low <= float(str(value)) <= high:  # NaN lies nowhere
            raise ValueError(f"{self.key} is {low:g} to {high:g}, not {value}")


def read_options(options: Sequence[Option], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every option with its value, given or default; a ValueError names the first key that is wrong."""
    known = {option.key: option for option in options}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"unknown option {unknown[0]!r}; known: {', '.join(known) or 'none'}")
    for key, value in given.items():
        known[key].check(value)
    return {key: given.get(key, option.default) for key, option in known.items()}
