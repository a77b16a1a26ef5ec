"""How the store becomes what this program needs: step after step, in one transaction of whoever opens it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_FOLDER: Final = Path(__file__).parent


class NewerStore(Exception):
    """A newer program has changed this store."""

    def __init__(self, found: str, ours: str) -> None:
        super().__init__(f"the store is at {found}, this program knows steps up to {ours}")
        self.found = found
        self.ours = ours


def bring_up_to_date(connection: Connection, to: str = "head") -> None:
    """Take the steps that are missing; `NewerStore` when the store has one that is not known here."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and not knows(found):
        raise NewerStore(found, _steps()[0])
    if found == _steps()[0] and to == "head":
        return
    settings = _settings()
    settings.attributes["connection"] = connection
    command.upgrade(settings, to)


def knows(revision: str) -> bool:
    """Whether this program has that step."""
    return revision in _steps()


@cache
def _steps() -> tuple[str, ...]:
    """Every step, the newest first: read once, a program's own steps stay what they are."""
    return tuple(step.revision for step in ScriptDirectory.from_config(_settings()).walk_revisions())


def _settings() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(_FOLDER))
    settings.set_main_option("path_separator", "os")
    return settings
