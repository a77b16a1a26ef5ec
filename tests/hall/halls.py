"""Small halls and a clock by hand, for tests of the rules: given these events, when this command, then these events."""

from __future__ import annotations

from dataclasses import replace

from hall.moment import Moment, local_minute
from hall.plan import Plan, QueueRules, ServicePlan, WindowPlan
from hall.queue import words
from hall.refusal import Code, Refusal
from hall.state import HallState
from hall.step import Command, Step, apply, step
from hall.wire import Event

MORNING_MS = 1_795_395_600_000  # 2026-11-23 09:00 in China, a Monday


def plan(windows: int = 3, services: str = "ABC", rules: QueueRules | None = None) -> Plan:
    """Every window serves every class, the first letter first."""
    return Plan(
        hall="test-hall",
        name_zh="测试大厅",
        name_en="Test hall",
        services=tuple(ServicePlan(letter, f"业务{letter}", f"Service {letter}", 600) for letter in services),
        windows=tuple(WindowPlan(number, tuple(services)) for number in range(1, windows + 1)),
        queue=rules or QueueRules(),
    )


def spoken(result: Step) -> list[words.Announce]:
    return [effect for effect in result.effects if isinstance(effect, words.Announce)]


class Hall:
    """A hall that lives only in memory; time passes when the test says so."""

    def __init__(self, hall_plan: Plan | None = None, start_ms: int = MORNING_MS) -> None:
        self.plan = hall_plan or plan()
        self.state = HallState()
        self.now = Moment(start_ms, start_ms)
        self.log: list[tuple[Event, Moment]] = []
        self._tokens = 0

    def pass_time(self, seconds: float) -> None:
        ms = int(seconds * 1000)
        self.now = Moment(self.now.steady_ms + ms, self.now.wall_ms + ms, self.now.trusted)

    def move_wall_clock(self, seconds: float) -> None:
        """Somebody sets the clock; steady time goes on."""
        self.now = replace(self.now, wall_ms=self.now.wall_ms + int(seconds * 1000))

    def do(self, command: Command, after_s: float = 3.0) -> Step:
        self.pass_time(after_s)
        result = step(self.state, self.plan, command, self.now)
        self.state = result.state
        self.log += [(event, self.now) for event in result.events]
        return result

    def refused(self, command: Command, after_s: float = 3.0) -> Code:
        before = self.state
        try:
            self.do(command, after_s)
        except Refusal as refusal:
            assert self.state is before
            return refusal.code
        raise AssertionError(f"{command} was not refused")

    def take(self, service: str = "A", **more: object) -> str:
        """A ticket's number."""
        self._tokens += 1
        result = self.do(words.TakeTicket(service, f"token-{self._tokens}", **more))  # type: ignore[arg-type]
        return next(event.number for event in result.events if isinstance(event, words.TicketIssued))

    def open(self, *windows: int) -> None:
        for window in windows:
            self.do(words.OpenWindow(window, f"staff-{window}"))

    def pass_until(self, time: str) -> None:
        """Until this time of the same day in China, ``16:30``."""
        minutes = int(time[:2]) * 60 + int(time[3:]) - local_minute(self.now.wall_ms)
        self.pass_time(minutes * 60 - self.now.wall_ms % 60_000 / 1000)

    def tick(self) -> list[Event]:
        """What the next second brings."""
        return list(self.do(words.Tick(), after_s=1.0).events)

    def serve(self, window: int = 1, served_s: float = 60.0) -> str:
        """Call, start and finish the next ticket; its number."""
        number = self.call(window)
        self.do(words.Start(window, f"staff-{window}"))
        self.do(words.Finish(window, f"staff-{window}"), after_s=served_s)
        return number

    def miss(self, window: int = 1) -> str:
        """Call somebody who never comes; the number."""
        number = self.call(window)
        for command in (words.Recall, words.Recall, words.MarkNoShow):
            self.do(command(window, f"staff-{window}"), after_s=21)
        return number

    def call(self, window: int = 1) -> str:
        result = self.do(words.CallNext(window, f"staff-{window}"))
        return next(event.number for event in result.events if isinstance(event, words.TicketCalled))

    def folded(self) -> HallState:
        """The state that the log alone tells."""
        state = HallState()
        for event, at in self.log:
            state = apply(state, event, at)
        return state
