"""What a recount finds, and what it takes for no difference: tampered rows, late events, gaps, deleted months."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, delete, insert, update

from central import schema
from central.accounts.permissions import Role
from central.accounts.person import Person
from central.database import Database
from central.matters.store import NewStep
from central.matters.tables import matter_step
from central.matters.words import Kind
from central.report.counting import bring_up
from central.report.figures import counts_of, text_of
from central.report.stages import Move
from central.report.tables import report_own, report_version
from central.report.work import Said, move
from central.report_counts.tables import day_tally
from central.report_recount.differences import Place as Where
from central.report_recount.differences import Recount
from central.report_recount.nightly import NightlyRecount
from central.report_recount.work import Again
from central.units import store as units
from hall.moment import local_ms
from hall.record.words import Field, ServiceRecorded
from tests.central.conftest import empty_store
from tests.central.event_log import HallLog, batch, called, finished, issued, rated, started
from tests.central.steps_at_random import Records
from tests.central.test_report_recount import DAY, NOVEMBER, Place, a_day, logged

OVER_MS: Final = local_ms("2026-12-02", 600)
HOUR_MS: Final = 3_600_000


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return empty_store(tmp_path / "central.db")


@pytest.fixture
def place(database: Database) -> Place:
    return Place(database)


def morning(epoch: str = "first", numbers: range = range(1, 9)) -> HallLog:
    """Tickets that were served, each two minutes."""
    log = HallLog(epoch)
    for n in numbers:
        number = f"A{n:03d}"
        log.add(issued(number, day=DAY), called(number, 1, day=DAY), started(number, 1, day=DAY))
        log.add(finished(number, 1, day=DAY), rated(number, 1, 5, day=DAY))
    return log


def live(place: Place, now_ms: int = OVER_MS) -> Recount:
    bring_up(place.database, place.path, NOVEMBER, now_ms)
    with place.database.read() as connection:
        row = units.unit(connection, place.unit)
        assert row is not None
        return Again(connection, NOVEMBER.name, now_ms).live(row)


def drawn(place: Place, now_ms: int = OVER_MS, step: int = 0) -> None:
    bring_up(place.database, place.path, NOVEMBER, now_ms)
    person = Person("p.one", frozenset({Role.REPORT_PREPARER}), place.unit, place.path, "")
    with place.database.write() as connection:
        row = units.unit(connection, place.unit)
        assert row is not None
        move(connection, row, NOVEMBER.name, person, Said(Move.DRAW_UP, step), now_ms)


def version(place: Place, number: int = 1, now_ms: int = OVER_MS + HOUR_MS) -> Recount:
    with place.database.read() as connection:
        row = units.unit(connection, place.unit)
        assert row is not None
        found = Again(connection, NOVEMBER.name, now_ms).version(row, number)
        assert found is not None
        return found


def told(found: Recount) -> list[tuple[str, str, Any, Any]]:
    return [(one.place.value, one.code, one.form, one.recount) for one in found.differences]


def test_a_form_that_nobody_touched_is_what_its_records_say(place: Place) -> None:
    place.takes(logged(a_day(random.Random(3), 120), "one").batches())
    drawn(place)
    assert told(live(place)) == told(version(place)) == []
    assert version(place).figures["A10"] == live(place).total["A10"] > 0


def of_ticket(connection: Connection) -> None:
    one = (schema.ticket.c.number == "A003",)
    connection.execute(update(schema.ticket).where(*one).values(served_s=1120, state="DONE"))


def test_a_changed_row_of_a_ticket_is_found_and_named(place: Place) -> None:
    place.takes(morning().batches())
    with place.database.write() as connection:
        of_ticket(connection)
    (one,) = live(place).differences
    assert (one.unit, one.place, one.code) == (place.unit, Where.COUNTED, "A22S")
    assert one.form == 8 * 120 + 1000
    assert one.recount == 8 * 120
    assert len(one.rows) == 8


def test_a_changed_tally_is_found_and_named(place: Place) -> None:
    place.takes(morning().batches())
    with place.database.write() as connection:
        connection.execute(insert(day_tally).values(hall=place.hall, day=DAY, code="P16", n=3))
    assert told(live(place)) == [("COUNTED", "P16", 3, 0)]


def test_a_changed_count_of_a_unit_is_found_and_named(place: Place) -> None:
    place.takes(morning().batches())
    assert live(place).differences == []
    with place.database.write() as connection:
        cells = text_of({**place.recount(connection).counted.figures(), "A10": Fraction(9)})
        connection.execute(update(report_own).values(cells=cells))
    assert told(live(place)) == [("COUNTED", "A10", 9, 8)]


@pytest.mark.parametrize(("column", "where"), [("counted", "COUNTED"), ("own", "OWN"), ("total", "TOTAL")])
def test_a_changed_version_is_found_where_it_was_changed(place: Place, column: str, where: str) -> None:
    place.takes(morning().batches())
    drawn(place)
    with place.database.write() as connection:
        row = connection.execute(report_version.select()).mappings().one()
        more = text_of({**counts_of(row[column]), "A12": Fraction(2)})
        connection.execute(update(report_version).values(**{column: more}))
    places = {one.place.value for one in version(place).differences if one.code == "A12"}
    assert where in places
    assert all(one.sure for one in version(place).differences)


def test_a_chain_of_steps_that_was_meddled_with_is_a_difference(place: Place) -> None:
    with place.database.write() as connection:
        made = Records(connection, place.unit, place.hall, random.Random(1))
        ids = {made.matter(Kind.COMPLAINT) for _ in range(9)}
    _meddle(place, lambda c: c.execute(update(matter_step).values(actor="somebody else")))
    (one,) = [one for one in live(place).differences if one.place is Where.CHAIN]
    assert one.rows
    assert set(one.rows) <= ids


def _meddle(place: Place, act: Callable[[Connection], Any]) -> None:
    """As only somebody with the whole database in their hands can."""
    with place.database.write() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        act(connection)


def test_repeats_and_a_second_journal_count_once(place: Place) -> None:
    first = morning()
    place.takes([*first.batches(10), *first.batches(7)])
    again = HallLog("second")
    again.envelopes = [dict(one) for one in first.envelopes[-12:]]  # a disk that was rolled back sends them again
    after = morning("second", range(20, 22)).envelopes
    for place_in, one in enumerate(after, start=len(first.envelopes) + 1):
        again.envelopes.append({**one, "seq": place_in})
    place.takes([batch("second", again.envelopes, first=again.envelopes[0]["seq"])])
    form, found = place.both()
    assert form == found
    assert found["A11"] == 10


def test_a_number_that_is_given_again_after_a_lost_disk_is_another_ticket(place: Place) -> None:
    place.takes([*morning().batches(), *morning("second", range(1, 4)).batches()])
    form, found = place.both()
    assert form == found
    assert found["A11"] == 11


def test_what_was_noted_of_a_number_belongs_to_the_ticket_of_its_journal(place: Place) -> None:
    """A disk that was lost: the number is given again, and what is noted begins with its first version."""
    first, second, third = morning("first", range(1, 3)), morning("second", range(1, 2)), HallLog("third")
    first.add(noted("A001", Field.LABOUR, 1), noted("A001", Field.DEBT, 2), noted("A002", Field.FAMILY, 3))
    second.add(noted("A001", Field.HOUSING, 1))
    third.add(noted("A002", Field.LAND, 1))  # the hall goes on with the ticket of the first
    place.takes([*first.batches(), *second.batches(), *third.batches()])
    form, found = place.both()
    assert form == found
    assert {code: found.get(code, 0) for code in ("B02", "B11", "B13", "B16", "B17", "B18", "B22")} == {
        "B02": 3, "B11": 0, "B13": 0, "B16": 1, "B17": 1, "B18": 1, "B22": 0,
    }  # fmt: skip


def test_a_record_takes_the_advice_of_its_ticket_while_it_stands(place: Place) -> None:
    """As it was known at a moment: before the record was begun, while it stood, after it was struck."""
    place.takes(morning(numbers=range(1, 4)).batches())
    begun_ms, struck_ms = OVER_MS, OVER_MS + HOUR_MS
    with place.database.write() as connection:
        made = Records(connection, place.unit, place.hall, random.Random(1))
        told = [
            NewStep(begun_ms, "x", "RECORD", "NEW", "RECORDED", {"channel": "VISIT"}, None),
            NewStep(struck_ms, "x", "STRIKE", "RECORDED", "STRUCK", {}, None),
        ]
        made.keep("a" * 16, Kind.ADVICE, (DAY, "A001"), told)
    for cut_ms, of_tickets in ((begun_ms, 3), (struck_ms, 2), (struck_ms + 1, 3)):
        form, found = place.both(cut_ms)
        assert form == found
        assert form["B02"] == of_tickets, cut_ms


def noted(number: str, field: Field, version: int) -> ServiceRecorded:
    return ServiceRecorded(DAY, number, "A", 1, "staff-1", version, field)


def test_what_comes_late_is_not_in_the_form_and_is_all_that_a_recount_of_now_has_more(place: Place) -> None:
    log = morning()
    place.takes(log.batches())
    drawn(place)
    form = version(place).total
    late = HallLog(log.epoch)
    late.envelopes = [{**one, "seq": one["seq"] + len(log.envelopes)} for one in morning("x", range(20, 23)).envelopes]
    for one in late.envelopes:
        one["id"] = f"late-{one['seq']}"
    place.takes(late.batches(), OVER_MS + HOUR_MS)
    assert told(version(place)) == []
    assert version(place).total == form
    now = live(place, OVER_MS + 2 * HOUR_MS)
    assert now.differences == []
    more = {code: now.total[code] - form.get(code, 0) for code in now.total if now.total[code] != form.get(code, 0)}
    assert more == {
        "A10": 3, "A11": 3, "A21S": 180, "A22S": 360, "A30": 3, "A51": 3, "B02": 3, "B22": 3, "B35": 3, "P01": 3,
        "P02": 3, "P03": 3,
    }  # fmt: skip


def test_what_waits_behind_a_gap_does_not_count_and_is_told(place: Place) -> None:
    rows = morning().envelopes
    place.takes([batch("first", [*rows[:10], *rows[15:]])])
    found = live(place)
    assert found.differences == []
    assert found.total["A11"] == 2
    assert [(unit, notes.held_up) for unit, notes in found.notes] == [(place.unit, len(rows) - 15)]


def test_what_comes_after_it_was_given_up_stays_aside_and_is_named(place: Place) -> None:
    rows = morning().envelopes
    place.takes([batch("first", rows[10:], first=11)])
    place.takes([batch("first", rows[5:8])], OVER_MS - HOUR_MS)
    found = live(place)
    assert found.differences == []
    assert found.total["A11"] == 6
    ((_, notes),) = found.notes
    assert notes.set_aside == [one["id"] for one in rows[5:8]]


def test_days_whose_events_are_deleted_are_named_and_not_judged(place: Place) -> None:
    place.takes(morning().batches())
    bring_up(place.database, place.path, NOVEMBER, OVER_MS)
    with place.database.write() as connection:
        connection.execute(delete(schema.event))
        connection.execute(update(schema.event_month).values(purged_ms=OVER_MS))
    found = live(place)
    assert found.differences == []
    assert [notes.unjudged for _, notes in found.notes] == [("2026-11-01", "2026-11-30")]
    assert found.total["A11"] == 8  # as the form has it, for nobody can say otherwise


def test_what_came_while_it_was_counted_is_told_as_that(place: Place) -> None:
    log = morning(numbers=range(1, 12))
    place.takes([batch(log.epoch, log.envelopes[:40])])
    drawn(place)
    place.takes([batch(log.epoch, log.envelopes[40:])], OVER_MS - 1000)  # after the count, before the form was made
    found = version(place)
    assert {one.code for one in found.differences} >= {"A10", "A11"}
    assert [one for one in found.differences if one.sure] == []


def test_central_recounts_at_night_what_was_drawn_up_and_says_so_until_it_is_right(place: Place) -> None:
    place.takes(morning().batches())
    drawn(place)
    nightly = NightlyRecount(place.database)
    assert nightly.look(local_ms("2026-12-02", 13 * 60)) == 0
    assert nightly.found() is None
    assert nightly.look(local_ms("2026-12-03", 2 * 60)) == 1
    assert nightly.found() == {}
    with place.database.write() as connection:
        right = connection.execute(report_version.select()).mappings().one()["counted"]
        connection.execute(update(report_version).values(counted=text_of({**counts_of(right), "A13": Fraction(1)})))
    assert nightly.look(local_ms("2026-12-04", 2 * 60)) == 0  # nobody moved it: it was looked at
    again = NightlyRecount(place.database)  # another start looks at everything
    again.look(local_ms("2026-12-04", 3 * 60))
    assert again.found() == {f"{place.unit}/2026-11": 2}
    with place.database.write() as connection:
        connection.execute(update(report_version).values(counted=right))
    again.look(local_ms("2026-12-05", 2 * 60))
    assert again.found() == {}
