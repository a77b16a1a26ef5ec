"""A hall under any order of commands: no number twice, no ticket at two windows, none lost, order kept."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hall.queue import words
from hall.queue.choice import ahead_now
from hall.queue.state import Ticket, TicketState, WindowState
from hall.queue.words import PauseReason, Priority
from hall.rating.words import DismissPad, GiveRating
from hall.refusal import Refusal
from hall.shape import dump, load
from hall.state import HallState
from hall.step import Command
from tests.hall.halls import Hall, plan

WINDOWS = st.integers(1, 3)
SERVICES = st.sampled_from("ABC")
WAITS = st.sampled_from([0.0, 1.0, 3.0, 25.0, 700.0])
NOWHERE = (TicketState.DONE, TicketState.NO_SHOW, TicketState.CANCELLED, TicketState.EXPIRED)


class AnyMorning(RuleBasedStateMachine):
    """What people may do, in any order; a refusal must change nothing and everything else must keep the promises."""

    @initialize()
    def begin(self) -> None:
        self.hall = Hall(plan(windows=3))
        self.issued: list[tuple[str, str]] = []
        self.tokens = 0

    def ask(self, command: Command, after_s: float) -> None:
        before = self.hall.state
        try:
            result = self.hall.do(command, after_s)
        except Refusal:
            assert self.hall.state is before
            return
        for event in result.events:
            if isinstance(event, words.TicketIssued):
                self.issued.append((event.day, event.number))
            if isinstance(event, words.TicketCalled):
                self.check_order(before, event)

    def check_order(self, before: HallState, event: words.TicketCalled) -> None:
        """Whoever stood before the called one in its queue was overtaken only by priority or by its number typed."""
        queue = before.queue.waiting.get(event.service, ())
        if event.number not in queue or self.chosen_by_hand:
            return
        for number in queue[: queue.index(event.number)]:
            earlier, called = before.queue.tickets[number], before.queue.tickets[event.number]
            assert called.priority is not None
            assert earlier.priority is None
            assert not earlier.transferred or number != queue[0]

    chosen_by_hand = False

    @rule(
        service=SERVICES,
        priority=st.one_of(st.none(), st.sampled_from(Priority)),
        card=st.one_of(st.none(), st.sampled_from(["card-1", "card-2"])),
        age=st.one_of(st.none(), st.integers(1, 99)),
        after_s=WAITS,
    )
    def take(self, service: str, priority: Priority | None, card: str | None, age: int | None, after_s: float) -> None:
        self.tokens += 1
        command = words.TakeTicket(service, f"t{self.tokens}", priority=priority, card_mark=card, age=age)
        self.ask(command, after_s)

    @rule(window=WINDOWS, after_s=WAITS)
    def open(self, window: int, after_s: float) -> None:
        self.ask(words.OpenWindow(window, f"staff-{window}"), after_s)

    @rule(window=WINDOWS, after_s=WAITS)
    def call(self, window: int, after_s: float) -> None:
        self.ask(words.CallNext(window, "s"), after_s)

    @rule(window=WINDOWS, pick=st.integers(0, 30), after_s=WAITS)
    def call_number(self, window: int, pick: int, after_s: float) -> None:
        if self.issued:
            self.chosen_by_hand = True
            self.ask(words.CallNumber(window, "s", self.issued[pick % len(self.issued)][1]), after_s)
            self.chosen_by_hand = False

    @rule(
        window=WINDOWS,
        kind=st.sampled_from([words.Recall, words.Start, words.Finish, words.MarkNoShow, words.Hold]),
        after_s=WAITS,
    )
    def at_window(self, window: int, kind: type[words.Recall], after_s: float) -> None:
        self.ask(kind(window, "s"), after_s)

    @rule(window=WINDOWS, service=st.one_of(st.none(), SERVICES), to=st.one_of(st.none(), WINDOWS), after_s=WAITS)
    def transfer(self, window: int, service: str | None, to: int | None, after_s: float) -> None:
        self.ask(words.Transfer(window, "s", service, to), after_s)

    @rule(window=WINDOWS, pick=st.one_of(st.none(), st.integers(0, 30)), after_s=WAITS)
    def resume_held(self, window: int, pick: int | None, after_s: float) -> None:
        number = self.issued[pick % len(self.issued)][1] if pick is not None and self.issued else None
        self.ask(words.ResumeHeld(window, "s", number), after_s)

    @rule(pick=st.integers(0, 30), after_s=WAITS)
    def restore(self, pick: int, after_s: float) -> None:
        if self.issued:
            self.ask(words.Restore(self.issued[pick % len(self.issued)][1], "desk"), after_s)

    @rule(token=st.integers(1, 30), after_s=WAITS)
    def cancel(self, token: int, after_s: float) -> None:
        self.ask(words.Cancel(token=f"t{token}"), after_s)

    @rule(window=WINDOWS, reason=st.sampled_from(PauseReason), after_s=WAITS)
    def pause(self, window: int, reason: PauseReason, after_s: float) -> None:
        self.ask(words.PauseWindow(window, "s", reason), after_s)

    @rule(window=WINDOWS, kind=st.sampled_from([words.ResumeWindow, words.CloseWindow]), after_s=WAITS)
    def move(self, window: int, kind: type[words.ResumeWindow], after_s: float) -> None:
        self.ask(kind(window, "s"), after_s)

    @rule(token=st.integers(1, 30), grade=st.integers(0, 6), change=st.booleans(), after_s=WAITS)
    def rate(self, token: int, grade: int, change: bool, after_s: float) -> None:
        self.ask(GiveRating(f"t{token}", grade, change=change), after_s)

    @rule(window=WINDOWS)
    def dismiss(self, window: int) -> None:
        self.ask(DismissPad(window), 1.0)

    @rule(hours=st.sampled_from([0.0, 0.0, 0.0, 9.0]), clock_s=st.sampled_from([0, 0, -3600, 90]))
    def time(self, hours: float, clock_s: int) -> None:
        self.hall.move_wall_clock(clock_s)
        self.ask(words.Tick(), hours * 3600)

    @invariant()
    def no_number_twice_in_a_day(self) -> None:
        if hasattr(self, "issued"):
            assert len(self.issued) == len(set(self.issued))

    @invariant()
    def each_ticket_is_in_exactly_one_place(self) -> None:
        if not hasattr(self, "hall"):
            return
        queue = self.hall.state.queue
        places: dict[str, list[str]] = {number: [] for number in queue.tickets}
        for service, waiting in queue.waiting.items():
            for number in waiting:
                assert queue.tickets[number].service == service
                places[number].append("queue")
        for sent in queue.sent_to.values():
            for number in sent:
                places[number].append("queue")
        for window in queue.windows.values():
            if window.ticket is not None:
                assert window.state in (WindowState.CALLING, WindowState.SERVING)
                places[window.ticket].append("window")
            for number in window.held:
                places[number].append("held")
        for number, found in places.items():
            assert found == _expected(queue.tickets[number]), (number, found, queue.tickets[number].state)

    @invariant()
    def the_tally_counts_every_ticket(self) -> None:
        if hasattr(self, "hall"):
            queue = self.hall.state.queue
            for state in TicketState:
                counted = sum(ticket.state is state for ticket in queue.tickets.values())
                assert queue.tally.get(state.value, 0) == counted
            for number, ticket in queue.tickets.items():
                if ticket.state is TicketState.WAITING:
                    assert 0 <= ahead_now(queue, number) < len(queue.tickets)

    def teardown(self) -> None:
        if hasattr(self, "hall"):
            assert self.hall.folded() == self.hall.state
            assert load(HallState, dump(self.hall.state)) == self.hall.state


def _expected(ticket: Ticket) -> list[str]:
    match ticket.state:
        case TicketState.WAITING:
            return ["queue"]
        case TicketState.CALLED | TicketState.SERVING:
            return ["window"]
        case TicketState.HELD:
            return ["held"]
        case _:
            assert ticket.state in NOWHERE
            return []


TestAnyMorning = AnyMorning.TestCase
TestAnyMorning.settings = settings(
    max_examples=150, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
)
