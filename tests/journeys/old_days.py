"""Days gone by, written into a journal by the real rules, as a controller would have written them."""

from __future__ import annotations

from edge.clock import Clock
from edge.journal import Journal, Stamp, state_text
from hall.moment import Moment
from hall.plan import Plan
from hall.queue import words
from hall.state import HallState
from hall.step import Command, apply, step
from hall_config.load import read_hall_file
from hall_config.plan import plan_of
from tests.journeys.house import Hall

DAY_MS = 86_400_000
PRESS_MS = 3_000


class _Past:
    """A hall before today; its controller must not run."""

    def __init__(self, hall: Hall, begun_days_ago: int) -> None:
        self.plan: Plan = plan_of(read_hall_file(hall.file))
        self.journal = Journal(hall.journal, "past")
        self.state = HallState()
        for _, event, at in self.journal.events():
            if event is not None:
                self.state = apply(self.state, event, at)
        today_ms = Clock().now().wall_ms // DAY_MS * DAY_MS
        self.at_ms = today_ms - begun_days_ago * DAY_MS

    def do(self, command: Command) -> None:
        self.at_ms += PRESS_MS
        now = Moment(self.at_ms, self.at_ms)
        result = step(self.state, self.plan, command, now)
        self.state = result.state
        self.journal.append(result.events, Stamp(now, 0, "ntp"))

    def day(self, tickets: int) -> None:
        """Every window open, each ticket taken, called, served; one in ten stays."""
        begun_ms = self.at_ms
        numbers = [window.number for window in self.plan.windows]
        for number in numbers:
            self.do(words.OpenWindow(number, "staff1"))
        for ticket in range(tickets):
            window = numbers[ticket % len(numbers)]
            self.do(words.TakeTicket(self.plan.window(window).services[0], f"{begun_ms}-{ticket}"))  # type: ignore[union-attr]
            if ticket % 10:
                for command in (words.CallNext, words.Start, words.Finish):
                    self.do(command(window, "staff1"))
        self.journal.commit()
        self.at_ms = begun_ms + DAY_MS

    def end(self) -> None:
        self.do(words.Tick())
        self.journal.save_state(self.journal.last_seq, state_text(self.state))
        self.journal.close()


def old_day(hall: Hall, tickets: int) -> tuple[int, int]:
    """One day, some days ago, on an empty journal; how many tickets were issued and how many were served."""
    hall.journal.unlink()
    past = _Past(hall, begun_days_ago=3)
    past.day(tickets)
    tally = past.state.queue.tally
    past.end()
    return tickets, tally["DONE"]


def old_days(hall: Hall, events: int) -> int:
    """Days of 500 tickets until the journal holds so many events; how many there are."""
    hall.journal.unlink()
    past = _Past(hall, begun_days_ago=90)
    while past.journal.last_seq < events:
        past.day(500)
    past.end()
    return past.journal.last_seq
