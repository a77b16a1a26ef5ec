"""Calls one after another: zones open, chime, words, zones closed; whatever fails, the next call is spoken.

Knows the order of things and how long each may take. Must not know how a relay or a sound card works: it submits
orders and hears reports.

The order of one announcement (domain rules 2.5, amplifier practice):

    zone relays and priority contact on -> 300 ms (relay and amplifier unmute) -> chime, words -> 200 ms -> all off

- Only the zones that belong to the call's service class and window are opened (`hall_config.zones`).
- Announcements in a row keep the zones open between them; only the first one waits.
- A relay board that fails or says nothing for ``relay_answer_s`` is not waited for: the words go out all the same, the
  board's own contact may be bridged and the sign shows the call anyway.
- A speaker that does not begin or does not end in time costs its own announcement and nothing else.
- A notice comes when no call waits. An urgent one goes first: what is being said is cut and said again afterwards. It
  is heard everywhere, in rounds where the amplifier does not bear all zones at once.
- When more than ``CROWD`` calls wait, each is said once only.
- When the voice changes, what waits or was cut is said by the new one (`Announcer.hand_over`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from drivers.driver import Order, OrderFailed, Report
from drivers.kinds.speaker import Play, PlayFinished, PlayStarted
from drivers.speaker import Clips, Sound
from edge.hall_door import VoiceHealth
from edge.notices import Notice, NoticeMaker
from edge.spoken import SpokenWords
from edge.to_say import ToSay
from edge.zone_switch import LONGEST_CALL_S, Amplifier, ZoneSwitch
from hall.devices.words import AnnounceNotice, ReportSpoken
from hall.queue.words import Announce
from hall_config.zones import Zone

CROWD: Final = 3
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
        amplifier: Amplifier | None,
        words: SpokenWords,
        clips: Clips,
        report: Callable[[ReportSpoken], None],
        repeat: int = 2,
        timing: Timing | None = None,
    ) -> None:
        self._submit = submit
        self._speaker = speaker
        self._words = words
        self._clips = clips
        self._report = report
        self._repeat = repeat
        self._timing = timing or Timing()
        self._changed = threading.Condition()
        self._waiting = ToSay(self._changed)
        self._maker = NoticeMaker(words, clips, self.notice_ready)
        self._heir: Announcer | None = None  # who speaks instead, after the end
        self._switch = None if amplifier is None else ZoneSwitch(submit, amplifier, self._changed)
        self._stopping = False
        self._jobs = 0
        self._job = ""
        self._began = self._over = False
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    @property
    def voice(self) -> VoiceHealth:
        """Whether calls are spoken, and as the hall file wants."""
        if self._clips.problem:
            return VoiceHealth("failed", self._clips.problem)
        return VoiceHealth("degraded", self._clips.weaker) if self._clips.weaker else VoiceHealth()

    def start(self) -> None:
        """Make what clips are missing, in the background, and begin to speak."""
        self._clips.prepare(self._words.vocabulary())
        self._maker.start()
        self._thread.start()

    def stop(self) -> None:
        """Say nothing more and close the zones; call it while the lines still run."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(2)
        self._maker.end()
        self._clips.close()
        self._maker.join()

    def hand_over(self, heir: Announcer | None) -> None:
        """After the end: ``heir`` says what was not said, and what still comes here. None: nobody speaks any more."""
        with self._changed:  # held to the end: what comes late must not be overtaken by what is older
            self._heir = heir
            calls, notices = self._waiting.take_all()
            asked = (*(again for one in notices if (again := one.asked_again()) is not None), *self._maker.unmade())
            told = {"calls": [one.number for one in calls], "notices": sorted({one.text.notice for one in asked})}
            if heir is not None:
                heir._jobs = self._jobs  # the speaker may still tell of the last one
                for call in calls:
                    heir.announce(call)
                for one in asked:
                    heir._maker.make_again(one)
        if calls or asked:
            tell = log.warning if heir is None else log.info
            tell("announcer.not_said" if heir is None else "announcer.handed_over", **told)

    def announce(self, announce: Announce) -> None:
        """Queue a call; one that waits for the same ticket is replaced in its place."""
        with self._changed:
            (self._heir.announce if self._heir else self._waiting.call)(announce)

    def notice(self, asked: AnnounceNotice) -> None:
        """Make it and say it everywhere when no call waits, or at once when it is urgent."""
        with self._changed:
            (self._heir.notice if self._heir else self._maker.make)(asked)

    def notice_ready(self, notice: Notice) -> None:
        """Say it: in its turn, or before all else when it is urgent; it is neither replaced nor dropped."""
        self._waiting.notice(notice)

    def withdraw(self, number: str) -> None:
        """The ticket need not be called any more; what is being said is said to the end."""
        with self._changed:
            (self._heir or self._waiting).withdraw(number)

    def heard(self, report: Report) -> None:
        """Reports of all lines; what is none of ours is ignored."""
        with self._changed:
            match report:
                case PlayStarted(job=job) if job == self._job:
                    self._began = True
                case PlayFinished(job=job) | OrderFailed(order=Play(job=job)) if job == self._job:
                    self._over = True
                case _:
                    if self._switch is None or not self._switch.heard(report):
                        return
            self._changed.notify_all()

    # --- the announcer's own thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                match job:
                    case Notice(urgent=True):
                        self._speak_everywhere(job)
                    case Notice():
                        self._speak_notice(job)
                    case _:
                        self._speak(job)
            except Exception:
                log.exception("announcer.failed", job=job.number if isinstance(job, Announce) else job.name)
        self._close_zones()

    def _next(self) -> Announce | Notice | None:
        """What to say next; closes the zones when nothing comes for a moment. None: the end."""
        with self._changed:
            if self._switch is not None and self._switch.is_open:
                self._changed.wait_for(self._has_work, self._timing.zones_close_s)
        if not self._has_work():
            self._close_zones()
        with self._changed:
            self._changed.wait_for(self._has_work)
            if self._stopping:
                return None
            return self._waiting.first()

    def _has_work(self) -> bool:
        return self._stopping or bool(self._waiting)

    def _speak(self, announce: Announce) -> None:
        crowded = len(self._waiting.calls) > CROWD
        amplifier = None if self._switch is None else self._switch.amplifier
        rounds = () if amplifier is None else amplifier.rounds_for(announce.number[:1], announce.window)
        shut = self._open_zones(rounds[:1])  # while relay and amplifier get ready the sound is put together
        spoken = self._words.spoken(announce)
        sound = self._clips.announcement(spoken.parts, 1 if crowded else self._repeat)
        log.info("announcer.call", number=announce.number, window=announce.window, words=spoken.text_zh)
        if not sound.spoken:
            log.warning("announcer.chime_only", number=announce.number, reason=self._clips.problem)
        began = False
        last = max(1, len(rounds)) - 1
        for place in range(last + 1):
            if place:
                shut = self._open_zones(rounds[place : place + 1])
            if shut:
                self._wait_for_zones()
            heard = self._play(announce.number, sound, self._must_give_way)
            if heard and sound.spoken and not began:
                self._report(ReportSpoken(announce.number, announce.window, announce.call, self._speaker))
            began = began or heard
            if self._must_give_way():
                if place < last or not self._over:
                    self._waiting.put_back(announce)
                break

    def _speak_everywhere(self, notice: Notice) -> None:
        log.warning("announcer.urgent", notice=notice.name, seconds=round(notice.sound.duration_s))
        rounds = () if self._switch is None else self._switch.amplifier.everywhere()
        told = not notice.first
        for zones in rounds or ((),):
            if self._open_zones((zones,) if zones else (), self._longest_s(notice.sound)):
                self._wait_for_zones()
            if self._play(notice.name, notice.sound, lambda: self._stopping) and not told:
                told = True
                self._report(ReportSpoken("", None, 1, self._speaker, notice=notice.name))
        if self._stopping and not self._over:
            self._waiting.put_back(replace(notice, first=not told))

    def _speak_notice(self, notice: Notice) -> None:
        """In one group of zones; the next group's turn comes after the calls that wait by then."""
        log.info("announcer.notice", notice=notice.name, seconds=round(notice.sound.duration_s))
        rounds = () if self._switch is None else self._switch.amplifier.everywhere()
        if self._open_zones(rounds[notice.round : notice.round + 1], self._longest_s(notice.sound)):
            self._wait_for_zones()
        began = self._play(notice.name, notice.sound, self._must_give_way)
        if began and notice.first and notice.round == 0:
            self._report(ReportSpoken("", None, 1, self._speaker, notice=notice.name))
        if self._must_give_way() and not self._over:
            self._waiting.put_back(replace(notice, first=notice.first and not began))
        elif notice.round + 1 < len(rounds):
            self._waiting.put_back(notice.next_round())

    def _must_give_way(self) -> bool:
        return self._stopping or bool(self._waiting.urgent)

    def _play(self, name: str, sound: Sound, give_way: Callable[[], bool]) -> bool:
        """Let it sound to its end, or until it must give way; True when it began."""
        with self._changed:
            self._jobs += 1
            self._job = f"{name}-{self._jobs}"
            self._began = self._over = False
            if give_way():
                return False
        self._submit(Play(self._speaker, self._job, sound.wav))
        with self._changed:
            self._changed.wait_for(lambda: self._began or self._over or give_way(), self._timing.start_s)
            began = self._began
            if not began:
                if not give_way():
                    log.warning("announcer.not_spoken", number=name, device=self._speaker)
                return False
        limit_s = sound.duration_s + self._timing.overrun_s
        with self._changed:
            if not self._changed.wait_for(lambda: self._over or give_way(), limit_s):
                log.warning("announcer.speaker_overdue", number=name, device=self._speaker)
        return True

    def _open_zones(self, rounds: Sequence[Sequence[Zone]], longest_s: float = LONGEST_CALL_S) -> bool:
        """Ask for the zones of this round; True when they were shut and must be waited for."""
        if self._switch is None or not rounds:
            return False
        return self._switch.open(rounds[0], self._timing.relay_answer_s, longest_s)

    def _longest_s(self, sound: Sound) -> float:
        """How long zones may be open for a sound that is already known."""
        timing = self._timing
        return sound.duration_s + timing.relay_answer_s + timing.zones_open_s + timing.start_s + timing.overrun_s

    def _wait_for_zones(self) -> None:
        if self._switch is not None:
            self._switch.wait(self._timing.relay_answer_s, self._timing.zones_open_s, lambda: self._stopping)

    def _close_zones(self) -> None:
        if self._switch is not None:
            self._switch.close()
