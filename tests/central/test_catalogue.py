"""The catalogue: what is nearer to a hall holds first, and a calendar is what a hall file could say."""

from __future__ import annotations

from typing import Any

from central.accounts.permissions import Role
from central.catalogue import rules
from central.catalogue.rules import Calendar, Service
from tests.central.asking import check_error, filled
from tests.central.conftest import Web
from tests.central.halls_open import put
from tests.central.taking_in import HALL

NAMES = {"name_zh": "法律咨询", "name_en": "Advice"}


def day(name: str, **more: str) -> dict[str, Any]:
    return {"day": name, "name_zh": "休", "name_en": "Rest", **more}


def test_the_nearest_word_holds_for_a_service_and_for_a_day() -> None:
    city = Service("A", "市", "City", "", "", "", "", 600, False, True, "city")
    lane = Service("A", "街", "Lane", "", "", "", "", 300, False, True, "lane")
    only = Service("B", "乙", "B", "", "", "", "", 600, True, False, "city")
    assert rules.services([city, lane, only], ["lane", "north", "city"]) == {"A": lane, "B": only}
    week = {"opening": [{"weekdays": [1, 2, 3, 4, 5], "hours": ["09:00-17:00"]}]}
    far = Calendar.model_validate({**week, "rest_day": [day("2026-10-01", until="2026-10-07")]})
    worked = {"day": "2026-10-03", "hours": ["10:00-11:00"], "name_zh": "开", "name_en": "Open"}
    near = Calendar.model_validate({"work_day": [worked]})
    opening = rules.opening([near, far])
    assert opening is not None
    assert rules.hours_of(opening, "A", "2026-10-03") == ((600, 660),)  # a Saturday, within the city's holiday
    assert rules.hours_of(opening, "A", "2026-10-02") == ()
    assert rules.hours_of(opening, "A", "2026-10-09") == ((540, 1020),)
    told = rules.parts_for_plan([near, far], {"A": city})
    assert [one["day"] for one in told["rest_day"]] == [f"2026-10-0{number}" for number in (1, 2, 4, 5, 6, 7)]
    assert told["work_day"] == [worked]
    assert rules.opening([near]) is None


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"opening": [{"weekdays": [1], "hours": ["12:00-09:00"]}]}, "CALENDAR_HOURS_END_FIRST", "opening[1].hours[1]"),
    (
        {"opening": [{"weekdays": [1], "hours": ["09:00-12:00", "11:00-13:00"]}]},
        "CALENDAR_HOURS_OVERLAP", "opening[1].hours[2]",
    ),
    (
        {"opening": [{"weekdays": [1, 1], "hours": ["09:00-12:00"]}]},
        "CALENDAR_TWICE", "opening[1].weekdays[2]",
    ),
    ({"rest_day": [day("2026-02-30")]}, "CALENDAR_NO_SUCH_DAY", "rest_day[1].day"),
    ({"rest_day": [day("2026-10-07", until="2026-10-01")]}, "CALENDAR_DAYS_END_FIRST", "rest_day[1].until"),
    ({"rest_day": [day("2026-10-01", until="2028-10-01")]}, "CALENDAR_TOO_MANY_DAYS", "rest_day[1].until"),
    ({"rest_day": [day("2026-10-01"), day("2026-10-01")]}, "CALENDAR_DAY_TWICE", "rest_day[2].day"),
    ({"work_day": [{"day": "2026-10-10"}]}, "CALENDAR_WORK_DAY_EMPTY", "work_day[1]"),
    ({"opening": [{"weekdays": [8], "hours": ["09:00-12:00"]}]}, "WRONG_FIELD", "opening.0.weekdays.0"),
    ({"opening": [{"weekdays": [1], "hours": ["9-12"]}]}, "WRONG_FIELD", "opening.0.hours.0"),
    ({"holidays": []}, "UNKNOWN_FIELD", "holidays"),
]  # fmt: skip


def test_a_wrong_calendar_is_named_by_its_place_and_nothing_of_it_holds(web: Web) -> None:
    filled(web)
    supervisor = web.as_role(Role.SUPERVISOR)
    for body, code, field in WRONG:
        for path in (f"halls/{HALL}", "units/city"):
            answer = supervisor.put(f"/api/v1/{path}/calendar", json=body, headers={"Idempotency-Key": "k"})
            assert check_error(answer, 422, code)["field"] == field, body
    assert supervisor.get(f"/api/v1/halls/{HALL}/calendar").json()["in_force"]["opening"] == []


def test_a_hall_is_told_whose_days_it_inherits(web: Web) -> None:
    filled(web)
    supervisor = web.as_role(Role.SUPERVISOR)
    put(supervisor, "/units/city/calendar", {"rest_day": [day("2026-10-01")]})
    told = web.as_role(Role.VIEWER).get(f"/api/v1/halls/{HALL}/calendar").json()
    (above,) = told["above"]
    assert (told["rest_day"], above["owner"], above["rest_day"]) == ([], "city", [day("2026-10-01")])
    assert above["owner_zh"]
    assert supervisor.get("/api/v1/units/city/calendar").json()["above"] == []


def test_a_units_services_hold_below_it_and_can_be_taken_back(web: Web) -> None:
    filled(web)
    supervisor, viewer = web.as_role(Role.SUPERVISOR), web.as_role(Role.VIEWER)
    put(supervisor, "/units/city/services/A", {**NAMES, "papers_zh": "身份证"})
    items = viewer.get("/api/v1/units/city/services").json()["items"]
    assert [(one["letter"], one["owner"], one["papers_zh"]) for one in items] == [("A", "city", "身份证")]
    in_force = viewer.get(f"/api/v1/halls/{HALL}/calendar").json()["in_force"]
    assert [one["name_en"] for one in in_force["service"]] == ["Advice"]
    gone = {"Idempotency-Key": "gone"}
    check_error(supervisor.delete("/api/v1/units/city/services/Z", headers=gone), 404, "NO_SUCH_SERVICE")
    assert supervisor.delete("/api/v1/units/city/services/A", headers=gone).status_code == 204
    assert supervisor.delete("/api/v1/units/city/services/A", headers=gone).status_code == 204  # the same answer
    check_error(supervisor.delete("/api/v1/units/city/services/Z", headers=gone), 409, "KEY_OF_ANOTHER_WISH")
    check_error(supervisor.delete("/api/v1/units/city/services/A"), 404, "NO_SUCH_SERVICE")
    for letter in ("I", "a", "AA", "%2e"):
        answer = supervisor.put(f"/api/v1/units/city/services/{letter}", json=NAMES, headers={"Idempotency-Key": "x"})
        check_error(answer, 404, "NOT_FOUND")
    wrong = {**NAMES, "latitude": 1}
    check_error(
        supervisor.put("/api/v1/units/city/services/B", json=wrong, headers={"Idempotency-Key": "y"}),
        422, "UNKNOWN_FIELD",
    )  # fmt: skip
    for place in ({"address_zh": "a", "latitude": 91.0}, {"address_zh": "a", "phone": "<b>"}, {"address_zh": "a\x00"}):
        answer = supervisor.put(f"/api/v1/halls/{HALL}/place", json=place, headers={"Idempotency-Key": "z"})
        check_error(answer, 422, "WRONG_FIELD")
