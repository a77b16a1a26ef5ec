"""What must hold in every hall at every moment, stated from the domain's words and not from the rules' code.

`Watch` hears each event with the state before it. It keeps its own account of the calls and says, whenever a window
called the next ticket, whether anybody was passed over without a lawful reason (domain rules 2.3, 2.4). The other
functions look at a state alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hall.moment import Moment
from hall.plan import Plan
from hall.queue import words
from hall.queue.state import QueueState, Ticket, TicketState, WindowState
from hall.queue.words import Why
from hall.state import HallState

GONE = (TicketState.DONE, TicketState.NO_SHOW, TicketState.CANCELLED, TicketState.EXPIRED)


@dataclass
class Watch:
    """Its own book of the calls: by class whether each was a priority call, by window which class it called."""

    plan: Plan
    turns: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    classes: dict[int, list[str]] = field(default_factory=dict)
    issued: set[tuple[str, str]] = field(default_factory=set)

    def hear(self, before: HallState, event: object, at: Moment) -> None:
        match event:
            case words.DayOpened():
                self.turns, self.classes = {}, {}
            case words.TicketIssued(day=day, number=number):
                assert not before.safety.evacuating, "a number given while the hall is evacuated"
                assert (day, number) not in self.issued, f"{number} twice on {day}"
                self.issued.add((day, number))
            case words.TicketCalled():
                self._called(before, event, at)
            case words.TicketReturned(number=number, window=window, undone=True):
                self._forget(before.queue.tickets[number], window)

    def _called(self, before: HallState, event: words.TicketCalled, at: Moment) -> None:
        assert not before.safety.evacuating, "a call while the hall is evacuated"
        ticket = before.queue.tickets[event.number]
        assert callable_at(before.queue, self.plan, event.window, ticket), f"{event.number} at window {event.window}"
        if event.why is not Why.CHOSEN:
            self._check(before.queue, event, ticket, at)
        if ticket.slot_ms is None:
            self.turns.setdefault(ticket.service, []).append((ticket.number, ticket.priority is not None))
        self.classes.setdefault(event.window, []).append(ticket.service)

    def _forget(self, ticket: Ticket, window: int) -> None:
        turns = self.turns.get(ticket.service, [])
        places = [place for place, (number, _) in enumerate(turns) if number == ticket.number]
        if places and ticket.slot_ms is None:
            del turns[places[-1]]
        self.classes[window].pop()

    def _check(self, queue: QueueState, event: words.TicketCalled, called: Ticket, at: Moment) -> None:
        sent = [number for number in queue.sent_to.get(event.window, ()) if self._may(queue, event.window, number)]
        if sent:
            assert event.number == sent[0], f"{sent[0]} was sent to window {event.window} before {event.number}"
            return
        waiting = {letter: self._callable(queue, event.window, letter) for letter in served_by(queue, self.plan, event)}
        waiting = {letter: tickets for letter, tickets in waiting.items() if tickets}
        if called.number not in queue.waiting.get(called.service, ()):
            patience_ms = self.plan.queue.class_patience_s * 1000
            too_long = patience_ms and at.steady_ms - called.issued_ms > patience_ms
            assert too_long or not waiting, f"{event.number} was sent elsewhere and others waited here"
            return
        self._check_class(queue, event, called, waiting, at)
        self._check_queue(called, waiting[called.service], at)

    def _may(self, queue: QueueState, window: int, number: str) -> bool:
        return callable_at(queue, self.plan, window, queue.tickets[number])

    def _callable(self, queue: QueueState, window: int, letter: str) -> list[Ticket]:
        numbers = queue.waiting.get(letter, ())
        return [queue.tickets[number] for number in numbers if self._may(queue, window, number)]

    def _check_class(
        self, queue: QueueState, event: words.TicketCalled, called: Ticket, waiting: dict[str, list[Ticket]], at: Moment
    ) -> None:
        """Appointed times; the longest wait once it is too long; else the window's first class, or its shares."""
        slots = {
            (one.slot_ms, letter) for letter, tickets in waiting.items() for one in tickets if one.slot_ms is not None
        }
        due = {(slot_ms, letter) for slot_ms, letter in slots if slot_ms <= at.steady_ms}
        if due:
            earliest = min(due)[0]
            assert (earliest, called.service) in due, f"an appointed time had come, {called.number} was called"
            return
        oldest = min((ticket for tickets in waiting.values() for ticket in tickets), key=lambda one: one.issued_ms)
        patience_ms = self.plan.queue.class_patience_s * 1000
        if patience_ms and at.steady_ms - oldest.issued_ms > patience_ms:
            longest = [letter for letter in waiting if min(_issued(waiting[letter])) == oldest.issued_ms]
            assert called.service in longest, f"{oldest.number} had waited too long, {called.number} was called"
            return
        window = self.plan.window(event.window)
        weights = dict(zip(window.services, window.weights, strict=False)) if window else {}
        if not weights or event.window in queue.assigned:
            assert called.service == next(iter(waiting)), f"{called.service} before {next(iter(waiting))}"
            return
        stretch = self.classes.get(event.window, [])[1 - sum(weights.values()) :] if sum(weights.values()) > 1 else []
        counts = {letter: [*stretch, called.service].count(letter) for letter in weights}
        if counts[called.service] > weights[called.service]:
            short = [letter for letter in waiting if counts[letter] < weights[letter]]
            assert not short, f"{called.service} has had its share, {short} not"

    def _check_queue(self, called: Ticket, tickets: Sequence[Ticket], at: Moment) -> None:
        """Nobody of the class is passed over but for a transfer, an appointed time, a lawful priority or patience."""
        if tickets[0].transferred:
            assert called is tickets[0], f"{tickets[0].number} was moved here before"
            return
        due = [one for one in tickets if one.slot_ms is not None and one.slot_ms <= at.steady_ms]
        if due:
            assert called.slot_ms == min(one.slot_ms or 0 for one in due), f"{due[0].number} had an appointed time"
            return
        lawful = [one for one in tickets if one.priority is not None and (not one.restored or one is tickets[0])]
        ordinary = [one for one in tickets if one.priority is None]
        if lawful and not (ordinary and self._ordinary_turn(called.service, ordinary[0], at)):
            assert called in lawful, f"{lawful[0].number} has a lawful priority"
            best = min(self._claim(one) for one in lawful)
            equal = [one for one in lawful if self._claim(one) == best]
            assert called is equal[0], f"{equal[0].number} has the better claim"
        else:
            first = ordinary[0] if lawful else tickets[0]
            assert called is first, f"it was the turn of {first.number}"

    def _ordinary_turn(self, service: str, first: Ticket, at: Moment) -> bool:
        rules = self.plan.queue
        last = self.turns.get(service, [])[-rules.priority_run :]
        run_is_full = len(last) == rules.priority_run and all(priority for _, priority in last)
        return run_is_full and at.steady_ms - first.issued_ms > rules.ordinary_patience_s * 1000

    def _claim(self, ticket: Ticket) -> tuple[int, int]:
        rule = self.plan.queue.priority(ticket.priority or "")
        return (rule.rank if rule else 99, 0 if ticket.senior else 1)


