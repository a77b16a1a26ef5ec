"""A form goes its way: from room to city, given back and sent again, locked and corrected; nothing moves in silence."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import openpyxl
import pypdf
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from central import schema
from central.clock import now_ms
from central.report import store
from central.report.periods import period, shifted
from central.report.tables import report_line, report_version
from hall_config import paper
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.report_tree import FILLED, MORNING, ReportTree, a_month
from tests.central.villages import ONE_ENGINE, done, send

MONTH = a_month()
FIRST = f"{MONTH}-03" if period(MONTH).first.day == 1 else period(MONTH).first.isoformat()


@pytest.fixture
def tree(web: Web) -> ReportTree:
    made = ReportTree(web)
    for district in ("north", "south"):
        made.typed(district, MONTH, **FILLED)
    made.did("lane", FIRST, **MORNING)
    made.did("north", FIRST, **MORNING)
    return made


def send_street(tree: ReportTree) -> None:
    """The room and both streets of the north, taken one after the other."""
    tree.send_up("bell", MONTH)
    tree.move("r.lane", "bell", MONTH, "ACCEPT")
    for street in ("lane", "dock"):
        tree.send_up(street, MONTH)
        tree.move("r.north", street, MONTH, "ACCEPT")


def noted(tree: ReportTree, unit: str) -> None:
    """A note to everything that asks for one."""
    for found in tree.form(unit, MONTH)["findings"]:
        assert not found["hard"], found
        path = f"/api/v1/report/units/{unit}/periods/{MONTH}/notes/{found['id']}"
        done(send(tree.client(f"p.{unit}"), "PUT", path, {"text": "与上期相比业务新开"}))


def test_a_form_goes_from_the_room_to_the_city(tree: ReportTree) -> None:
    send_street(tree)
    tree.send_up("north", MONTH)
    tree.move("r.city", "north", MONTH, "ACCEPT")
    tree.send_up("south", MONTH)
    tree.move("r.city", "south", MONTH, "ACCEPT")
    tree.send_up("city", MONTH)
    tree.move("s.city", "city", MONTH, "CLOSE")
    told = tree.form("city", MONTH)
    assert (told["state"], told["version"]) == ("ACCEPTED", 1)
    assert (told["figures"]["A10"], told["figures"]["A50"], told["figures"]["A51"], told["figures"]["A02"]) == (
        "20", "9", "9", "18",
    )  # fmt: skip
    assert (told["figures"]["K01"], told["figures"]["J01"], told["figures"]["J02"]) == ("8", "2", "1")
    assert [column["unit"]["id"] for column in told["columns"]] == ["city", "north", "south"]
    assert [column["figures"]["A10"] for column in told["columns"]] == ["0", "20", "0"]
    north = tree.form("north", MONTH, "p.city")
    assert (north["preparer"], north["reviewer"], north["signer"]) == ("p.north", "r.north", "s.north")
    assert north["late"] is (now_ms() >= period(MONTH).late_ms)
    with tree.database.read() as connection:
        assert store.broken_at(store.steps(connection, "north", MONTH)) is None


@ONE_ENGINE
def test_each_step_is_taken_by_another_person_of_the_unit_itself(tree: ReportTree) -> None:
    tree.move("p.bell", "bell", MONTH, "DRAW_UP")
    for name, unit, move, code in (
        ("r.bell", "bell", "SUBMIT", "NOT_ALLOWED"), ("p.lane", "north", "DRAW_UP", None),
        ("p.north", "lane", "DRAW_UP", "REPORT_NOT_YOURS"), ("p.south", "lane", "DRAW_UP", None),
    ):  # fmt: skip
        answer = tree.ask(name, unit, MONTH, move)
        assert answer.status_code == (404 if code is None else 403), answer.text
        assert code is None or answer.json()["error"]["code"] == code
    tree.move("p.lane", "bell", MONTH, "DRAW_UP")  # a room without an account is filled in for, by name
    assert tree.form("bell", MONTH)["preparer"] == "p.lane"
    check_error(tree.ask("r.lane", "bell", MONTH, "ACCEPT"), 409, "REPORT_NOT_NOW")


@ONE_ENGINE
def test_nothing_leaves_before_its_rules_hold_and_its_notes_are_written(tree: ReportTree) -> None:
    tree.did("dock", FIRST, A10=5)  # five tickets, and none came to an end
    tree.move("p.dock", "dock", MONTH, "DRAW_UP")
    broken = check_error(tree.ask("r.dock", "dock", MONTH, "CHECK"), 409, "REPORT_RULE_BROKEN")
    assert broken["field"] == "A10"
    assert "R-A10" in broken["message_zh"]
    assert "5" in broken["message_zh"]
    lines = f"/api/v1/report/units/dock/periods/{MONTH}/lines"
    adjust = {"code": "A10", "by": "-5", "text": "测试号，已核对机器记录", "evidence": "值班记录第3页"}
    line = done(send(tree.client("p.dock"), "POST", lines, adjust), 201)["id"]
    check_error(tree.ask("r.dock", "dock", MONTH, "CHECK"), 409, "REPORT_RULE_BROKEN")  # as it was drawn up
    tree.move("p.dock", "dock", MONTH, "DRAW_UP")
    tree.move("r.dock", "dock", MONTH, "CHECK")
    check_error(send(tree.client("p.dock"), "POST", lines, adjust), 409, "REPORT_LOCKED")
    check_error(send(tree.client("p.dock"), "POST", f"{lines}/{line}/take-back", {"text": ""}), 409, "REPORT_LOCKED")
    assert [one["by"] for one in tree.form("dock", MONTH)["lines"]] == ["-5"]


@ONE_ENGINE
def test_a_soft_finding_leaves_with_a_note(tree: ReportTree) -> None:
    tree.did("dock", FIRST, A10=30, A11=30, A30=30, A02=30, B02=30, B22=30, B35=30)
    tree.move("p.dock", "dock", MONTH, "DRAW_UP")
    assert check_error(tree.ask("r.dock", "dock", MONTH, "CHECK"), 409, "REPORT_NOTE_MISSING")["field"] == "B22"
    noted(tree, "dock")
    tree.move("r.dock", "dock", MONTH, "CHECK")
    assert [note["rule"] for note in tree.form("dock", MONTH)["notes"]] == ["R-B22"]


@ONE_ENGINE
def test_a_missing_unit_holds_the_district_until_somebody_signs_for_it(tree: ReportTree) -> None:
    tree.move("p.north", "north", MONTH, "DRAW_UP")
    missing = check_error(tree.ask("r.north", "north", MONTH, "CHECK"), 409, "REPORT_LOWER_MISSING")
    assert missing["field"] == "dock"
    assert "dock单位" in missing["message_zh"]
    for street in ("lane", "dock"):
        path = f"/api/v1/report/units/north/periods/{MONTH}/missing/{street}"
        check_error(send(tree.client("p.north"), "PUT", path, {"missing": True}), 422, "REPORT_TEXT_MISSING")
        done(send(tree.client("p.north"), "PUT", path, {"missing": True, "text": "停电，系统补报"}))
    tree.send_up("north", MONTH)
    told = tree.form("north", MONTH)
    assert [column["missing"] for column in told["columns"]] == [False, True, True]
    assert told["figures"]["A10"] == "20", "what central counted itself stands"


@ONE_ENGINE
def test_a_form_below_that_changed_since_is_named_and_nothing_is_sent(tree: ReportTree) -> None:
    tree.send_up("bell", MONTH)
    tree.move("r.lane", "bell", MONTH, "ACCEPT")
    for street in ("lane", "dock"):
        tree.send_up(street, MONTH)
    tree.move("p.north", "north", MONTH, "DRAW_UP")
    tree.move("r.north", "north", MONTH, "CHECK")
    not_taken = check_error(tree.ask("s.north", "north", MONTH, "SIGN"), 409, "REPORT_LOWER_NOT_TAKEN")
    assert not_taken["field"] == "dock"
    tree.move("p.lane", "lane", MONTH, "RECALL", text="补录一场讲座")
    gone = check_error(tree.ask("s.north", "north", MONTH, "SIGN"), 409, "REPORT_LOWER_NOT_TAKEN")
    assert gone["field"] == "dock"
    tree.move("r.north", "dock", MONTH, "ACCEPT")
    assert check_error(tree.ask("s.north", "north", MONTH, "SIGN"), 409, "REPORT_LOWER_MISSING")["field"] == "lane"
    tree.move("r.lane", "lane", MONTH, "CHECK")
    tree.move("r.lane", "lane", MONTH, "SUBMIT")
    tree.move("r.north", "lane", MONTH, "ACCEPT")
    assert check_error(tree.ask("s.north", "north", MONTH, "SIGN"), 409, "REPORT_LOWER_CHANGED")["field"] == "lane"
    tree.move("r.north", "north", MONTH, "REOPEN", text="下级有变化")
    tree.send_up("north", MONTH)
    assert tree.state("north", MONTH) == "SUBMITTED"


@ONE_ENGINE
def test_a_form_that_is_given_back_is_a_new_version_and_the_old_one_is_kept(tree: ReportTree) -> None:
    send_street(tree)
    tree.send_up("north", MONTH)
    check_error(tree.ask("r.city", "north", MONTH, "RETURN", text="请核对"), 422, "REPORT_REASON_MISSING")
    check_error(tree.ask("r.city", "north", MONTH, "RETURN", reason="OTHER"), 422, "REPORT_TEXT_MISSING")
    wrong: dict[str, Any] = {"reason": "CROSS_FOOT", "text": "请核对A10", "fields": ["X99"]}
    check_error(tree.ask("r.city", "north", MONTH, "RETURN", **wrong), 422, "REPORT_NO_SUCH_FIELD")
    tree.move("r.city", "north", MONTH, "RETURN", **(wrong | {"fields": ["A10"]}))
    tree.did("north", FIRST, **MORNING)
    tree.send_up("north", MONTH)
    told = tree.form("north", MONTH)
    assert (told["version"], told["figures"]["A10"]) == (2, "30")
    assert tree.form("north", MONTH, version=1)["figures"]["A10"] == "20"
    assert [step["said"] for step in told["steps"] if step["move"] == "RETURN"] == [
        {"text": "请核对A10", "reason": "CROSS_FOOT", "fields": ["A10"]}
    ]
    assert tree.client("p.north").get(
        f"/api/v1/report/units/north/periods/{MONTH}", params={"version": 9}
    ).status_code == 404  # fmt: skip


@ONE_ENGINE
def test_two_who_sign_at_once_sign_once(tree: ReportTree) -> None:
    send_street(tree)
    tree.move("p.north", "north", MONTH, "DRAW_UP")
    step = tree.move("r.north", "north", MONTH, "CHECK")["step"]
    done(tree.ask("s.north", "north", MONTH, "SIGN", step=step))
    check_error(tree.ask("s.north", "north", MONTH, "SIGN", step=step), 409, "REPORT_MOVED_ON")
    assert [one["move"] for one in tree.form("north", MONTH)["steps"]].count("SIGN") == 1


@ONE_ENGINE
def test_a_nil_report_is_said_and_only_where_there_is_nothing(tree: ReportTree) -> None:
    told = check_error(tree.ask("p.lane", "lane", MONTH, "NOTHING"), 409, "REPORT_NOT_NOTHING")
    assert told["field"] == "A10"
    assert tree.state("lane", MONTH) == "COLLECTING"
    tree.move("p.bell", "bell", MONTH, "NOTHING")
    tree.move("p.bell", "bell", MONTH, "SUBMIT")
    assert tree.form("bell", MONTH)["nothing"] is True


@ONE_ENGINE
def test_a_period_that_runs_still_is_not_drawn_up(tree: ReportTree) -> None:
    running = shifted(MONTH, 1)
    check_error(tree.ask("p.lane", "lane", running, "DRAW_UP"), 409, "REPORT_PERIOD_RUNS")
    assert tree.form("lane", running)["state"] == "COLLECTING"
    for name in ("2026-13", "1999-01"):
        assert tree.ask("p.lane", "lane", name, "DRAW_UP").status_code in (404, 422)


@ONE_ENGINE
def test_a_month_with_no_data_is_a_form_of_nothing_and_dashes(tree: ReportTree) -> None:
    told = tree.form("south", shifted(MONTH, -3))
    assert {told["figures"][code] for code in ("A01", "B01", "C13", "P10")} == {"0"}
    assert {told["figures"][code] for code in ("A21", "G03", "P08", "P09", "K05")} == {"—"}


@ONE_ENGINE
def test_what_comes_after_the_lock_goes_into_the_next_form_with_its_note(tree: ReportTree) -> None:
    earlier = shifted(MONTH, -1)
    day = f"{earlier}-05"
    tree.did("bell", day, **MORNING)
    tree.send_up("bell", earlier)
    tree.move("r.lane", "bell", earlier, "ACCEPT")
    tree.did("bell", day, A10=2, A14=2)  # a hall that was cut off
    assert tree.form("bell", earlier)["figures"]["A10"] == "10", "what is locked does not move"
    for _ in range(2):  # drawn up twice, taken in once
        tree.move("p.bell", "bell", MONTH, "DRAW_UP")
    told = tree.form("bell", MONTH)
    assert (told["figures"]["A10"], told["figures"]["A14"]) == ("2", "2")
    assert [(line["kind"], line["code"], line["by"], line["about"]) for line in told["lines"]] == [
        ("LATE", "A10", "2", earlier), ("LATE", "A14", "2", earlier),
    ]  # fmt: skip
    noted(tree, "bell")
    tree.move("p.bell", "bell", MONTH, "SUBMIT")
    tree.move("r.lane", "bell", MONTH, "ACCEPT")
    with tree.database.read() as connection:
        kept = connection.execute(select(report_line.c.period).where(report_line.c.taken_ms.is_(None))).scalars()
        assert set(kept) == {MONTH}


def test_a_correction_after_the_lock_is_approved_by_the_city_and_reaches_every_form(tree: ReportTree) -> None:
    send_street(tree)
    tree.send_up("north", MONTH)
    tree.move("r.city", "north", MONTH, "ACCEPT")
    slips = f"/api/v1/report/units/lane/periods/{MONTH}/slips"
    asked = {"code": "A14", "new": "1", "text": "漏计一张作废号"}
    check_error(send(tree.client("p.lane"), "POST", slips, asked | {"code": "A01"}), 422, "REPORT_COMPUTED")
    check_error(send(tree.client("p.lane"), "POST", slips, asked | {"new": "0"}), 422, "REPORT_NUMBER")
    slip = done(send(tree.client("p.lane"), "POST", slips, asked), 201)["id"]
    decide = f"{slips}/{slip}/decide"
    check_error(send(tree.client("s.north"), "POST", decide, {"approved": True}), 403, "REPORT_NOT_YOURS")
    done(send(tree.client("s.city"), "POST", decide, {"approved": True}))
    check_error(send(tree.client("s.city"), "POST", decide, {"approved": True}), 409, "REPORT_SLIP_DECIDED")
    for unit, before in (("lane", "0"), ("north", "0")):
        told = tree.form(unit, MONTH, "p.city")
        assert (told["version"], told["figures"]["A14"], told["state"]) == (2, "1", "ACCEPTED")
        assert tree.form(unit, MONTH, "p.city", version=1)["figures"]["A14"] == before
        assert told["steps"][-1]["move"] == "CORRECT"
    assert [line["kind"] for line in tree.form("lane", MONTH)["lines"]] == ["CORRECTION"]
    assert tree.form("city", MONTH)["figures"]["A14"] == "1"


@ONE_ENGINE
def test_a_correction_about_few_people_is_read_by_its_unit_and_by_who_decides_on_it(tree: ReportTree) -> None:
    tree.did("lane", FIRST, A18=1)
    send_street(tree)
    tree.send_up("north", MONTH)
    tree.move("r.city", "north", MONTH, "ACCEPT")
    slips = f"/api/v1/report/units/lane/periods/{MONTH}/slips"
    asked = {"code": "A18", "new": "7", "text": "漏计坐轮椅的人"}
    made = done(send(tree.client("p.lane"), "POST", slips, asked), 201)

    def read(name: str) -> tuple[str, ...]:
        (one,) = done(tree.client(name).get(slips))["items"]
        return one["old"], one["new"], one["reason"]

    as_it_is, hidden = ("1", "7", asked["text"]), ("…", "…", "…")
    with tree.database.read() as connection:
        (line,) = connection.execute(select(schema.audit).where(schema.audit.c.act == "report.slip")).all()
    assert json.loads(line.detail) == {"code": "A18"}
    assert [read(name) for name in ("p.lane", "p.north", "s.north", "p.city")] == [as_it_is, hidden, hidden, hidden]
    with tree.database.read() as connection:
        assert not connection.execute(select(schema.audit).where(schema.audit.c.act == "report.slips")).all()
    assert read("s.city") == as_it_is
    with tree.database.read() as connection:
        (look,) = connection.execute(select(schema.audit).where(schema.audit.c.act == "report.slips")).all()
    assert (look.actor, look.object) == ("s.city", f"lane/{MONTH}")
    done(send(tree.client("s.city"), "POST", f"{slips}/{made['id']}/decide", {"approved": True}))
    assert (read("s.city"), read("p.lane")) == (hidden, as_it_is)
    for unit, name in (("lane", "p.north"), ("lane", "s.city"), ("north", "p.north"), ("north", "p.city")):
        told = tree.form(unit, MONTH, name)
        step = told["steps"][-1]
        assert (step["said"]["old"], step["said"]["new"], step["hash"]) == ("…", "…", "…"), (unit, name)
        assert [(line["by"], line["reason"]) for line in told["lines"]] == [("…", "…")] * (unit == "lane")
        assert len(told["steps"][0]["hash"]) == 64
    own = tree.form("lane", MONTH)
    assert (own["steps"][-1]["said"]["old"], own["steps"][-1]["said"]["new"]) == ("1", "7")
    assert len(own["steps"][-1]["hash"]) == 64


@ONE_ENGINE
def test_many_forms_are_taken_together_or_not_at_all(tree: ReportTree) -> None:
    path = f"/api/v1/report/units/north/periods/{MONTH}/lower/accept"
    tree.send_up("dock", MONTH)
    told = done(tree.client("r.north").get(f"/api/v1/report/units/north/periods/{MONTH}/board"))
    steps = {item["unit"]: item["step"] for item in told["items"]}
    assert {item["unit"]: item["state"] for item in told["items"]} == {"dock": "SUBMITTED", "lane": "COLLECTING"}
    check_error(send(tree.client("r.north"), "POST", path, {"units": steps}), 409, "REPORT_NOT_NOW")
    assert tree.state("dock", MONTH) == "SUBMITTED"
    done(send(tree.client("r.north"), "POST", path, {"units": {"dock": steps["dock"]}}))
    assert tree.state("dock", MONTH) == "ACCEPTED"


HOSTILE = (
    ({"code": "A10", "by": "abc"}, "by"), ({"code": "A10", "by": "1.5"}, "by"), ({"code": "A10", "by": "0"}, "by"),
    ({"code": "A10", "by": "1e9"}, "by"), ({"code": "A10", "by": 5}, "by"), ({"code": "A01", "by": "1"}, "code"),
    ({"code": "F01", "by": "1"}, "code"), ({"code": "Q99", "by": "1"}, "code"), ({"code": "A10", "by": "=1+1"}, "by"),
    ({"code": "A10", "by": "9999999999999"}, "by"), ({"code": "A10", "by": "1", "text": ""}, "text"),
    ({"code": "A10", "by": "1", "text": "张三 99010119900101123X"}, "text"),
)  # fmt: skip


@ONE_ENGINE
def test_an_adjustment_that_is_none_is_named_at_its_field(tree: ReportTree) -> None:
    path = f"/api/v1/report/units/lane/periods/{MONTH}/lines"
    for body, field in HOSTILE:
        answer = send(tree.client("p.lane"), "POST", path, {"text": "核对后调整", **body})
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, field), body
    assert tree.form("lane", MONTH)["lines"] == []


@ONE_ENGINE
def test_signs_that_no_store_holds_are_refused_wherever_something_is_said(tree: ReportTree) -> None:
    base, nul = f"units/lane/periods/{MONTH}", "核对\u0000后"
    asked: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("POST", f"{base}/lines", "text", {"code": "A10", "by": "1", "text": nul}),
        ("POST", f"{base}/lines", "evidence", {"code": "A10", "by": "1", "text": "核对后", "evidence": "柜\n1"}),
        ("PUT", f"{base}/notes/R-A10", "text", {"text": nul}),
        ("PUT", f"{base}/missing/bell", "text", {"missing": True, "text": nul}),
        ("POST", f"{base}/slips", "text", {"code": "A14", "new": "1", "text": nul}),
        ("POST", f"{base}/moves", "text", {"move": "DRAW_UP", "step": 0, "text": nul}),
        ("PUT", f"units/lane/years/{MONTH[:4]}/notes/A10", "text", {"text": nul}),
    )
    for method, path, field, body in asked:
        answer = send(tree.client("p.lane"), method, f"/api/v1/report/{path}", body)
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, field), path


@ONE_ENGINE
def test_a_part_of_the_tree_is_counted_again_only_when_it_moved(tree: ReportTree) -> None:
    def counted() -> dict[str, int]:
        with tree.database.read() as connection:
            rows = connection.execute(text("SELECT part, counted_ms FROM report_mark"))
            return {row.part: row.counted_ms for row in rows}

    tree.form("city", MONTH)
    first = counted()
    assert set(first) == {"city/", "city/north/", "city/south/"}
    tree.did("lane", FIRST, A10=1, A12=1)
    assert tree.form("city", MONTH)["figures"]["A12"] == "3"
    again = counted()
    assert {part for part in first if again[part] != first[part]} == {"city/north/"}


def test_the_steps_of_a_form_are_never_changed(tree: ReportTree) -> None:
    tree.send_up("bell", MONTH)
    for statement in ("UPDATE report_step SET actor = 'x'", "DELETE FROM report_step"):
        with pytest.raises(DBAPIError, match="only grow"), tree.database.write() as connection:
            connection.execute(text(statement))
    with tree.database.read() as connection:
        rows = store.steps(connection, "bell", MONTH)
        versions = connection.execute(select(report_version.c.counted)).scalars()
        assert all(json.loads(one) is not None for one in versions)
    assert store.broken_at([{**row, "actor": "x"} for row in rows]) == 1


@ONE_ENGINE
def test_a_stranger_sees_no_form_of_another_district(tree: ReportTree) -> None:
    base = f"/api/v1/report/units/lane/periods/{MONTH}"
    for path in (base, f"{base}/board", f"{base}/versions", f"{base}/slips", "/api/v1/report/units/lane/periods"):
        assert tree.client("p.south").get(path).status_code == 404, path


@ONE_ENGINE
def test_a_form_is_given_out_as_spreadsheet_print_and_json(tree: ReportTree) -> None:
    base = f"/api/v1/report/units/lane/periods/{MONTH}/report"
    sheets = openpyxl.load_workbook(io.BytesIO(tree.client("p.lane").get(f"{base}.xlsx").content))
    assert any(cell.value == "A10" for row in sheets.worksheets[0] for cell in row)
    pages = pypdf.PdfReader(io.BytesIO(tree.client("p.lane").get(f"{base}.pdf").content)).pages
    assert "A10" in "".join(page.extract_text() for page in pages)
    assert done(tree.client("p.lane").get(f"{base}.json"))["unit"]["id"] == "lane"
    for kind in ("xlsx", "pdf", "json"):
        assert tree.client("p.south").get(f"{base}.{kind}").status_code == 404


@ONE_ENGINE
def test_a_central_that_cannot_print_says_what_to_install(tree: ReportTree, monkeypatch: pytest.MonkeyPatch) -> None:
    month, year = f"units/lane/periods/{MONTH}", f"units/lane/years/{MONTH[:4]}"
    for code, name, put in (("NO_TYPST", "typst", None), ("NO_FONT", "", "No Such Face")):
        with monkeypatch.context() as changed:
            if name:
                changed.setitem(sys.modules, name, put)
            else:
                changed.setattr(paper, "_FONT", put)
            for one in (f"{month}/report.pdf", f"{month}/report-analysis.pdf", f"{year}/report.pdf"):
                paper._fonts.cache_clear()
                paper._files.cache_clear()
                check_error(tree.client("p.lane").get(f"/api/v1/report/{one}"), 503, code)
