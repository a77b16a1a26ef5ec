"""What is wrong in a hall file, for the person who edits it: line, key, what, and what to do, in both languages.

In a key ``device[3]`` is the third ``[[device]]`` of the file: places are counted from 1, as people do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hall_config.toml_lines import Path as KeyPath
from hall_config.wording import Language, say


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; its words stand under ``config.<code>``, ``nearest`` is what was perhaps meant."""

    code: str
    path: KeyPath = ()
    line: int = 1
    nearest: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """``device[3].address``; empty for the file as a whole."""
        return dotted(self.path)

    def words(self, language: Language = "zh") -> str:
        """One sentence what, one sentence what to do."""
        said = say(f"config.{self.code}", language, **{"key": self.key, **self.params})
        if self.nearest is None:
            return said
        return said + say("config_hint.nearest", language, nearest=self.nearest)

    def as_json(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "key": self.key,
            "code": self.code,
            "nearest": self.nearest,
            "message": self.words("en"),
            "message_zh": self.words("zh"),
        }


class HallFileError(ValueError):
    """A hall file cannot be used; ``problems`` holds all that is wrong with it, in the order of the file."""

    def __init__(self, file: str | Path, problems: Iterable[Problem]) -> None:
        self.file = str(file)
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.key)))
        super().__init__("\n".join(self.report()))

    def report(self) -> list[str]:
        """Three lines for each problem: where, Chinese, English."""
        lines: list[str] = []
        for problem in self.problems:
            lines.append(f"{self.file}:{problem.line}: {problem.key}".rstrip(": "))
            lines.append(f"    {problem.words('zh')}")
            lines.append(f"    {problem.words('en')}")
        return lines

    def as_json(self) -> dict[str, Any]:
        return {"ok": False, "file": self.file, "problems": [problem.as_json() for problem in self.problems]}


def dotted(path: KeyPath) -> str:
    """A path as people read it: ``device[3].options.width``."""
    result = ""
    for part in path:
        if isinstance(part, int):
            result += f"[{part + 1}]"
        else:
            result += f".{part}" if result else part
    return result


def nearest(word: object, options: Iterable[str]) -> str | None:
    """The option that ``word`` was perhaps meant to be."""
    by_lower = {option.lower(): option for option in options}
    found = difflib.get_close_matches(str(word).lower().replace("-", "_"), by_lower, n=1, cutoff=0.6)
    found = found or difflib.get_close_matches(str(word).lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None
