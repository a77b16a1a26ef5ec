"""What people, other systems and devices told counts in a recount as it was counted; the way to the rows behind it."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from itertools import permutations
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, update
from typer.main import get_command

from central import schema
from central.database import Database
from central.fleet.tables import device_fault, line_change
from central.ingest.intake import Intake, unpack
from central.keeping.sealed_columns import Vault
from central.live import store as live
from central.outside import store as outside
from central.outside.codes import BY_FIELD, BY_WHOM, TOLD, Ended, Source
from central.ratings.stages import STAGES
from central.ratings.words import Decision, Move, State, Who
from central.report.figures import counts_of, text_of
from central.report.periods import period
from central.report.tables import report_own
from central.report_counts.entries import by_hand
from central.report_entry.tables import adviser_visit, report_entry, report_event, report_taken_back
from central.report_recount.commands import app as report_app
from central.report_recount.own import typed
from central.report_recount.span import Part
from central.units import store as units
from hall.moment import local_ms
from hall.queue.words import Priority
from hall.record.words import AnsweredBy, Field
from hall_config.outcome import Exit, Stop, complain
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.event_log import START_MS, HallLog, called, finished, issued, rated, started
from tests.central.rating_house import LI, WANG, CaseDesk, Day
from tests.central.report_tree import ReportTree, a_month
from tests.central.taking_in import HALL, NOW_MS, evt
from tests.central.test_rating_rates import decide
from tests.central.test_report_recount import FAR_MS, NOVEMBER, Place
from tests.central.villages import ONE_ENGINE, done

HOUR_MS: Final = 3_600_000
BEGIN_MS: Final = local_ms("2026-10-20", 0)
MANY: Final[Any] = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
_DAYS: Final = ("2026-10-03", "2026-10-30", "2026-11-01", "2026-11-15", "2026-11-16", "2026-11-30", "2026-12-01")


class Told:
    """Rows of one unit at random: each at some moment, some told again, some taken back."""

    def __init__(self, place: Place, chance: random.Random) -> None:
        self.place, self.chance, self.rows = place, chance, 0

    def at_ms(self) -> int:
        return BEGIN_MS + self.chance.randint(0, 50 * 24) * HOUR_MS

    def every(self, connection: Connection) -> None:
        vault = Vault(b"m" * 32)
        vault.make_index_key(connection, 1)
        sealed = vault.seal(connection, "city", "x", "x", 1)
        for _ in range(25):
            self._day(connection, self.chance.choice(list(Source)))
            self._call(connection)
            self._visit(connection)
            self._event(connection, sealed)
            self._entry(connection)
        self._devices(connection)

    def _day(self, connection: Connection, source: Source) -> None:
        told, chance = TOLD[source], self.chance
        figures: dict[str, int | None] = {code: chance.randint(0, 40) for code in told.must}
        figures |= {code: chance.choice((None, chance.randint(0, 4))) for code in told.may}
        if source is Source.HOTLINE:
            figures["B03"] = 200 if any(figures[code] for code in (*BY_FIELD, *BY_WHOM)) else None
        row = {"unit": self.place.unit, "day": chance.choice(_DAYS), **figures}
        outside.add_days(connection, source, [row], outside.Whence("x", self.at_ms()))

    def _call(self, connection: Connection) -> None:
        chance = self.chance
        field = chance.choice(("", *Field))
        row = {
            "unit": self.place.unit, "call": f"call-{chance.randint(1, 12)}", "day": chance.choice(_DAYS), "at_ms": 1,
            "ended": chance.choice(list(Ended)), "talk_s": chance.randint(0, 900), "advice_field": field,
            "answered_by": chance.choice(("", *AnsweredBy)) if field else "",
        }  # fmt: skip
        outside.add_calls(connection, [row], outside.Whence("x", self.at_ms()))

    def _kept(self, connection: Connection, table: Any, **facts: Any) -> None:
        self.rows += 1
        at_ms = self.at_ms()
        row = {"id": f"{self.place.unit}-{self.rows}", "unit": self.place.unit, "by": "x"}
        connection.execute(insert(table).values(**row, at_ms=at_ms, **facts))
        if self.chance.random() < 0.2:
            back = {"row": row["id"], "unit": self.place.unit, "period": "2026-11", "why": "OTHER", "by": "x"}
            connection.execute(insert(report_taken_back).values(**back, at_ms=at_ms + 40 * HOUR_MS))

    def _visit(self, connection: Connection) -> None:
        minutes = self.chance.randint(1, 90)
        self._kept(connection, adviser_visit, day=self.chance.choice(_DAYS), minutes=minutes, people=2)

    def _event(self, connection: Connection, sealed: Any) -> None:
        if self.chance.random() < 0.3:
            kind, people = self.chance.choice(("LECTURE", "STALL")), self.chance.randint(0, 90)
            facts = {"kind": kind, "title": sealed, "people": people, "leaflets": 3}
            self._kept(connection, report_event, day=self.chance.choice(_DAYS), **facts)

    def _entry(self, connection: Connection) -> None:
        code = self.chance.choice(("F01", "A06", "K01", "K02", "J03", "C35"))
        facts = {"code": code, "period": self.chance.choice(("2026-09", "2026-10", "2026-11", "2026-12"))}
        value = "12.50" if code == "C35" else str(self.chance.randint(0, 9))
        self._kept(connection, report_entry, n=self.rows, value=value, carried=False, **facts)

    def _devices(self, connection: Connection) -> None:
        hall, chance = self.place.hall, self.chance
        connection.execute(update(schema.hall).where(schema.hall.c.id == hall).values(first_ms=self.at_ms()))
        for name in ("sign", "printer", "camera")[: chance.randint(0, 3)]:
            facts = {"kind": "x", "state": "ready", "since": 1, "reason": "", "epoch": "e", "n": 1, "counters": "{}"}
            connection.execute(insert(schema.device).values(hall=hall, device=name, **facts))
        for at_ms in {self.at_ms() for _ in range(chance.randint(0, 8))}:
            connection.execute(insert(line_change).values(hall=hall, at_ms=at_ms, online=chance.random() < 0.5))
        for begun_ms in {self.at_ms() for _ in range(chance.randint(0, 8))}:
            device = chance.choice(("sign", "printer", "gone"))
            ended_ms = chance.choice((None, begun_ms + chance.randint(1, 300) * HOUR_MS))
            facts = {"kind": "x", "state": "failed", "reason": "", "begun_ms": begun_ms, "ended_ms": ended_ms}
            connection.execute(insert(device_fault).values(hall=hall, device=device, **facts))


@settings(max_examples=6, **MANY)
@given(st.integers(0, 2**32), st.sampled_from(["district", "street", "village"]), st.sampled_from([0, 25, 900]))
def test_what_was_told_and_entered_counts_as_it_was_counted(
    database: Database, seed: int, level: str, days_on: int
) -> None:
    place = Place(database, level)
    with database.write() as connection:
        Told(place, random.Random(seed)).every(connection)
    form_says, again = place.both(BEGIN_MS + days_on * 24 * HOUR_MS + 1)
    assert again == form_says


@settings(max_examples=4, **MANY)
@given(st.integers(0, 2**32))
def test_figures_by_hand_are_those_that_were_typed_in_last(database: Database, seed: int) -> None:
    place = Place(database)
    with database.write() as connection:
        Told(place, random.Random(seed)).every(connection)
    with database.read() as connection:
        found = typed(connection, Part(place.unit, place.level, NOVEMBER, FAR_MS))
        said = by_hand(connection, place.path, NOVEMBER.name).get(place.unit, {})
    assert found.figures() == {code: figure for code, figure in said.items() if figure}


def moved_at_random(desk: CaseDesk, number: str, chance: random.Random) -> None:
    """A case along its table, by two people, some days between."""
    for _ in range(chance.randint(0, 7)):
        row = desk.case(number)
        ways = [move for move, way in STAGES[State(row["state"])].items() if way.who is not Who.HALL]
        desk.now_ms += chance.randint(0, 6) * 24 * HOUR_MS
        if not ways:
            return
        move = chance.choice(ways)
        if move in (Move.CONFIRM_INVALID, Move.DECLINE_INVALID):
            if row["proposed_by"]:
                desk.move(number, move, LI)
        elif move not in (Move.PUBLISH, Move.WITHDRAW, Move.CLOSE_SILENT) and not row["proposed_by"]:
            desk.move(number, move, WANG)


@pytest.mark.parametrize("seed", [1, 2])
def test_bad_ratings_and_what_was_done_about_them_count_as_they_were_counted(database: Database, seed: int) -> None:
    chance, place, desk = random.Random(seed), Place(database), CaseDesk(database, START_MS + HOUR_MS)
    with database.write() as connection:
        live.know(connection, HALL, NOW_MS)
        units.put_hall(connection, HALL, place.unit)
    place.hall, day = HALL, Day()
    numbers = [day.rate(chance.choice((1, 2, 2, 4, 5))) for _ in range(25)]
    place.takes(day.log.batches())
    for number in numbers:
        if desk.row(number)["grade"] < 3:
            desk.now_ms = START_MS + HOUR_MS
            moved_at_random(desk, number, chance)
        if chance.random() < 0.2:
            decide(database, number, 1, chance.choice(list(Decision)), NOW_MS)
    for of in (NOVEMBER, period("2026-12")):
        form_says, again = place.both(FAR_MS, of)
        assert again == form_says
    assert form_says["P10O"] > 0


@ONE_ENGINE
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_service_rated_in_several_journals_counts_alike_in_whatever_order_they_come(
    database: Database, order: tuple[int, ...]
) -> None:
    """What was given last counts, by the clock of the hall, and of one journal the last whatever its clock said."""
    place, days = Place(database), [Day("epoch-a"), Day("epoch-b"), Day("epoch-c")]
    for n, day in enumerate(days):
        day.log.at_ms += (0, 2 * HOUR_MS, HOUR_MS)[n]
        day.rate((5, 3, 2)[n])
    days[1].log.at_ms -= 3 * HOUR_MS  # its clock was set back, and the visitor changed the grade
    days[1].log.add(rated("A001", 1, 1, 2))
    with database.write() as connection:
        live.know(connection, HALL, NOW_MS)
        units.put_hall(connection, HALL, place.unit)
    place.hall = HALL
    for n in order:
        place.takes(days[n].log.batches())
    form_says, again = place.both()
    assert again == form_says
    assert {code: form_says.get(code, 0) for code in ("P02", "P03", "P05", "P06", "P07")} == {
        "P02": 1, "P03": 0, "P05": 0, "P06": 1, "P07": 0,
    }  # fmt: skip


# --- the way to the rows ------------------------------------------------------------------------------------


@ONE_ENGINE
def test_the_rows_behind_a_figure_add_up_to_it_page_by_page(web: Web) -> None:
    tree, month = ReportTree(web), a_month()
    Visited(tree, "lane", month)
    path = f"/api/v1/report/units/lane/periods/{month}/rows"
    reader = tree.client("p.lane")
    for code, figure, rows, kind in (
        ("A10", "7", 7, "ticket.finished/1"), ("A51", "14", 7, "ticket.finished/1"), ("A22S", "840", 7, None),
        ("A21S", "420", 7, "ticket.called/1"), ("P03", "7", 7, "rating.given/1"), ("J01", "1", 1, None),
    ):  # fmt: skip
        told = done(reader.get(f"{path}/{code}"))
        assert (told["sum"], told["rows"]) == (figure, rows)
        assert sum(int(one["amount"]) for one in told["items"]) == int(figure)
        assert kind is None or {one["type"] for one in told["items"]} == {kind}
    first = done(reader.get(f"{path}/A10", params={"limit": 5}))
    second = done(reader.get(f"{path}/A10", params={"limit": 5, "cursor": first["next"]}))
    every = [*first["items"], *second["items"]]
    assert (len(first["items"]), len(second["items"]), second["next"]) == (5, 2, None)
    assert sorted(one["number"] for one in every) == [f"A{n:03d}" for n in range(1, 8)]
    assert {(one["hall"], one["page"]) for one in every} == {("hall-lane", None)}
    computed = done(reader.get(f"{path}/A01"))
    assert computed["is"] == "A02 + A03 + A04 + A05 + A06"
    assert [one["code"] for one in computed["made_of"]] == ["A02", "A03", "A04", "A05", "A06"]


@ONE_ENGINE
def test_rows_of_few_people_are_for_the_unit_alone_and_looking_is_written_down(web: Web) -> None:
    tree, month = ReportTree(web), a_month()
    Visited(tree, "lane", month, Priority.DISABLED)
    path = f"/api/v1/report/units/lane/periods/{month}/rows"
    assert done(tree.client("p.lane").get(f"{path}/A18"))["sum"] == "7"
    with web.database.read() as connection:
        (look,) = connection.execute(select(schema.audit).where(schema.audit.c.act == "report.rows")).all()
    assert (look.actor, look.object) == ("p.lane", f"lane/{month}/A18")
    check_error(tree.client("p.north").get(f"{path}/A18"), 403, "REPORT_FEW")
    assert done(tree.client("p.north").get(f"{path}/A10"))["sum"] == "7"
    check_error(tree.client("p.south").get(f"{path}/A10"), 404, "NO_SUCH_UNIT")
    check_error(tree.client("p.lane").get(f"{path}/Z99"), 404, "REPORT_NO_SUCH_FIELD")
    check_error(tree.client("p.lane").get(f"{path}/A10?version=3"), 404, "NO_SUCH_VERSION")
    check_error(tree.client("p.lane").get(f"{path}/A10?cursor=AAAA"), 422, "WRONG_FIELD")


class Visited:
    """Seven visitors in a unit's hall on the third of a month."""

    def __init__(self, tree: ReportTree, unit: str, month: str, priority: Priority | None = None) -> None:
        hall, day, log, intake = f"hall-{unit}", f"{month}-03", HallLog(), Intake()
        for n in range(1, 8):
            number = f"A{n:03d}"
            log.add(issued(number, day=day, priority=priority), called(number, 1, day=day), started(number, 1, day=day))
            log.add(finished(number, 1, day=day), rated(number, 1, 5, day=day))
        log.envelopes = [
            one if one["type"] != "ticket.issued/1" else {**one, "data": {**one["data"], "persons": 2}}
            for one in log.envelopes
        ]
        with tree.database.write() as connection:
            live.know(connection, hall, NOW_MS)
            units.put_hall(connection, hall, unit)
            intake.take_in(connection, [unpack(evt(payload, hall)) for payload in log.batches()], NOW_MS)


