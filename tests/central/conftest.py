"""Fixtures of central's tests: a store, an intake over it, a whole central without a broker, one with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
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
from central.web import make_app
from tests.parts import mosquitto
from tests.postgres import READY, PostgreSQL, postgres, postgres_in_haste

__all__ = ["mosquitto", "postgres", "postgres_in_haste"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'central.db'}"
    server: PostgreSQL = request.getfixturevalue("postgres_in_haste")
    return server.emptied(READY)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


SECRET = "Abcd-efgh-ijkm-42"
MASTER = b"m" * 32


@dataclass(frozen=True, slots=True)
class Web:
    """Central's web side over a real store, without a broker. ``as_role`` gives a client with a session."""

    database: Database
    parts: Parts

    def client(self) -> TestClient:
        return TestClient(make_app(self.parts), raise_server_exceptions=False)

    def as_role(self, role: Role) -> TestClient:
        client = self.client()
        answer = client.post("/api/v1/session", json={"name": role.value, "secret": SECRET})
        assert answer.status_code == 200, answer.text
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client


@pytest.fixture
def web(database: Database, tmp_path: Path) -> Web:
    inbox, hub, metrics = Inbox(), Hub(), Metrics()
    link = BrokerLink("mqtt://127.0.0.1:1", None, inbox.put)
    desk = AccountDesk(database, PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    for role in Role:
        desk.add(role.value, [role], now_ms(), SECRET)
    ingest = IngestThread(database, link, inbox, hub, metrics)
    authority = Authority(tmp_path)
    files = BrokerFiles(database, authority, None)
    board = Board(database, hub, link)
    places, visitors, vault = Keeper(database, hub), Visitors.in_folder(tmp_path, 0), Vault(MASTER)
    with database.write() as connection:
        vault.make_index_key(connection, now_ms())
    rooms = (board, places, visitors, vault)
    return Web(database, Parts(database, link, ingest, hub, metrics, desk, authority, files, *rooms))
