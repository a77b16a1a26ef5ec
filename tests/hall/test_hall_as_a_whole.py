"""A hall under any order of commands: no number twice, no ticket at two windows, none lost, order kept, undo exact."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hall.appointments.words import Appointment, CheckIn, SetAppointments
from hall.duty.words import Duty, Half, MarkAbsent, MarkPresent, SetRota
from hall.plan import Plan, PriorityRule, QueueRules, ServicePlan, WindowPlan
from hall.queue import words
from hall.queue.at_window import AtWindow
from hall.queue.choice import ahead_now
from hall.queue.state import QueueState, TicketState
from hall.queue.undo import undoable
from hall.queue.words import JumpReason, PauseReason, Priority, StopReason
from hall.rating.words import DismissPad, GiveRating
from hall.record.words import Field, Group, RecordService
from hall.refusal import Refusal
from hall.safety.words import CallColleagues, EndEvacuation, Evacuate, GoToColleague
from hall.shape import dump, load
from hall.state import HallState
from hall.step import Command, apply
from tests.hall.halls import Hall
from tests.hall.promises import Watch, check_places, check_spoken

WINDOWS = st.integers(1, 4)
SERVICES = st.sampled_from("AAABBHC")
WAITS = st.sampled_from([0.0, 1.0, 3.0, 3.0, 25.0, 700.0])
PEOPLE = st.sampled_from(["lawyer", "notary", "clerk"])
DAY = "2026-11-23"
STAFF = st.just("s")
APPOINTED = [Appointment(f"ap-{place}", DAY, 540 + 10 * place, "AB"[place % 2]) for place in range(8)]

TAKEN = st.builds(
    words.TakeTicket,
    SERVICES,
    st.just(""),
    priority=st.one_of(st.none(), st.none(), st.sampled_from(Priority)),
    card_mark=st.one_of(st.none(), st.none(), st.sampled_from(["card-1", "card-2"])),
    age=st.one_of(st.none(), st.integers(1, 99)),
    persons=st.sampled_from([1, 1, 1, 3, 0, 51]),
    person=st.one_of(st.none(), st.none(), PEOPLE),
    private=st.sampled_from([False, False, False, True]),
    staff=st.one_of(st.none(), st.just("desk")),
    waives_priority=st.booleans(),
)
WINDOWS_MOVE = st.one_of(
    st.builds(words.OpenWindow, WINDOWS, PEOPLE),
    st.builds(words.PauseWindow, WINDOWS, STAFF, st.sampled_from(PauseReason)),
    st.builds(words.ResumeWindow, WINDOWS, STAFF),
    st.builds(words.CloseWindow, WINDOWS, STAFF),
)
OFFICE = st.one_of(
    st.builds(
        words.AssignWindow, WINDOWS, STAFF, st.lists(SERVICES, max_size=3).map(tuple), st.sampled_from([60, 1800])
    ),
    st.builds(words.EndAssignment, WINDOWS, STAFF),
    st.builds(CallColleagues, WINDOWS, STAFF),
    st.builds(GoToColleague, WINDOWS, STAFF),
    st.builds(
        lambda rows: SetRota(DAY, tuple(Duty(person, (letter,), half) for person, letter, half in rows), "desk"),
        st.lists(st.tuples(PEOPLE, SERVICES, st.sampled_from(Half)), max_size=4),
    ),
    st.builds(MarkAbsent, PEOPLE, STAFF),
    st.builds(MarkPresent, PEOPLE, STAFF),
    st.integers(0, len(APPOINTED)).map(lambda count: SetAppointments(DAY, tuple(APPOINTED[:count]), "desk")),
    st.builds(DismissPad, WINDOWS),
)


def any_plan(**rules: object) -> Plan:
    """Two open windows (one with shares), a closed room for what is private, and one that serves all."""
    services = (
        ServicePlan("A", "咨询", "Advice", 300, core=True),
        ServicePlan("B", "援助", "Legal aid", 300, daily_cap=25, core=True),
        ServicePlan("H", "帮教", "Resettlement", 300, private=True),
        ServicePlan("C", "调解", "Mediation", 300, duty=True, hours=((8 * 60, 18 * 60),), speak=False),
    )
    windows = (
        WindowPlan(1, ("A", "B"), weights=(2, 1)),
        WindowPlan(2, ("B", "A", "C")),
        WindowPlan(3, ("H", "A"), room=1, closed=True),
        WindowPlan(4, ("A", "B", "H", "C")),
    )
    ranks = tuple(PriorityRule(code, rank=1 if code is Priority.URGENT else 2) for code in Priority)
    usual = QueueRules(ordinary_patience_s=600, class_patience_s=1500, priorities=ranks, lunch=((720, 780),))
    return Plan("hall", "大厅", "Hall", services, windows, replace(usual, **rules))  # type: ignore[arg-type]


class AnyMorning(RuleBasedStateMachine):
    """What people may do, in any order; a refusal must change nothing and everything else must keep the promises."""

    @initialize(
        of_all=st.booleans(), patience_s=st.sampled_from([0, 60, 1500]), first=st.lists(TAKEN, min_size=3, max_size=9)
    )
    def begin(self, of_all: bool, patience_s: int, first: list[words.TakeTicket]) -> None:
        self.hall = Hall(any_plan(lunch_of_all=of_all, class_patience_s=patience_s))
        self.watch = Watch(self.hall.plan)
        self.tokens = 0
        self.before_act: dict[int, HallState] = {}
        self.ask(SetAppointments(DAY, tuple(APPOINTED), "desk"), 0)
        self.ask(SetRota(DAY, (Duty("lawyer", ("A", "C")), Duty("notary", ("B",), Half.MORNING)), "desk"), 0)
        for window, staff in ((1, "lawyer"), (2, "notary"), (3, "clerk")):
            self.ask(words.OpenWindow(window, staff), 0)
        self.come(first, 3.0)

    def ask(self, command: Command, after_s: float) -> None:
        before = self.hall.state
        try:
            result = self.hall.do(command, after_s)
        except Refusal:
            assert self.hall.state is before
            return
        state = before
        for event in result.events:
            self.watch.hear(state, event, self.hall.now)
            state = apply(state, event, self.hall.now)
        check_spoken(before, self.hall.state, self.hall.plan, result.effects)
        if isinstance(command, words.Undo):
            self.check_undone(before, command.window)
        elif isinstance(command, AtWindow):
            self.before_act[command.window] = before

    def check_undone(self, before_undo: HallState, window: int) -> None:
        """Ticket, window and turns are as they were; the place too, as far as the others in the queue allow."""
        old, new = self.before_act[window].queue, self.hall.state.queue
        number = before_undo.queue.window(window).undoable.number  # type: ignore[union-attr]
        marks = ("priority", "priority_by", "senior", "private", "held_ms", "serving_since_ms", "served_ms")
        kept = {name: getattr(new.tickets[number], name) for name in marks}
        assert new.tickets[number] == replace(old.tickets[number], **kept)
        assert new.window(window).ticket == old.window(window).ticket
        assert new.window(window).state is old.window(window).state
        assert not undoable(new, self.hall.plan, new.window(window), self.hall.now)
        if new.tickets[number].state is TicketState.WAITING:
            assert behind(new, number) & behind(old, number) == behind(old, number) & waiting(new)

    def any_number(self, pick: int) -> str:
        numbers = sorted(self.hall.state.queue.tickets)
        return numbers[pick % len(numbers)] if numbers else "A001"

    @rule(taken=st.lists(TAKEN, min_size=1, max_size=4), after_s=WAITS)
    def come(self, taken: list[words.TakeTicket], after_s: float) -> None:
        for command in taken:
            self.tokens += 1
            self.ask(replace(command, token=f"t{self.tokens}"), after_s)

    @rule(place=st.integers(0, 9), after_s=WAITS)
    def check_in(self, place: int, after_s: float) -> None:
        self.tokens += 1
        self.ask(CheckIn(f"ap-{place}", f"t{self.tokens}"), after_s)

    @rule(window=WINDOWS, acts=st.integers(1, 3), visitors=st.integers(1, 4), after_s=WAITS)
    def work(self, window: int, acts: int, visitors: int, after_s: float) -> None:
        usual = (words.CallNext(window, "s"), words.Start(window, "s"), words.Finish(window, "s"))
        for _ in range(visitors):
            for command in usual[:acts]:
                self.ask(command, after_s)

    @rule(
        window=WINDOWS,
        acts=st.integers(0, 3),
        last=st.sampled_from([words.CallNext, words.Start, words.Finish, words.Hold, words.Transfer, words.CallNumber]),
        pick=st.integers(0, 30),
        between=st.lists(WINDOWS, max_size=2),
    )
    def slip(self, window: int, acts: int, last: type[words.Start], pick: int, between: list[int]) -> None:
        """Some acts in a row, others call in between, and the last act is taken back."""
        usual = (words.CallNext(window, "s"), words.Start(window, "s"), words.Finish(window, "s"))
        for command in usual[:acts]:
            self.ask(command, 3.0)
        wrong: dict[type, Command] = {
            words.Transfer: words.Transfer(window, "s", "AB"[pick % 2], pick % 4 or None),
            words.CallNumber: words.CallNumber(window, "s", self.any_number(pick)),
        }
        self.ask(wrong.get(last) or last(window, "s"), 3.0)
        for other in between:
            if other != window:
                self.ask(words.CallNext(other, "s"), 1.0)
        self.ask(words.Undo(window, "s"), 2.0)

    @rule(window=WINDOWS, undone=st.booleans(), restored=st.booleans())
    def miss(self, window: int, undone: bool, restored: bool) -> None:
        self.ask(words.CallNext(window, "s"), 3.0)
        missed = self.hall.state.queue.window(window).ticket
        for _ in range(2):
            self.ask(words.Recall(window, "s"), 21.0)
        self.ask(words.MarkNoShow(window, "s"), 21.0)
        if undone:
            self.ask(words.Undo(window, "s"), 3.0)
        if restored and missed is not None:
            self.ask(words.Restore(missed, "desk"), 3.0)

    @rule(
        window=WINDOWS,
        kind=st.sampled_from([words.CallNext, words.Recall, words.Start, words.Finish, words.MarkNoShow, words.Hold]),
        after_s=WAITS,
    )
    def at_window(self, window: int, kind: type[words.Recall], after_s: float) -> None:
        self.ask(kind(window, "s"), after_s)

    @rule(window=WINDOWS, pick=st.integers(0, 30), reason=st.sampled_from(JumpReason), after_s=WAITS)
    def call_number(self, window: int, pick: int, reason: JumpReason, after_s: float) -> None:
        self.ask(words.CallNumber(window, "s", self.any_number(pick), reason), after_s)

    @rule(window=WINDOWS, service=st.one_of(st.none(), SERVICES), to=st.one_of(st.none(), WINDOWS), after_s=WAITS)
    def transfer(self, window: int, service: str | None, to: int | None, after_s: float) -> None:
        self.ask(words.CallNext(window, "s"), after_s)
        self.ask(words.Transfer(window, "s", service, to), after_s)

    @rule(window=WINDOWS, pick=st.one_of(st.none(), st.integers(0, 30)), after_s=WAITS)
    def resume_held(self, window: int, pick: int | None, after_s: float) -> None:
        self.ask(words.ResumeHeld(window, "s", None if pick is None else self.any_number(pick)), after_s)

    @rule(
        pick=st.integers(0, 30),
        what=st.sampled_from(["restore", "restore", "cancel", "mark", "unmark", "private", "private", "reprint"]),
        priority=st.sampled_from(Priority),
        after_s=WAITS,
    )
    def at_the_desk(self, pick: int, what: str, priority: Priority, after_s: float) -> None:
        number = self.any_number(pick)
        commands: dict[str, Command] = {
            "restore": words.Restore(number, "desk"),
            "cancel": words.Cancel(number, by="desk"),
            "mark": words.MarkPriority(number, "desk", priority),
            "unmark": words.MarkPriority(number, "desk", None),
            "private": words.MarkPrivate(number, "desk"),
            "reprint": words.ReprintSlip(number),
        }
        self.ask(commands[what], after_s)

    @rule(command=WINDOWS_MOVE, after_s=WAITS)
    def move_window(self, command: Command, after_s: float) -> None:
        self.ask(command, after_s)

    @rule(commands=st.lists(OFFICE, min_size=1, max_size=2))
    def office(self, commands: list[Command]) -> None:
        for command in commands:
            self.ask(command, 1.0)

    @rule(window=WINDOWS, ends=st.sampled_from([True, True, False]))
    def evacuate(self, window: int, ends: bool) -> None:
        self.ask(Evacuate("s"), 5.0)
        self.ask(words.CallNext(window, "s"), 3.0)
        self.ask(words.TakeTicket("A", "refused", staff="desk"), 3.0)
        self.ask(words.Tick(), 60.0)
        if ends:
            self.ask(EndEvacuation("s"), 5.0)

    @rule(window=WINDOWS, pick=st.integers(0, 30), grade=st.integers(0, 6), change=st.booleans(), after_s=WAITS)
    def tell(self, window: int, pick: int, grade: int, change: bool, after_s: float) -> None:
        self.ask(
            RecordService(window, "s", self.any_number(pick), Field.LABOUR, groups=(Group.WOMAN, Group.WOMAN)), 1.0
        )
        self.ask(GiveRating(f"t{pick}", grade, change=change), after_s)

    @rule(hours=st.sampled_from([0.0, 0.0, 0.0, 0.2, 3.0, 9.0]), clock_s=st.sampled_from([0, 0, 0, -3600, 90]))
    def time(self, hours: float, clock_s: int) -> None:
        self.hall.move_wall_clock(clock_s)
        self.ask(words.Tick(), hours * 3600)

    @invariant()
    def each_ticket_is_in_exactly_one_place_and_counted_once(self) -> None:
        if hasattr(self, "hall"):
            check_places(self.hall.state.queue)
            check_ahead(self.hall.state.queue)

    @invariant()
    def stops_are_only_announced_for_good(self) -> None:
        if hasattr(self, "hall"):
            assert set(self.hall.state.queue.stopped.values()) <= {StopReason.TIME.value, StopReason.CAP.value}

    def teardown(self) -> None:
        if hasattr(self, "hall"):
            assert self.hall.folded() == self.hall.state
            assert load(HallState, dump(self.hall.state)) == self.hall.state


def check_ahead(queue: QueueState) -> None:
    for number in waiting(queue):
        assert 0 <= ahead_now(queue, number) < len(queue.tickets)


def waiting(queue: QueueState) -> set[str]:
    return {number for number, ticket in queue.tickets.items() if ticket.state is TicketState.WAITING}


def behind(queue: QueueState, number: str) -> set[str]:
    """Who stands after this ticket in the same queue."""
    for line in (*queue.waiting.values(), *queue.sent_to.values()):
        if number in line:
            return set(line[line.index(number) + 1 :])
    return set()


TestAnyMorning = AnyMorning.TestCase
TestAnyMorning.settings = settings(
    max_examples=100, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
