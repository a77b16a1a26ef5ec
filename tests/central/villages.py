"""A village room whose queue central keeps, over HTTP: who asks for what, each wish with a key of its own."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from central.accounts.permissions import Role
from tests.central.conftest import SECRET, Web, app_over
from tests.central.rooms import PLACE

PUBLIC = f"/api/v1/public/places/{PLACE}"
WINDOW = f"/api/v1/places/{PLACE}/windows/1"


class Keys:
    """A fresh key for each wish."""

    number = 0


def send(client: TestClient, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
    Keys.number += 1
    headers = {"Idempotency-Key": key or f"key-{Keys.number}"}
    return client.request(method, path, headers=headers, **({"json": body} if body is not None else {}))


def done(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # where the store has no part in it


class Village:
    """One application over one store, asked by many."""

    def __init__(self, web: Web) -> None:
        self.database, self.parts, self.app = web.database, web.parts, app_over(web.parts)

    def client(self) -> TestClient:
        return TestClient(self.app, raise_server_exceptions=False)

    def as_role(self, role: Role) -> TestClient:
        return self.signed_in(role.value)

    def signed_in(self, name: str) -> TestClient:
        client = self.client()
        done(client.post("/api/v1/session", json={"name": name, "secret": SECRET}))
        return client


@pytest.fixture
def village(web: Web) -> Village:
    """city > north > lane (street) > the place (village)."""
    village = Village(web)
    admin = village.as_role(Role.ADMIN)
    for unit, parent, level in (
        ("north", "city", "district"), ("south", "city", "district"), ("lane", "north", "street"),
        (PLACE, "lane", "village"),
    ):  # fmt: skip
        facts = {"id": unit, "parent": parent, "level": level, "name_zh": "永丰村", "name_en": "Yongfeng"}
        done(send(admin, "POST", "/api/v1/units", facts), 201)
    done(send(admin, "POST", "/api/v1/places", {"unit": PLACE}), 201)
    return village


@pytest.fixture
def clerk(village: Village) -> TestClient:
    return village.as_role(Role.WINDOW_STAFF)


@pytest.fixture
def manager(village: Village) -> TestClient:
    return village.as_role(Role.HALL_IT)


def act(clerk: TestClient, command: str, **more: Any) -> Any:
    return send(clerk, "POST", f"{WINDOW}/commands", {"command": command, **more})


def take(phone: TestClient, service: str = "A", key: str | None = None, **more: Any) -> Any:
    return send(phone, "POST", f"{PUBLIC}/tickets", {"service": service, **more}, key)
