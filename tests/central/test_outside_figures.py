"""Days and calls of other systems: what is wrong is told by row and column, a day told again is corrected, once."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from central.accounts.permissions import Role
from central.clock import now_ms
from central.outside import rules
from central.outside.tables import hotline_call, hotline_day, web_day
from central.report.tables import report
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web, empty_store
from tests.central.platforms import (
    BARE,
    HOTLINE,
    WEB,
    add_units,
    bring,
    call_row,
    csv_of,
    day_row,
    days_ago,
    put,
    xlsx_of,
)

DAY, BEFORE = days_ago(3), days_ago(4)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is wrong with a row is found before the store; the sums over both engines: test_report_outside.py."""
    return empty_store(tmp_path / "central.db")


def faults(answer: Any) -> list[tuple[int, str | None, str]]:
    assert answer.status_code == 200, answer.text
    return [(one["row"], one["column"], one["code"]) for one in answer.json()["faults"]]


def kept(web: Web, table: Any = hotline_day) -> list[Any]:
    with web.database.read() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key)).mappings())


def test_a_day_told_again_is_corrected_and_what_was_told_before_stays(web: Web) -> None:
    preparer = web.as_role(Role.REPORT_PREPARER)
    text = csv_of(
        [day_row(DAY, HOTLINE), day_row(BEFORE.replace("-", "/"), BARE | dict.fromkeys(HOTLINE.keys() - BARE))]
    )
    dry = bring(preparer, "hotline_days", text).json()
    assert (dry["added"], dry["faults_total"], kept(web)) == (2, 0, [])
    assert bring(preparer, "hotline_days", text, "k1").json()["added"] == 2
    again = bring(preparer, "hotline_days", text, "k2").json()
    assert (again["added"], again["changed"], again["same"]) == (0, 0, 2)
    other = csv_of([day_row(DAY, HOTLINE | {"G05": 22})])
    assert bring(preparer, "hotline_days", other, "k3").json()["changed"] == 1
    rows = [(row["day"], row["version"], row["g05"], row["b03"], row["told_by"], len(row["file"])) for row in kept(web)]
    who = ("report_preparer", 64)
    assert rows == [(BEFORE, 1, 21, None, *who), (DAY, 1, 21, 301, *who), (DAY, 2, 22, 301, *who)]
    audit = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit", params={"act": "import.hotline_days"}).json()["items"]
    assert audit[0]["detail"]["file"] == kept(web)[-1]["file"]
    for refused in (update(hotline_day).values(g05=1), delete(hotline_day)):
        with pytest.raises(DatabaseError), web.database.write() as connection:
            connection.execute(refused)
    assert len(kept(web)) == 3


def test_each_sum_that_does_not_hold_is_named_at_its_row(web: Web) -> None:
    preparer = web.as_role(Role.REPORT_PREPARER)
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"G02": 413}, "answered by a person", "FIGURE_MORE"), ({"G01V": 75}, "ended in the voice menu", "FIGURE_MENU"),
        ({"G08R": 41}, "said so at call-back", "FIGURE_MORE"), ({"G08S": 37}, "satisfied at call-back", "FIGURE_MORE"),
        ({"B03": 300}, "legal advice by phone", "PARTS_SUM"), ({"B11": 63}, "legal advice by phone", "PARTS_SUM"),
        ({"B35": None}, "legal advice by phone", "PARTS_SUM"), ({"B03": None}, "legal advice by phone", "PARTS_ALONE"),
        ({"G04S": 338 * 86_400 + 1}, "talk seconds", "FIGURE_TALK"),
    ]  # fmt: skip
    rows = [day_row(days_ago(3 + place), HOTLINE | change) for place, (change, *_) in enumerate(cases)]
    answer = bring(preparer, "hotline_days", csv_of(rows))
    found = faults(answer)
    for place, (_, column, code) in enumerate(cases):
        assert (place + 2, column, code) in found, place
    assert {row for row, *_ in found} == set(range(2, 2 + len(cases)))
    first = answer.json()["faults"][0]
    assert "413" in str(answer.json()["faults"])
    assert "呼入" in str(answer.json()["faults"])
    assert first["message"] != first["message_zh"]
    check_error(bring(preparer, "hotline_days", csv_of(rows), "k"), 409, "IMPORT_FAULTS")
    assert faults(bring(preparer, "web_days", csv_of([day_row(DAY, WEB | {"N05": 47})]))) == [
        (2, "answers adopted", "FIGURE_MORE")
    ]
    nothing = dict.fromkeys(BARE, 0)
    assert faults(bring(preparer, "hotline_days", csv_of([day_row(DAY, nothing)]))) == []


