"""A generated year: seeded working days of a hall with twelve classes, played by the rules themselves.

    .venv/bin/python -m tests.hall.generated_year [--days 250] [--seed 1] [--every 10]

Each day has a morning peak and a smaller one after lunch, its own mood (Mondays are full, some days are quiet),
services that last lognormally, lunch by rota, short pauses, a window that stays closed, elders, groups, appointments,
no-shows, restored tickets, people who give up, and visitors who ask for a person. The state is carried from day to
day, so that averages and estimates are learnt as in a real hall. Everything is watched by `tests.hall.promises`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log
from random import Random

from hall.appointments.words import Appointment, CheckIn, SetAppointments
from hall.duty.words import Duty, MarkAbsent, SetRota
from hall.moment import local_day, local_weekday
from hall.plan import Plan, QueueRules, ServicePlan, WindowPlan
from hall.queue import words
from hall.queue.day_script import Script, Work
from hall.queue.replay import play
from hall.queue.summary import DayTold, tell
from hall.queue.words import PauseReason, Priority
from hall.state import HallState
from hall.step import Command, apply
from tests.hall.promises import Watch, check_places

FIRST_DAY_MS = 1_767_571_200_000  # 2026-01-05 08:00 in China, a Monday
MINUTE_MS = 60_000
DAY_MS = 1440 * MINUTE_MS
HOURS = ((9 * 60, 17 * 60),)
WINDOWS_CLOSE = 19 * 60  # everyone holding a ticket is served
OTHERS = tuple(code for code in Priority if code is not Priority.ELDER)


@dataclass(frozen=True)
class Kind:
    """A service class: its plan, visitors of a usual day, the middle of a service in minutes, how much that varies."""

    letter: str
    name_zh: str
    name_en: str
    visitors: float
    minutes: float
    spread: float = 0.5
    private: bool = False
    by_appointment: bool = False
    duty: bool = False
    core: bool = False


KINDS = (
    Kind("A", "法律咨询", "Legal consultation", 34, 13, core=True),
    Kind("B", "法律援助", "Legal aid", 18, 17, core=True),
    Kind("C", "人民调解", "People's mediation", 3, 32, duty=True),
    Kind("D", "公证", "Notarization", 14, 16),
    Kind("E", "司法鉴定", "Forensic examination", 3, 10),
    Kind("F", "律师服务", "Lawyer services", 6, 8),
    Kind("G", "行政审批", "Administrative approval", 9, 12),
    Kind("H", "安置帮教", "Resettlement support", 2, 20, private=True),
    Kind("J", "法律职业资格考试", "Legal qualification exam", 3, 6),
    Kind("K", "监所远程视频探视", "Remote prison visit", 3, 25, spread=0.2, by_appointment=True),
    Kind("L", "专业调解", "Specialised mediation", 2, 32),
    Kind("T", "投诉建议", "Complaints", 3, 10),
)
WINDOWS = (
    WindowPlan(1, ("A", "F", "J")),
    WindowPlan(2, ("A", "B"), weights=(2, 1)),
    WindowPlan(3, ("B", "A", "T")),
    WindowPlan(4, ("D", "E", "G")),
    WindowPlan(5, ("G", "D", "A"), weights=(2, 2, 1)),
    WindowPlan(6, ("C", "L", "H", "K"), room=1, closed=True),
)
LUNCH = {1: 690, 2: 735, 3: 690, 4: 735, 5: 690, 6: 720}  # local minutes, three quarters of an hour


def year_plan() -> Plan:
    services = tuple(
        ServicePlan(
            one.letter, one.name_zh, one.name_en, 600, HOURS, private=one.private, by_appointment=one.by_appointment,
            duty=one.duty, core=one.core,
        )
        for one in KINDS
    )  # fmt: skip
    rules = QueueRules(lunch=((690, 780),))
    return Plan("generated-hall", "生成大厅", "Generated hall", services, WINDOWS, rules)


class DayMaker:
    """One working day after the other from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._begins_ms = FIRST_DAY_MS
        self._works: dict[str, Work] = {}
        self._commands: list[tuple[int, Command]] = []

    def next_day(self) -> Script:
        self._works, self._commands = {}, []
        day = local_day(self._begins_ms)
        self._at(
            8 * 60,
            SetRota(day, (Duty("mediator", ("C",)), Duty("staff-1", ("A",)), Duty("staff-2", ("A", "B"))), "desk"),
        )
        self._staff()
        self._appointments(day)
        mood = exp(self._random.gauss(0.0, 0.12)) * {1: 1.2, 5: 0.85}.get(local_weekday(self._begins_ms), 1.0)
        for kind in KINDS:
            if not kind.by_appointment:
                for _ in range(self._count(kind.visitors * mood)):
                    self._visitor(kind, day)
        script = Script(
            tuple(sorted(self._commands, key=lambda one: one[0])), self._works, {token: token for token in self._works},
            tick_s=30.0,
        )  # fmt: skip
        self._begins_ms += DAY_MS * (3 if local_weekday(self._begins_ms) == 5 else 1)
        return script

    def _at(self, minute: float, command: Command) -> None:
        self._commands.append((self._begins_ms + int((minute - 8 * 60) * MINUTE_MS), command))

    def _count(self, mean: float) -> int:
        """A Poisson number."""
        threshold, count, product = exp(-mean), 0, self._random.random()
        while product > threshold:
            count, product = count + 1, product * self._random.random()
        return count

    def _staff(self) -> None:
        away = self._random.choice([1, 3, 5]) if self._random.random() < 0.05 else 0
        if self._random.random() < 0.03:
            self._at(9 * 60 + 30, MarkAbsent("staff-2", "desk"))
        for window, lunch in LUNCH.items():
            if window == away:
                continue
            staff = f"staff-{window}"
            self._at(8 * 60 + 52 + self._random.uniform(0, 10), words.OpenWindow(window, staff))
            self._at(lunch, words.PauseWindow(window, staff, PauseReason.LUNCH))
            self._at(lunch + self._random.uniform(42, 50), words.ResumeWindow(window, staff))
            if self._random.random() < 0.5:
                begins = self._random.uniform(14 * 60, 16 * 60)
                self._at(begins, words.PauseWindow(window, staff, PauseReason.PAPERS))
                self._at(begins + self._random.uniform(3, 14), words.ResumeWindow(window, staff))
            self._at(WINDOWS_CLOSE, words.CloseWindow(window, staff))

    def _appointments(self, day: str) -> None:
        taken = []
        for place in range(6):
            kind = KINDS[9] if place < 3 else self._random.choice([KINDS[1], KINDS[3]])
            minute = 9 * 60 + 30 + 70 * place
            taken.append(Appointment(f"{day}-{place}", day, minute, kind.letter))
            if self._random.random() < 0.9:
                token = f"{day}-appointed-{place}"
                self._works[token] = self._work(kind)
                self._at(minute + self._random.gauss(-8, 10), CheckIn(taken[-1].id, token))
        self._at(8 * 60 + 5, SetAppointments(day, tuple(taken), "desk"))

    def _visitor(self, kind: Kind, day: str) -> None:
        random, token = self._random, f"{day}-{kind.letter}-{self._random.getrandbits(48):012x}"
        minute = self._arrival()
        elder, person = random.random() < 0.18, None
        if kind.letter == "A" and random.random() < 0.05:
            person = random.choice(["staff-1", "staff-2"])
        self._works[token] = self._work(kind)
        take = words.TakeTicket(
            kind.letter, token, priority=random.choice(OTHERS) if not elder and random.random() < 0.03 else None,
            age=random.randint(65, 92) if elder else None, waives_priority=random.random() < 0.3,
            persons=random.choice([1, 1, 1, 1, 2, 3]), person=person, private=random.random() < 0.01,
        )  # fmt: skip
        self._at(minute, take)
        if not self._works[token].comes and random.random() < 0.4:
            self._at(minute + random.uniform(20, 150), words.Restore(token, "desk"))
        if random.random() < 0.02:
            self._at(minute + random.uniform(5, 60), words.Cancel(token))
        if random.random() < 0.01:
            self._at(minute + random.uniform(1, 20), words.MarkPriority(token, "desk", Priority.DISABLED))

    def _arrival(self) -> float:
        """Local minute: most come in the first two hours, some after lunch."""
        while True:
            part = self._random.random()
            if part < 0.55:
                minute = self._random.gauss(9 * 60 + 50, 45)
            elif part < 0.85:
                minute = self._random.gauss(14 * 60 + 10, 55)
            else:
                minute = self._random.uniform(8 * 60 + 50, 16 * 60 + 50)
            if 8 * 60 + 58 <= minute < 17 * 60:
                return minute

    def _work(self, kind: Kind) -> Work:
        served_s = 60 * exp(self._random.gauss(log(kind.minutes), kind.spread))
        return Work(self._random.random() > 0.05, self._random.uniform(8, 40), max(45.0, served_s))


