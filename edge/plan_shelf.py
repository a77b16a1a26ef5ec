"""The plans that central has handed to this hall, in the data folder: ``plans/``.

Each plan is a file of its own, ``7.json``; ``standing.json`` says which one is in force, which one was good before, and
what became of the newest. A file is written under another name, synced and renamed: a power cut at any instant leaves
the standing from before or the one after, and the plan that it names.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import structlog

from hall.plan_messages import PlanTrouble
from hall.shape import ShapeError, dump, load
from hall_config.handed_plan import OF_THE_HALL_ALONE, HandedPlan, read_plan

_FOLDER: Final = "plans"
_STANDING: Final = "standing.json"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Standing:
    """``proved``: the line has come back under the plan in force. ``failed``: the newest that is not to be tried again,
    and how (``refused``, ``rolled_back``). ``watched``: that one was rolled back because the line stayed away, and
    it is not yet clear whether the line stays away without it too; it happened ``rolls`` times."""

    in_force: int = OF_THE_HALL_ALONE
    good: int = OF_THE_HALL_ALONE
    proved: bool = True
    waiting: int = 0
    failed: int = 0
    how: str = ""
    trouble: PlanTrouble | None = None
    watched: bool = False
    rolls: int = 0

    @property
    def newest(self) -> int:
        """The highest number that has come; 0 when none has."""
        highest = max(self.in_force, self.good, self.waiting, self.failed)
        return highest if highest > OF_THE_HALL_ALONE else 0


class PlanShelf:
    """Of one hall, below ``data``."""

    def __init__(self, data: Path) -> None:
        self._folder = data / _FOLDER

    def standing(self) -> Standing:
        """As it was last put; that of a hall alone when nothing, or nothing readable, is there."""
        try:
            return load(Standing, json.loads((self._folder / _STANDING).read_bytes()))
        except FileNotFoundError:
            return Standing()
        except (OSError, ValueError, ShapeError, RecursionError) as problem:
            log.warning("plan.standing_unreadable", folder=str(self._folder), problem=str(problem)[:200])
            return Standing()

    def put(self, standing: Standing) -> None:
        """From the next start on."""
        self._write(_STANDING, json.dumps(dump(standing)))
        kept = [standing.in_force, standing.good, standing.waiting, *([standing.failed] if standing.watched else [])]
        wanted = {f"{one}.json" for one in kept} | {_STANDING}
        for file in self._folder.iterdir():
            if file.name not in wanted:
                file.unlink(missing_ok=True)

    def keep(self, plan: HandedPlan, text: str) -> None:
        """Keep a plan beside the others; it is in force when a standing says so."""
        self._write(f"{plan.revision}.json", text)

    def plan(self, revision: int) -> HandedPlan | None:
        """The plan of that number; None when it is not there or cannot be read."""
        text = self.text(revision)
        try:
            return read_plan(text) if text is not None else None
        except ValueError as problem:
            log.warning("plan.unreadable", revision=revision, problem=str(problem))
            return None

    def text(self, revision: int) -> str | None:
        try:
            return (self._folder / f"{revision}.json").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def _write(self, name: str, text: str) -> None:
        self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        fresh = self._folder / f"{name}.new"
        with open(fresh, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self._folder / name)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def rolled_back(standing: Standing) -> Standing:
    """Back to the plan that was good; the one in force has failed."""
    return replace(
        standing, in_force=standing.good, proved=True, failed=standing.in_force, how="rolled_back", trouble=None
    )


def acquitted(standing: Standing) -> Standing:
    """The line stayed away without the plan as well: it may be tried again."""
    again = standing.waiting or standing.failed
    return replace(standing, waiting=again, failed=0, how="", trouble=None, watched=False)
