"""A hall with its pages, for the tests of the pages: real rules, real staff book, real HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from edge.screens import PageServer, build_app
from edge.staff import StaffBook
from tests.edge.plain_door import PlainDoor

PINS = {"staff1": "86420971", "staff2": "86420972", "staff3": "86420973"}


@dataclass
class Hall:
    """One hall behind its pages."""

    door: PlainDoor
    staff: StaffBook
    app: Any

    def client(self, window: int | None = None) -> TestClient:
        """A browser of its own; signed in when a window is given."""
        client = TestClient(self.app, base_url="http://hall.test", raise_server_exceptions=False)
        if window is not None:
            member = next(one for one in self.staff.list() if one.window == window)
            token = self.staff.open_session(member, window, self.door.steady_ms)
            client.cookies.set(f"lh_{self.door.plan.hall}_staff", token)
        return client


@pytest.fixture(name="staff_file", scope="session")
def staff_file_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Accounts made once: a good hash takes its time."""
    file = tmp_path_factory.mktemp("staff") / "staff.db"
    staff = StaffBook(file)
    for number, (name, pin) in enumerate(PINS.items(), start=1):
        staff.add(name, pin, window=number)
    staff.close()
    return file


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[Hall]:
    yield from hall_of(PlainDoor(), tmp_path, staff_file)


def hall_of(door: PlainDoor, tmp_path: Path, staff_file: Path) -> Iterator[Hall]:
    """A hall behind pages, with any door."""
    staff = StaffBook(Path(shutil.copy(staff_file, tmp_path / "staff.db")))
    yield Hall(door, staff, build_app(door, staff, place_names={"help-1": ("大厅", "Hall")}))
    staff.close()


@pytest.fixture(name="served")
def served_fixture(hall: Hall) -> Iterator[str]:
    """The same hall on a real port; gives its address."""
    server = PageServer(hall.app, "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def take(client: TestClient, service: str = "A", **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/tickets", json={"service": service, **more})
    assert answer.status_code == 201, answer.text
    given: dict[str, Any] = answer.json()
    return given


def act(client: TestClient, window: int, command: str, **more: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/windows/{window}/commands", json={"command": command, **more})
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


def serve(client: TestClient, window: int) -> None:
    for command in ("call_next", "start", "finish"):
        act(client, window, command)
