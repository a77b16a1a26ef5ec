"""The options of an FF 68 terminal, read once. What no document says for certain stands here with its default.

Which button of the evaluator means which grade is a table too, because makers order their buttons differently. Grades
are those of the national rating, 5 very satisfied to 1 very dissatisfied.

- ``slz`` has four buttons, 差 一般 好 很好 for 0 to 3: grades 2, 3, 4, 5. None means "very dissatisfied".
- ``jackqchen`` gives 0 to 3 as 1, 0, 3, 4 of a scale of its own, taken here as grades less one: 2, 1, 4, 5. That its
  scale rises towards "satisfied" is inferred from the other family; press each button once before the hall opens.
- A value that stands in no table (both families know 4 as a value and give it no meaning) is no grade.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from drivers.call_terminal import codec
from drivers.call_terminal.codec import Frame
from drivers.call_terminal.keys import MODELS, key_table
from drivers.kinds.call_terminal import Action
from drivers.options import Option, read_options

GRADES: Final[Mapping[str, Mapping[int, int]]] = {
    "jackqchen": {0: 2, 1: 1, 2: 4, 3: 5},
    "slz": {0: 2, 1: 3, 2: 4, 3: 5},
}
_ANSWERS: Final[Mapping[str, Callable[[Frame], bytes]]] = {
    "same_with_01": codec.acknowledge_press,
    "short": codec.acknowledge_press_short,
}

OPTIONS: Final = (
    Option("model", "text", "jackqchen", choices=tuple(MODELS)),
    Option("keys", "table", {}),
    Option("grades", "table", {}),
    Option("evaluator_answer", "text", "same_with_01", choices=tuple(_ANSWERS)),
    Option("key_functions", "list", ()),
    Option("repeat_window_ms", "int", 300, 50, 2000),
    Option("beep_without_meaning", "bool", True),
    Option("start_evaluation", "bool", False),
    Option("show_stars", "bool", True),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How this terminal is to be understood."""

    keys: Mapping[str, Action]
    grades: Mapping[int, int]  # the evaluator's value: grade
    answer_press: Callable[[Frame], bytes]
    key_functions: frozenset[int]  # empty: any but the evaluator's
    repeat_window_s: float
    beep_without_meaning: bool
    start_evaluation: bool
    show_stars: bool


def read_settings(given: Mapping[str, Any]) -> Settings:
    """Raises ValueError in words that name the option."""
    found = read_options(OPTIONS, given)
    changes = found["keys"]
    if not all(isinstance(name, str) for name in changes.values()):
        raise ValueError('keys is a table such as { "6+confirm" = "no_show" }')
    return Settings(
        key_table(found["model"], changes),
        _grades(found["model"], found["grades"]),
        _ANSWERS[found["evaluator_answer"]],
        _functions(found["key_functions"]),
        found["repeat_window_ms"] / 1000,
        found["beep_without_meaning"],
        found["start_evaluation"],
        found["show_stars"],
    )


def _grades(model: str, changes: Mapping[Any, Any]) -> Mapping[int, int]:
    table = dict(GRADES[model])
    for button, grade in changes.items():
        value = int(button) if isinstance(button, str) and button.isascii() and button.isdigit() else -1
        if not 0 <= value <= 255 or isinstance(grade, bool) or not isinstance(grade, int) or not 0 <= grade <= 5:
            raise ValueError(
                'grades is a table such as { "0" = 2, "3" = 5 }: the evaluator\'s value, and the grade 5 (very'
                f" satisfied) to 1, or 0 for none; not {button!r} = {grade!r}"
            )
        table.pop(value, None)
        if grade:
            table[value] = grade
    return table


def _functions(given: Any) -> frozenset[int]:
    for number in given:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 255:
            raise ValueError(f"key_functions is a list of bytes such as [1], not {number!r}")
        if number == codec.EVALUATOR_PRESS:
            raise ValueError("key_functions cannot hold 17 (hexadecimal 11): that is the evaluator's")
    return frozenset(given)