def served_by(queue: QueueState, plan: Plan, event: words.TicketCalled) -> tuple[str, ...]:
    """The classes that the window serves at this moment, its first one first."""
    if event.window in queue.assigned:
        return queue.assigned[event.window].services
    window = plan.window(event.window)
    assert window is not None
    return window.services


def callable_at(queue: QueueState, plan: Plan, window: int, ticket: Ticket) -> bool:
    """The person who was asked for sits there; what is private is heard behind a door, where a door is to be had."""
    if ticket.person is not None and queue.window(window).staff != ticket.person:
        return False
    private = ticket.private or any(one.private for one in plan.services if one.letter == ticket.service)
    rooms = set()
    for one in plan.windows:
        serves = queue.assigned[one.number].services if one.number in queue.assigned else one.services
        if one.closed and ticket.service in serves:
            rooms.add(one.number)
    return not private or not rooms or window in rooms


def check_places(queue: QueueState) -> None:
    """Each ticket is in exactly one place, and the tally counts it once."""
    places: dict[str, list[str]] = {number: [] for number in queue.tickets}
    for number, place in _places(queue):
        places[number].append(place)
    for number, found in places.items():
        assert found == _expected(queue.tickets[number]), (number, found, queue.tickets[number].state)
    for state in TicketState:
        counted = sum(ticket.state is state for ticket in queue.tickets.values())
        assert queue.tally.get(state.value, 0) == counted, state


def _places(queue: QueueState) -> Iterator[tuple[str, str]]:
    for service, waiting in queue.waiting.items():
        for number in waiting:
            assert queue.tickets[number].service == service
            yield number, "queue"
    for sent in queue.sent_to.values():
        yield from ((number, "queue") for number in sent)
    for window in queue.windows.values():
        if window.ticket is not None:
            assert window.state in (WindowState.CALLING, WindowState.SERVING)
            yield window.ticket, "window"
        yield from ((number, "held") for number in window.held)


def _expected(ticket: Ticket) -> list[str]:
    match ticket.state:
        case TicketState.WAITING:
            return ["queue"]
        case TicketState.CALLED | TicketState.SERVING:
            return ["window"]
        case TicketState.HELD:
            return ["held"]
        case _:
            assert ticket.state in GONE
            return []


def check_spoken(before: HallState, after: HallState, plan: Plan, effects: Sequence[object]) -> None:
    """A private ticket is never spoken, and during an evacuation nothing but the evacuation is."""
    for effect in effects:
        if not isinstance(effect, words.Announce):
            continue
        if before.safety.evacuating and after.safety.evacuating:
            assert effect.phrase is words.Phrase.EVACUATE
        ticket = after.queue.tickets.get(effect.number)
        if ticket is not None:
            service = plan.service(ticket.service)
            assert not ticket.private, f"{ticket.number} is private and was spoken"
            assert service is not None
            assert service.speak
            assert not service.private


def _issued(tickets: Sequence[Ticket]) -> list[int]:
    return [ticket.issued_ms for ticket in tickets]