def test_hostile_cells_units_and_days_are_named_and_nothing_is_half_taken(web: Web) -> None:
    add_units(web.database, ("north", "district", "city/north/"), ("south", "district", "city/south/"))
    web.parts.accounts.add("north.preparer", [Role.REPORT_PREPARER], now_ms(), SECRET, "north")
    client = web.client()
    token = client.post("/api/v1/session", json={"name": "north.preparer", "secret": SECRET}).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    good = day_row(DAY, BARE, "north")
    rows = [
        good, good, {**good, "G01": "=cmd|'/c calc'!A1"}, {**good, "G01": "many"}, {**good, "G01": "1.5"},
        {**good, "G01": "10000000000"}, {**good, "G01": "４１２"}, {**good, "G01": ""}, {**good, "of_unit": "south"},
        {**good, "of_unit": "city"}, {**good, "of_unit": "nowhere"}, {**good, "day": days_ago(-1)},
        {**good, "day": "2017-12-31"}, {**good, "day": "2026-02-30"}, {**good, "day": "yesterday"},
    ]  # fmt: skip
    for place, row in enumerate(rows[2:], start=10):
        if row["day"] == DAY:
            row["day"] = days_ago(place)
    found = faults(bring(client, "hotline_days", csv_of(rows)))
    assert found == [
        (3, "day", "ROW_TWICE"), (4, "calls", "FORMULA"), (5, "calls", "COUNT_SHAPE"), (6, "calls", "COUNT_SHAPE"),
        (7, "calls", "COUNT_LARGE"), (8, "calls", "COUNT_SHAPE"), (9, "calls", "CELL_EMPTY"),
        (10, "belongs to unit", "NO_SUCH_UNIT"), (11, "belongs to unit", "NO_SUCH_UNIT"),
        (12, "belongs to unit", "NO_SUCH_UNIT"), *((row, "day", "DAY_OUTSIDE") for row in (13, 14, 15, 16)),
    ]  # fmt: skip
    check_error(bring(client, "hotline_days", csv_of(rows), "k"), 409, "IMPORT_FAULTS")
    assert kept(web) == []
    sheet = [{**good, "day": date.fromisoformat(DAY), "G01": -5}, {**good, "day": date.fromisoformat(BEFORE)}]
    assert faults(bring(client, "hotline_days", xlsx_of(sheet))) == [(2, "calls", "COUNT_NEGATIVE")]
    assert bring(client, "hotline_days", xlsx_of(sheet[1:]), "x").json()["added"] == 1
    out = client.get("/api/v1/imports/hotline_days/list").content
    assert bring(client, "hotline_days", out).json()["same"] == 1
    assert len(client.get("/api/v1/imports/web_days/list").content.decode("utf-8-sig").splitlines()) == 1


def test_nothing_about_callers_is_taken(web: Web) -> None:
    preparer = web.as_role(Role.REPORT_PREPARER)
    for name, value in (("主叫号码", "x"), ("Caller", "x"), ("x1", "13912345678"), ("备注", "021-5555 0123")):
        row = {**call_row("CN-1", DAY), name: value}
        assert faults(bring(preparer, "hotline_calls", csv_of([row]))) == [(1, name, "PERSONAL_COLUMN")]
    row = {**call_row("CN-1", DAY), "13912345678": "x"}
    answer = bring(preparer, "hotline_calls", csv_of([row]))
    assert faults(answer) == [(1, None, "PERSONAL_COLUMN")]
    assert "13912345678" not in answer.text
    assert faults(bring(preparer, "hotline_calls", csv_of([{**call_row("CN-1", DAY), "remark": "x"}]))) == [
        (1, "remark", "UNKNOWN_COLUMN")
    ]
    numbers = ["13912345678", "8613912345678", "139-1234-5678", "02155550123", "CN-13912345678", "990101199003070218"]
    answer = bring(preparer, "hotline_calls", csv_of(call_row(one, DAY) for one in numbers))
    assert [code for *_, code in faults(answer)] == ["PERSONAL_NUMBER"] * len(numbers)
    assert not any(one in answer.text for one in numbers)
    for fine in ("CN-20261012-000417", "2026101209310500417", "000012345678", "17e9c2f0"):
        assert not rules.holds_personal_number(fine), fine


