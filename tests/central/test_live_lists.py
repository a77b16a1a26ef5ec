"""Rows behind the numbers: a hall's tickets, the day's trend, the fleet and its faults; of one's own halls only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from central.accounts.permissions import Role
from central.fleet import rules, store
from central.ingest.intake import Intake
from hall.shape import load
from hall.wire import DeviceState
from tests.central.asking import check_error, filled
from tests.central.conftest import Web
from tests.central.event_log import DAY
from tests.central.taking_in import HALL, NOW_MS, take
from tests.central.test_live import device, node


def test_a_halls_tickets_are_listed_by_window_state_and_class(web: Web) -> None:
    filled(web)
    client = web.as_role(Role.VIEWER)

    def tickets(**asked: Any) -> list[dict[str, Any]]:
        found, cursor = [], None
        while True:
            query = {"day": DAY, "limit": 7, **asked, **({"cursor": cursor} if cursor else {})}
            page = client.get(f"/api/v1/halls/{HALL}/tickets", params=query).json()
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found

    everyone = tickets()
    numbers = [one["number"] for one in everyone]
    assert numbers == sorted(set(numbers))
    assert len(numbers) > 14
    for name, value in (("window", 2), ("state", "DONE"), ("service", "B")):
        assert tickets(**{name: value}) == [one for one in everyone if one[name] == value] != []
    assert tickets(day="2026-01-01") == []
    assert not any("token" in name for name in everyone[0])


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("window=0", 422, "WRONG_FIELD"), ("window=x", 422, "WRONG_FIELD"), ("state=ODD", 422, "WRONG_FIELD"),
        ("service=AA", 422, "WRONG_FIELD"), ("day=2026-13-01", 422, "WRONG_FIELD"), ("cursor=x", 422, "WRONG_FIELD"),
    ],
)  # fmt: skip
def test_a_wrong_wish_for_tickets_is_named(web: Web, query: str, status: int, code: str) -> None:
    filled(web)
    check_error(web.as_role(Role.VIEWER).get(f"/api/v1/halls/{HALL}/tickets?{query}"), status, code)


def test_the_trend_counts_the_days_numbers(web: Web) -> None:
    log = filled(web)
    client = web.as_role(Role.VIEWER)
    told = client.get("/api/v1/trend", params={"day": DAY}).json()
    issued = sum(1 for one in log.envelopes if one["type"] == "ticket.issued/1")
    assert sum(one["day"] or 0 for one in told["points"]) == told["so_far"]["day"] == issued
    assert told["before"] == "2026-11-11"
    assert client.get("/api/v1/trend", params={"day": DAY, "hall": HALL}).json()["so_far"]["day"] == issued
    assert (
        client.get("/api/v1/trend", params={"day": "2026-11-25", "unit": "city"}).json()["so_far"]["before"] == issued
    )
    check_error(client.get("/api/v1/trend?unit=nowhere"), 404, "NO_SUCH_UNIT")
    check_error(client.get("/api/v1/trend?hall=nowhere"), 404, "NO_SUCH_HALL")


@pytest.mark.parametrize(
    ("changes", "part", "outages"),
    [
        ([], None, 0),
        ([(0, True)], 1.0, 0),
        ([(0, True), (50, False)], 0.5, 1),
        ([(0, True), (50, False), (75, True)], 0.75, 1),
        ([(60, True)], 1.0, 0),  # before its first word nothing is known
        ([(-100, True), (-50, False), (20, True)], 0.8, 0),
        ([(100, True)], None, 0),
    ],
)
def test_how_much_of_a_time_a_hall_could_be_reached(
    changes: list[tuple[int, bool]], part: float | None, outages: int
) -> None:
    assert rules.reached(changes, 0, 100) == (part, outages)


def test_the_time_out_of_order_is_cut_to_what_was_asked_for() -> None:
    assert rules.broken_ms([(-50, 10), (20, 30), (90, None)], 0, 100) == 30


def test_the_fleet_tells_versions_devices_and_their_faults(web: Web) -> None:
    filled(web)
    intake = Intake()
    take(web.database, intake, device("sign-1", "lost", n=1), device("sign-1", "lost", n=2))
    take(web.database, intake, device("sign-1", "ready", n=3), device("sign-1", "lost", n=2), device("old", "absent"))
    take(web.database, intake, node(online=False), node(online=False), node(online=True, bdseq=2))
    client = web.as_role(Role.VIEWER)
    told = client.get("/api/v1/fleet").json()
    (hall,) = told["items"]
    by_name = {one["device"]: one for one in hall["devices"]}
    assert (by_name["sign-1"]["state"], by_name["sign-1"]["faults_30d"], by_name["old"]["faults_30d"]) == (
        "ready",
        1,
        1,
    )
    assert told["versions"] == [{"version": "1", "halls": 1}]
    assert told["kinds"] == [{"kind": "led", "devices": 2, "states": {"absent": 1, "ready": 1}}]
    with web.database.read() as connection:
        came_and_went = [online for _, online in store.line_changes(connection, [HALL])[HALL]]
    assert came_and_went == [True, False, True]
    faults = client.get(f"/api/v1/halls/{HALL}/faults?limit=1").json()
    more = client.get(f"/api/v1/halls/{HALL}/faults", params={"limit": 1, "cursor": faults["next"]}).json()
    assert sorted(one["device"] for one in faults["items"] + more["items"]) == ["old", "sign-1"]
    assert more["next"] is None
    only = client.get(f"/api/v1/halls/{HALL}/faults?device=old").json()["items"]
    assert [(one["state"], one["ended_at"]) for one in only] == [("absent", None)]


def test_a_fault_goes_on_until_the_device_is_well(web: Web) -> None:
    filled(web)
    with web.database.write() as connection:
        for minute, state in enumerate(("lost", "quarantined", "ready", "ready", "degraded")):
            value = load(DeviceState, json.loads(device("sign-1", state, n=minute).payload))
            store.device_moved(connection, HALL, value, NOW_MS + minute * 60_000)
        rows = store.faults(connection, HALL, None, None, 10)
    assert [(row["state"], row["ended_ms"]) for row in rows] == [("degraded", None), ("quarantined", NOW_MS + 120_000)]


def test_a_renamed_unit_is_on_the_pages_at_once(web: Web) -> None:
    filled(web)
    admin = web.as_role(Role.ADMIN)
    new = {"id": "north", "parent": "city", "level": "district", "name_zh": "北", "name_en": "North"}
    board = web.parts.board

    def shown() -> list[str]:
        board.bring_up(NOW_MS)
        return [one["name_zh"] for one in json.loads(board.message("city/", -1, NOW_MS)[1])["units"]]

    assert "北" not in shown()
    assert admin.post("/api/v1/units", json=new, headers={"Idempotency-Key": "k1"}).status_code == 201
    assert "北" in shown()
    changed = admin.patch("/api/v1/units/north", json={"name_zh": "北区"}, headers={"Idempotency-Key": "k2"})
    assert changed.status_code == 200
    assert "北区" in shown()
