"""Rest days: what holds, what may be brought in and by whom, the notice as it is published, and hostile input."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.aid_limits import clocks
from central.clock import now_ms
from central.rest_days import notice, store
from central.rest_days.notice import Unclear
from hall.law.days import is_rest_day
from hall_config.rest_days import shipped
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web
from tests.central.test_aid_clocks import CASE, add_case, at, due_in_row, end_of

NOTICE_2026 = """国务院办公厅关于2026年部分节假日安排的通知
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
2025年11月4日
"""
LINES_2027 = """2027-01-01..2027-01-03 休 元旦
2027-02-05,2027-02-11,off,春节
2027/2/20\t班
2027-04-03 至 2027-04-05 休 清明节
2027-05-01..2027-05-05 休 劳动节
2027-05-08 work
2027-06-09 休 端午
2027-09-15 休 中秋
2027-10-01..2027-10-07 休 国庆节
2027-10-09 班
"""
SOURCE = "测试用：2027年放假安排"


def body_2027(**facts: Any) -> dict[str, Any]:
    off = [
        ("2027-01-01", "2027-01-03"), ("2027-02-05", "2027-02-11"), ("2027-05-01", "2027-05-05"),
        ("2027-10-01", "2027-10-07"),
    ]  # fmt: skip
    plain = {
        "status": "OFFICIAL", "source": SOURCE, "off": [{"first": first, "last": last} for first, last in off],
        "worked": ["2027-02-20"],
    }  # fmt: skip
    return plain | facts


def put(client: Any, body: Any, year: int | str = 2027, key: str = "k1") -> Any:
    return client.put(f"/api/v1/rest-days/{year}", json=body, headers={"Idempotency-Key": key})


def test_the_published_notice_is_read_as_it_stands() -> None:
    read = notice.read(NOTICE_2026, 2026)
    known = next(one for one in shipped().years if one.year == 2026)
    assert read.off == known.off
    assert sorted(read.worked) == sorted(known.worked)


def test_lines_of_a_table_are_read_with_any_separator() -> None:
    read = notice.read(LINES_2027, 2027)
    assert [(one.first, one.last, one.holiday.value) for one in read.off][1] == ("2027-02-05", "2027-02-11", "SPRING")
    assert (len(read.off), read.worked) == (7, ["2027-02-20", "2027-05-08", "2027-10-09"])


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("2027-02-30 休", "DATE", 1),
        ("2027-01-01 休\n2027-13-01 班", "DATE", 2),
        ("2027-02-11..2027-02-05 休", "DATE", 1),
        ("2027-02-05 或许休", "LINE", 1),
        ("2027-02-05", "LINE", 1),
        ("一、元旦：1月1日（周四）放假", "WEEKDAY", 1),  # of 2026, not of 2027
        ("二、春节：2月30日放假", "DATE", 1),
        ("春节：31日放假", "DATE", 1),
        ("10月7日至1日放假", "DATE", 1),
    ],
)
def test_a_text_that_says_no_day_is_refused_with_its_line(text: str, reason: str, line: int) -> None:
    with pytest.raises(Unclear) as refused:
        notice.read(text, 2027)
    assert (refused.value.reason, refused.value.line) == (reason, line)


@given(st.text(max_size=300) | st.text("0123456789-.年月日至（）(周一二三四五六日天休班放假上 ，、。\n", max_size=300))
def test_no_text_does_more_than_be_read_or_refused(text: str) -> None:
    with suppress(Unclear):
        notice.read(text, 2027)


def test_the_years_that_ship_are_told_with_their_status(web: Web) -> None:
    told = web.as_role(Role.WINDOW_STAFF).get("/api/v1/rest-days").json()
    assert [(one["year"], one["status"], one["revision"], one["by"]) for one in told["items"]] == [
        (2025, "OFFICIAL", 0, None), (2026, "OFFICIAL", 0, None), (2027, "ESTIMATED", 0, None)
    ]  # fmt: skip
    assert told["items"][1]["holidays"] == 13
    assert len(told["revision"]) == 16


def test_a_year_that_is_brought_in_holds_is_kept_and_moves_limits(web: Web) -> None:
    with web.database.write() as connection:
        add_case(connection)
        clocks.begin(connection, CASE, "LA_DECIDE", at("2026-12-28"), at("2026-12-28"))
    client = web.as_role(Role.ADMIN)
    preview = client.post(
        "/api/v1/rest-days/2027/preview", json={"status": "OFFICIAL", "source": SOURCE, "text": LINES_2027}
    )
    assert preview.status_code == 200, preview.text
    assert preview.json()["limits"] == 1
    assert "2027-02-09" in preview.json()["become_rest"]
    assert preview.json()["become_worked"] == ["2027-02-20", "2027-05-08", "2027-10-09"]
    assert (preview.json()["holidays"], preview.json()["holidays_by_law"]) == (14, 13)  # so the page asks to look again
    first = put(client, body_2027())
    assert (first.status_code, first.json()["changed"], first.json()["limits"]) == (200, True, 1)
    assert put(client, body_2027()).json() == first.json()  # the same key: the same answer
    again = put(client, body_2027(), key="k2").json()
    assert (again["changed"], again["revision"]) == (False, 1)
    second = put(client, body_2027(worked=["2027-02-20", "2027-02-21"]), key="k3").json()
    assert (second["revision"], second["by"]) == (2, "admin")
    told = client.get("/api/v1/rest-days/2027/revisions").json()["items"]
    assert [(one["revision"], one["worked"]) for one in told] == [
        (2, ["2027-02-20", "2027-02-21"]), (1, ["2027-02-20"]), (0, [])
    ]  # fmt: skip
    with web.database.read() as connection:
        table = store.day_table(connection)
        assert is_rest_day(table, date(2027, 2, 9))
        assert not is_rest_day(table, date(2027, 2, 21))
        assert due_in_row(connection) == (end_of("2027-01-04"), "LA_DECIDE", True)
    lines = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit", params={"act": "rest_days.put"}).json()["items"]
    assert [line["object"] for line in lines] == ["2027", "2027"]


def test_only_the_city_brings_days_in_for_all(web: Web) -> None:
    put_unit = web.as_role(Role.ADMIN).post(
        "/api/v1/units",
        json={"id": "changning", "parent": "city", "level": "district", "name_zh": "长宁", "name_en": "Changning"},
        headers={"Idempotency-Key": "u"},
    )
    assert put_unit.status_code == 201, put_unit.text
    web.parts.accounts.add_all(
        [NewAccount("district", frozenset({Role.SUPERVISOR}), SECRET, "changning")], now_ms()
    )  # fmt: skip
    client = web.client()
    client.post("/api/v1/session", json={"name": "district", "secret": SECRET})
    check_error(put(client, body_2027()), 403, "REST_DAYS_CITY")
    assert client.get("/api/v1/rest-days").status_code == 200


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"off": []}, "REST_DAYS_NONE", "off"),
        ({"off": [{"first": "2027-01-01", "last": "2027-01-01"}]}, "REST_DAYS_HOLIDAY_WORKED", "off"),
        ({"worked": ["2027-02-22"]}, "REST_DAYS_WORKED_WEEKDAY", "worked.0"),
        ({"worked": ["2026-02-14"]}, "REST_DAYS_OTHER_YEAR", "worked.0"),
        ({"worked": ["2027-02-20", "2027-02-20"]}, "REST_DAYS_TWICE", "worked.1"),
        ({"worked": ["2027-01-02"]}, "REST_DAYS_BOTH", "worked"),
        ({"worked": ["2027-02-31"]}, "WRONG_FIELD", "worked.0"),
        ({"worked": ["2027-2-3"]}, "WRONG_FIELD", "worked.0"),
        ({"worked": ["2027-02-20"] * 367}, "WRONG_FIELD", "worked"),
        ({"worked": "2027-02-20"}, "WRONG_FIELD", "worked"),
        ({"worked": [20270220]}, "WRONG_FIELD", "worked.0"),
        ({"off": [{"first": "2027-05-05", "last": "2027-05-01"}]}, "REST_DAYS_END_FIRST", "off.0"),
        ({"off": [{"first": "2000-01-01", "last": "2100-12-31"}] * 300}, "REST_DAYS_OTHER_YEAR", "off.0"),
        ({"off": [{"first": "2027-05-01"}]}, "MISSING_FIELD", "off.0.last"),
        ({"off": [{"first": "2027-05-01", "last": "2027-05-01", "holiday": "PARTY"}]}, "WRONG_FIELD", "off.0.holiday"),
        ({"status": "RUMOUR"}, "WRONG_FIELD", "status"),
        ({"source": "a\nb"}, "WRONG_FIELD", "source"),
        ({"source": ""}, "WRONG_FIELD", "source"),
        ({"holidays": 13}, "UNKNOWN_FIELD", "holidays"),
    ],
)
def test_a_year_that_cannot_be_is_refused_and_nothing_is_kept(
    web: Web, facts: dict[str, Any], code: str, field: str
) -> None:
    client = web.as_role(Role.SUPERVISOR)
    error = check_error(put(client, body_2027(**facts)), 422, code)
    assert error["field"] == field
    assert "{" not in error["message_zh"] + error["message"]
    assert len(client.get("/api/v1/rest-days/2027/revisions").json()["items"]) == 1


def test_what_was_published_never_becomes_an_estimate_again(web: Web) -> None:
    client = web.as_role(Role.SUPERVISOR)
    official = next(one for one in shipped().years if one.year == 2026)
    given = {"off": [one.model_dump(mode="json") for one in official.off], "worked": official.worked}
    check_error(put(client, body_2027(**given, status="ESTIMATED"), 2026), 409, "REST_DAYS_ESTIMATE")
    assert put(client, body_2027(status="ESTIMATED"), key="k2").status_code == 200
    assert put(client, body_2027(), key="k3").json()["revision"] == 2
    check_error(put(client, body_2027(status="ESTIMATED"), key="k4"), 409, "REST_DAYS_ESTIMATE")


def test_years_and_texts_out_of_reach_are_refused(web: Web) -> None:
    client = web.as_role(Role.SUPERVISOR)
    check_error(put(client, body_2027(), 1999), 404, "NOT_FOUND")
    check_error(put(client, body_2027(), "next"), 404, "NOT_FOUND")
    check_error(client.get("/api/v1/rest-days/2099/revisions"), 404, "NO_SUCH_YEAR")
    check_error(client.put("/api/v1/rest-days/2027", json=body_2027()), 422, "KEY_MISSING")
    path, given = "/api/v1/rest-days/2027/preview", {"status": "OFFICIAL", "source": SOURCE}
    check_error(client.post(path, json={**given, "text": "没有日期"}), 422, "REST_DAYS_NONE")
    error = check_error(client.post(path, json={**given, "text": NOTICE_2026}), 422, "REST_DAYS_WEEKDAY")
    assert "3" in error["message_zh"]
    check_error(client.post(path, json={**given, "text": "2027-01-01 休\n2027-01-32 休"}), 422, "REST_DAYS_DATE")
    check_error(client.post(path, json={**given, "text": "休" * 20_001}), 422, "WRONG_FIELD")
    check_error(web.as_role(Role.WINDOW_STAFF).post(path, json={**given, "text": LINES_2027}), 403, "NOT_ALLOWED")
