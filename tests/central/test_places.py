"""Small places: central keeps their queue by the hall's own rules, in the same journal and the same views."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from central import schema
from central.database import Database
from central.ingest.intake import Intake
from central.live import store as live_store
from central.live import telling
from central.places import journal as journal_of_places
from central.places.keeper import Wish
from central.places.plans import check_plan, read_plan
from central.places.tables import place as place_table
from central.places.tables import place_state
from edge.journal import Journal
from edge.journal_reader import JournalReader
from edge.loop import HallLoop
from hall.queue import words
from hall.refusal import Code, Refusal
from hall.step import Command
from hall.wire import event_data, type_name
from hall_config.problems import HallFileError
from tests.central.event_log import HallLog, Morning
from tests.central.rooms import PLACE, THREE_WINDOWS, ByHand, Room, begin, count, stored
from tests.central.taking_in import evt, take, views
from tests.central.test_views_and_the_hall import anything
from tests.hall.halls import MORNING_MS, Hall

DAY_S = 24 * 3600


@pytest.fixture
def room(database: Database) -> Room:
    begin(database)
    return Room(database)


def row_of(database: Database, place: str = PLACE) -> Any:
    with database.read() as connection:
        return connection.execute(select(place_table).where(place_table.c.id == place)).mappings().one()


def test_what_happens_at_a_place_is_in_the_store_and_in_every_view(room: Room) -> None:
    assert room.do(words.TakeTicket("A", "token-1")) == ["day.opened", "ticket.issued"]
    room.do(words.OpenWindow(1, "li.min"))
    assert room.do(words.CallNext(1, "li.min")) == ["ticket.called"]
    room.do(words.Start(1, "li.min"))
    shown = views(room.database)
    (ticket,) = shown["tickets"]
    assert (ticket["hall"], ticket["number"], ticket["state"], ticket["window"]) == (PLACE, "A001", "SERVING", 1)
    assert shown["live"][PLACE]["windows"]["1"][:2] == ["SERVING", "A001"]
    place, _ = room.keeper.look(PLACE)
    assert [one[2] for one in ticket["events"]] == [2, 4, 5]
    assert place.seq == count(room.database) == 5


def test_a_place_is_on_without_a_line_of_its_own(room: Room) -> None:
    room.do(words.OpenWindow(1, "li.min"))
    with room.database.read() as connection:
        row = live_store.read_hall(connection, PLACE, "")
    assert row is not None
    told = telling.hall(row, [], link_up_since_ms=MORNING_MS + 10**9, now_ms=MORNING_MS + 2 * 10**9)
    assert (told["online"], told["state"], told["name_en"]) == (True, "open", "Yongfeng Room")


def test_a_key_acts_once_and_a_refusal_is_the_same_again(room: Room) -> None:
    assert room.do(words.TakeTicket("A", "token-1"), "k") == room.do(words.TakeTicket("A", "token-1"), "k")
    assert room.refused(words.CallNext(1, "li.min"), "c") is Code.WINDOW_CLOSED
    room.do(words.OpenWindow(1, "li.min"))
    assert room.refused(words.CallNext(1, "li.min"), "c") is Code.WINDOW_CLOSED
    assert room.do(words.CallNext(1, "li.min"), "d") == ["ticket.called"]
    assert count(room.database) == 4


def test_another_program_goes_on_where_the_store_stands(room: Room) -> None:
    room.do(words.TakeTicket("B", "token-1"))
    room.do(words.OpenWindow(1, "li.min"))
    before, _ = room.keeper.look(PLACE)
    again = Room(room.database, clock=ByHand(MORNING_MS - 3_600_000))  # whose wall clock was set back meanwhile
    after, now = again.keeper.look(PLACE)
    assert after == before
    assert now.steady_ms >= before.steady_ms
    assert again.do(words.CallNext(1, "li.min")) == ["ticket.called"]
    assert stored(room.database)[-1][2]["waited_s"] >= 0


def test_nothing_of_a_failed_transaction_is_remembered_or_shown(room: Room) -> None:
    room.do(words.TakeTicket("A", "token-1"))
    before, number = room.keeper.look(PLACE)[0], room.hub.number

    def fails(_: object) -> dict[str, Any]:
        raise RuntimeError("the answer could not be made")

    with pytest.raises(RuntimeError, match="could not be made"):
        room.keeper.ask(PLACE, Wish("s", "k", {}), lambda _: words.TakeTicket("A", "token-2"), fails)
    assert (room.keeper.look(PLACE)[0], room.hub.number) == (before, number)
    assert count(room.database) == 2
    assert room.do(words.TakeTicket("A", "token-3")) == ["ticket.issued"]
    assert [one[0] for one in stored(room.database)] == [1, 2, 3]


def test_two_clerks_at_once_never_call_the_same_ticket(database: Database) -> None:
    begin(database, plan=THREE_WINDOWS)
    room = Room(database)
    for number in range(8):
        room.do(words.TakeTicket("A", f"token-{number}"))
    for window in (1, 2, 3):
        room.do(words.OpenWindow(window, f"staff-{window}"))
    room.clock.at_ms += 60_000
    problems: list[BaseException] = []

    def work(window: int) -> None:
        try:
            for turn, kind in enumerate((words.CallNext, words.Start, words.Finish, words.CallNext)):
                command = kind(window, f"staff-{window}")
                room.clock.at_ms += 3000
                wish = Wish(f"staff-{window}", f"{turn}", {})
                room.keeper.ask(PLACE, wish, lambda _, one=command: one, lambda done: {})  # type: ignore[misc]
        except (Refusal, AssertionError) as problem:
            problems.append(problem)

    clerks = [threading.Thread(target=work, args=(window,)) for window in (1, 2, 3)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join(30)
    assert problems == []
    called = [data["number"] for _, kind, data in stored(database) if kind == "ticket.called/1"]
    assert (len(called), len(set(called))) == (6, 6)
    assert [one[0] for one in stored(database)] == list(range(1, count(database) + 1))


@pytest.mark.parametrize("seed", range(3))
def test_the_same_commands_give_the_same_events_on_a_controller_and_at_a_place(
    database: Database, tmp_path: Path, seed: int
) -> None:
    begin(database, plan=THREE_WINDOWS)
    room, chance = Room(database), random.Random(seed)
    hall = Hall(room.keeper.look(PLACE)[0].plan)
    journal = Journal(tmp_path / "journal.db", "boot")
    controller = HallLoop(journal, hall.plan, room.clock, lambda effects: None)  # type: ignore[arg-type]
    controller.start()  # lets time pass once
    said: list[tuple[Code | None, Code | None, Code | None]] = []

    def all_three(command: Command, after_s: float) -> None:
        """The place moves the clock, the controller has the same one, the rules alone have theirs."""
        place = refusal(lambda: room.do(command, after_s=after_s))
        said.append((place, refusal(lambda: controller.ask(command)), refusal(lambda: hall.do(command, after_s))))

    all_three(words.Tick(), 0)
    for window in (1, 2, 3):
        all_three(words.OpenWindow(window, "staff"), 3)
    for _ in range(80):
        all_three(anything(hall, chance), chance.choice((1, 3, 5, 25, 90, 1300)))
    controller.stop()
    journal.close()
    assert {len(set(codes)) for codes in said} == {1}
    reader = JournalReader(tmp_path / "journal.db")
    of_controller = [[one["type"], one["data"]] for _, text in reader.bodies(0, 10_000) if (one := json.loads(text))]
    reader.close()
    of_rules = json.loads(json.dumps([[type_name(event), event_data(event)] for event, _ in hall.log]))
    of_place = [[kind, data] for _, kind, data in stored(database)]
    assert of_place == of_rules
    assert of_controller == of_rules
    assert len({kind for kind, _ in of_rules}) >= 8
    assert room.keeper.look(PLACE)[0].state == hall.state


def refusal(ask: Callable[[], object]) -> Code | None:
    try:
        ask()
    except Refusal as no:
        return no.code
    return None


def test_a_day_is_closed_once_and_an_unused_place_writes_nothing_any_more(room: Room) -> None:
    room.do(words.TakeTicket("A", "token-1"))
    room.do(words.OpenWindow(1, "li.min"))
    assert row_of(room.database)["awake"]
    fresh = Room(room.database, clock=room.clock)  # central was started anew meanwhile
    fresh.pass_time(DAY_S)
    kinds = [kind for _, kind, _ in stored(room.database)]
    assert kinds[-4:] == ["ticket.expired/1", "window.closed/1", "day.closed/1", "day.opened/1"]
    shown = views(room.database)
    assert [ticket["state"] for ticket in shown["tickets"]] == ["EXPIRED"]
    assert shown["live"][PLACE]["counts"] == {"issued": 0, "done": 0, "no_show": 0, "cancelled": 0, "expired": 0}
    assert (row_of(room.database)["awake"], row_of(room.database)["day"]) == (False, "")
    for _ in range(3):
        fresh.pass_time(DAY_S)
    assert count(room.database) == len(kinds)
    assert room_again(room).do(words.TakeTicket("A", "token-2")) == ["day.closed", "day.opened", "ticket.issued"]


def room_again(room: Room) -> Room:
    return Room(room.database, clock=room.clock)


def test_time_passes_where_somebody_waits_and_nowhere_else(database: Database) -> None:
    hours = {"opening": [{"weekdays": [1, 2, 3, 4, 5, 6, 7], "hours": ["09:00-17:00"]}]}
    for place in (PLACE, "quiet-room"):
        begin(database, place, plan=hours)
    room = Room(database)
    room.do(words.TakeTicket("A", "token-1"))
    room.pass_time(7.6 * 3600)  # 16:36
    assert {kind for _, kind, _ in stored(database)} >= {"issuing.stopped/1", "alarm.raised/1"}
    assert stored(database, "quiet-room") == []
    assert room.keeper.in_memory == 1
    before = count(database)
    room.pass_time(1)
    assert count(database) == before


def test_only_so_many_places_are_in_memory(database: Database) -> None:
    rooms = [f"room-{number}" for number in range(6)]
    for place in rooms:
        begin(database, place)
    room = Room(database, in_memory=2)
    for turn in range(2):
        for place in rooms:
            room.place = place
            room.do(words.TakeTicket("A", f"token-{turn}"))
            assert room.keeper.in_memory <= 2
    assert [len(stored(database, place)) for place in rooms] == [3] * 6


def test_a_place_is_read_from_its_kept_state_and_the_events_after_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_of_places, "STATE_EVERY", 20)
    for number in range(14):
        room.do(words.TakeTicket("A", f"token-{number}"))
        room.do(words.Cancel(token=f"token-{number}"))
    with room.database.read() as connection:
        kept = connection.execute(select(place_state)).mappings().one()
    assert 20 <= kept["seq"] < 29
    whole = room.keeper.look(PLACE)[0]
    assert room_again(room).keeper.look(PLACE)[0] == whole
    with room.database.write() as connection:
        connection.execute(update(place_state).values(state='{"queue": 7}'))  # of a version nobody knows
    assert room_again(room).keeper.look(PLACE)[0].state == whole.state


def test_a_new_plan_waits_until_nobody_is_there(room: Room) -> None:
    room.do(words.TakeTicket("A", "token-1"))
    room.do(words.OpenWindow(1, "li.min"))
    with room.database.write() as connection:
        connection.execute(update(place_table).values(plan_next=check_plan(THREE_WINDOWS)))
    room.keeper.again(PLACE)
    assert [one.number for one in room.keeper.look(PLACE)[0].plan.windows] == [1]
    for kind in (words.CallNext, words.Start, words.Finish, words.CloseWindow):
        room.do(kind(1, "li.min"))
    place, _ = room.keeper.look(PLACE)
    assert ([one.number for one in place.plan.windows], place.plan.revision) == ([1, 2, 3], 2)
    assert stored(room.database)[-1][1:] == ("plan.applied/1", {"revision": 2})
    with room.database.read() as connection:
        row = live_store.read_hall(connection, PLACE, "")
    assert row is not None
    assert (len(json.loads(row["birth"])["windows"]), row["config_rev"]) == (3, 2)
    assert room_again(room).keeper.look(PLACE)[0] == place


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        ({"window": [{"number": 1, "services": ["A"]}, {"number": 1, "services": ["B"]}]}, "window[2].number"),
        ({"window": [{"number": 1, "services": ["Z"]}]}, "window[1].services[1]"),
        ({"device": []}, "device"),
        ({"rules": {"calls_before_no_show": 99}}, "rules.calls_before_no_show"),
        ({"service": []}, "service"),
        ({"opening": "always"}, "opening"),
    ],
)
def test_a_plan_that_no_place_can_have_is_named_with_its_place(parts: dict[str, Any], key: str) -> None:
    with pytest.raises(HallFileError) as wrong:
        check_plan(parts)
    assert key in {problem.key for problem in wrong.value.problems}


def test_a_plan_without_words_is_three_matters_at_one_window() -> None:
    plan = read_plan(PLACE, "永丰村", "Yongfeng", check_plan({}), 1)
    assert [one.letter for one in plan.services] == ["A", "B", "C"]
    assert [(one.number, one.services) for one in plan.windows] == [(1, ("A", "B", "C"))]


def test_nobody_on_the_line_can_speak_for_a_place(room: Room) -> None:
    room.do(words.TakeTicket("A", "token-1"))
    before, place = views(room.database), room.keeper.look(PLACE)[0]
    forged = HallLog(place.epoch)
    Morning(forged, 1).run(5)
    outcome = take(room.database, Intake(), *(evt(payload, PLACE) for payload in forged.batches()))
    assert (outcome.stored, outcome.rejected) == (0, 1)
    assert views(room.database) == before
    with room.database.read() as connection:
        (rejected,) = connection.execute(select(schema.rejected)).mappings()
    assert rejected["reason"] == "central keeps this place itself"
    assert room.do(words.OpenWindow(1, "li.min")) == ["window.opened"]
