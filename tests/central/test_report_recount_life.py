"""Forms that go their way, are given back, recalled, adjusted and corrected, come out the same when computed again."""

from __future__ import annotations

from typing import Any

import pytest

from central.clock import now_ms
from central.ingest.intake import Intake, unpack
from central.live import store as live
from central.report.counting import bring_up
from central.report.periods import period, shifted
from central.report_recount.differences import Recount
from central.report_recount.work import Again
from central.units import store as units
from hall.appointments.words import AppointmentCheckedIn
from hall.moment import local_ms
from tests.central.conftest import Web
from tests.central.event_log import HallLog, called, finished, issued, rated, started
from tests.central.report_tree import FILLED, ReportTree, a_month
from tests.central.taking_in import evt
from tests.central.villages import ONE_ENGINE, done, send

MONTH = a_month()
EARLIER = shifted(MONTH, -1)


class Halls:
    """Halls of the tree's units: visitors come, and central takes them in."""

    def __init__(self, tree: ReportTree) -> None:
        self.tree, self.logs, self.intake = tree, dict[str, HallLog](), Intake()

    def serve(self, unit: str, month: str, visitors: int, at_ms: int | None = None) -> None:
        """Visitors of the third; heard of on the same day, or then."""
        at_ms = local_ms(f"{month}-03", 1000) if at_ms is None else at_ms
        hall, log = f"hall-{unit}", self.logs.setdefault(unit, HallLog(f"epoch-{unit}"))
        before = len(log.envelopes)
        for n in range(before, before + visitors):
            number, day = f"D{n + 1:03d}", f"{month}-03"
            log.add(issued(number, day=day), called(number, 1, day=day), started(number, 1, day=day))
            log.add(finished(number, 1, day=day), rated(number, 1, 5, day=day))
        with self.tree.database.write() as connection:
            live.know(connection, hall, at_ms)
            units.put_hall(connection, hall, unit)
            told = [unpack(evt(log.batch(log.envelopes[before:]), hall))]
            self.intake.take_in(connection, told, at_ms)

    def hears(self, unit: str, upto: int, at_ms: int) -> None:
        """What a hall has told by then, up to a number of its journal."""
        hall, log = f"hall-{unit}", self.logs[unit]
        with self.tree.database.write() as connection:
            live.know(connection, hall, at_ms)
            units.put_hall(connection, hall, unit)
            self.intake.take_in(connection, [unpack(evt(log.batch(log.envelopes[:upto]), hall))], at_ms)


@pytest.fixture
def tree(web: Web) -> ReportTree:
    made = ReportTree(web)
    for district in ("north", "south"):
        for month in (EARLIER, MONTH):
            made.typed(district, month, **FILLED)
    return made


def recount(tree: ReportTree, unit: str, number: int, month: str = MONTH) -> Recount:
    path = tree.paths[unit]
    if not number:
        bring_up(tree.database, path, period(month), now_ms())
    with tree.database.read() as connection:
        row, again = units.unit(connection, unit), Again(connection, month, now_ms())
        assert row is not None
        found = again.version(row, number) if number else again.live(row)
        assert found is not None
        return found


def same(tree: ReportTree, unit: str, number: int, month: str = MONTH) -> dict[str, Any]:
    found = recount(tree, unit, number, month)
    assert found.differences == []
    return dict(found.figures)


def sent(tree: ReportTree, month: str) -> None:
    """The room, both streets and the district, each taken by the unit above it."""
    for unit, above in (("bell", "lane"), ("lane", "north"), ("dock", "north"), ("north", "city")):
        tree.send_up(unit, month)
        tree.move(f"r.{above}", unit, month, "ACCEPT")


@ONE_ENGINE
def test_a_form_through_the_whole_tree_is_what_its_records_say_at_every_version(tree: ReportTree) -> None:
    halls = Halls(tree)
    for unit, visitors in (("bell", 4), ("lane", 8), ("north", 9), ("city", 2)):
        halls.serve(unit, MONTH, visitors)
    assert same(tree, "city", 0)["A10"] == 23
    sent(tree, MONTH)
    assert same(tree, "north", 1)["A10"] == 21
    assert same(tree, "city", 0)["A10"] == 23
    slips = f"/api/v1/report/units/lane/periods/{MONTH}/slips"
    slip = done(send(tree.client("p.lane"), "POST", slips, {"code": "A14", "new": "1", "text": "漏计一张作废号"}), 201)
    done(send(tree.client("s.city"), "POST", f"{slips}/{slip['id']}/decide", {"approved": True}))
    assert same(tree, "lane", 2)["A14"] == same(tree, "north", 2)["A14"] == 1
    assert same(tree, "north", 1)["A14"] == 0
    halls.serve("lane", MONTH, 3, now_ms())  # comes late: in no form that is there
    assert same(tree, "north", 2)["A10"] == 21
    assert same(tree, "city", 0)["A10"] == 23


