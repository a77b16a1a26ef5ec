"""Central's views against the hall itself: the hall's own rules make a day, central folds only the events of it."""

import random
from typing import Any

import pytest

from central.database import Database
from central.figures import rules as figures
from central.figures import store as figures_store
from central.ingest.intake import Intake
from hall.queue import words
from hall.queue.state import TicketState, WindowState
from hall.rating.words import GiveRating
from hall.refusal import Refusal
from hall.wire import event_data, type_name
from tests.central.event_log import HallLog
from tests.central.taking_in import HALL, take_each, views
from tests.hall.halls import Hall


def a_day(seed: int, steps: int = 300) -> Hall:
    hall, chance = Hall(), random.Random(seed)
    for _ in range(steps):
        try:
            hall.do(anything(hall, chance), after_s=chance.choice((1, 3, 5, 25, 90)))
        except Refusal:
            continue
    return hall


def anything(hall: Hall, chance: random.Random) -> Any:
    window, staff = chance.randint(1, 3), "staff"
    numbers = list(hall.state.queue.tickets) or ["A001"]
    number = chance.choice(numbers)
    priority = chance.choice((None, None, words.Priority.ELDER))
    token = f"token-{chance.randint(1, 10**9)}"
    kinds = [
        *[words.TakeTicket(chance.choice("ABC"), token, priority=priority)] * 4,
        *[words.CallNext(window, staff), words.Start(window, staff), words.Finish(window, staff)] * 3,
        words.OpenWindow(window, staff),
        words.Recall(window, staff),
        words.MarkNoShow(window, staff),
        words.Hold(window, staff),
        words.ResumeHeld(window, staff),
        words.Transfer(window, staff, chance.choice("ABC")),
        words.Transfer(window, staff, None, chance.randint(1, 3)),
        *[words.Undo(window, staff)] * 3,
        words.MarkPriority(number, staff, chance.choice((None, words.Priority.ILL))),
        words.MarkPrivate(number, staff),
        words.AssignWindow(window, staff, (chance.choice("ABC"),), 600),
        words.Restore(number, staff),
        words.Cancel(number=number),
        words.PauseWindow(window, staff, chance.choice(list(words.PauseReason))),
        words.ResumeWindow(window, staff),
        words.CloseWindow(window, staff) if chance.random() < 0.2 else words.Tick(),
        GiveRating(
            hall.state.queue.tickets[number].token if hall.state.queue.tickets else "none", chance.randint(1, 5)
        ),
    ]
    return chance.choice(kinds)


def told(hall: Hall) -> HallLog:
    log = HallLog("epoch-1")
    for event, at in hall.log:
        log.at_ms = at.wall_ms - 1
        log.add_raw(type_name(event), event_data(event))
    return log


@pytest.mark.parametrize("seed", range(12))
def test_the_views_say_what_the_hall_says(database: Database, seed: int) -> None:
    hall = a_day(seed)
    take_each(database, Intake(), told(hall).batches())
    live, queue = views(database)["live"][HALL], hall.state.queue
    for number, window in queue.windows.items():
        state, ticket, _, pause = live["windows"].get(str(number), ("CLOSED", None, 0, None))
        assert (state, ticket) == (window.state.value, window.ticket)
        assert pause == (window.pause.value if window.pause else None)
    waiting = {number for number, ticket in queue.tickets.items() if ticket.state is TicketState.WAITING}
    assert set(live["waiting"]) == waiting
    assert live["held"] == sum(1 for ticket in queue.tickets.values() if ticket.state is TicketState.HELD)
    assert live["counts"] == {
        "issued": len(queue.tickets),
        **{
            name: sum(1 for ticket in queue.tickets.values() if ticket.state.value == name.upper())
            for name in ("done", "no_show", "cancelled", "expired")
        },
    }


@pytest.mark.parametrize("seed", range(12))
def test_the_figures_are_those_of_the_halls_own_tickets(database: Database, seed: int) -> None:
    hall = a_day(seed)
    take_each(database, Intake(), told(hall).batches())
    tickets = list(hall.state.queue.tickets.values())
    assert hall.state.queue.day is not None
    with database.read() as connection:
        found = figures.by_class(figures_store.groups(connection, hall.state.queue.day, ""))
    total = figures.Figures()
    for sums in found.values():
        total.add(sums)
        ends = sums.done + sums.no_show + sums.cancelled + sums.expired + sums.open
        assert sums.issued + sums.transferred_in - sums.transferred_out == ends
    waits = [ticket.waited_s for ticket in tickets if ticket.waited_s is not None]
    assert (total.issued, total.waited, total.waited_total_s) == (len(tickets), len(waits), sum(waits))
    assert total.waited_max_s == max(waits, default=None)
    assert total.done == sum(1 for ticket in tickets if ticket.state is TicketState.DONE)
    assert total.priority == sum(1 for ticket in tickets if ticket.priority)


def test_a_day_that_turns_empties_the_hall_and_keeps_its_figures(database: Database) -> None:
    hall = Hall()
    for token in ("one", "two"):
        hall.do(words.TakeTicket("A", token))
    hall.do(words.OpenWindow(1, "staff"))
    hall.do(words.CallNext(1, "staff"))
    day = hall.state.queue.day
    assert day is not None
    hall.do(words.Tick(), after_s=24 * 3600)
    take_each(database, Intake(), told(hall).batches())
    live = views(database)["live"][HALL]
    assert live["waiting"] == {}
    assert {window[0] for window in live["windows"].values()} == {WindowState.CLOSED.value}
    with database.read() as connection:
        sums = figures.by_class(figures_store.groups(connection, day, ""))[(HALL, "A")]
    assert (sums.issued, sums.expired, sums.open) == (2, 2, 0)


def test_rates_with_nothing_to_divide_are_unknown() -> None:
    told_figures = figures.told(figures.Figures())
    assert [told_figures[name] for name in ("mean_wait_s", "max_wait_s", "mean_service_s", "satisfaction")] == [
        None
    ] * 4


def test_satisfaction_counts_three_grades_and_favourable_two() -> None:
    told_figures = figures.told(figures.Figures(grades={5: 4, 4: 2, 3: 1, 2: 2, 1: 1}))
    assert (told_figures["rated"], told_figures["satisfaction"], told_figures["favourable"]) == (10, 0.7, 0.6)
