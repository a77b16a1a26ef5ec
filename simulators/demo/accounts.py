"""Sign-in accounts with secrets made fresh at every start, made through the programs' own ``hall users add``.

Nothing ships with a usable secret: each is made here, told on the terminal and in the ready file, and lives as long as
the demo's data does.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from simulators.demo.layout import HallPlace, Layout
from simulators.demo.programs import hall_command


class AccountFailed(Exception):
    """A command of ``hall`` said no; the words are its own."""


@dataclass(frozen=True, slots=True)
class CentralUser:
    role: str
    name: str
    secret: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person of a hall's staff; ``window`` is the usual one, ``code`` what they type on a call terminal."""

    name: str
    secret: str
    window: int
    code: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def fresh_pin() -> str:
    """Eight digits that are neither one digit over and over nor a row."""
    while True:
        pin = f"{secrets.randbelow(10**8):08d}"
        steps = {int(after) - int(before) for before, after in itertools.pairwise(pin)}
        if len(set(pin)) >= 4 and len(steps) >= 3:
            return pin


def fresh_password() -> str:
    """Long, of three classes of characters, and easy to type over from a terminal."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    parts = ["".join(secrets.choice(letters) for _ in range(4)) for _ in range(3)]
    return f"{parts[0].capitalize()}-{parts[1]}-{parts[2]}-{secrets.randbelow(90) + 10}"


async def add_central_user(layout: Layout, role: str, name: str) -> CentralUser:
    """A personal account at central; one of an earlier run of the same data goes first, with its sessions."""
    user = CentralUser(role, name, fresh_password())
    if Path(layout.database.removeprefix("sqlite:///")).exists():
        await asyncio.to_thread(_try, ["users", "remove", name, "--database", layout.database])
    arguments = ["users", "add", name, "--database", layout.database, "--role", role, "--secret-stdin"]
    await asyncio.to_thread(run_hall, arguments, user.secret)
    return user


async def add_staff(place: HallPlace, window: int) -> StaffMember:
    """One person for one window of a hall."""
    member = StaffMember(f"staff{window}", fresh_pin(), window, f"{window}{secrets.randbelow(1000):03d}")
    arguments = ["users", "add", member.name, "--config", str(place.asked_file), "--window", str(window)]
    await asyncio.to_thread(run_hall, [*arguments, "--code", member.code, "--secret-stdin"], member.secret)
    return member


async def add_manager(place: HallPlace) -> StaffMember:
    """The hall's duty manager, who knows the pairing links of the rating pads; at no window of their own."""
    member = StaffMember("manager", fresh_pin(), 0)
    arguments = ["users", "add", member.name, "--config", str(place.asked_file), "--supervisor"]
    await asyncio.to_thread(run_hall, [*arguments, "--secret-stdin"], member.secret)
    return member


def run_hall(arguments: list[str], secret: str) -> None:
    """One command of ``hall``; raises `AccountFailed`.

    The secret goes in by stdin: what stands on a command line can be read by everybody on the machine.
    """
    done = _try(arguments, f"{secret}\n")
    if done.returncode != 0:
        raise AccountFailed(f"hall {' '.join(arguments[:3])}: {done.stderr.strip() or done.stdout.strip()}")


def _try(arguments: list[str], said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [*hall_command(), *arguments], input=said, capture_output=True, text=True, timeout=60, check=False
    )
