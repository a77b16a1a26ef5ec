"""Sign-in accounts with secrets made fresh at every start, made through the programs' own ``hall users
add-many``.

Nothing ships with a usable secret: each is made here, told on the terminal and in the ready file, and lives as long as
the demo's data does.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from simulators.demo.layout import HallPlace, Layout
from simulators.demo.posts import Post
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


async def add_central_users(layout: Layout, wished: Sequence[Post]) -> list[CentralUser]:
    """Personal accounts at central; those of an earlier run of the same data go first."""
    users = [CentralUser(post.role, post.name, fresh_password()) for post in wished]
    lines = [
        {"name": user.name, "secret": user.secret, "roles": [user.role], "unit": post.unit}
        for user, post in zip(users, wished, strict=True)
    ]
    await _add_many(["--database", layout.database, "--anew"], lines)
    return users


async def add_staff(place: HallPlace, windows: Sequence[int]) -> tuple[list[StaffMember], StaffMember]:
    """One person for each window, and the duty manager, who knows the pairing links of the rating pads."""
    codes = [f"{window}{secrets.randbelow(1000):03d}" for window in windows]
    staff = [
        StaffMember(f"staff{window}", fresh_pin(), window, code) for window, code in zip(windows, codes, strict=True)
    ]
    manager = StaffMember("manager", fresh_pin(), 0)  # at no window of their own
    lines: list[dict[str, object]] = [
        {"name": one.name, "secret": one.secret, "window": one.window, "code": one.code} for one in staff
    ]
    lines.append({"name": manager.name, "secret": manager.secret, "supervisor": True})
    await _add_many(["--config", str(place.asked_file)], lines)
    return staff, manager


async def _add_many(whose: list[str], lines: Sequence[Mapping[str, object]]) -> None:
    said = "\n".join(json.dumps(line) for line in lines)
    await asyncio.to_thread(run_hall, ["users", "add-many", *whose], said)


def run_hall(arguments: list[str], said: str) -> None:
    """One command of ``hall``; raises `AccountFailed`.

    Secrets go in by stdin: what stands on a command line can be read by everybody on the machine.
    """
    command = [*hall_command(), *arguments]
    done = subprocess.run(command, input=f"{said}\n", capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    if done.returncode != 0:
        raise AccountFailed(f"hall {' '.join(arguments[:3])}: {done.stderr.strip() or done.stdout.strip()}")
