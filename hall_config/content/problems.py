"""What is wrong in a content pack: file, line, key, what, and what to do, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hall_config.problems import dotted
from hall_config.toml_lines import Path as KeyPath
from hall_config.wording import Language, say


@dataclass(frozen=True, slots=True)
class ContentProblem:
    """One thing that is wrong in ``file``, which is named within the folder; words under ``content_check.<code>``."""

    file: str
    code: str
    path: KeyPath = ()
    line: int = 1
    nearest: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    def words(self, language: Language = "zh") -> str:
        said = say(f"content_check.{self.code}", language, **{"key": dotted(self.path), **self.params})
        return said if self.nearest is None else said + say("config_hint.nearest", language, nearest=self.nearest)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "line": self.line,
            "key": dotted(self.path),
            "code": self.code,
            "nearest": self.nearest,
            "message": self.words("en"),
            "message_zh": self.words("zh"),
        }


class ContentError(ValueError):
    """A pack cannot be used; ``problems`` holds all that is wrong with it, file by file, line by line."""

    def __init__(self, folder: str, problems: Iterable[ContentProblem]) -> None:
        self.folder = folder
        self.problems = tuple(sorted(problems, key=lambda one: (one.file, one.line, dotted(one.path), one.code)))
        super().__init__("\n".join(self.report()))

    def report(self) -> list[str]:
        """Three lines for each problem: where, Chinese, English."""
        lines: list[str] = []
        for problem in self.problems:
            where = "/".join(part for part in (self.folder.rstrip("/"), problem.file) if part)
            lines.append(f"{where}:{problem.line}: {dotted(problem.path)}".rstrip(": "))
            lines.append(f"    {problem.words('zh')}")
            lines.append(f"    {problem.words('en')}")
        return lines

    def as_json(self) -> dict[str, Any]:
        return {"ok": False, "folder": self.folder, "problems": [problem.as_json() for problem in self.problems]}
