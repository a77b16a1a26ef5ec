"""What can be done to each simulated device, besides what can happen to every line: one table, which the devices name
when they refuse and which docs/simulator.md shows (``make generate``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from simulators.device import ActionRefused

Actions = Mapping[str, str]  # action -> arguments: what happens

_SLAVE: Final[Actions] = {
    "answer_exception": "`code` 1 to 4, `times` (for good): it refuses with this exception code",
    "other_address": "`address`: its address was changed; the old one is silent",
    "answer_as": "`address`: it answers as another board would",
    "reset": "its faults end, its address stays",
}
_INPUTS: Final[Actions] = {
    "press": "`input`: it moves for 0.4 s",
    "set": "`input`, `on`: it moves for good",
    **_SLAVE,
}
_CODE_READER: Final[Actions] = {
    "scan": "`text`, `hex` or `pass` (a lawyer of this hall's pass office): a code is held before it for a while",
    "press": "its key: it looks for a code",
    "mode": "`mode` `continuous` or `trigger`",
    "reset": "its settings are as they were saved",
    "clear_faults": "nothing of its own is broken",
}
_SIGN: Final[Actions] = {
    "reset": "as after its power came back: what it showed is gone",
    "power_cut": "the same",
}
_SIGN_ERRORS: Final[Actions] = {"answer_error": "`code` 1 to 255, `times` (1): it refuses with this code"}

ACTIONS: Final[Mapping[str, Actions]] = {
    "sam-id-card": {
        "tap_card": "`person` of the tray, or the fields of a card, `stay_s` (1.5; 0: until `remove_card`)",
        "remove_card": "the card is taken off",
        "answer_fault": "`status` (SW3, `41`), `command` (`00`, any), `count` (1): it answers so to that command",
        "clear_faults": "planned answers are forgotten",
        "reset": "the card is gone as well",
    },
    "escpos-printer": {
        "paper_out": "`on` (true): the roll has ended",
        "paper_low": "`on`: it is about to end",
        "cover_open": "`on`",
        "cutter_jam": "`on`: wants a hand",
        "error": "`on`: an error that cannot be mended",
        "offline": "`on`: offline, without a reason",
        "tear": "the slip is torn off",
        "clear_faults": "paper is there, the cover is shut",
        "reset": "the same, and its settings are those of power on",
    },
    "onbon-bx-sign": {
        **_SIGN,
        **_SIGN_ERRORS,
        "other_address": "`address`: it is another screen now",
        "lose_font": "`font` (`O000`): it has this font no more and says so",
        "clear_faults": "it has its fonts and its answers are right again",
    },
    "lumen-cpower-sign": {**_SIGN, **_SIGN_ERRORS, "clear_faults": "its answers are right again"},
    "a090-sign": {
        "reset": "it shows what is stored",
        "power_cut": "the same",
        "clear_faults": "nothing of its own is broken",
    },
    "ff68-terminal": {
        "press": "`key`, `keys` (in this order) or `evaluator` (a button of the evaluator beside it)",
        "reset": "what it showed is gone",
        "clear_faults": "nothing of its own is broken",
    },
    "modbus-inputs": _INPUTS,
    "modbus-keypad": _INPUTS,
    "waveshare-relay": {**_SLAVE, "reset": "its relays drop and its faults end, its address stays"},
    "plain-code-reader": _CODE_READER,
    "gm65-code-reader": _CODE_READER,
    "newland-code-reader": _CODE_READER,
    "speaker": {"reset": "what plays breaks off"},
    "pjlink-display": {
        "fault": "`part` (`lamp`), `level` 0 to 2 (2): no, a warning, an error",
        "press": "`key` `power`, `input` or `mute`: a hand on the remote control",
        "refuse": "`times` (1): it answers ERR4",
        "set_password": "`password`: somebody changed it; empty: none",
        "lamp_speed": "`seconds`: how long the lamp warms up and cools down",
        "reset": "the plug was pulled: it is off",
        "clear_faults": "all parts are well",
    },
    "v4l2-camera": {
        "lay_paper": "`text`: this stands on the paper on the desk",
        "take_away": "the desk is empty",
        "cut_picture": "its pictures break off in the middle",
        "huge_file": "its pictures are 50 MB",
        "not_a_picture": "what it sends is no JPEG",
        "too_many_pixels": "the head of its pictures says 30000 x 30000",
        "reset": "its pictures are right again",
        "clear_faults": "the same",
    },
    "hdmi-display": {
        "pull_cable": "the HDMI cable, at the screen's end",
        "plug_cable": "it is in again",
        "picture_off": "the desktop has given the connector up",
        "picture_on": "it draws on it again",
        "blank": "the screen saver",
        "reset": "cable and picture are there",
        "clear_faults": "the same",
    },
    "gpio-button": {
        "press": "`bounces` 0 to 20 (0): for a moment, with so many bounces of the contact",
        "hold": "`bounces`: until `release`",
        "release": "the finger is off",
    },
    "gpio-contact": {
        "open": "`bounces` 0 to 20 (0): the door opens",
        "close": "`bounces`: it shuts",
        "press": "`bounces`: it is pushed the other way",
    },
    "gpio-output": {},
}


def unknown_action(who: str, kind: str, action: str) -> ActionRefused:
    """For a device that was asked for something that it cannot do: the words say what it can."""
    can = ", ".join(ACTIONS[kind]) or "nothing by itself: its host alone switches it"
    return ActionRefused(f"{who} can {can}; not {action!r}")


def actions_table() -> Iterator[str]:
    """One row for each action, for docs/simulator.md."""
    yield "| driver | action | arguments, and what happens |"
    yield "|---|---|---|"
    for driver, actions in ACTIONS.items():
        if not actions:
            yield f"| `{driver}` | | nothing: its host alone switches it |"
        for place, (action, words) in enumerate(actions.items()):
            yield f"| {'' if place else f'`{driver}`'} | `{action}` | {words} |"
