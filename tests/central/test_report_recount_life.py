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
