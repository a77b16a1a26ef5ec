"""Calls one after another: zones open, chime, words, zones closed; whatever fails, the next call is spoken.

Knows the order of things and how long each may take. Must not know how a relay or a sound card works: it submits
orders and hears reports.

The order of one announcement (domain rules 2.5, amplifier practice):

    zone relays on -> 300 ms (relay and amplifier unmute) -> chime, words -> 200 ms -> zone relays off

- Announcements in a row keep the zones open between them; only the first one waits.
- A relay board that fails or says nothing for ``relay_answer_s`` is not waited for: the words go out all the same, the
  board's own contact may be bridged and the sign shows the call anyway.
- A speaker that does not begin or does not end in time costs its own announcement and nothing else.
- One ticket stands in the queue once: what is newer about it (recall, missed, transfer) takes the older one's place.
- When more than ``CROWD`` wait, each is said once only; when more than ``MOST`` wait, the oldest is dropped: it has
  been on the sign long since.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from drivers.driver import Order, OrderDone, OrderFailed, Report
from drivers.kind import Kind
from drivers.kinds.relays import SwitchRelays
from drivers.kinds.speaker import Play, PlayFinished, PlayStarted
from drivers.speaker import Clips, Sound
from edge.driver_registry import kind_of
from edge.spoken import SpokenWords
from hall.devices.words import ReportSpoken
from hall.plan import Plan
from hall.queue.words import Announce
from hall_config.models import HallFile

CROWD: Final = 3
MOST: Final = 20
LONGEST_CALL_S: Final = 40.0  # said three times in two languages; then the relay board's driver closes by itself
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take and may take, in seconds."""

    relay_answer_s: float = 0.4
    zones_open_s: float = 0.3
    zones_close_s: float = 0.2
    start_s: float = 3.0
    overrun_s: float = 3.0


