"""What may be set for a relay board. Each uncertain point of the boards is one option here, explained in README.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from drivers.options import Option

RELAYS_LIMIT: Final = 32

OPTIONS: Final = (
    Option("relays", "int", 8, low=1, high=RELAYS_LIMIT),
    Option("zones", "list"),
    Option("hands_off", "list", ()),
    Option("write", "text", "auto", choices=("auto", "single", "run")),
    Option("all_relays", "text", "0F", choices=("0F", "new", "old")),
    Option("pulse", "text", "board", choices=("board", "driver")),
    Option("longest_pulse_s", "float", 10.0, low=0.1, high=60),
    Option("off_at_start", "bool", True),
    Option("off_at_stop", "bool", True),
)


@dataclass(frozen=True, slots=True)
class BoardOptions:
    """The options of one board, checked."""

    relays: int
    zones: frozenset[int]
    ours: frozenset[int]  # all but those that something else uses
    write: str
    all_relays: str
    driver_times_pulses: bool
    longest_pulse_s: float
    off_at_start: bool
    off_at_stop: bool

    def in_a_run(self, ordered: Sequence[int]) -> bool:
        """Whether these relays may be set in one frame of FC 0F. That boards take a run which does not begin at relay
        0 is written nowhere, so only ``run`` trusts in it."""
        if not ordered or self.write == "single":
            return False
        whole = ordered[-1] - ordered[0] + 1 == len(ordered)
        return whole and (self.write == "run" or ordered[0] == 0)

    def at_once(self, ordered: Sequence[int], *, all_alike: bool) -> bool:
        """Whether the boards' own "all relays" may be used for these."""
        return self.all_relays != "0F" and all_alike and len(ordered) == self.relays


def board_options(found: Mapping[str, Any]) -> BoardOptions:
    """Raises ValueError with the key that is wrong."""
    relays = found["relays"]
    hands_off = _relay_list("hands_off", found["hands_off"], relays)
    ours = frozenset(range(relays)) - hands_off
    if found["zones"] is not None and not found["zones"]:
        raise ValueError("zones must name at least one relay; leave it out for all")
    zones = ours if found["zones"] is None else _relay_list("zones", found["zones"], relays)
    if zones & hands_off:
        raise ValueError(f"zones must not name relays of hands-off: {sorted(zones & hands_off)}")
    return BoardOptions(
        relays=relays,
        zones=zones,
        ours=ours,
        write=found["write"],
        all_relays=found["all_relays"],
        driver_times_pulses=found["pulse"] == "driver",
        longest_pulse_s=float(found["longest_pulse_s"]),
        off_at_start=found["off_at_start"],
        off_at_stop=found["off_at_stop"],
    )


def _relay_list(key: str, value: Sequence[object], relays: int) -> frozenset[int]:
    for relay in value:
        if isinstance(relay, bool) or not isinstance(relay, int) or not 0 <= relay < relays:
            raise ValueError(f"{key} must be a list of relay numbers from 0 to {relays - 1}, not {list(value)!r}")
    return frozenset(relay for relay in value if isinstance(relay, int))
