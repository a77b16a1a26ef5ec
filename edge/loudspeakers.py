"""One sound after another in the zones where it shall be heard.

Knows the order of relays and speaker, and how long each may take. Must not know what is said, nor why.

    zone relays and priority contact on -> 300 ms (relay and amplifier unmute) -> sound -> 200 ms -> all off

- Sounds in a row keep the zones open between them; only the first one waits.
- A relay board that fails or says nothing for ``relay_answer_s`` is not waited for: the words go out all the same, the
  board's own contact may be bridged and the sign shows the call anyway.
- A speaker that does not begin or does not end in time costs its own sound and nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from drivers.driver import Order, OrderFailed, Report
from drivers.kinds.speaker import Play, PlayFinished, PlayStarted
from drivers.speaker import Sound
from edge.zone_switch import LONGEST_CALL_S, Amplifier, ZoneSwitch
from hall_config.zones import Zone

_IN_THE_GAP_S: Final = 0.1  # after the first of several sayings
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take and may take, in seconds."""

    relay_answer_s: float = 0.4
    zones_open_s: float = 0.3
    zones_close_s: float = 0.2
    start_s: float = 3.0
    overrun_s: float = 3.0
    evacuation_pause_s: float = 8.0


class Loudspeakers:
    """Belongs to the announcer's thread; ``heard`` comes from any, with ``changed`` held."""

    def __init__(
        self,
        submit: Callable[[Order], None],
        speaker: str,
        amplifier: Amplifier | None,
        timing: Timing,
        changed: threading.Condition,
    ) -> None:
        self.speaker = speaker
        self.timing = timing
        self.amplifier = amplifier
        self.jobs = 0
        self.over = False
        self._submit = submit
        self._changed = changed
        self._switch = None if amplifier is None else ZoneSwitch(submit, amplifier, changed)
        self._job = ""
        self._began = False

    def heard(self, report: Report) -> bool:
        """Whether the report concerns what sounds now."""
        match report:
            case PlayStarted(job=job) if job == self._job:
                self._began = True
            case PlayFinished(job=job) | OrderFailed(order=Play(job=job)) if job == self._job:
                self.over = True
            case _:
                return self._switch is not None and self._switch.heard(report)
        return True

    @property
    def open(self) -> bool:
        return self._switch is not None and self._switch.is_open

    def open_zones(self, zones: Sequence[Zone], longest_s: float = LONGEST_CALL_S) -> bool:
        """Ask for these zones; True when they were shut and must be waited for."""
        if self._switch is None or not zones:
            return False
        return self._switch.open(zones, self.timing.relay_answer_s, longest_s)

    def wait_for_zones(self, stopping: Callable[[], bool]) -> None:
        if self._switch is not None:
            self._switch.wait(self.timing.relay_answer_s, self.timing.zones_open_s, stopping)

    def longest_s(self, sound: Sound) -> float:
        """How long zones may be open for a sound that is already known."""
        timing = self.timing
        return sound.duration_s + timing.relay_answer_s + timing.zones_open_s + timing.start_s + timing.overrun_s

    def close_zones(self) -> None:
        if self._switch is not None:
            self._switch.close()

    def play(
        self,
        name: str,
        sound: Sound,
        give_way: Callable[[], bool],
        begun: Callable[[], None],
        enough: Callable[[float], bool] = lambda rest_s: False,
    ) -> bool:
        """Let it sound to its end, or until it must give way; True when it began.

        ``begun`` is told in that moment. When it has been said once, ``enough`` is asked about the rest.
        """
        with self._changed:
            self.jobs += 1
            self._job = f"{name}-{self.jobs}"
            self._began = self.over = False
            if give_way():
                return False

        self._submit(Play(self.speaker, self._job, sound.wav))
        with self._changed:
            self._changed.wait_for(lambda: self._began or self.over or give_way(), self.timing.start_s)
            began = self._began
            if not began:
                if not give_way():
                    log.warning("announcer.not_spoken", number=name, device=self.speaker)
                return False
        begun()
        limit_s = sound.duration_s + self.timing.overrun_s
        with self._changed:
            if sound.once_s is not None:
                once_s = sound.once_s + _IN_THE_GAP_S
                self._changed.wait_for(lambda: self.over or give_way(), once_s)
                limit_s -= once_s
                if not self.over and not give_way() and enough(sound.duration_s - once_s):
                    self.over = True  # the next sound cuts it
                    return True
            if not self._changed.wait_for(lambda: self.over or give_way(), limit_s):
                log.warning("announcer.speaker_overdue", number=name, device=self.speaker)
        return True