def test_calls_are_taken_once_and_corrected_and_a_day_is_told_in_one_way(web: Web) -> None:
    preparer = web.as_role(Role.REPORT_PREPARER)
    menu = {"call_ended": "MENU", "talk_s": 0, "advice_field": "", "answered_by": ""}
    rows = [call_row("a", DAY), call_row("b", DAY, answered_by=""), call_row("c", DAY, **menu)]
    assert bring(preparer, "hotline_calls", csv_of(rows), "c1").json()["added"] == 3
    assert bring(preparer, "hotline_calls", csv_of(rows), "c2").json()["same"] == 3
    rows[0]["talk_s"] = 61
    assert bring(preparer, "hotline_calls", csv_of(rows), "c3").json()["changed"] == 1
    assert [(row["call"], row["version"], row["talk_s"]) for row in kept(web, hotline_call)] == [
        ("a", 1, 60), ("a", 2, 61), ("b", 1, 60), ("c", 1, 0),
    ]  # fmt: skip
    day = csv_of([day_row(DAY, BARE)])
    assert faults(bring(preparer, "hotline_days", day)) == [(2, "calls", "DAY_HAS_CALLS")]
    tasks = csv_of([day_row(DAY, BARE | {"G01": 0, "G01V": 0, "G02": 0, "G04S": 0})])
    assert bring(preparer, "hotline_days", tasks, "d1").json()["added"] == 1
    void = csv_of([{**row, "call_ended": "作废", "talk_s": 0, "advice_field": "", "answered_by": ""} for row in rows])
    assert bring(preparer, "hotline_calls", void, "c4").json()["changed"] == 3
    assert bring(preparer, "hotline_days", day, "d2").json()["changed"] == 1
    assert faults(bring(preparer, "hotline_calls", csv_of([call_row("d", DAY)]))) == [
        (2, "time of the call", "DAY_HAS_SUMS")
    ]
    out = preparer.get("/api/v1/imports/hotline_calls/list").content
    assert bring(preparer, "hotline_calls", out).json()["same"] == 3
    wrong = [
        call_row("e", BEFORE, call_ended="语音导航"), call_row("f", BEFORE, call_ended="rang"),
        call_row("g", BEFORE, talk_s=86_401), call_row("h", BEFORE, advice_field=""), call_row("i b", BEFORE),
        call_row("j", days_ago(-1)), call_row("k", BEFORE, call_at=f"{BEFORE} 25:00"),
    ]  # fmt: skip
    assert [(column, code) for _, column, code in faults(bring(preparer, "hotline_calls", csv_of(wrong)))] == [
        ("talk time in seconds", "CALL_NOT_ANSWERED"), ("how it ended", "CALL_CODE"),
        ("talk time in seconds", "CALL_LONG"), ("field of advice", "CALL_FIELD"), ("call id", "CALL_NAME"),
        ("time of the call", "CALL_TIME"), ("time of the call", "CALL_TIME"),
    ]  # fmt: skip


