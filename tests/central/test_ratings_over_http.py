"""Ratings over HTTP: a bad one to its closing, who sees what, what the public sees, flags, rates and the export."""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from central import schema
from central.accounts.permissions import Role
from central.clock import now_ms
from central.ratings.tables import rating_case, rating_step
from hall.moment import local_day
from tests.central.asking import check_error, filled
from tests.central.conftest import SECRET, Web, empty_store
from tests.central.event_log import DAY, HallLog, called, finished, issued, rated, started
from tests.central.rating_house import HOUR_MS, SAID, Day
from tests.central.taking_in import HALL

PATH = "/api/v1/ratings"
BOARD = "/api/v1/public/ratings"
SPAN = {"from_day": DAY, "to_day": DAY}
keys = itertools.count()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is SQL here is tried on both engines elsewhere."""
    return empty_store(tmp_path / "central.db")


@pytest.fixture
def day(web: Web) -> Day:
    return Day()


def post(client: TestClient, path: str, body: dict[str, Any], key: str | None = None) -> Any:
    return client.post(path, json=body, headers={"Idempotency-Key": key or f"r{next(keys)}"})


def person(web: Web, name: str, role: Role, unit: str = "city") -> TestClient:
    web.parts.accounts.add(name, [role], now_ms(), SECRET, unit)
    client = web.client()
    client.headers["Authorization"] = f"Bearer {web.parts.accounts.sign_in(name, SECRET, now_ms())}"
    return client


def move(client: TestClient, case: dict[str, Any], name: str, **more: Any) -> Any:
    now = client.get(f"{PATH}/cases/{case['id']}").json()
    return post(client, f"{PATH}/cases/{case['id']}/moves", {"move": name, "version": now["version"], **more})


def moved(client: TestClient, case: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
    answer = move(client, case, name, **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_bad_rating_goes_to_its_closing_and_its_reply_to_the_board(web: Web, day: Day) -> None:
    for _ in range(5):
        day.rate(5)
    day.rate(1, text=SAID)
    filled(web, day.log)
    wang, li = person(web, "wang.li", Role.SUPERVISOR), person(web, "li.na", Role.SUPERVISOR)
    told = wang.get(f"{PATH}/cases").json()
    (case,) = told["items"]
    assert (case["state"], case["grade"], case["has_text"], case["due"]["rule"]) == ("OPEN", 1, True, "RATING_CONTACT")
    assert (told["counts"], told["reminders"]["overdue"]) == ({"OPEN": 1}, 1)  # of a Wednesday some days ago
    assert SAID not in str(told)
    said = post(wang, f"{PATH}/cases/{case['id']}/disclose", {"reason": "办理差评"}).json()
    assert said == {"text": SAID, "steps": []}
    body = {"move": "CONTACT", "version": 1, "facts": {"how": "PHONE"}, "texts": {"note": "打过电话"}}
    first, again = (post(wang, f"{PATH}/cases/{case['id']}/moves", body, "one") for _ in range(2))
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["late"], first.json()["in_time"]) == (
        "CONTACTED", ["RATING_CONTACT"], False,
    )  # fmt: skip
    stale = check_error(post(li, f"{PATH}/cases/{case['id']}/moves", body), 409, "RATING_CASE_CHANGED")
    assert "wang.li" in stale["message_zh"]
    check_error(move(wang, case, "CLOSE"), 409, "RATING_MOVE_REFUSED")
    check_error(move(wang, case, "REPLY", facts={"result": "RECTIFIED"}), 422, "MISSING_FIELD")
    reply = {"measure": "增开窗口", "reply": "已向张三核实，增开一个窗口"}
    moved(wang, case, "REPLY", facts={"result": "RECTIFIED"}, texts=reply)
    check_error(move(wang, case, "PUBLISH", texts={"public_reply": reply["reply"]}), 409, "RATING_OWN_REPLY")
    check_error(move(li, case, "PUBLISH", texts={"public_reply": "都是误会"}), 422, "RATING_NOT_BLOTTED")
    assert SAID not in web.client().get(BOARD, params={"month": DAY[:7]}).text
    shown = {"public_reply": "已向＊核实，增开一个窗口", "public_text": "等了两个小时，＊＊说不归他管"}
    moved(li, case, "PUBLISH", texts=shown)
    moved(wang, case, "REVISIT", facts={"content": "SATISFIED"})
    closed = moved(wang, case, "CLOSE")
    assert (closed["state"], closed["closed_at"] is not None, closed["due"]) == ("CLOSED", True, None)
    whole = wang.get(f"{PATH}/cases/{case['id']}").json()
    assert whole["unbroken"]
    assert [one["n"] for one in whole["steps"]] == [1, 2, 3, 4, 5, 6]
    (published,) = web.client().get(BOARD, params={"month": DAY[:7]}).json()["replies"]
    assert (published["text"], published["reply"]) == (shown["public_text"], shown["public_reply"])
    moved(li, case, "WITHDRAW", texts={"reason": "当事人要求"})
    assert web.client().get(BOARD, params={"month": DAY[:7]}).json()["replies"] == []
    assert wang.get(f"{PATH}/cases").json()["items"] == []
    assert [one["id"] for one in wang.get(f"{PATH}/cases", params={"closed": True}).json()["items"]] == [case["id"]]


def test_nothing_that_anybody_wrote_is_readable_in_the_store_or_the_audit(web: Web, day: Day) -> None:
    day.rate(1, text=SAID)
    filled(web, day.log)
    client = web.as_role(Role.SUPERVISOR)
    (case,) = client.get(f"{PATH}/cases").json()["items"]
    moved(client, case, "CONTACT", facts={"how": "PHONE"}, texts={"note": "群众李四，电话占线"})
    check_error(
        post(client, f"{PATH}/cases/{case['id']}/disclose", {"reason": "电话13900000001的群众"}),
        422,
        "REASON_HAS_NUMBER",
    )
    with web.database.read() as connection:
        kept = [
            connection.execute(select(one)).all() for one in (rating_case, rating_step, schema.audit, schema.answered)
        ]
        assert "李四" not in str(kept)
        assert "张三" not in str(kept)


def test_no_valid_rating_needs_two_people(web: Web, day: Day) -> None:
    day.rate(1)
    filled(web, day.log)
    wang, li = person(web, "wang.li", Role.SUPERVISOR), person(web, "li.na", Role.SUPERVISOR)
    (case,) = wang.get(f"{PATH}/cases").json()["items"]
    moved(wang, case, "PROPOSE_INVALID", facts={"ground": "MISTAKE"}, texts={"evidence": "按错了键"})
    check_error(move(wang, case, "CONFIRM_INVALID", texts={"reason": "属实"}), 409, "RATING_SECOND_PERSON")
    assert moved(li, case, "CONFIRM_INVALID", texts={"reason": "录像核实"})["state"] == "INVALID"
    rates = wang.get(f"{PATH}/rates", params=SPAN).json()["totals"]
    assert (rates["bad"], rates["invalid"], rates["rectify_rate"], rates["contact_rate"]) == (1, 1, None, None)


def test_staff_see_their_own_ratings_and_nobody_elses(web: Web, day: Day) -> None:
    own = day.rate(1, window=1, text=SAID)
    others = day.rate(2, window=2)
    filled(web, day.log)
    client, stranger = person(web, "staff-1", Role.WINDOW_STAFF), person(web, "staff-3", Role.WINDOW_STAFF)
    answer = client.get(f"{PATH}/mine", params=SPAN)
    told = answer.json()
    assert [(one["grade"], one["case_state"]) for one in told["items"]] == [(1, "OPEN")]
    assert told["rates"]["rated"] == 1
    for hidden in (SAID, "张三", own, others, "staff-2", "T0"):
        assert hidden not in answer.text
    assert stranger.get(f"{PATH}/mine", params=SPAN).json()["items"] == []
    for path in ("cases", "rates", "export", "flagged"):
        check_error(client.get(f"{PATH}/{path}"), 403, "NOT_ALLOWED")


def test_a_name_of_a_hall_below_is_not_taken_for_ones_own(web: Web, day: Day) -> None:
    """Halls name their staff themselves: two halls may have a staff-1 each."""
    day.rate(1)
    filled(web, day.log)
    admin = web.as_role(Role.ADMIN)
    north = {"id": "north", "parent": "city", "level": "district", "name_zh": "北", "name_en": "North"}
    assert post(admin, "/api/v1/units", north).status_code == 201
    admin.put(f"/api/v1/halls/{HALL}/unit", json={"unit": "north"}, headers={"Idempotency-Key": "u"})
    above, there = person(web, "staff-1", Role.SUPERVISOR), person(web, "staff-2", Role.SUPERVISOR, "north")
    assert above.get(f"{PATH}/mine", params=SPAN).json()["items"] == []
    (case,) = there.get(f"{PATH}/cases").json()["items"]
    assert post(above, f"{PATH}/cases/{case['id']}/disclose", {"reason": "看看谁评的"}).status_code == 409
    web.parts.accounts.add("south", [Role.SUPERVISOR], now_ms(), SECRET, "city")
    south = {"id": "south", "parent": "city", "level": "district", "name_zh": "南", "name_en": "South"}
    post(admin, "/api/v1/units", south)
    foreign = person(web, "spy", Role.SUPERVISOR, "south")
    assert foreign.get(f"{PATH}/cases").json()["items"] == []
    check_error(foreign.get(f"{PATH}/cases/{case['id']}"), 404, "NO_SUCH_RATING_CASE")
    check_error(foreign.get(f"{PATH}/rates", params={"hall": HALL}), 404, "NO_SUCH_HALL")
    check_error(foreign.get(f"{PATH}/rates", params={"unit": "north"}), 404, "NO_SUCH_UNIT")
    above_rates = web.as_role(Role.SUPERVISOR).get(f"{PATH}/rates", params={**SPAN, "by": "unit"}).json()
    assert [(one["unit"], one["rated"]) for one in above_rates["items"]] == [("city", 1), ("north", 1)]


def test_the_board_tells_of_nobody(web: Web, day: Day) -> None:
    for grade in (5, 5, 4, 3, 1):
        day.rate(grade, window=3, text=SAID)
    day.rate(2, window=4, letter="B")
    filled(web, day.log)
    answer = web.client().get(BOARD, params={"month": DAY[:7]})
    (hall,) = answer.json()["items"]
    assert (hall["shown"], hall["rated"], hall["satisfaction"]) == (True, 6, round(4 / 6, 4))
    assert [(one["service"], one["rated"]) for one in hall["services"]] == [(None, 6)]  # B alone would be one person's
    for hidden in ("staff", "window", "张三", SAID, "A001", "B006", "number", DAY, "case"):
        assert hidden not in answer.text
    assert web.client().get("/board/ratings").status_code == 200


def test_a_hall_with_few_ratings_shows_none(web: Web, day: Day) -> None:
    for _ in range(4):
        day.rate(1)
    filled(web, day.log)
    (hall,) = web.client().get(BOARD, params={"month": DAY[:7]}).json()["items"]
    assert (hall["shown"], hall["services"], "grades" in hall) == (False, [], False)
    for wrong in ("2026-13", "2026-1", "x", "2026-11-01"):
        check_error(web.client().get(BOARD, params={"month": wrong}), 422, "WRONG_FIELD")
    check_error(web.client().get(BOARD, params={"hall": "no-such-hall"}), 404, "NO_SUCH_HALL")


def test_nobody_reads_a_visitors_grade_by_looking_before_and_after(web: Web) -> None:
    """Neither of the day that runs, nor what is given in it to a service of an earlier day."""
    now = now_ms()
    day = Day(start_ms=now - 24 * HOUR_MS)
    yesterday = day.day
    for _ in range(5):
        day.rate(5)
    waiting = day.serve()
    day.log.at_ms, day.day = now, local_day(now)
    day.log.add(rated(waiting, 1, 1, day=yesterday))
    for _ in range(5):
        day.rate(1)
    filled(web, day.log)
    own = person(web, "staff-1", Role.WINDOW_STAFF).get(f"{PATH}/mine").json()
    assert (own["to_day"], [(one["day"], one["grade"]) for one in own["items"]]) == (yesterday, [(yesterday, 5)] * 5)
    assert (own["rates"]["rated"], own["rates"]["bad"]) == (5, 0)
    (hall,) = web.client().get(BOARD).json()["items"]
    assert (hall["rated"], hall["grades"]["1"]) == (5, 0)
    if yesterday[:7] != day.day[:7]:
        assert web.client().get(BOARD, params={"month": day.day[:7]}).json()["items"] == []
    assert web.as_role(Role.SUPERVISOR).get(f"{PATH}/rates").json()["totals"]["bad"] == 6


def test_a_flagged_rating_counts_until_somebody_answers_for_leaving_it_out(web: Web, day: Day) -> None:
    number = day.rate(1, too_fast=True)
    plain = day.rate(5)
    filled(web, day.log)
    client = web.as_role(Role.SUPERVISOR)
    (flagged,) = client.get(f"{PATH}/flagged", params=SPAN).json()["items"]
    assert (flagged["number"], flagged["flags"], flagged["decisions"]) == (number, ["too_fast"], 0)
    path = f"{PATH}/flagged/{HALL}/{DAY}/{number}/decisions"

    def rated_now() -> int:
        return int(client.get(f"{PATH}/rates", params=SPAN).json()["totals"]["rated"])

    body = {"decision": "EXCLUDE", "reason": "一秒内误触", "seen": 0}
    assert rated_now() == 2
    assert post(client, path, body).json()["excluded"] is True
    assert rated_now() == 1
    check_error(post(client, path, body), 409, "RATING_CASE_CHANGED")
    assert post(client, path, {"decision": "KEEP", "reason": "复核后保留", "seen": 1}).json()["excluded"] is False
    assert rated_now() == 2
    (looked,) = client.get(f"{PATH}/flagged", params={**SPAN, "decided": True}).json()["items"]
    assert [one["decision"] for one in looked["reviews"]] == ["EXCLUDE", "KEEP"]
    check_error(post(client, path.replace(number, plain), body), 409, "RATING_NOT_FLAGGED")
    check_error(post(client, path.replace(number, "Z999"), body), 404, "NO_SUCH_RATING")
    check_error(post(person(web, "staff-1", Role.SUPERVISOR), path, {**body, "seen": 2}), 409, "RATING_OWN")


def test_the_export_has_the_national_grades_and_nobody(web: Web, day: Day) -> None:
    day.rate(5)
    day.rate(1, text=SAID)
    day.serve()
    filled(web, day.log)
    with web.database.write() as connection:
        connection.execute(update(schema.hall).values(name_zh="=cmd|' /C calc'!A0"))
    client = web.as_role(Role.REPORT_PREPARER)
    answer = client.get(f"{PATH}/export", params={**SPAN, "default_good": True})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["评价等级"], row["等级名称"], row["次数"]) for row in rows[:2]] == [
        ("5", "非常满意", "1"), ("1", "非常不满意", "1"),
    ]  # fmt: skip
    assert rows[2]["等级名称"].startswith("默认好评")
    assert all(row["服务场所"].startswith("'=") for row in rows)
    for hidden in (SAID, "staff-1", "A001", "A002"):
        assert hidden not in answer.text
    assert client.get(f"{PATH}/rates", params=SPAN).json()["totals"]["rated"] == 2
    check_error(client.get(f"{PATH}/rates", params={**SPAN, "by": "person"}), 403, "NOT_ALLOWED")


@pytest.mark.parametrize(
    "query",
    [{"from_day": "2026-11-19", "to_day": "2026-11-18"}, {"from_day": "2020-01-01", "to_day": "2026-11-18"},
     {"from_day": "0001-01-01"}, {"to_day": "0001-01-01"}, {"by": "staff"}, {"from_day": "2026-02-30"}],
)  # fmt: skip
def test_days_and_groups_that_cannot_be_are_named(web: Web, query: dict[str, str]) -> None:
    answer = web.as_role(Role.SUPERVISOR).get(f"{PATH}/rates", params=query)
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["field"]


def test_hostile_moves_are_refused_at_their_field(web: Web, day: Day) -> None:
    day.rate(1)
    filled(web, day.log)
    client = web.as_role(Role.SUPERVISOR)
    (case,) = client.get(f"{PATH}/cases").json()["items"]
    for body, code in (
        ({"facts": {"how": "PIGEON"}}, "WRONG_FIELD"), ({"facts": {}}, "MISSING_FIELD"),
        ({"facts": {"how": "PHONE", "grade": "5"}}, "UNKNOWN_FIELD"), ({"facts": {"how": 1}}, "WRONG_FIELD"),
        ({"facts": {"how": "PHONE"}, "texts": {"note": "a\x00b"}}, "WRONG_FIELD"),
        ({"facts": {"how": "PHONE"}, "texts": {"reply": "x"}}, "UNKNOWN_FIELD"),
    ):  # fmt: skip
        check_error(move(client, case, "CONTACT", **body), 422, code)
    for name in ("ARRIVE", "CHANGE_GRADE"):
        check_error(move(client, case, name), 409, "RATING_MOVE_REFUSED")
    assert client.get(f"{PATH}/cases/{case['id']}").json()["version"] == 1


def test_ratings_of_a_small_place_below_are_ones_own_too(web: Web) -> None:
    log = HallLog("epoch-9")
    log.add(issued("A001"), called("A001", 1), started("A001", 1), replace(finished("A001", 1), staff="viewer.one"))
    log.add(replace(rated("A001", 1, 4), staff="viewer.one"))
    filled(web, log)
    with web.database.write() as connection:
        connection.execute(update(schema.hall).values(kept_here=True))
    client = person(web, "viewer.one", Role.WINDOW_STAFF)
    assert [one["grade"] for one in client.get(f"{PATH}/mine", params=SPAN).json()["items"]] == [4]
