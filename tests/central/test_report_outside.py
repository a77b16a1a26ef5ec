"""What the report counts of other systems, of devices and of doubtful clocks; by unit, as it was known at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from central import schema
from central.database import Database
from central.fleet.tables import device_fault, line_change
from central.outside import store
from central.outside.codes import TOLD, Source
from central.report.form import form
from central.report_counts import clocks, devices, outside
from central.report_counts.devices import HOUR_MS, heard_of, hours, overlap_ms
from central.report_counts.marks import marks
from central.report_counts.span import Span
from hall.moment import local_ms
from hall_config.retention import retention_rules
from tests.central.platforms import BARE, HOTLINE, WEB, add_units

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
BEGIN, END = local_ms("2026-11-01", 0), local_ms("2026-12-01", 0)
LATER = END + 20 * 24 * HOUR_MS


def span(path: str = "city/", known_ms: int = LATER, alone: bool = False) -> Span:
    return Span(path, FIRST, LAST, known_ms, alone)


def districts(database: Database) -> None:
    add_units(database, ("north", "district", "city/north/"), ("south", "district", "city/south/"))


def tell(database: Database, source: Source, unit: str, day: str, told_ms: int = 1, **figures: int | None) -> None:
    row = {**dict.fromkeys(TOLD[source].every), **dict.fromkeys(TOLD[source].must, 0), **figures}
    with database.write() as connection:
        store.add_days(connection, source, [{"unit": unit, "day": day, **row}], store.Whence("x", told_ms))


def call(database: Database, unit: str, name: str, told_ms: int = 1, **other: Any) -> None:
    row = {"unit": unit, "call": name, "day": "2026-11-05", "at_ms": BEGIN, "ended": "ANSWERED", "talk_s": 30,
           "advice_field": "", "answered_by": "", **other}  # fmt: skip
    with database.write() as connection:
        store.add_calls(connection, [row], store.Whence("x", told_ms))


def counted(database: Database, of: Span, collect: Any = outside.cells) -> dict[str, dict[str, Any]]:
    with database.read() as connection:
        found: Mapping[str, Mapping[str, Any]] = collect(connection, of)
    return {unit: {code: n for code, n in cells.items() if n} for unit, cells in found.items()}


def test_days_and_calls_of_a_month_add_up_by_unit_and_nothing_beside_is_seen(database: Database) -> None:
    districts(database)
    tell(database, Source.HOTLINE, "north", "2026-11-01", **HOTLINE)
    tell(database, Source.HOTLINE, "north", "2026-11-30", **BARE, B03=7)
    tell(database, Source.HOTLINE, "north", "2026-12-01", **BARE)
    tell(database, Source.HOTLINE, "south", "2026-11-02", **BARE)
    call(database, "north", "a", advice_field="LABOUR")
    call(database, "north", "b", advice_field="OTHER", answered_by="LAWYER")
    call(database, "north", "c", ended="MENU", talk_s=0)
    call(database, "north", "d", ended="LOST", talk_s=0)
    call(database, "north", "e", ended="VOID", talk_s=0)
    tell(database, Source.WEB, "north", "2026-11-03", **WEB)
    found = counted(database, span("city/north/"))
    assert set(found) == {"north"}
    north = found["north"]
    assert {code: north[code] for code in ("G01", "G01V", "G02", "G04S", "G05", "G07", "G08S")} == {
        "G01": 828, "G01V": 115, "G02": 678, "G04S": 196_100, "G05": 42, "G07": 80, "G08S": 70,
    }  # fmt: skip
    assert (north["A04"], north["B03"], north["B13"], north["B22"]) == (678, 310, 72, 9 + 7 + 1)
    assert (north["B31"], north["B35"]) == (244, 5 + 7 + 1)
    assert north["B03"] == sum(north.get(f"B{n}", 0) for n in range(11, 23)) == sum(north[f"B{n}"] for n in range(31, 36))  # fmt: skip  # noqa: E501
    assert (north["N01"], north["N04"], north["N07"], north["A05"]) == (5230, 46, 2, 46 + 7)
    assert set(counted(database, span())) == {"north", "south"}
    assert counted(database, span(alone=True)) == {}
    figures = form().completed({code: Fraction(n) for code, n in north.items()}, {})
    rows = [field for field in form().fields.values() if field.rule is not None and field.part in ("G", "N", "B")]
    assert rows
    assert figures["G03"] == Fraction(951, 10)
    assert figures["G08"] == Fraction(972, 10)


def test_a_month_with_nothing_has_no_figures_and_no_ratios(database: Database) -> None:
    districts(database)
    tell(database, Source.HOTLINE, "north", "2026-11-01")
    assert counted(database, span()) == {"north": {}}
    figures = form().completed({}, {})
    assert [figures[code] for code in ("G03", "G04", "G08", "K05")] == [None] * 4
    assert counted(database, span(), devices.cells) == {}


def test_the_same_cut_off_tells_the_same_whatever_was_corrected_since(database: Database) -> None:
    districts(database)
    tell(database, Source.HOTLINE, "north", "2026-11-01", told_ms=100, **BARE)
    tell(database, Source.WEB, "north", "2026-11-01", told_ms=100, N02=500)
    call(database, "north", "a", told_ms=100)
    before = counted(database, span(known_ms=200))
    with database.read() as connection:
        mark = marks(connection, {"city/north/": span("city/north/")})
    tell(database, Source.HOTLINE, "north", "2026-11-01", told_ms=300, **(BARE | {"G01": 500}))
    tell(database, Source.WEB, "north", "2026-11-01", told_ms=300, N02=501)
    call(database, "north", "a", told_ms=300, ended="VOID", talk_s=0)
    assert counted(database, span(known_ms=200)) == before
    after = counted(database, span())["north"]
    assert (before["north"]["G01"], before["north"]["N02"]) == (413, 500)
    assert (after["G01"], after["G02"], after["N02"]) == (500, 338, 501)
    assert counted(database, span(known_ms=100)) == {}
    with database.read() as connection:
        assert marks(connection, {"city/north/": span("city/north/")}) != mark


def test_stocks_are_the_last_that_was_known_and_open_tasks_are_never_below_nothing(database: Database) -> None:
    districts(database)
    tell(database, Source.WEB, "north", "2026-09-30", N02=400, N03=70)
    tell(database, Source.WEB, "north", "2026-11-10", N01=3, N02=420)
    tell(database, Source.WEB, "north", "2026-11-20", N01=4)
    tell(database, Source.WEB, "north", "2026-12-01", N02=999)
    north = counted(database, span())["north"]
    assert (north["N01"], north["N02"], north["N03"]) == (7, 420, 70)
    for day, sent, done in (("2026-10-01", 2, 5), ("2026-10-02", 4, 1), ("2026-10-03", 0, 2), ("2026-11-01", 9, 1)):
        tell(database, Source.HOTLINE, "south", day, G05=sent, G06=done)
    south = counted(database, span())["south"]
    assert (south["G05O"], south["G05"], south["G06"]) == (1, 9, 1)  # three were open before anybody told anything


# --- devices --------------------------------------------------------------------------------------------------


def hall(database: Database, name: str, unit: str, first_ms: int, kinds: int, **other: Any) -> None:
    row = {"id": name, "name_zh": name, "name_en": name, "birth": "{}", "online": True, "bdseq": 1, "epoch": "e",
           "boot": "b", "version": "1", "config_rev": 1, "clock": "ntp", "state_ms": 1, "heard_ms": 1,
           "first_ms": first_ms, "unit": unit, **other}  # fmt: skip
    part = {"hall": name, "kind": "sign", "state": "ready", "since": 1, "reason": "", "epoch": "e", "n": 1,
            "counters": "{}"}  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(schema.hall).values(row))
        if kinds:
            connection.execute(insert(schema.device), [{**part, "device": f"sign-{n}"} for n in range(kinds)])


def fault(database: Database, name: str, device: str, begun_ms: int, ended_ms: int | None) -> None:
    row = {"hall": name, "device": device, "begun_ms": begun_ms, "ended_ms": ended_ms, "kind": "sign", "state": "lost",
           "reason": ""}  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(device_fault).values(row))


def test_devices_count_while_their_hall_was_there_and_was_heard(database: Database) -> None:
    districts(database)
    hall(database, "hall-one", "north", 1, 2)
    hall(database, "hall-new", "north", END - 10 * HOUR_MS, 1)
    hall(database, "hall-bare", "south", 1, 0)
    hall(database, "hall-next", "south", END + 1, 3)
    fault(database, "hall-one", "sign-0", BEGIN - HOUR_MS, BEGIN + 2 * HOUR_MS)  # clipped to the month
    fault(database, "hall-one", "sign-1", END - HOUR_MS, None)  # open: to its end
    fault(database, "hall-one", "sign-0", BEGIN + 10 * HOUR_MS, BEGIN + 40 * HOUR_MS)  # over the line's outage
    fault(database, "hall-one", "gone", BEGIN, END)
    fault(database, "hall-new", "sign-0", END - 5 * HOUR_MS, END - 5 * HOUR_MS + HOUR_MS // 4)
    changes = [(1, True), (BEGIN + 12 * HOUR_MS, False), (BEGIN + 36 * HOUR_MS, True), (END + 1, False)]
    with database.write() as connection:
        connection.execute(
            insert(line_change), [{"hall": "hall-one", "at_ms": at_ms, "online": up} for at_ms, up in changes]
        )
    assert counted(database, span(), devices.cells) == {
        "north": {"K05H": 2 * (720 - 24) + 10, "K06": Fraction(2 + 1 + 6) + Fraction(3, 10)}
    }
    cells = counted(database, span(known_ms=BEGIN + HOUR_MS), devices.cells)
    assert cells == {"north": {"K05H": 2, "K06": 1}}
    assert counted(database, span("city/south/"), devices.cells) == {}
    assert counted(database, span(known_ms=BEGIN - 1), devices.cells) == {"north": {}}


@given(
    st.lists(st.tuples(st.integers(-50, 150), st.booleans()), max_size=8).map(
        lambda found: sorted(dict(found).items())
    ),
    st.lists(st.integers(-60, 160), unique=True, min_size=2, max_size=8).map(sorted),
)
def test_devices_are_never_down_for_longer_than_they_should_have_been_up(
    changes: list[tuple[int, bool]], ends: list[int]
) -> None:
    parts = heard_of((0, 100), changes)
    faults = list(zip(ends[::2], ends[1::2], strict=False))
    up = sum(end - begin for begin, end in parts)
    assert 0 <= sum(overlap_ms(parts, one) for one in faults) <= up <= 100
    stands = [at for at in range(100) if dict([(-99, True), *changes])[max(one for one in (-99, *dict(changes)) if one <= at)]]  # fmt: skip  # noqa: E501
    assert len(stands) == up


def test_hours_are_rounded_half_up_and_what_they_are_made_of_is_kept_long_enough() -> None:
    assert [hours(amount) for amount in (0, HOUR_MS // 20 - 1, HOUR_MS // 20)] == [0, 0, Fraction(1, 10)]
    for topic in ("device_fault", "line_change", "hotline_call"):
        assert min(rule.days for rule in retention_rules() if rule.topic == topic) >= 31 + 30, topic


# --- clocks ---------------------------------------------------------------------------------------------------


def ticket(database: Database, name: str, day: str, number: str, seq: int) -> None:
    row = {"hall": name, "day": day, "number": number, "epoch": "e", "state": "DONE", "service_issued": "A",
           "service": "A", "channel": "KIOSK", "persons": 1, "since_ms": 1, "calls": 1, "transferred": False,
           "grade_version": 0, "events": f"[[7,{seq}],[7,{seq + 1}]]"}  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(schema.ticket).values(row))


@pytest.mark.parametrize(
    ("received", "clock", "named"),
    [
        ("2026-11-20", "ntp", False), ("2026-11-19", "ntp", True), ("2026-11-25", "rtc", False),
        ("2026-11-20", "none", True),
    ],
)  # fmt: skip
def test_a_hall_whose_tickets_came_before_their_day_is_named(
    database: Database, received: str, clock: str, named: bool
) -> None:
    districts(database)
    hall(database, "hall-one", "north", 1, 0)
    event = {"stream": 7, "month": 202611, "id": "x", "ts": 1, "boot": "b", "mono": 1, "clock": clock,
             "type": "ticket.issued/1", "late": False, "lane": "main", "data": "{}"}  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(schema.event_month).values(stream=7, month=202611, from_seq=0))
        connection.execute(insert(schema.event), {**event, "seq": 4, "received_ms": local_ms(received, 600)})
        connection.execute(
            insert(schema.event), {**event, "seq": 9, "received_ms": local_ms("2026-11-21", 600), "clock": "ntp"}
        )
    for day, number, seq in (("2026-11-20", "A001", 4), ("2026-11-20", "B001", 9), ("2026-11-21", "A001", 9), ("2026-11-22", "A001", 700)):  # fmt: skip  # noqa: E501
        ticket(database, "hall-one", day, number, seq)
    with database.read() as connection:
        found = clocks.doubtful(connection, span())
        assert clocks.doubtful(connection, span("city/south/")) == []
    assert found == ([clocks.Doubtful("hall-one", ("2026-11-20",), 2)] if named else [])
