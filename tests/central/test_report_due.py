"""From when on a unit has to send forms, and how it is reminded of one that it has not sent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from central import schema
from central.accounts.permissions import Role
from central.clock import now_ms
from central.report.due import Calendar, begun_on
from central.report.periods import period, period_of, shifted
from central.units import store as units
from central.units.rules import ROOT
from hall.law.days import DayTable
from hall.moment import local_day
from tests.central.conftest import Web
from tests.central.report_tree import ReportTree, a_month
from tests.central.villages import ONE_ENGINE, done

RUNNING = period_of(date.fromisoformat(local_day(now_ms()))).name
FIRST = shifted(a_month(), -2)  # the month before the last two that are over


@pytest.fixture
def tree(web: Web) -> ReportTree:
    return ReportTree(web)


def set_made(connection: Connection, made: dict[str, int]) -> None:
    for name, at_ms in made.items():
        connection.execute(update(schema.unit).where(schema.unit.c.id == name).values(made_ms=at_ms))


def begun(tree: ReportTree, unit: str) -> date:
    with tree.database.read() as connection:
        return begun_on(connection, units.require_unit(connection, unit, f"{ROOT}/"), now_ms())


def test_a_unit_that_is_built_in_begins_with_what_came_first_below_it(tree: ReportTree) -> None:
    first = period(FIRST).from_ms
    with tree.database.write() as connection:
        set_made(connection, {ROOT: 0, "north": first, "lane": first, "dock": first, "bell": first, "south": first + 1})
    assert begun(tree, ROOT).isoformat() == f"{FIRST}-01"
    months = done(tree.client("p.city").get("/api/v1/report/units/city/periods"))["items"]
    told = {one["period"]["name"]: (one["asked"], one["overdue"]) for one in months}
    assert told[shifted(FIRST, -1)] == (False, False), "nobody was there"
    assert told[FIRST] == (True, period(FIRST).late_ms <= now_ms())
    with tree.database.write() as connection:
        hall = {"hall": "hall-lane", "epoch": "e", "applied": 1, "conflicted": False, "first_ms": first - 1}
        connection.execute(insert(schema.stream).values(**hall))
    tree.did("lane", "2019-01-01", A10=1)  # a hall whose clock is wrong
    assert begun(tree, ROOT).isoformat()[:7] == shifted(FIRST, -1), "since central heard of the hall"
    assert begun(tree, "south").isoformat() == f"{FIRST}-01"


@ONE_ENGINE
def test_before_anything_is_there_no_old_month_is_asked_for(web: Web) -> None:
    months = done(web.as_role(Role.REPORT_SIGNER).get("/api/v1/report/units/city/periods"))["items"]
    assert [one["period"]["name"] for one in months if one["asked"]] == [RUNNING]
    assert not [one for one in months if one["overdue"]]


@ONE_ENGINE
def test_whoever_has_not_sent_is_reminded_on_the_board_and_on_the_form(tree: ReportTree) -> None:
    month = a_month()
    tree.send_up("dock", month)
    told = done(tree.client("p.north").get(f"/api/v1/report/units/north/periods/{month}/board"))
    of: dict[str, dict[str, Any]] = {one["unit"]: one for one in told["items"]}
    with tree.database.read() as connection:
        days = Calendar.at(connection, now_ms())
    owed = days.told(period(month), "DRAFT")
    assert {name: of["lane"][name] for name in owed} == owed == {name: told["own"][name] for name in owed}
    assert (of["dock"]["overdue"], of["dock"]["reminded"], of["dock"]["working_days_left"]) == (False, None, None)
    form = tree.form("lane", month)
    assert {name: form[name] for name in owed} == owed


def test_a_form_is_reminded_of_until_it_is_sent_or_signed_for() -> None:
    june, days = period("2026-06"), Calendar(date(2026, 7, 22), DayTable())
    told = days.told(june, "RETURNED")
    assert (told["due"], told["reminded"], told["working_days_left"], told["overdue"]) == ("2026-07-25", 3, 3, False)
    for state, said in (("SUBMITTED", {}), ("ACCEPTED", {}), ("DRAFT", {"missing": True}), ("DRAFT", {"asked": False})):
        quiet = days.told(june, state, **said)
        assert (quiet["reminded"], quiet["working_days_left"]) == (None, None), (state, said)
    late = Calendar(date(2026, 7, 26), DayTable())
    assert (late.told(june, "DRAFT")["overdue"], late.told(june, "DRAFT")["reminded"]) == (True, None)
    assert late.told(june, "DRAFT", missing=True)["overdue"], "signed for, and still not sent"
    assert not late.told(june, "DRAFT", asked=False)["overdue"]
