"""Limits that a unit promises: set, inherited, kept by the clocks that began with them, ended, and never longer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from central.accounts.permissions import Role
from central.aid_limits import clocks, promises_api, store_of_promises
from central.aid_limits.rules import Outcome
from central.aid_limits.rules_of_promises import promisable
from central.aid_limits.tables import aid_promise
from central.database import Database
from central.rest_days import store as rest_days
from hall.law.limits import Light
from tests.central.aid_house import House
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.test_aid_clocks import CASE, add_case, at, due_in_row, end_of, only, with_case, year_2027
from tests.central.test_aid_limits import with_district

NOW = at("2026-11-23", 10)
OTHER = "00000000000000c2"
FIVE = {"rule": "LA_DECIDE", "value": 5, "day_kind": "WORKING", "valid_from": "2026-11-23"}
CHILD = "changning"


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the day on which the interface is asked; a Monday to begin with."""

    def put(now_ms: int) -> None:
        monkeypatch.setattr(promises_api, "now_ms", lambda: now_ms)

    put(NOW)
    return put


def promised(database: Database, unit: str = "city", **facts: Any) -> int:
    plain = {"rule_id": "LA_DECIDE", "value": 5, "day_kind": "CALENDAR", "valid_from": "2026-11-01", "set_by": "x"}
    with database.write() as connection:
        return store_of_promises.add(connection, unit=unit, set_ms=0, **plain | facts)


def ask(client: Any, unit: str, key: str = "k", **body: Any) -> Any:
    return client.post(f"/api/v1/aid/units/{unit}/promises", json=FIVE | body, headers={"Idempotency-Key": key})


def end(client: Any, unit: str, number: int, key: str = "e") -> Any:
    path = f"/api/v1/aid/units/{unit}/promises/{number}/end"
    return client.post(path, json={}, headers={"Idempotency-Key": key})


def held(client: Any, unit: str, rule: str = "LA_DECIDE") -> Any:
    told = client.get(f"/api/v1/aid/units/{unit}/promises").json()
    found = next(one for one in told["items"] if one["rule"] == rule)["promise"]
    return found and (found["unit"], found["value"], found["day_kind"])


def test_a_clock_begun_under_a_promise_carries_both_ends_through_every_reckoning(database: Database) -> None:
    promised(database)
    with with_case(database) as connection:
        clocks.begin(connection, CASE, "LA_DECIDE", at("2026-12-28"), at("2026-12-28"))
        first = only(connection, at("2026-12-28"))
        assert (first.due_ms, first.promised_ms) == (end_of("2027-01-04"), end_of("2027-01-04"))
        rest_days.add(connection, year_2027(), "root", 0)  # the 4th is off: both move on
        clocks.recalculate(connection, rest_days.day_table(connection), at("2026-12-29"))
        add_case(connection, OTHER)
        clocks.begin(connection, OTHER, "LA_DECIDE", at("2026-11-24"), at("2026-11-24"))
        (other,) = clocks.of_case(connection, OTHER, at("2026-12-01"))
        assert (other.due_ms, other.promised_ms, other.near_ms) == (end_of("2026-12-01"), *[end_of("2026-11-30")] * 2)
        assert due_in_row(connection, OTHER)[0] == end_of("2026-11-30")
        assert other.light is Light.RED
        number = store_of_promises.of_unit(connection, "city")[0]["id"]
        store_of_promises.end(connection, number, "2026-11-24", "x", 1)
        clocks.pause(connection, OTHER, "LA_DECIDE", at("2026-11-25"), "SUPPLEMENT", at("2026-11-25"))
        clocks.resume(connection, OTHER, "LA_DECIDE", at("2026-11-26"), at("2026-11-26"))
        (other,) = clocks.of_case(connection, OTHER, at("2026-11-26"))  # ended since, kept all the same
        assert (other.due_ms, other.promised_ms) == (end_of("2026-12-02"), end_of("2026-11-30"))
        assert clocks.end(connection, OTHER, "LA_DECIDE", at("2026-12-01")) is Outcome.PROMISE_MISSED
        moved = only(connection, at("2026-12-29"))
        assert (moved.due_ms, moved.promised_ms) == (end_of("2027-01-05"), end_of("2027-01-05"))


def test_a_clock_goes_by_the_nearest_unit_that_promises_something_on_its_first_day(database: Database) -> None:
    promised(database, value=6)
    promised(database, valid_from="2026-11-20", valid_to="2026-11-19", value=2)  # taken back before it held
    promised(database, rule_id="LA_SIGN", value=1)
    with with_case(database) as connection:
        House(connection).furnish()
        store_of_promises.add(
            connection, unit=CHILD, rule_id="LA_DECIDE", value=4, day_kind="CALENDAR", valid_from="2026-11-10",
            valid_to="2026-11-30", set_by="x", set_ms=0,
        )  # fmt: skip
        seen = {}
        for n, (unit, day) in enumerate(
            [("city", "2026-10-31"), ("city", "2026-11-20"), (CHILD, "2026-11-09"), (CHILD, "2026-11-10"),
             (CHILD, "2026-11-30"), (CHILD, "2026-12-01")]
        ):  # fmt: skip
            case = f"{n:016}"
            add_case(connection, case, unit)
            clocks.begin(connection, case, "LA_DECIDE", at(day), at(day))
            seen[unit, day] = clocks.of_case(connection, case, at(day))[0].rule.promised_value
    assert list(seen.values()) == [None, 6, 6, 4, 4, 6]