@dataclass(frozen=True)
class DayPlayed:
    day: str
    told: DayTold
    events: int
    state: HallState


def days(count: int, seed: int = 1) -> Iterator[DayPlayed]:
    """The days in order, each watched; raises AssertionError where a promise is broken."""
    plan, maker, state = year_plan(), DayMaker(seed), HallState()
    watch = Watch(plan)
    for _ in range(count):
        before, played = state, play(plan, maker.next_day(), state)
        for place, (event, at) in enumerate(played.events):
            watch.hear(state, event, at)
            state = apply(state, event, at)
            if place % 50 == 0:
                check_places(state.queue)
        check_places(state.queue)
        assert state == played.state, "folded and live state differ"
        told = tell(played.events, before, plan, played.turned_away)
        yield DayPlayed(state.queue.day or "", told, len(played.events), state)


def held(played: list[DayPlayed]) -> float:
    """The part of all visitors of these days who waited no longer than the bound on their slip."""
    told = [one for day in played for service in day.told.classes.values() for one in service.bounds]
    return sum(told) / len(told)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--days", type=int, default=250)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--every", type=int, default=10, help="days in one line")
    chosen = options.parse_args()
    group: list[DayPlayed] = []
    every: list[DayPlayed] = []
    print("days                      tickets  mean min  90 % min  over 30 min  away  no-show  bound held  a day")
    for day in days(chosen.days, chosen.seed):
        group.append(day)
        every.append(day)
        if len(group) == chosen.every:
            _print(group)
            group = []
    learnt = every[10:]
    shares = [share for day in learnt if (share := day.told.bound_held()) is not None]
    within = sum(0.75 <= share <= 0.90 for share in shares)
    print(f"after the first 10 days the bound held for {held(learnt):.1%} of the visitors; no rule broken")
    print(
        f"single days: {within} of {len(shares)} between 75 % and 90 %; least {min(shares):.1%}, most {max(shares):.1%}"
    )
    for letter in sorted({letter for day in learnt for letter in day.told.classes}):
        bounds = [one for day in learnt for one in day.told.of(letter).bounds]
        if bounds:
            print(f"  class {letter}: {sum(bounds) / len(bounds):.1%} of {len(bounds)}")


def _print(group: list[DayPlayed]) -> None:
    classes = [one for day in group for one in day.told.classes.values()]
    waits = sorted(wait for one in classes for wait in one.waits_s)
    shares = [day.told.bound_held() or 0.0 for day in group]
    print(
        f"{group[0].day} {group[-1].day}  {sum(one.issued for one in classes):7}  {sum(waits) / len(waits) / 60:8.1f}"
        f"  {waits[int(0.9 * len(waits))] / 60:8.1f}  {sum(wait > 1800 for wait in waits):11}"
        f"  {sum(one.turned_away for one in classes):4}  {sum(one.no_show for one in classes):7}"
        f"  {held(group):10.1%}  {min(shares):.0%}-{max(shares):.0%}"
    )


if __name__ == "__main__":
    main()