class Announcer:
    """One thread and a queue. ``announce`` and ``heard`` may be called from any thread and return at once."""

    def __init__(
        self,
        submit: Callable[[Order], None],
        *,
        speaker: str,
        relay: str | None,
        zones: frozenset[int],
        words: SpokenWords,
        clips: Clips,
        report: Callable[[ReportSpoken], None],
        repeat: int = 2,
        timing: Timing | None = None,
    ) -> None:
        self._submit = submit
        self._speaker = speaker
        self._relay = relay if zones else None
        self._zones = zones
        self._words = words
        self._clips = clips
        self._report = report
        self._repeat = repeat
        self._timing = timing or Timing()
        self._queue: deque[Announce] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._open = False
        self._jobs = 0
        self._job = ""
        self._began = self._over = False
        self._switch: SwitchRelays | None = None
        self._switched_at_s: float | None = None
        self._switch_failed = False
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    @property
    def problem(self) -> str | None:
        """Why calls are not spoken, in words for the person in the hall; None when they are."""
        return self._clips.problem

    def start(self) -> None:
        """Make what clips are missing, in the background, and begin to speak."""
        self._clips.prepare(self._words.vocabulary())
        self._thread.start()

    def stop(self) -> None:
        """Say nothing more and close the zones; call it while the lines still run."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(2)
        self._clips.close()

    def announce(self, announce: Announce) -> None:
        """Queue a call; one that waits for the same ticket is replaced in its place."""
        with self._changed:
            for at, waiting in enumerate(self._queue):
                if waiting.number == announce.number:
                    self._queue[at] = announce
                    return
            self._queue.append(announce)
            if len(self._queue) > MOST:
                dropped = self._queue.popleft()
                log.warning("announcer.dropped", number=dropped.number, window=dropped.window, waiting=MOST)
            self._changed.notify_all()

    def withdraw(self, number: str) -> None:
        """The ticket need not be called any more; what is being said is said to the end."""
        with self._changed:
            self._queue = deque(waiting for waiting in self._queue if waiting.number != number)

    def heard(self, report: Report) -> None:
        """Reports of all lines; what is none of ours is ignored."""
        with self._changed:
            match report:
                case PlayStarted(job=job) if job == self._job:
                    self._began = True
                case PlayFinished(job=job) | OrderFailed(order=Play(job=job)) if job == self._job:
                    self._over = True
                case OrderDone(order=order) if order is self._switch:
                    self._switched_at_s = time.monotonic()
                case OrderFailed(order=order) if order is self._switch:
                    self._switch_failed = True
                case _:
                    return
            self._changed.notify_all()

    # --- the announcer's own thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        while (announce := self._next()) is not None:
            try:
                self._speak(announce)
            except Exception:
                log.exception("announcer.failed", number=announce.number)
        self._close_zones()

    def _next(self) -> Announce | None:
        """The next call; closes the zones when none comes for a moment. None: the end."""
        with self._changed:
            if self._open:
                self._changed.wait_for(self._has_work, self._timing.zones_close_s)
            if not self._has_work():
                self._close_zones()
                self._changed.wait_for(self._has_work)
            return None if self._stopping else self._queue.popleft()

    def _has_work(self) -> bool:
        return self._stopping or bool(self._queue)

    def _speak(self, announce: Announce) -> None:
        with self._changed:
            crowded = len(self._queue) > CROWD
        first = self._open_zones()  # while relay and amplifier get ready the sound is put together
        spoken = self._words.spoken(announce)
        sound = self._clips.announcement(spoken.parts, 1 if crowded else self._repeat)
        log.info("announcer.call", number=announce.number, window=announce.window, words=spoken.text_zh)
        if not sound.spoken:
            log.warning("announcer.chime_only", number=announce.number, reason=self._clips.problem)
        if first:
            self._wait_for_zones()
        self._play(announce, sound)

    def _play(self, announce: Announce, sound: Sound) -> None:
        with self._changed:
            self._jobs += 1
            self._job = f"{announce.number}-{self._jobs}"
            self._began = self._over = False
        self._submit(Play(self._speaker, self._job, sound.wav))
        with self._changed:
            self._changed.wait_for(lambda: self._began or self._over or self._stopping, self._timing.start_s)
            began = self._began
        if not began:
            if not self._stopping:
                log.warning("announcer.not_spoken", number=announce.number, device=self._speaker)
            return
        if sound.spoken:
            self._report(ReportSpoken(announce.number, announce.window, announce.call, self._speaker))
        limit_s = sound.duration_s + self._timing.overrun_s
        with self._changed:
            if not self._changed.wait_for(lambda: self._over or self._stopping, limit_s):
                log.warning("announcer.speaker_overdue", number=announce.number, device=self._speaker)

    def _open_zones(self) -> bool:
        """Ask for the zones, or for more time with them; True when they were closed and must be waited for."""
        if self._relay is None:
            return False
        first = not self._open
        order = SwitchRelays(self._relay, self._zones, LONGEST_CALL_S, slot="zones", urgent=True)
        with self._changed:
            self._open = True
            self._switch, self._switched_at_s, self._switch_failed = order, None, False
        self._submit(order)
        return first

    def _wait_for_zones(self) -> None:
        timing = self._timing
        with self._changed:
            self._changed.wait_for(
                lambda: self._switched_at_s is not None or self._switch_failed or self._stopping, timing.relay_answer_s
            )
            if self._switched_at_s is None:
                log.warning("announcer.zones_not_opened", device=self._relay)
                return
            ready_at_s = self._switched_at_s + timing.zones_open_s
            while not self._stopping and (left_s := ready_at_s - time.monotonic()) > 0:
                self._changed.wait(left_s)

    def _close_zones(self) -> None:
        if self._open and self._relay is not None:
            self._open = False
            self._submit(SwitchRelays(self._relay, frozenset(), slot="zones", urgent=True))


def announcer_for(
    file: HallFile,
    plan: Plan,
    folder: Path,
    submit: Callable[[Order], None],
    report: Callable[[ReportSpoken], None],
) -> Announcer | None:
    """The announcer of a hall file, its clips in ``folder``; None when the hall has no speaker."""
    speakers = [device for device in file.device if kind_of(device) is Kind.SPEAKER]
    relays = [device for device in file.device if kind_of(device) is Kind.RELAYS]
    if not speakers:
        return None
    options = relays[0].options if relays else {}
    return Announcer(
        submit,
        speaker=speakers[0].id,
        relay=relays[0].id if relays else None,
        zones=frozenset(options.get("zones", range(options.get("relays", 8)))),
        words=SpokenWords(plan, english=file.speech.english, digit_one=file.speech.digit_one),
        clips=Clips(folder, volume=file.speech.volume),
        report=report,
        repeat=file.speech.repeat,
    )
