"""Fixtures of central's tests: a store, an intake over it, a whole central without a broker, one with."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert, select
from starlette.datastructures import State

from central import schema
from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.clock import now_ms
from central.database import Database
from central.ingest.broker import BrokerLink
from central.ingest.inbox import Inbox
from central.ingest.thread import IngestThread
from central.keeping.sealed_columns import Vault
from central.line.authority import Authority
from central.line.broker_files import BrokerFiles
from central.live.board import Board
from central.live.hub import Hub
from central.metrics import Metrics
from central.parts import Parts
from central.phone.visitors import Visitors
from central.places.keeper import Keeper
from central.units.rules import ROOT
from central.web import make_app
from tests.parts import mosquitto
from tests.postgres import READY, PostgreSQL, postgres, postgres_in_haste

__all__ = ["mosquitto", "postgres", "postgres_in_haste"]


@cache
def _new_store() -> bytes:
    """A SQLite store that has taken every step and holds nothing: made once, the steps take longer than most tests."""
    with TemporaryDirectory(prefix="hall-store-") as folder:
        file = Path(folder) / "central.db"
        Database(f"sqlite:///{file}").close()
        return file.read_bytes()


def empty_store(file: Path) -> str:
    """The address of such a store in that file."""
    file.write_bytes(_new_store())
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store on each engine."""
    if request.param == "sqlite":
        return empty_store(tmp_path / "central.db")
    server: PostgreSQL = request.getfixturevalue("postgres_in_haste")
    return server.emptied(READY)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@cache
def _routes() -> FastAPI:
    """The application without parts: to look through its routes for the first time takes longer than most tests."""
    return make_app(None)  # type: ignore[arg-type]


def app_over(parts: Parts) -> FastAPI:
    """What `make_app` gives, with the routes of all applications of this run."""
    app = copy(_routes())
    app.state = State({"parts": parts})
    return app


SECRET = "Abcd-efgh-ijkm-42"
MASTER = b"m" * 32


@dataclass(frozen=True, slots=True)
class Web:
    """Central's web side over a real store, without a broker. ``as_role`` gives a client with a session."""

    database: Database
    parts: Parts

    def client(self) -> TestClient:
        return TestClient(app_over(self.parts), raise_server_exceptions=False)

    def as_role(self, role: Role) -> TestClient:
        client = self.client()
        answer = client.post("/api/v1/session", json={"name": role.value, "secret": SECRET})
        assert answer.status_code == 200, answer.text
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client


_PEOPLE: list[dict[str, Any]] = []  # as the first test of a run has made them


def _people(database: Database, desk: AccountDesk) -> None:
    """An account for each role. To make them one by one, each test anew, takes longer than most tests."""
    accounts, now = schema.account, now_ms()
    if not _PEOPLE:
        desk.add_all([NewAccount(role.value, frozenset({role}), SECRET, ROOT) for role in Role], now)
        with database.read() as connection:
            made = connection.execute(select(accounts).where(accounts.c.made_ms == now).order_by(accounts.c.id))
            _PEOPLE.extend({name: value for name, value in row.items() if name != "id"} for row in made.mappings())
        return
    then = _PEOPLE[0]["made_ms"]
    fresh = [{name: now if value == then else value for name, value in person.items()} for person in _PEOPLE]
    with database.write() as connection:
        connection.execute(insert(accounts), fresh)


@pytest.fixture
def web(database: Database, tmp_path: Path) -> Web:
    inbox, hub, metrics = Inbox(), Hub(), Metrics()
    link = BrokerLink("mqtt://127.0.0.1:1", None, inbox.put)
    desk = AccountDesk(database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    _people(database, desk)
    ingest = IngestThread(database, link, inbox, hub, metrics)
    authority = Authority(tmp_path)
    files = BrokerFiles(database, authority, None)
    board = Board(database, hub, link)
    places, visitors, vault = Keeper(database, hub), Visitors.in_folder(tmp_path, 0), Vault(MASTER)
    with database.write() as connection:
        vault.make_index_key(connection, now_ms())
    rooms = (board, places, visitors, vault)
    return Web(database, Parts(database, link, ingest, hub, metrics, desk, authority, files, *rooms))
