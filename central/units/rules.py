"""The tree's rules. A unit's path is the ids from the root down, each followed by a stroke: ``city/changning/``.

Whoever is at a unit sees every path that begins with its own.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from central.failures import RefusedByRule, WrongField
from hall.moment import local_ms

ROOT: Final = "city"
LONGEST_PATH: Final = 200
_EARLIEST_MS: Final = local_ms("2000-01-01", 0)
ID: Final = re.compile(r"[0-9a-z][0-9a-z-]{0,38}[0-9a-z]")


class Level(StrEnum):
    """From the top down; words under ``central.level``."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    VILLAGE = "village"


_ORDER: Final = tuple(Level)


def check_new(unit: str, level: Level, parent_level: Level) -> None:
    """Raises `WrongField` for an id or a level that cannot stand below that parent."""
    if not ID.fullmatch(unit):
        raise WrongField("UNIT_SHAPE", "id")
    if _ORDER.index(level) <= _ORDER.index(parent_level):
        raise WrongField("UNIT_LEVEL", "level")


def check_since(made_ms: int, now_ms: int) -> None:
    """Raises `WrongField` for a unit that is still to come, or that nobody can have entered the day of."""
    if not _EARLIEST_MS <= made_ms <= now_ms:
        raise WrongField("UNIT_SINCE", "since")


def check_move(path: str, level: Level, below: str, below_level: Level) -> None:
    """Raises `RefusedByRule` for a move under itself, `WrongField` for one to a place that is not above it."""
    if path == f"{ROOT}/":
        raise RefusedByRule("UNIT_IS_ROOT", "parent")
    if below.startswith(path):
        raise RefusedByRule("UNIT_UNDER_ITSELF", "parent")
    if _ORDER.index(level) <= _ORDER.index(below_level):
        raise WrongField("UNIT_LEVEL", "parent")


def path_below(parent_path: str, unit: str) -> str:
    """Raises `WrongField` for a path that its column cannot take."""
    path = f"{parent_path}{unit}/"
    if len(path) > LONGEST_PATH:
        raise WrongField("UNIT_DEEP", "id")
    return path


def sees(own_path: str, path: str) -> bool:
    """Whether somebody at ``own_path`` sees what is at ``path``."""
    return path.startswith(own_path)
