"""What the keys of a call terminal mean. The codes are protocol, the meaning is configuration: one table per model.

A pattern is ``key``, ``6+key`` (these digits), ``*+key`` (any digits, which become the number) or ``**+key`` (two
digits or more). The exact pattern wins, then ``**``, then ``*``. What stands in no table does nothing and is logged.
Sources: JackQChen's frmMain.cs, uvbs' and Jesse1117's SLZCCaller.cpp; where a model leaves a key unused, its printed
name stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from drivers.kinds.call_terminal import Action


class Key(IntEnum):
    """The function keys and their codes; in brackets what is printed on them."""

    START = 0x0A  # 开始
    EVALUATE = 0x0B  # 评价
    CALL = 0x0C  # 呼叫
    RECALL = 0x0D  # 重呼
    CANCEL = 0x0E  # 取消
    CONFIRM = 0x0F  # 功能/确定
    METRE = 0x11  # 一米
    WAIT = 0x12  # 等候/暂停
    TRANSFER = 0x13  # 转移


_NUMBERED: Final = frozenset({Action.CALL_NUMBER, Action.TRANSFER, Action.LOGIN})

MODELS: Final[Mapping[str, Mapping[str, Action]]] = {
    "jackqchen": {
        "start": Action.START,
        "evaluate": Action.FINISH,
        "call": Action.CALL_NEXT,
        "*+call": Action.CALL_NUMBER,
        "recall": Action.RECALL,
        "6+confirm": Action.NO_SHOW,
        "0+confirm": Action.HOLD,
        "3+confirm": Action.RESUME,
        "4+confirm": Action.LOGOUT,  # SLZ's; this model gives 4 and 8 no meaning
        "8+confirm": Action.BEEP_ADDRESS,  # SLZ's
        "**+confirm": Action.LOGIN,
        "wait": Action.PAUSE,
        "transfer": Action.TRANSFER,
        "*+transfer": Action.TRANSFER,
    },
    "slz": {
        "start": Action.TRANSFER,
        "*+start": Action.TRANSFER,
        "evaluate": Action.FINISH,
        "call": Action.CALL_NEXT,
        "*+call": Action.CALL_NUMBER,
        "recall": Action.RECALL,
        "0+confirm": Action.PAUSE,
        "4+confirm": Action.LOGOUT,
        "5+confirm": Action.NO_SHOW,
        "6+confirm": Action.SECURITY,
        "7+confirm": Action.MANAGER,
        "8+confirm": Action.BEEP_ADDRESS,
        "9+confirm": Action.ADVISER,
        "**+confirm": Action.LOGIN,
    },
}

_PATTERN: Final = re.compile(r"(?:(?P<digits>[0-9]{1,12}|\*{1,2})\+)?(?P<key>[a-z]+)")


def key_table(model: str, changes: Mapping[str, str]) -> Mapping[str, Action]:
    """The model's table with the hall's own changes; the action ``none`` takes a pattern out."""
    if model not in MODELS:
        raise ValueError(f"model is one of {', '.join(MODELS)}, not {model!r}")
    table = dict(MODELS[model])
    for pattern, name in changes.items():
        parts = _PATTERN.fullmatch(pattern)
        if parts is None or parts["key"].upper() not in Key.__members__:
            known = ", ".join(key.name.lower() for key in Key)
            raise ValueError(f"key {pattern!r} is not like 'call' or '6+confirm'; keys: {known}")
        table.pop(pattern, None)
        if name != "none":
            table[pattern] = _action(name)
    return table


def _action(name: str) -> Action:
    try:
        return Action(name)
    except ValueError as problem:
        known = ", ".join(action.value for action in Action)
        raise ValueError(f"action {name!r} is not one of {known}, none") from problem


def meaning(table: Mapping[str, Action], digits: str, key: Key) -> tuple[Action, int | None] | None:
    """The action and its number, or None when this combination means nothing here."""
    name = key.name.lower()
    exact = table.get(f"{digits}+{name}" if digits else name)
    if exact is not None and not (digits and exact in _NUMBERED):
        return exact, None
    wide = exact or (table.get(f"**+{name}") if len(digits) >= 2 else None)
    found = wide or (table.get(f"*+{name}") if digits else None)
    if found is None:
        return None
    return found, int(digits) if found in _NUMBERED else None
