"""A hall with all of its pages on a port that can be taken away and given back, and how to come to each of the pages.

``PAGES`` names every page; ``arrive(hall, open_page, name)`` opens one and signs in where a page asks for it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image

from edge import publicity
from edge.clock import Clock
from edge.commissioning.room import Lines, SetupRoom
from edge.content import Content
from edge.publicity import Publicity
from edge.screens import PageServer, build_app, pad_link
from edge.staff import StaffBook
from edge.surroundings import nothing_around
from hall.gate.words import MoveGate
from hall.plan import GatePlan
from hall.queue.words import CallNext, Finish, OpenWindow, Start, TakeTicket, Tick
from hall_config.content.load import sample_folder
from hall_config.load import check_hall_text
from tests.edge.browser_fixtures import Open, expect
from tests.edge.commissioning_hall import TEXT
from tests.edge.desk_hall import MANAGER, PIN, SPEAKER
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import PINS, Hall

TOKEN: Final = "the-token-of-this-one-slip"
DESK: Final = (1366, 768)


@dataclass(frozen=True, slots=True)
class Page:
    """``at_work``: what is seen only once the hall's present state has come."""

    path: str
    size: tuple[int, int]
    at_work: str
    who: str | None = None
    touch: bool = False


PAGES: Final = {
    "machine": Page("/machine", (1080, 1920), "[data-service=A]", touch=True),
    "kiosk": Page("/kiosk", (1080, 1920), ".pack", touch=True),
    "window": Page("/window/1", DESK, "#state:not(:empty)", "staff1"),
    "guide": Page("/guide", DESK, "#window-list li", MANAGER),
    "desk": Page("/desk", DESK, "#gate-east", MANAGER),
    "pad": Page("pad", (1280, 800), "#window-name:not(:empty)", touch=True),
    "display": Page("/display", (1920, 1080), "#window-list li"),
    "publicity": Page("/publicity", (1920, 1080), "#stage img.on"),
    "phone": Page(f"/t/{TOKEN}", (390, 844), "#number:not(:empty)", touch=True),
    "health": Page("/health", (1280, 800), "#parts tr"),
    "setup": Page("/setup", (1280, 800), "#devices li", MANAGER, touch=True),
    "index": Page("/", (1280, 800), "#waiting:not(:empty)"),
}


class WholeHall(Hall):
    """Its rules and accounts stay where they are while its pages come and go."""

    door: PlainDoor

    def __init__(self, door: PlainDoor, staff: StaffBook, folder: Path) -> None:
        (folder / "publicity").mkdir()
        for place in range(3):
            Image.new("RGB", (320, 180), (20, 60 * place, 140)).save(folder / "publicity" / f"{place}.png")
        pictures = Publicity(str(folder / "publicity"), 3)
        self._around = replace(nothing_around(), publicity=pictures, content=Content(str(sample_folder())))
        file = check_hall_text(TEXT.replace("{data}", str(folder)).replace("{listen}", "1"))
        lines = Lines(lambda: file, lambda order: None, lambda: (), lambda device: None, Clock())
        self.setup = SetupRoom(file, lines, "0", ports=folder)
        self.taken = 0
        super().__init__(door, staff, None)
        self.server = self._serve(0)

    def _serve(self, port: int) -> PageServer:
        self.app = build_app(self.door, self.staff, surroundings=self._around, setup=self.setup)
        server = PageServer(self.app, "127.0.0.1", port)
        server.start()
        return server

    def away(self) -> None:
        self.server.stop()

    def back(self) -> None:
        self.server = self._serve(self.server.port)

    def close(self) -> None:
        self.server.stop()
        self.setup.close()

    def ask(self, *commands: Any) -> None:
        for command in commands:
            self.door.ask(command)

    def take(self, service: str = "A") -> None:
        self.taken += 1
        self.ask(TakeTicket(service, f"token-{self.taken:020d}"))

    def serve(self, window: int = 1) -> None:
        """The next visitor of this window, from call to finish."""
        staff = f"staff{window}"
        self.ask(CallNext(window, staff), Start(window, staff), Finish(window, staff))

    def tickets(self) -> Any:
        return self.door.look()[0].queue.tickets


@pytest.fixture(name="hall")
def whole_hall_fixture(tmp_path: Path, manager_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WholeHall]:
    monkeypatch.setattr(publicity, "_LOOK_EVERY_S", 0.0)
    door = PlainDoor(replace(PLAN, gates=(GatePlan("east"),)), ticking=True)
    door.devices = (*door.devices, SPEAKER)
    door.ask(Tick())
    door.ask(MoveGate("east", open=False))
    for window in (1, 2, 3):
        door.ask(OpenWindow(window, f"staff{window}"))
    staff = StaffBook(Path(shutil.copy(manager_file, tmp_path / "staff.db")))
    made = WholeHall(door, staff, tmp_path)
    yield made
    made.close()
    staff.close()


@pytest.fixture(name="served")
def whole_served_fixture(hall: WholeHall) -> str:
    return f"http://127.0.0.1:{hall.server.port}"


def arrive(hall: WholeHall, open_page: Open, name: str, **more: Any) -> Any:
    """The page at work, as whoever it is for sees it."""
    page = PAGES[name]
    if name == "phone":
        hall.ask(TakeTicket("A", TOKEN))
    opened = open_page(pad_link(hall.door, 1) if name == "pad" else page.path, page.size, touch=page.touch, **more)
    if page.who is not None:
        opened.fill("[name=name]", page.who)
        opened.fill("[name=secret]", PIN if page.who == MANAGER else PINS[page.who])
        opened.keyboard.press("Enter")
    expect(opened.locator(page.at_work).first).to_be_attached()
    return opened
