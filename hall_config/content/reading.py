"""One file of a pack: its bytes read without trust, its TOML into a model, every problem with its line."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from hall_config.content.problems import ContentProblem
from hall_config.model_faults import CODES, TYPE_WORDS, fault_of
from hall_config.toml_lines import Path as KeyPath
from hall_config.toml_lines import lines_of, nearest_line

LARGEST_TEXT: Final = 256 * 1024
_AT_LINE: Final = re.compile(r" \(at line (\d+), column (\d+)\)$")
_AFTER_HEAD: Final = re.compile(r"^\+\+\+ en[ \t]*$", re.MULTILINE)
_CODES: Final = {**CODES, "too_long": "TOO_LONG", "value_error": "DATES"}
_TYPE_WORDS: Final = {
    **TYPE_WORDS,
    "date_type": "2026-11-20",
    "date_from_datetime_inexact": "2026-11-20",
    "model_type": "{ zh = \"…\", en = \"…\" }",
}  # fmt: skip

Model = TypeVar("Model", bound=BaseModel)


class Unfit(Exception):
    """One file cannot be used."""

    def __init__(self, problems: list[ContentProblem]) -> None:
        super().__init__()
        self.problems = problems


def read_bytes(path: Path, name: str, limit: int = LARGEST_TEXT) -> bytes:
    """An ordinary file, no larger than that; a link is not followed; raises `Unfit`."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unfit([ContentProblem(name, "NOT_A_FILE")])
            raw = file.read(limit + 1)
    except FileNotFoundError:
        raise Unfit([ContentProblem(name, "NO_SUCH_FILE")]) from None
    except OSError as error:
        raise Unfit([ContentProblem(name, "UNREADABLE", params={"reason": error.strerror or ""})]) from None
    if len(raw) > limit:
        raise Unfit([ContentProblem(name, "TOO_BIG", params={"limit": limit // 1024})])
    return raw


def read_text(path: Path, name: str) -> str:
    raw = read_bytes(path, name)
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Unfit([ContentProblem(name, "NOT_UTF8", line=raw.count(b"\n", 0, error.start) + 1)]) from None


def read_model(text: str, name: str, model: type[Model], first_line: int = 1) -> tuple[Model, dict[KeyPath, int]]:
    """The file's model and the line of every key; ``first_line`` is where the text begins in its file."""
    data, lines = _parse(text, name, first_line)
    try:
        return model.model_validate(data), lines
    except ValidationError as error:
        found = [_problem(dict(item), lines, name, model) for item in error.errors(include_url=False)]
        raise Unfit(list({(one.path, one.code): one for one in found}.values())) from None


def split_markdown(text: str, name: str) -> tuple[str, str, str]:
    """The head's TOML, the Chinese answer and the English one of a knowledge file."""
    head, mark, rest = text.partition("+++\n")[2].partition("\n+++\n")
    if not text.startswith("+++\n") or not mark:
        raise Unfit([ContentProblem(name, "NO_HEAD")])
    parts = _AFTER_HEAD.split(rest, maxsplit=1)
    zh, en = parts[0].strip(), parts[1].strip() if len(parts) > 1 else ""
    if not zh:
        raise Unfit([ContentProblem(name, "NO_ANSWER", line=head.count("\n") + 3)])
    return head, zh, en


def _parse(text: str, name: str, first_line: int) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    try:
        data = tomllib.loads(text)
        return data, {path: line + first_line - 1 for path, line in lines_of(text).items()}
    except ValueError as error:
        words = str(error)
        found = _AT_LINE.search(words)
        line = (int(found[1]) if found else text.count("\n") + 1) + first_line - 1
        reason = words[: found.start()] if found else words
        raise Unfit([ContentProblem(name, "NOT_TOML", line=line, params={"reason": reason})]) from None
    except RecursionError:
        raise Unfit([ContentProblem(name, "NOT_TOML", params={"reason": "too deep"})]) from None


def _problem(item: dict[str, Any], lines: dict[KeyPath, int], name: str, model: type[BaseModel]) -> ContentProblem:
    path: KeyPath = tuple(part for part in item["loc"] if part != "Both")
    fault = fault_of(model, path, item, _CODES, _TYPE_WORDS)
    return ContentProblem(name, fault.code, path, nearest_line(lines, path), fault.hint, fault.params)
