"""A small tree of units with the people who make its forms, and months for it, over one store."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, Final

from fastapi.testclient import TestClient
from sqlalchemy import insert, update

from central import schema
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.clock import now_ms
from central.database import upsert
from central.live import store as live
from central.report import store
from central.report.periods import period_of, shifted
from central.report_counts.store import add_tallies
from central.report_entry.tables import report_entry
from central.units import store as units
from central.units.rules import ROOT
from hall.moment import local_day, local_ms
from tests.central.conftest import SECRET, Web, app_over
from tests.central.villages import done, send

BEGUN_MS: Final = local_ms("2025-01-01", 0)
TREE: Final = (
    ("north", ROOT, "district"), ("south", ROOT, "district"),
    ("lane", "north", "street"), ("dock", "north", "street"), ("bell", "lane", "village"),
)  # fmt: skip
_ROLES: Final = {"p": Role.REPORT_PREPARER, "r": Role.REPORT_REVIEWER, "s": Role.REPORT_SIGNER}
FILLED: Final = {"K01": "4", "K02": "9", "K03": "2", "K04": "3"}  # what every district has


class ReportTree:
    """city > north (> lane > bell, dock), south. ``p.unit`` prepares, ``r.unit`` reviews, ``s.unit`` signs."""

    def __init__(self, web: Web) -> None:
        self.database, self.parts, self.app = web.database, web.parts, app_over(web.parts)
        self._clients: dict[str, TestClient] = {}
        with web.database.write() as connection:
            paths = {ROOT: f"{ROOT}/"}
            connection.execute(update(schema.unit).where(schema.unit.c.id == ROOT).values(made_ms=BEGUN_MS))
            for name, parent, level in TREE:
                paths[name] = f"{paths[parent]}{name}/"
                units.add_unit(
                    connection, id=name, parent=parent, level=level, path=paths[name], name_zh=f"{name}单位",
                    name_en=name, made_ms=BEGUN_MS,
                )  # fmt: skip
        self.paths = paths
        people = [
            NewAccount(f"{letter}.{unit}", frozenset({role}), SECRET, unit)
            for unit in paths
            for letter, role in _ROLES.items()
        ]
        web.parts.accounts.add_all(people, now_ms())
        with web.database.write() as connection:  # no second factor in these tests
            connection.execute(update(schema.account).values(waived=True))

    def client(self, name: str) -> TestClient:
        if name not in self._clients:
            client = TestClient(self.app, raise_server_exceptions=False)
            told = done(client.post("/api/v1/session", json={"name": name, "secret": SECRET}))
            client.cookies.clear()
            client.headers["Authorization"] = f"Bearer {told['token']}"
            self._clients[name] = client
        return self._clients[name]

    def form(self, unit: str, period: str, name: str | None = None, **query: Any) -> dict[str, Any]:
        path = f"/api/v1/report/units/{unit}/periods/{period}"
        return done(self.client(name or f"p.{unit}").get(path, params=query))

    def ask(self, name: str, unit: str, period: str, move: str, step: int | None = None, **said: Any) -> Any:
        """The answer to a move, made by somebody who saw the last step."""
        if step is None:
            with self.database.read() as connection:
                row = store.form_of(connection, unit, period)
            step = row["step"] if row is not None else 0
        path = f"/api/v1/report/units/{unit}/periods/{period}/moves"
        return send(self.client(name), "POST", path, {"move": move, "step": step, **said})

    def move(self, name: str, unit: str, period: str, move: str, **said: Any) -> dict[str, Any]:
        return done(self.ask(name, unit, period, move, **said))

    def send_up(self, unit: str, period: str) -> None:
        """A form that nothing is wrong with, drawn up and sent by the unit's own people."""
        level = {ROOT: "city", **{name: level for name, _, level in TREE}}[unit]
        self.move(f"p.{unit}", unit, period, "DRAW_UP")
        if level == "village":
            self.move(f"p.{unit}", unit, period, "SUBMIT")
            return
        self.move(f"r.{unit}", unit, period, "CHECK")
        if level == "street":
            self.move(f"r.{unit}", unit, period, "SUBMIT")
            return
        self.move(f"s.{unit}", unit, period, "SIGN")
        if level == "district":
            self.move(f"p.{unit}", unit, period, "SUBMIT")

    def state(self, unit: str, period: str) -> str:
        with self.database.read() as connection:
            row = store.form_of(connection, unit, period)
        return "COLLECTING" if row is None else str(row["state"])

    def did(self, unit: str, day: str, **cells: int) -> None:
        """Something happened in a unit's hall that day, and central has taken it in."""
        hall, now = f"hall-{unit}", now_ms()
        with self.database.write() as connection:
            live.know(connection, hall, now)
            units.put_hall(connection, hall, unit)
            add_tallies(connection, [(hall, day, code, count) for code, count in cells.items()])
            facts = {"hall": hall, "epoch": "e", "conflicted": False, "first_ms": now}
            statement = upsert(connection, schema.stream).values(**facts, applied=1)
            more = {"applied": schema.stream.c.applied + 1}
            connection.execute(statement.on_conflict_do_update(index_elements=["hall", "epoch"], set_=more))

    def typed(self, unit: str, period: str, **figures: str) -> None:
        """What the unit typed in by hand."""
        with self.database.write() as connection:
            for code, value in figures.items():
                connection.execute(
                    insert(report_entry).values(
                        id=secrets.token_hex(8),
                        unit=unit,
                        period=period,
                        code=code,
                        n=1,
                        value=value,
                        carried=False,
                        by=f"p.{unit}",
                        at_ms=now_ms(),
                    )
                )


def a_month() -> str:
    """The last period that is over."""
    running = period_of(date.fromisoformat(local_day(now_ms()))).name
    return shifted(running, -1)


MORNING: Final = {"A10": 10, "A11": 8, "A12": 1, "A13": 1, "A30": 8, "A02": 9}  # tickets of a hall's day
