"""Limits over HTTP and what people are told of them: lists by light, reasons, notices, escalation."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.aid_limits import api, clocks, reminders, store_of_lists, store_of_many
from central.aid_limits.reminders import LimitWatch
from central.aid_limits.rules import Kind, LateReason, Outcome, StopReason
from central.aid_limits.tables import aid_limit, aid_notice, aid_recalculation
from central.clock import now_ms
from central.rest_days import store as rest_days
from hall.law.limits import Light
from hall_config.limit_tables import limit_table
from hall_config.wording import section
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web
from tests.central.test_aid_clocks import CASE, add_case, at, year_2027

NOW = at("2026-11-23", 10)
OTHER = "00000000000000c2"


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "now_ms", lambda: NOW)


def begin(web: Web, case: str, rule: str, day: str, unit: str = "city", **facts: Any) -> str:
    with web.database.write() as connection:
        if not store_of_many_knows(connection, case):
            add_case(connection, case, unit, **facts)
        return clocks.begin(connection, case, rule, at(day), at(day))


def store_of_many_knows(connection: Any, case: str) -> bool:
    return bool(clocks.of_case(connection, case, NOW))


def look(web: Web, now: int = NOW) -> None:
    LimitWatch(web.database).look(now)


def with_district(web: Web) -> Any:
    """Somebody who sees a district only."""
    made = web.as_role(Role.ADMIN).post(
        "/api/v1/units",
        json={"id": "changning", "parent": "city", "level": "district", "name_zh": "长宁", "name_en": "Changning"},
        headers={"Idempotency-Key": "u"},
    )
    assert made.status_code == 201, made.text
    web.parts.accounts.add_all([NewAccount("lu.ming", frozenset({Role.REVIEWER}), SECRET, "changning")], now_ms())
    client = web.client()
    client.post("/api/v1/session", json={"name": "lu.ming", "secret": SECRET})
    return client


def test_every_code_of_limits_has_words() -> None:
    for language in ("zh", "en"):
        words = {name: set(section(f"central.{name}", language)) for name in (
            "limit", "limit_light", "limit_outcome", "limit_stop", "limit_late", "limit_notice"
        )}  # fmt: skip
        assert {one.rule_id for one in limit_table().rules if one.rule_id.startswith("LA_")} <= words["limit"]
        for name, codes in (
            ("limit_light", Light), ("limit_outcome", Outcome), ("limit_stop", StopReason), ("limit_late", LateReason),
            ("limit_notice", Kind),
        ):  # fmt: skip
            assert words[name] == set(codes), name


def test_every_limit_reminds_a_role_that_there_is() -> None:
    assert {one.remind for one in limit_table().rules} - {""} <= set(Role)


def test_limits_are_listed_by_light_nearest_first_and_of_ones_own_units(web: Web) -> None:
    client = with_district(web)
    red = begin(web, CASE, "LA_DECIDE", "2026-11-10")
    yellow = begin(web, OTHER, "LA_DECIDE", "2026-11-17", "changning", number="号1")
    green = begin(web, OTHER, "LA_CLOSE", "2026-11-17")
    staff = web.as_role(Role.REVIEWER)
    told = staff.get("/api/v1/aid/limits").json()["items"]
    assert [(one["id"], one["light"]) for one in told] == [(red, "red"), (yellow, "yellow"), (green, "green")]
    assert (told[1]["number"], told[1]["rule"], told[1]["due_at"]) == ("号1", "LA_DECIDE", "2026-11-24T15:59:59.999Z")
    for light, one in (("red", red), ("yellow", yellow), ("green", green)):
        items = staff.get("/api/v1/aid/limits", params={"light": light}).json()["items"]
        assert [item["id"] for item in items] == [one]
    assert staff.get("/api/v1/aid/limit-counts").json() == {"red": 1, "yellow": 1, "green": 1}
    assert [one["id"] for one in client.get("/api/v1/aid/limits").json()["items"]] == [yellow, green]
    below = staff.get("/api/v1/aid/limits", params={"unit": "changning"}).json()["items"]
    assert [one["id"] for one in below] == [yellow, green]
    check_error(client.get("/api/v1/aid/limits", params={"unit": "city"}), 404, "NO_SUCH_UNIT")
    check_error(client.get("/api/v1/aid/limits", params={"light": "blue"}), 422, "WRONG_FIELD")


def test_a_long_list_comes_in_parts_without_a_gap(web: Web) -> None:
    made = [begin(web, f"{number:016}", "LA_DECIDE", f"2026-11-{number % 3 + 10}") for number in range(7)]
    client, got, cursor = web.as_role(Role.REVIEWER), [], None
    while True:
        query = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        answer = client.get("/api/v1/aid/limits", params=query).json()
        got += [one["id"] for one in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert sorted(got) == sorted(made)
    check_error(client.get("/api/v1/aid/limits", params={"cursor": "rubbish"}), 422, "WRONG_FIELD")


def give(client: Any, limit: str, key: str = "k", **body: Any) -> Any:
    return client.post(f"/api/v1/aid/limits/{limit}/reason", json=body, headers={"Idempotency-Key": key})


def test_who_is_late_says_why_once_and_the_words_are_sealed(web: Web) -> None:
    late = begin(web, CASE, "LA_ASSIGN", "2026-11-10")
    with web.database.write() as connection:
        clocks.end(connection, CASE, "LA_ASSIGN", NOW)
    client = web.as_role(Role.ASSIGNER)
    assert [one["id"] for one in client.get("/api/v1/aid/limits", params={"light": "red"}).json()["items"]] == [late]
    check_error(give(client, late, reason="OTHER"), 422, "LIMIT_REASON_TEXT")
    check_error(give(client, late, reason="BECAUSE"), 422, "WRONG_FIELD")
    told = give(client, late, "k2", reason="OTHER", note="某某律师临时住院")
    assert (told.status_code, told.json()["late_reason"]) == (200, "OTHER")
    assert "note" not in told.json()
    assert give(client, late, "k2", reason="OTHER", note="某某律师临时住院").json() == told.json()
    check_error(give(client, late, "k3", reason="STAFF"), 409, "LIMIT_REASON_GIVEN")
    assert client.get("/api/v1/aid/limits", params={"light": "red"}).json()["items"] == []
    with web.database.read() as connection:
        row = connection.execute(select(aid_limit)).mappings().one()
        assert "住院".encode() not in row["late_note"].record
        assert web.parts.vault.open(connection, row["late_note"], f"aid_limit/{late}/late") == "某某律师临时住院"
    audit = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit", params={"act": "aid_limit.reason"})
    assert "住院" not in audit.text
    assert audit.json()["items"][0]["object"] == late


def test_no_reason_is_taken_for_what_is_in_time_or_elsewhere(web: Web) -> None:
    client = with_district(web)
    good = begin(web, CASE, "LA_CLOSE", "2026-11-10")
    check_error(give(web.as_role(Role.REVIEWER), good, reason="STAFF"), 409, "LIMIT_NOT_LATE")
    late = begin(web, OTHER, "LA_ASSIGN", "2026-11-10")
    check_error(give(client, late, reason="STAFF"), 404, "NO_SUCH_LIMIT")
    staff = web.as_role(Role.REVIEWER)
    for odd in ("x", "0.0", f"{CASE}.99", f"{CASE}.-1", "..", f"{CASE}.99999999999999"):
        check_error(give(staff, odd, reason="STAFF"), 404, "NOT_FOUND" if odd != f"{CASE}.99" else "NO_SUCH_LIMIT")
    check_error(give(staff, late, reason="STAFF", note="a\nb"), 422, "WRONG_FIELD")
    check_error(give(staff, late, reason="STAFF", why="so"), 422, "UNKNOWN_FIELD")
    check_error(staff.post(f"/api/v1/aid/limits/{late}/reason", json={"reason": "STAFF"}), 422, "KEY_MISSING")


def kinds(web: Web) -> list[tuple[str, str, str]]:
    with web.database.read() as connection:
        rows = connection.execute(select(aid_notice).order_by(aid_notice.c.id)).mappings()
        return [(row["case"], row["kind"], row["for_role"]) for row in rows]


def test_a_limit_that_comes_near_is_told_once_and_once_more_when_it_is_over(web: Web) -> None:
    begin(web, CASE, "LA_DECIDE", "2026-11-17", owner="reviewer")
    begin(web, OTHER, "LA_OBJ_FILE", "2026-10-17")  # nobody here has to do anything
    for _ in range(3):
        look(web)
    assert kinds(web) == [(CASE, "YELLOW", "reviewer")]
    look(web, at("2026-11-25"))
    look(web, at("2026-11-25", 12))
    assert kinds(web)[1:] == [(CASE, "RED", "reviewer")]


def test_a_red_one_that_nobody_acknowledges_goes_to_the_supervisor_after_a_working_day(web: Web) -> None:
    begin(web, CASE, "LA_DECIDE", "2026-11-12")  # over on Thursday the 19th
    look(web, at("2026-11-20"))  # a Friday
    for quiet in ("2026-11-20", "2026-11-22", "2026-11-23"):
        look(web, at(quiet, 20))
    assert [kind for _, kind, _ in kinds(web)] == ["RED"]
    look(web, at("2026-11-24"))
    look(web, at("2026-11-25"))
    assert kinds(web)[1:] == [(CASE, "ESCALATED", "supervisor")]


def test_what_was_acknowledged_or_is_done_with_is_not_escalated(web: Web) -> None:
    begin(web, CASE, "LA_DECIDE", "2026-11-12")
    begin(web, OTHER, "LA_ASSIGN", "2026-11-12")
    look(web, at("2026-11-20"))
    staff = web.as_role(Role.REVIEWER)
    (mine,) = staff.get("/api/v1/aid/notices").json()["items"]
    assert (mine["kind"], mine["rule"], mine["overdue"]) == ("RED", "LA_DECIDE", True)
    seen = staff.post(f"/api/v1/aid/notices/{mine['id']}/seen", json={}, headers={"Idempotency-Key": "s"})
    assert (seen.status_code, seen.json()["seen_by"]) == (200, "reviewer")
    assert staff.get("/api/v1/aid/notices").json()["items"] == []
    assert len(staff.get("/api/v1/aid/notices", params={"state": "all"}).json()["items"]) == 1
    with web.database.write() as connection:
        clocks.end(connection, OTHER, "LA_ASSIGN", at("2026-11-20"))
    look(web, at("2026-11-30"))
    assert "ESCALATED" not in {kind for _, kind, _ in kinds(web)}


def test_notices_are_for_ones_roles_oneself_and_ones_units(web: Web) -> None:
    client = with_district(web)
    begin(web, CASE, "LA_OBJ_REVIEW", "2026-11-12")
    begin(web, OTHER, "LA_ASSIGN", "2026-11-12", "changning", owner="lu.ming")
    look(web)
    seen = {
        role: [one["rule"] for one in web.as_role(role).get("/api/v1/aid/notices").json()["items"]]
        for role in (Role.BUREAU_REVIEWER, Role.ASSIGNER, Role.REVIEWER)
    }
    assert seen == {Role.BUREAU_REVIEWER: ["LA_OBJ_REVIEW"], Role.ASSIGNER: ["LA_ASSIGN"], Role.REVIEWER: []}
    (own,) = client.get("/api/v1/aid/notices").json()["items"]
    assert own["rule"] == "LA_ASSIGN"
    elsewhere = web.as_role(Role.BUREAU_REVIEWER).get("/api/v1/aid/notices").json()["items"][0]["id"]
    answer = client.post(f"/api/v1/aid/notices/{elsewhere}/seen", json={}, headers={"Idempotency-Key": "s"})
    check_error(answer, 404, "NO_SUCH_NOTICE")


def test_a_limit_that_moved_is_told_of_again(web: Web) -> None:
    begin(web, CASE, "LA_DECIDE", "2026-11-17")
    look(web)
    with web.database.write() as connection:
        clocks.pause(connection, CASE, "LA_DECIDE", NOW, "SUPPLEMENT", NOW)
        clocks.resume(connection, CASE, "LA_DECIDE", at("2026-12-07"), at("2026-12-07"))
    look(web, at("2026-12-07"))
    assert [kind for _, kind, _ in kinds(web)] == ["YELLOW", "YELLOW"]


def test_the_watch_reckons_again_when_the_day_table_is_another_one(web: Web) -> None:
    begin(web, CASE, "LA_DECIDE", "2026-12-28")
    watch = LimitWatch(web.database)
    watch.look(NOW)
    with web.database.write() as connection:
        rest_days.add(connection, year_2027(), "root", NOW)  # as an upgrade of the program would, past the API
    watch.look(NOW)
    watch.look(NOW)
    with web.database.read() as connection:
        (found,) = clocks.of_case(connection, CASE, NOW)
        assert [one.provisional for one in found.recalculations] == [True, False]
        assert store_of_many.last_recalculated(connection) == rest_days.day_table(connection).revision
        assert len(connection.execute(select(aid_recalculation)).all()) == 2


def test_many_units_do_not_see_each_others_counts(web: Web) -> None:
    begin(web, CASE, "LA_DECIDE", "2026-11-10")
    with web.database.read() as connection:
        assert store_of_lists.counts(connection, "city/nowhere/", NOW, NOW) == dict.fromkeys(Light, 0)
    assert reminders.EVERY_S <= 60