def test_days_and_times_are_taken_as_people_and_spreadsheets_write_them(web: Web) -> None:
    for text in ("2026-10-02", "2026/10/2", "2026.10.2", "2026年10月2日"):
        assert rules.day_of(text, "2026-10-02") == "2026-10-02", text
    for text in ("2026-10-03", "2026-13-01", "2026-10", "26-10-02", "2026-10-0２", "", "20261002"):
        assert rules.day_of(text, "2026-10-02") is None, text
    for text, told in (
        ("2026-10-02 9:05", "09:05:00"),
        ("2026/10/2T23:59:59.5", "23:59:59"),
        ("2026-10-02", "00:00:00"),
    ):
        assert f"{rules.moment_of(text):%H:%M:%S}" == told
    assert rules.moment_of("2026-10-02 24:00") is None
    preparer = web.as_role(Role.REPORT_PREPARER)
    at = datetime.fromisoformat(f"{DAY} 09:31:05")
    sheet = xlsx_of([{**call_row("a", DAY), "call_at": at}, {**call_row("b", DAY), "call_at": at.date()}])
    assert bring(preparer, "hotline_calls", sheet, "k").json()["added"] == 2
    assert [row["at_ms"] % 86_400_000 // 1000 for row in kept(web, hotline_call)] == [5465, 57_600]  # UTC


def test_a_form_that_was_checked_takes_no_more_figures(web: Web) -> None:
    preparer = web.as_role(Role.REPORT_PREPARER)
    with web.database.write() as connection:
        form = {"unit": "city", "period": DAY[:7], "state": "CHECKED", "version": 1, "step": 2, "changed_ms": 1}
        connection.execute(insert(report).values(form))
    assert faults(bring(preparer, "hotline_days", csv_of([day_row(DAY, BARE)]))) == [(2, "day", "REPORT_LOCKED")]
    assert faults(bring(preparer, "hotline_calls", csv_of([call_row("a", DAY)]))) == [
        (2, "time of the call", "REPORT_LOCKED")
    ]
    check_error(put(preparer, f"city/web-days/{DAY}", WEB), 409, "REPORT_LOCKED")
    assert kept(web, web_day) == []


def test_programs_tell_the_same_and_twice_is_once(web: Web) -> None:
    preparer = web.as_role(Role.REPORT_PREPARER)
    first, again = (put(preparer, f"city/hotline-days/{DAY}", HOTLINE) for _ in range(2))
    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    assert first.json()["figures"] == HOTLINE
    answer = preparer.put(f"/api/v1/outside/units/city/hotline-days/{DAY}", json=HOTLINE, headers={"Idempotency-Key": "z"})  # fmt: skip  # noqa: E501
    assert answer.json()["version"] == 1  # nothing new in it
    assert put(preparer, f"city/hotline-days/{DAY}", HOTLINE | {"G06": 19}).json()["version"] == 2
    items = preparer.get(f"/api/v1/outside/units/city/hotline-days/{DAY}").json()["items"]
    assert [(one["version"], one["figures"]["G06"], one["file"]) for one in items] == [(2, 19, None), (1, 18, None)]
    assert put(preparer, f"city/web-days/{DAY}", WEB).json()["version"] == 1
    error = check_error(put(preparer, f"city/hotline-days/{DAY}", HOTLINE | {"G08S": 37}), 422, "FIGURE_MORE")
    assert (error["field"], "37 is more than the 36" in error["message"]) == ("G08S", True)
    check_error(put(preparer, f"city/hotline-days/{DAY}", HOTLINE | {"G02": -1}), 422, "WRONG_FIELD")
    check_error(put(preparer, f"city/hotline-days/{DAY}", HOTLINE | {"G02": "5"}), 422, "WRONG_FIELD")
    check_error(put(preparer, f"city/hotline-days/{days_ago(-1)}", HOTLINE), 422, "OUTSIDE_DAY")
    check_error(put(preparer, "city/hotline-days/2026-02-30", HOTLINE), 422, "OUTSIDE_DAY")
    check_error(put(preparer, f"nowhere/hotline-days/{DAY}", HOTLINE), 404, "NO_SUCH_UNIT")
    check_error(preparer.get(f"/api/v1/outside/units/city/web-days/{BEFORE}"), 404, "NO_SUCH_OUTSIDE_DAY")
    check_error(put(web.as_role(Role.WINDOW_STAFF), f"city/web-days/{DAY}", WEB), 403, "NOT_ALLOWED")
    lines = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit", params={"act": "outside.hotline_day"}).json()["items"]
    assert [one["detail"] for one in lines] == [{"corrects": True}, {"corrects": False}]


def test_a_thousand_calls_are_taken_at_once_or_none_of_them(web: Web) -> None:
    preparer = web.as_role(Role.REPORT_PREPARER)
    calls = [
        {"call": f"CN-{number:06d}", "at": f"{BEFORE}T01:{number % 60:02d}:05Z", "ended": "ANSWERED", "talk_s": 284,
         "advice_field": "LABOUR", "answered_by": "LAWYER"}
        for number in range(1000)
    ]  # fmt: skip
    bad = [*calls[:17], {**calls[17], "call": "13912345678"}, *calls[18:]]
    error = check_error(put(preparer, "city/hotline-calls", {"calls": bad}, "POST"), 422, "PERSONAL_NUMBER")
    assert error["field"] == "calls.17.call"
    assert kept(web, hotline_call) == []
    assert put(preparer, "city/hotline-calls", {"calls": calls}, "POST").json()["added"] == 1000
    same = put(preparer, "city/hotline-calls", {"calls": calls[:1]}, "POST").json()
    assert (same["added"], same["same"]) == (0, 1)
    check_error(put(preparer, "city/hotline-calls", {"calls": [*calls, calls[0]]}, "POST"), 422, "WRONG_FIELD")
    check_error(put(preparer, "city/hotline-calls", {"calls": [calls[0], calls[0]]}, "POST"), 422, "ROW_TWICE")
    late = {**calls[0], "at": "2026-13-41T99:99:99Z"}
    check_error(put(preparer, "city/hotline-calls", {"calls": [late]}, "POST"), 422, "WRONG_FIELD")
    assert kept(web, hotline_call)[0]["day"] == BEFORE
