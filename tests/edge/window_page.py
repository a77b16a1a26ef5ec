"""A window's page in a browser: visitors who take tickets, acts at windows, and its clerk who signs in."""

from __future__ import annotations

from typing import Any

from hall.queue.words import TakeTicket
from hall.step import Command
from tests.edge.browser_fixtures import expect
from tests.edge.screens_fixtures import PINS, Hall

DESK = (1366, 768)


def ask(hall: Hall, *commands: Command, after_s: int = 0) -> None:
    for command in commands:
        hall.door.steady_ms += after_s * 1000
        hall.door.ask(command)


def take(hall: Hall, *services: str, **more: Any) -> None:
    """A ticket of each class, one after another."""
    for service in services:
        ask(hall, TakeTicket(service, f"token-{len(hall.door.look()[0].queue.tickets):020d}", **more))


def sign_in(open_page: Any, window: int = 1, **more: Any) -> Any:
    page = open_page(f"/window/{window}", DESK, **more)
    page.fill("[name=name]", f"staff{window}")
    page.fill("[name=secret]", PINS[f"staff{window}"])
    page.keyboard.press("Enter")
    expect(page.locator("#state")).not_to_be_empty()
    return page
