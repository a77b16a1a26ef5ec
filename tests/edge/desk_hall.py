"""A hall with two gates, a help button, a speaker and two screens, for the tests of the service desk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from drivers.driver import Order
from drivers.kinds.display import DisplayState, SwitchDisplay
from edge.displays import Displays
from edge.hall_door import DeviceHealth
from edge.screens import build_app
from edge.staff import Role, StaffBook
from edge.surroundings import nothing_around
from hall.gate.words import MoveGate
from hall.plan import GatePlan
from hall.queue.words import Tick
from tests.edge.plain_door import PLAN, START_WALL_MS, PlainDoor
from tests.edge.screens_fixtures import Hall

MANAGER, PIN = "主任测试", "97531864"
NAMES = {
    "gate:east": ("东门律师通道", "East lawyers' gate"),
    "help-1": ("法律援助区", "Legal aid area"),
    "screen-1": ("大厅大屏", "Hall screen"),
    "screen-2": ("门口宣传屏", "Publicity screen at the door"),
}
SPEAKER = DeviceHealth("speaker-1", "speaker", "ready", "", START_WALL_MS, None, {})


@dataclass
class DeskHall(Hall):
    """``orders``: what was submitted to the screens, which obey at once."""

    displays: Displays
    orders: list[Order]


@pytest.fixture(name="manager_file", scope="session")
def manager_file_fixture(tmp_path_factory: pytest.TempPathFactory, staff_file: Path) -> Path:
    """The duty manager's account made once, beside the windows'."""
    file = Path(shutil.copy(staff_file, tmp_path_factory.mktemp("desk") / "staff.db"))
    staff = StaffBook(file)
    staff.add(MANAGER, PIN, role=Role.SUPERVISOR)
    staff.close()
    return file


@pytest.fixture(name="hall")
def desk_hall_fixture(tmp_path: Path, manager_file: Path) -> Iterator[DeskHall]:
    door = PlainDoor(replace(PLAN, gates=(GatePlan("east"), GatePlan("west"))), ticking=True)
    door.devices = (*door.devices, SPEAKER)
    door.ask(Tick())
    for gate in ("east", "west"):
        door.ask(MoveGate(gate, open=False))
    orders: list[Order] = []

    def obey(order: Order) -> None:
        orders.append(order)
        if isinstance(order, SwitchDisplay):
            displays.heard(DisplayState(order.device, "on" if order.on else "off", ()))

    displays = Displays({"screen-1": ("power",), "screen-2": ()}, None, obey, lambda: START_WALL_MS)
    staff = StaffBook(Path(shutil.copy(manager_file, tmp_path / "staff.db")))
    app = build_app(door, staff, place_names=NAMES, surroundings=replace(nothing_around(), displays=displays))
    yield DeskHall(door, staff, app, displays, orders)
    staff.close()
