"""How a command of ``hall`` ends: exit codes and sentences (contract section 1)."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from hall_config.wording import LANGUAGES, Language, say


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    MISSING = 3
    DIFFERS = 4  # it was computed again, and is not the same


class Stop(Exception):
    """End the command with these words on stderr: one sentence what, one sentence what to do, in both languages.

    ``key`` names the words in the catalogue; ``params`` fill them, one that is a dict by its language.
    """

    def __init__(self, exit_code: Exit, key: str, **params: object) -> None:
        super().__init__(key)
        self.exit_code = exit_code
        self.lines = tuple(say(key, language, **_in(language, params)) for language in LANGUAGES)

    def __str__(self) -> str:
        return "\n".join(self.lines)


def _in(language: Language, params: Mapping[str, object]) -> dict[str, object]:
    return {name: value[language] if isinstance(value, dict) else value for name, value in params.items()}


def complain(*lines: str) -> None:
    """Sentences to stderr."""
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def tell(*lines: str) -> None:
    """Sentences to stdout."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def tell_json(value: Any) -> None:
    """An answer as data, for ``--json``."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
