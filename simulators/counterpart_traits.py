"""What must be known of each simulated device to check the driver on its other side: one line of `TRAITS` for each.

A device that has no line here is asked, answers, and never speaks first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simulators.people import person

Deed = tuple[str, Mapping[str, Any]]

# What a device shows of its line and its moment, not of what it did.
PASSING: Final = frozenset({
    "counters", "frames", "answers", "refusals", "dropped_bytes", "broken", "foreign", "unknown_commands",
    "visible", "rows", "lit", "moving", "waiting_bytes", "lost_bytes", "answer", "faults_waiting",
})  # fmt: skip
_PERSON: Final = "adult-2"
_PASS: Final = "c0nf0rmance-4711-测试"  # noqa: S105 - a sample


@dataclass(frozen=True, slots=True)
class Traits:
    """``provoke``: deeds that make the device report, how many reports that is, and what of them is secret.
    ``refuse``: deeds after which it refuses its work. ``answers`` False: it is never asked, so it is never missed.
    ``options`` are the driver's and the device's, ``device_options`` the device's alone. ``passing``: what of `show`
    says nothing of what the device did."""

    provoke: tuple[tuple[tuple[Deed, ...], int, tuple[str, ...]], ...] = ()
    refuse: tuple[Deed, ...] = ()
    answers: bool = True
    address: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    device_options: Mapping[str, Any] = field(default_factory=dict)
    passing: frozenset[str] = frozenset()


def _on_card(name: str) -> tuple[str, ...]:
    found = person(name)
    return () if found is None else tuple(found.fields[key] for key in ("name", "number", "address", "birth"))


def _press(*keys: str) -> tuple[Deed, ...]:
    return (("press", {"keys": list(keys)}),)


def _code_reader(*, answers: bool) -> Traits:
    return Traits(
        provoke=(
            ((("scan", {"text": _PASS}),), 1, (_PASS,)),
            ((("scan", {"text": f"LH1:{_PASS}"}),), 1, (_PASS,)),
        ),
        answers=answers,
        passing=frozenset({"in_view", "scans", "last_length", "commands"}),
    )


TRAITS: Final[Mapping[str, Traits]] = {
    "sam-id-card": Traits(
        provoke=(
            ((("tap_card", {"stay_s": 1.2, "person": _PERSON}),), 2, _on_card(_PERSON)),
            ((("tap_card", {"stay_s": 1.2, "person": "bus-card"}),), 2, ()),
        ),
        refuse=(("answer_fault", {"status": "60", "count": 50}),),
        passing=frozenset({"taps", "reads", "state", "card"}),
    ),
    "escpos-printer": Traits(
        provoke=(((("paper_low", {"on": True}),), 1, ()), ((("paper_low", {"on": False}),), 1, ())),
        refuse=(("paper_out", {}),),
        passing=frozenset({"status"}),
    ),
    "onbon-bx-sign": Traits(refuse=(("answer_error", {"code": 3, "times": 50}),), address=1),
    "lumen-cpower-sign": Traits(refuse=(("answer_error", {"code": 3, "times": 50}),), address=1),
    "a090-sign": Traits(answers=False, address=1),
    "ff68-terminal": Traits(
        provoke=((_press("call"), 1, ()), (_press("9", "0", "8", "1", "7", "confirm"), 1, ("90817",))),
        answers=False,
        address=1,
        passing=frozenset({"typed", "last_key", "evaluator"}),
    ),
    "modbus-inputs": Traits(
        provoke=(((("press", {"input": 2}),), 2, ()), ((("press", {"input": 5}),), 2, ())),
        refuse=(("answer_exception", {"code": 4}),),
        address=1,
        passing=frozenset({"inputs", "on", "presses"}),
    ),
    "modbus-keypad": Traits(
        provoke=(((("press", {"input": 0}),), 1, ()), ((("press", {"input": 1}),), 1, ())),
        refuse=(("answer_exception", {"code": 4}),),
        address=1,
        passing=frozenset({"inputs", "on", "presses"}),
    ),
    "waveshare-relay": Traits(refuse=(("answer_exception", {"code": 4}),), address=1),
    "plain-code-reader": _code_reader(answers=False),
    "gm65-code-reader": _code_reader(answers=True),
    "newland-code-reader": _code_reader(answers=True),
    "speaker": Traits(answers=False, passing=frozenset({"playing", "heard_by_people", "last_zone_open"})),
    "pjlink-display": Traits(refuse=(("refuse", {"times": 50}),), device_options={"lamp_s": 0}),
    "v4l2-camera": Traits(refuse=(("not_a_picture", {}),)),
    "hdmi-display": Traits(
        provoke=(((("picture_off", {}),), 1, ()), ((("picture_on", {}),), 1, ())),
        refuse=(("picture_off", {}),),
        passing=frozenset({"picture"}),
    ),
    "gpio-button": Traits(
        provoke=(((("press", {}),), 1, ()), ((("press", {}),), 1, ())),
        options={"lamp": "gpio:22"},
        passing=frozenset({"pressed", "presses"}),
    ),
    "gpio-contact": Traits(
        provoke=(((("open", {}),), 1, ()), ((("close", {}),), 1, ())), passing=frozenset({"open", "moves"})
    ),
}
