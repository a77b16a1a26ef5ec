"""A furnished centre behind HTTP: its people by role, taking cases and moving them as the desk does."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import insert

from central import schema
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.aid import store
from central.aid.stages import State
from central.aid_files import kept as files
from central.aid_files.rules import FileKind, Source
from central.clock import now_ms
from central.lawyers import store as lawyers
from tests.central.aid_house import FIRM, UNIT, House, application
from tests.central.aid_pictures import picture
from tests.central.conftest import SECRET, Web

API = "/api/v1/aid"
AT_WORK = (
    Role.WINDOW_STAFF, Role.REVIEWER, Role.APPROVER, Role.ASSIGNER, Role.ARCHIVIST, Role.SUPERVISOR,
    Role.BUREAU_REVIEWER, Role.FIRM, Role.VIEWER, Role.ADMIN,
)  # fmt: skip


@dataclass
class Desk:
    """Everybody of the district, each signed in when first asked for."""

    web: Web
    people: dict[str, TestClient]
    first_lawyer: str
    second_lawyer: str

    def of(self, role: Role, unit: str = UNIT) -> TestClient:
        name = f"{role.value}.{unit}"
        if name not in self.people:
            self.web.parts.accounts.add_all([NewAccount(name, frozenset({role}), SECRET, unit)], now_ms())
            if role is Role.FIRM:
                with self.web.database.write() as connection:
                    row = {"account": name, "firm_code": FIRM, "made_ms": now_ms(), "unit": UNIT, "by": "supervisor"}
                    lawyers.put_firm_account(connection, row)
            client = self.web.client()
            token = client.post("/api/v1/session", json={"name": name, "secret": SECRET}).json()["token"]
            client.cookies.clear()
            client.headers["Authorization"] = f"Bearer {token}"
            self.people[name] = client
        return self.people[name]

    def take(self, given: dict[str, Any] | None = None, role: Role = Role.WINDOW_STAFF, **more: Any) -> Any:
        body = {"application": given if given is not None else application(), **more}
        return post(self.of(role), "/cases", body)

    def case(self, state: State) -> str:
        """A case in that state, begun some days ago."""
        with self.web.database.write() as connection:
            return House(connection, self.web.parts.vault, now_ms() - 86_400_000).to(state)

    def move(self, role: Role, case: str, move: str, given: dict[str, Any] | None = None, **more: Any) -> Any:
        body = {"move": move, "version": self.version(case), "given": given or {}, **more}
        return post(self.of(role), f"/cases/{case}/moves", body)

    def version(self, case: str) -> int:
        with self.web.database.read() as connection:
            row = store.case(connection, case)
        assert row is not None
        return int(row["version"])

    def file(self, case: str, kind: FileKind, order: int = 0) -> str:
        with self.web.database.write() as connection:
            return files.keep(
                connection, self.web.parts.vault, case, UNIT, picture(order), kind, "", "desk", Source.DESK, now_ms()
            )

    def choice(self) -> dict[str, Any]:
        return {"lawyer": self.first_lawyer, "override_reason": "当事人信任这位律师"}


def open_desk(web: Web) -> Desk:
    with web.database.write() as connection:
        house = House(connection, web.parts.vault, now_ms() - 2 * 86_400_000).furnish()
        row = {"id": "far", "parent": "city", "level": "district", "path": "city/far/", "name_zh": "远", "name_en": "F"}
        connection.execute(insert(schema.unit), {**row, "made_ms": 0, "closed_ms": None})
        return Desk(web, {}, house.first_lawyer, house.second_lawyer)


def post(client: TestClient, path: str, body: Any, key: str | None = None) -> Any:
    return client.post(f"{API}{path}", json=body, headers={"Idempotency-Key": key or secrets.token_hex(8)})
