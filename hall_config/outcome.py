"""How a command of ``hall`` ends: exit codes and sentences (contract section 1)."""

from __future__ import annotations

import json
import sys
from enum import IntEnum
from typing import Any

from hall_config.wording import say


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    MISSING = 3


class Stop(Exception):
    """End the command with these words on stderr: one sentence what, one sentence what to do, in both languages.

    ``key`` names the words in the catalogue; ``params`` fill them.
    """

    def __init__(self, exit_code: Exit, key: str, **params: object) -> None:
        super().__init__(key)
        self.exit_code = exit_code
        self.lines = (say(key, "zh", **params), say(key, "en", **params))

    def __str__(self) -> str:
        return "\n".join(self.lines)


def complain(*lines: str) -> None:
    """Sentences to stderr."""
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def tell(*lines: str) -> None:
    """Sentences to stdout."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def tell_json(value: Any) -> None:
    """An answer as data, for ``--json``."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