@ONE_ENGINE
def test_what_came_late_what_was_adjusted_and_what_was_recalled_is_computed_the_same(tree: ReportTree) -> None:
    halls = Halls(tree)
    halls.serve("lane", EARLIER, 6)
    halls.serve("lane", MONTH, 4)
    sent(tree, EARLIER)
    halls.serve("lane", EARLIER, 2, now_ms())
    assert same(tree, "lane", 1, EARLIER)["A10"] == 6
    tree.send_up("bell", MONTH)
    tree.move("r.lane", "bell", MONTH, "ACCEPT")
    lines = f"/api/v1/report/units/lane/periods/{MONTH}/lines"
    said = {"code": "E12", "by": "1", "text": "漏登一件信息查询"}
    done(send(tree.client("p.lane"), "POST", lines, said), 201)
    tree.send_up("lane", MONTH)
    told = same(tree, "lane", 1)
    assert (told["A10"], told["E12"]) == (6, 1)  # four, and two that came late
    tree.move("p.lane", "lane", MONTH, "RECALL", text="补登一件")
    assert same(tree, "lane", 2)["E12"] == 1
    done(send(tree.client("p.lane"), "POST", lines, said | {"by": "2"}), 201)
    assert same(tree, "lane", 2)["E12"] == 1
    tree.move("p.lane", "lane", MONTH, "DRAW_UP")
    assert same(tree, "lane", 2)["E12"] == 3
    assert same(tree, "lane", 1)["E12"] == 1
    assert same(tree, "north", 0)["E12"] == 3


@ONE_ENGINE
def test_a_month_in_which_halls_were_offline_for_days_is_sent_and_the_rest_goes_into_the_next(tree: ReportTree) -> None:
    halls = Halls(tree)
    for month in (EARLIER, MONTH):
        halls.serve("lane", month, 3)
    log = halls.logs["dock"] = HallLog("epoch-dock")
    days = [f"{EARLIER}-{day:02d}" for day in range(10, 20)]
    log.add(issued("A001", day=days[0]), AppointmentCheckedIn(days[0], "0199a000", "A001", late=False))
    told = len(log.envelopes)  # then the line was cut for the rest of the month
    log.add(called("A001", 1, day=days[0]), started("A001", 1, day=days[0]), finished("A001", 1, day=days[0]))
    for day in days[1:]:
        log.add(issued("A001", day=day), called("A001", 1, day=day), started("A001", 1, day=day))
        log.add(finished("A001", 1, day=day), rated("A001", 1, 5, day=day))
    halls.hears("dock", told, local_ms(days[0], 1000))
    sent_with_notes(tree, EARLIER)
    form = same(tree, "dock", 1, EARLIER)
    assert (form.get("A10", 0), form["A15"]) == (0, 1), "who came is known, and how it ended is not"
    halls.hears("dock", len(log.envelopes), now_ms())
    assert (same(tree, "dock", 1, EARLIER), same(tree, "north", 1, EARLIER)["A10"]) == (form, 3)
    sent_with_notes(tree, MONTH)
    assert {(line["kind"], line["about"]) for line in tree.form("dock", MONTH)["lines"]} == {("LATE", EARLIER)}
    late = {line["code"]: line["by"] for line in tree.form("dock", MONTH)["lines"]}
    assert (late["A10"], late["A11"], late["P02"]) == ("10", "10", "9")
    assert "A15" not in late, "that was in the form of its month"
    assert all(line["events"] for line in tree.form("dock", MONTH)["lines"])
    assert same(tree, "dock", 1)["A10"] == 10
    assert same(tree, "north", 1)["A10"] == 13
    assert same(tree, "city", 0)["A10"] == 13
    assert recount(tree, "dock", 0, EARLIER).differences == []


def sent_with_notes(tree: ReportTree, month: str) -> None:
    """As `sent`, with a note to whatever asks for one; nothing may be broken."""
    for unit, above in (("bell", "lane"), ("lane", "north"), ("dock", "north"), ("north", "city")):
        tree.move(f"p.{unit}", unit, month, "DRAW_UP")
        for found in tree.form(unit, month)["findings"]:
            assert not found["hard"], found
            path = f"/api/v1/report/units/{unit}/periods/{month}/notes/{found['id']}"
            done(send(tree.client(f"p.{unit}"), "PUT", path, {"text": "大厅断线，恢复后补报"}))
        tree.send_up(unit, month)
        tree.move(f"r.{above}", unit, month, "ACCEPT")
