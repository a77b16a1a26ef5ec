"""A hall that takes appointments, in a store: its calendar, its slots, a day on which it is open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from fastapi.testclient import TestClient

from central.accounts.permissions import Role
from central.clock import now_ms
from hall.moment import local_day
from tests.central.asking import filled
from tests.central.conftest import Web
from tests.central.taking_in import HALL

WEEK = {"weekdays": [1, 2, 3, 4, 5, 6, 7], "hours": ["09:00-11:00", "13:00-14:00"]}
PHONE = "13800990001"
OFFER = {"slot_minutes": 30, "places": 2, "days_ahead": 7, "notice_minutes": 60}


def in_days(days: int) -> str:
    """A day of the calendar in China, counted from today."""
    return (date.fromisoformat(local_day(now_ms())) + timedelta(days=days)).isoformat()


def put(client: TestClient, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
    answer = client.put(f"/api/v1{path}", json=body, headers={"Idempotency-Key": key or f"put:{path}"})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def open_hall(web: Web, **offer: int) -> TestClient:
    """The hall of the tests open every day, with slots for class A; a supervisor's client."""
    filled(web)
    supervisor = web.as_role(Role.SUPERVISOR)
    put(supervisor, f"/halls/{HALL}/calendar", {"opening": [WEEK]})
    put(supervisor, f"/halls/{HALL}/slot-offers/A", {**OFFER, **offer})
    return supervisor


def wish(**more: Any) -> dict[str, Any]:
    return {"hall": HALL, "service": "A", "day": in_days(1), "time": "09:30", "phone": PHONE, **more}


def book(client: TestClient, key: str, **more: Any) -> Any:
    return client.post("/api/v1/public/appointments", json=wish(**more), headers={"Idempotency-Key": key})