@ONE_ENGINE
def test_the_command_says_whether_a_form_is_what_its_records_say(
    web: Web, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tree, month = ReportTree(web), a_month()
    Visited(tree, "lane", month)
    asked = ["--unit", "lane", "--period", month, "--database", database_url]
    assert command("recount", *asked) == 0
    assert "与报表一致" in capsys.readouterr().out
    assert command("figures", *asked, "--json") == 0
    assert json.loads(capsys.readouterr().out)["figures"]["A10"] == "7"
    with web.database.write() as connection:
        cells = connection.execute(select(report_own).where(report_own.c.unit == "lane")).mappings().one()["cells"]
        wrong = text_of({**counts_of(cells), "A13": Fraction(1)})
        connection.execute(update(report_own).where(report_own.c.unit == "lane").values(cells=wrong))
    assert command("recount", *asked) == Exit.DIFFERS
    told = capsys.readouterr()
    assert "A13 取消：报表 1，重算 0" in told.out
    assert "1 处" in told.err
    assert command("recount", *asked, "--json") == Exit.DIFFERS
    (one,) = json.loads(capsys.readouterr().out)["differences"]
    assert (one["unit"], one["code"], one["form"], one["recount"]) == ("lane", "A13", "1", "0")
    assert command("recount", *asked, "--version", "2") == Exit.FAILED
    assert command("recount", "--unit", "nowhere", *asked[2:]) == Exit.FAILED
    assert command("recount", *asked, "--period", "2026-13") == Exit.WRONG_USE


def command(name: str, *arguments: str) -> int:
    """As the console program ends it."""
    try:
        get_command(report_app).main(["report", name, *arguments], standalone_mode=False)
    except Stop as stop:
        complain(*stop.lines)
        return stop.exit_code
    return 0
