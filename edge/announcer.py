"""Announcements one after another, each with its chime; whatever fails, the next one is spoken.

Knows what goes before what and what gives way (domain rules 2.5). Must not know how a relay or a sound card works.

- Only the zones that belong to the call's service class and window are opened (`hall_config.zones`).
- An evacuation cuts all else. It is said everywhere, in quiet rooms too, in both languages and at the full volume of
  the day, again and again with a pause of ``evacuation_pause_s``, until it is withdrawn.
- A notice comes when no call waits. An urgent one goes first: what is being said is cut and said again afterwards. It
  is heard everywhere but in quiet rooms, in rounds where the amplifier does not bear all zones at once.
- When many wait, each call is said short: once, in one language, after a short chime (`edge.to_say`). What
  began in full before they came is not said a second time.
- When the voice changes, what waits or was cut is said by the new one (`Announcer.hand_over`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import structlog

from drivers.driver import Order, Report
from drivers.speaker import Clips
from edge.hall_door import VoiceHealth
from edge.loudspeakers import Loudspeakers, Timing
from edge.notices import Notice, NoticeMaker
from edge.spoken import SpokenWords
from edge.to_say import ToSay, Waiting
from edge.zone_switch import Amplifier
from hall.devices.words import AnnounceNotice, ReportSpoken
from hall.queue.words import Announce, Phrase
from hall_config.zones import Zone

log = structlog.get_logger()


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
        full_volume: int = 100,
        timing: Timing | None = None,
    ) -> None:
        self._words = words
        self._clips = clips
        self._report = report
        self._repeat = repeat
        self._full_volume = full_volume
        self._changed = threading.Condition()
        self._waiting = ToSay(self._changed)
        self._maker = NoticeMaker(words, clips, self.notice_ready)
        self._heir: Announcer | None = None  # who speaks instead, after the end
        self._loud = Loudspeakers(submit, speaker, amplifier, timing or Timing(), self._changed)
        self._stopping = False
        self._told: Waiting | None = None  # the evacuation that the journal knows of
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
            left = self._waiting.take_all()
            again = (one.asked_again() for one in left.notices)
            asked = (*(one for one in again if one is not None), *self._maker.unmade())
            calls = [*filter(None, (left.evacuation,)), *left.calls, *filter(None, (left.stop,))]
            if heir is not None:
                heir._loud.jobs = self._loud.jobs  # the speaker may still tell of the last one
                heir._told = self._told
                for call in calls:
                    heir._waiting.call(call.announce, call.since_s)
                for one in asked:
                    heir._maker.make_again(one)
        if calls or asked:
            told = {"calls": [_name(one) for one in calls]}
            told["notices"] = sorted({one.text.notice for one in asked})
            tell = log.warning if heir is None else log.info
            tell("announcer.not_said" if heir is None else "announcer.handed_over", **told)

    def announce(self, announce: Announce) -> None:
        """Queue it where `edge.to_say` says."""
        with self._changed:
            (self._heir.announce if self._heir else self._waiting.call)(announce)

    def notice(self, asked: AnnounceNotice) -> None:
        """Make it and say it everywhere when no call waits, or at once when it is urgent."""
        with self._changed:
            (self._heir.notice if self._heir else self._maker.make)(asked)

    def notice_ready(self, notice: Notice) -> None:
        """Say it: in its turn, or before all calls when it is urgent; it is neither replaced nor dropped."""
        self._waiting.notice(notice)

    def withdraw(self, number: str) -> None:
        """The ticket need not be called any more; what is being said is said to the end.

        Without a number: what is said to everybody ends, an evacuation in the middle of a word.
        """
        with self._changed:
            (self._heir or self._waiting).withdraw(number)

    def heard(self, report: Report) -> None:
        """Reports of all lines; what is none of ours is ignored."""
        with self._changed:
            if self._loud.heard(report):
                self._changed.notify_all()

    # --- the announcer's own thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        while self._wait_for_work():
            job = self._waiting.first()
            try:
                match job:
                    case Notice(urgent=True):
                        self._speak_urgent(job)
                    case Notice():
                        self._speak_notice(job)
                    case Waiting(announce=Announce(phrase=Phrase.EVACUATE)):
                        self._speak_evacuation(job)
                    case Waiting():
                        self._speak(job)
            except Exception:
                log.exception("announcer.failed", job=_name(job))
                self._rest(1.0 if self._evacuating() else 0.0)
        self._loud.close_zones()

    def _wait_for_work(self) -> bool:
        """Until there is something to say; closes the zones when nothing comes for a moment. False: the end."""
        with self._changed:
            if self._loud.open:
                self._changed.wait_for(self._has_work, self._loud.timing.zones_close_s)
        if not self._has_work():
            self._loud.close_zones()
        with self._changed:
            self._changed.wait_for(self._has_work)
            return not self._stopping

    def _has_work(self) -> bool:
        return self._stopping or bool(self._waiting)

    def _speak(self, job: Waiting) -> None:
        announce, loud = job.announce, self._loud
        rounds = self._rounds_of(announce)
        shut = loud.open_zones(rounds[0]) if rounds else False  # while the relay gets ready the sound is put together
        spoken = self._words.spoken(announce)
        sound = self._clips.announcement(spoken.parts, self._repeat)
        short = self._waiting.presses(sound.duration_s)
        if short:
            sound = self._clips.announcement(self._words.spoken(announce, short=True).parts, short=True)
        log.info("announcer.call", number=announce.number, window=announce.window, words=spoken.text_zh, short=short)
        if not sound.spoken:
            log.warning("announcer.chime_only", number=announce.number, reason=self._clips.problem)
        tell = _once(lambda: self._tell_spoken(announce) if sound.spoken else None)
        last = max(1, len(rounds)) - 1
        for place in range(last + 1):
            if place:
                shut = loud.open_zones(rounds[place])
            if shut:
                loud.wait_for_zones(lambda: self._stopping)
            loud.play(_name(job), sound, self._must_give_way, tell, self._waiting.presses)
            if self._must_give_way():
                if place < last or not loud.over:
                    self._waiting.put_back(job)
                break

    def _speak_evacuation(self, job: Waiting) -> None:
        """Once in every zone; the pause after it ends when the evacuation does."""
        loud, over = self._loud, lambda: self._stopping or not self._evacuating()
        sound = self._clips.announcement(self._words.spoken(job.announce).parts, volume=self._full_volume)
        log.warning("announcer.evacuation", seconds=round(sound.duration_s))
        rounds = () if loud.amplifier is None else loud.amplifier.everywhere(quiet_too=True)
        longest_s = loud.longest_s(sound) + loud.timing.evacuation_pause_s
        for zones in rounds or ((),):
            if loud.open_zones(zones, longest_s):
                loud.wait_for_zones(over)
            loud.play(_name(job), sound, over, lambda: self._tell_evacuation(job))
        self._rest(loud.timing.evacuation_pause_s)

    def _rest(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or not self._evacuating(), seconds)

    def _speak_urgent(self, notice: Notice) -> None:
        log.warning("announcer.urgent", notice=notice.name, seconds=round(notice.sound.duration_s))
        loud, told = self._loud, _once(lambda: self._tell_notice(notice))
        rounds = () if loud.amplifier is None else loud.amplifier.everywhere()
        began = False
        for zones in rounds or ((),):
            if loud.open_zones(zones, loud.longest_s(notice.sound)):
                loud.wait_for_zones(lambda: self._stopping)
            began |= loud.play(notice.name, notice.sound, self._must_end, told)
            if self._must_end():
                break
        if self._must_end() and not loud.over:
            self._waiting.put_back(replace(notice, first=notice.first and not began))

    def _speak_notice(self, notice: Notice) -> None:
        """In one group of zones; the next group's turn comes after the calls that wait by then."""
        log.info("announcer.notice", notice=notice.name, seconds=round(notice.sound.duration_s))
        loud = self._loud
        rounds = () if loud.amplifier is None else loud.amplifier.everywhere()
        zones = rounds[notice.round] if notice.round < len(rounds) else ()
        if loud.open_zones(zones, loud.longest_s(notice.sound)):
            loud.wait_for_zones(lambda: self._stopping)
        began = loud.play(notice.name, notice.sound, self._must_give_way, lambda: self._tell_notice(notice))
        if self._must_give_way() and not loud.over:
            self._waiting.put_back(replace(notice, first=notice.first and not began))
        elif notice.round + 1 < len(rounds):
            self._waiting.put_back(notice.next_round())

    def _rounds_of(self, announce: Announce) -> tuple[tuple[Zone, ...], ...]:
        amplifier = self._loud.amplifier
        if amplifier is None:
            return ()
        if not announce.number:
            return amplifier.everywhere()
        return amplifier.rounds_for(announce.number[:1], announce.window)

    def _tell_spoken(self, announce: Announce) -> None:
        """To the journal; what is said to everybody stands there under its phrase."""
        notice = "" if announce.number else announce.phrase.value
        self._report(ReportSpoken(announce.number, announce.window, announce.call, self._loud.speaker, notice=notice))

    def _tell_notice(self, notice: Notice) -> None:
        if notice.first and notice.round == 0:
            self._report(ReportSpoken("", None, 1, self._loud.speaker, notice=notice.name))

    def _tell_evacuation(self, job: Waiting) -> None:
        """The first time only."""
        if self._told != job:
            self._told = job
            self._tell_spoken(job.announce)

    def _evacuating(self) -> bool:
        return self._waiting.evacuation is not None

    def _must_end(self) -> bool:
        return self._stopping or self._evacuating()

    def _must_give_way(self) -> bool:
        return self._must_end() or bool(self._waiting.urgent)


def _once(tell: Callable[[], None]) -> Callable[[], None]:
    """Tells when it is called first."""
    left = [tell]
    return lambda: left.pop()() if left else None


def _name(job: Announce | Waiting | Notice | None) -> str:
    match job:
        case Waiting(announce=announce) | (Announce() as announce):
            return announce.number or announce.phrase.value
        case Notice(name=name):
            return name
    return ""