def test_a_promise_that_the_law_has_overtaken_binds_nobody(database: Database) -> None:
    promised(database, rule_id="LA_ASSIGN", value=4)
    with with_case(database) as connection:
        clocks.begin(connection, CASE, "LA_ASSIGN", at("2026-11-20"), 0)
        assert only(connection, NOW).promised_ms is None


def test_only_what_is_in_days_and_somebody_elses_than_the_applicants_can_be_promised() -> None:
    known = {one.rule_id for one in promisable(date(2026, 11, 23))}
    assert known == {
        "LA_DECIDE", "LA_ASSIGN", "LA_NOTICE", "LA_SIGN", "LA_OBJ_REVIEW", "LA_CHANGE", "LA_CLOSE", "LA_PAY",
    }  # fmt: skip


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"value": 6}, 409, "PROMISE_LONGER"),
    ({"value": 8, "day_kind": "CALENDAR"}, 409, "PROMISE_LONGER"),
    ({"rule": "LA_SIGN"}, 409, "PROMISE_LONGER"),
    ({"valid_from": "2026-11-22"}, 422, "PROMISE_DAY_PAST"),
    ({"valid_from": "2026-02-30"}, 422, "AID_NO_SUCH_DAY"),
    ({"rule": "LA_SUPPL"}, 422, "PROMISE_NOT_FOR"),
    ({"rule": "LA_FWD"}, 422, "PROMISE_NOT_FOR"),
    ({"rule": "LA_URGENT"}, 422, "PROMISE_NOT_FOR"),
    ({"rule": "MED_TARGET"}, 422, "PROMISE_NOT_FOR"),
    ({"rule": "NO_SUCH"}, 422, "PROMISE_NOT_FOR"),
    ({"value": 0}, 422, "WRONG_FIELD"),
    ({"value": True}, 422, "WRONG_FIELD"),
    ({"value": "5"}, 422, "WRONG_FIELD"),
    ({"day_kind": "HOURS"}, 422, "WRONG_FIELD"),
    ({"valid_to": "2026-12-01"}, 422, "UNKNOWN_FIELD"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_promised_is_refused_and_nothing_is_kept(web: Web, today: Any) -> None:
    client = web.as_role(Role.SUPERVISOR)
    for n, (body, status, code) in enumerate(REFUSED):
        answer = ask(client, "city", f"k{n}", **body)
        check_error(answer, status, code)
        if body == {"value": 6}:
            assert "《法律援助法》第43条：7日" in answer.text
            assert "Legal Aid Law, Art. 43" in answer.text
    check_error(ask(client, "nowhere"), 404, "NO_SUCH_UNIT")
    check_error(ask(web.as_role(Role.REVIEWER), "city"), 403, "NOT_ALLOWED")
    with web.database.read() as connection:
        assert connection.execute(select(aid_promise)).all() == []


def test_a_promise_is_set_followed_ended_and_all_of_it_listed(web: Web, today: Any) -> None:
    with_district(web)
    client = web.as_role(Role.SUPERVISOR)
    assert held(client, CHILD) is None
    made = ask(client, "city")
    assert made.status_code == 201, made.text
    first = made.json()["id"]
    assert ask(client, "city").json() == made.json()  # the same key
    assert held(client, "city") == held(client, CHILD) == ("city", 5, "WORKING")
    check_error(ask(client, "city", "k2"), 409, "PROMISE_LATER")
    later = ask(client, "city", "k3", value=4, valid_from="2026-12-01").json()["id"]
    assert held(client, "city") == ("city", 5, "WORKING")
    assert end(client, "city", later, "e1").json()["valid_to"] == "2026-11-22"
    history = client.get("/api/v1/aid/units/city/promises").json()["history"]
    assert [(one["id"], one["valid_to"]) for one in history] == [(later, "2026-11-22"), (first, None)]
    check_error(end(client, "city", later, "e2"), 409, "PROMISE_OVER")
    today(at("2026-12-07"))
    assert ask(client, "city", "k4", value=3, valid_from="2026-12-10").status_code == 201
    assert ask(client, CHILD, "k5", value=7, day_kind="CALENDAR", valid_from="2026-12-07").status_code == 201
    assert held(client, CHILD) == (CHILD, 7, "CALENDAR")  # its own, which is no more than the law
    today(at("2026-12-10"))
    assert held(client, "city") == ("city", 3, "WORKING")
    history = client.get("/api/v1/aid/units/city/promises").json()["history"]
    assert [(one["value"], one["valid_from"], one["valid_to"]) for one in history] == [
        (3, "2026-12-10", None), (4, "2026-12-01", "2026-11-22"), (5, "2026-11-23", "2026-12-09"),
    ]  # fmt: skip
    own = client.get(f"/api/v1/aid/units/{CHILD}/promises").json()["history"][0]["id"]
    check_error(end(client, "city", own, "e3"), 404, "NO_SUCH_PROMISE")
    assert end(client, CHILD, own, "e4").json()["ended_by"] == "supervisor"
    assert held(client, CHILD) == ("city", 3, "WORKING")
    auditor = web.as_role(Role.AUDIT_ADMIN)
    for act, count in (("aid.promise_put", 4), ("aid.promise_end", 2)):
        noted = auditor.get("/api/v1/audit", params={"act": act}).json()["items"]
        assert [one["object"] for one in noted] == [f"{CHILD}/LA_DECIDE", *["city/LA_DECIDE"] * (count - 1)]
