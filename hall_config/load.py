"""``hall.toml`` in, a checked `HallFile` out, or every problem of the file at once."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from hall_config.cross_checks import cross_problems
from hall_config.driver_book import CannotBuild, DriverBook
from hall_config.model_faults import CODES, TYPE_WORDS, fault_of, model_at
from hall_config.models import DevicePart, HallFile
from hall_config.problems import HallFileError, Problem, nearest
from hall_config.toml_lines import Path as KeyPath
from hall_config.toml_lines import lines_of, nearest_line

_SIZE_LIMIT: Final = 256 * 1024  # the largest hall that we know of needs 20 KiB
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{2,}")
_WIDE: Final = re.compile("[“”‘’＂＇＝，。：；【】［］｛｝（）　]")  # what a Chinese keyboard gives for \" = , [ ]
_QUOTED: Final = re.compile(r'"[^"]*"|#.*')
_AT_LINE: Final = re.compile(r" \(at line (\d+), column (\d+)\)$")

M = TypeVar("M", bound=BaseModel)
_CODES: Final = {**CODES, "value_error": "PORT_OR_LINE"}


def read_hall_file(path: str | Path, book: DriverBook | None = None) -> HallFile:
    """The hall of that file; raises `HallFileError` with all that is wrong.

    ``book`` says what the installed drivers find wrong with it; who drives no device has none.
    """
    return check_hall_text(_read_text(Path(path)), path, book)


def check_hall_text(text: str, file: str | Path = "hall.toml", book: DriverBook | None = None) -> HallFile:
    """As `read_hall_file`, for a text that is already at hand."""
    data, lines = _parse(text, file)
    hall_file, problems = validated(HallFile, data, lines)
    problems += cross_problems(data, lines, book)
    if book is not None:
        spoiled = {problem.path[:2] for problem in problems if problem.path[2:3] in (("port",), ("address",))}
        problems += _option_problems(data, lines, book, spoiled)
    if problems or hall_file is None:
        raise HallFileError(file, problems)
    return hall_file


def validated(model: type[M], data: Mapping[str, Any], lines: dict[KeyPath, int]) -> tuple[M | None, list[Problem]]:
    """What ``data`` is as ``model``, or None and everything that keeps it from being that."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        items = [dict(item) for item in error.errors(include_url=False)]
        return None, [_problem(model, item, lines) for item in items if not _follows(item)]


def _read_text(path: Path) -> str:
    try:
        # without waiting for a writer, should somebody name a pipe
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise HallFileError(path, [Problem("NOT_A_FILE")])
            raw = file.read(_SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise HallFileError(path, [Problem("NO_SUCH_FILE")]) from None
    except IsADirectoryError:
        raise HallFileError(path, [Problem("NOT_A_FILE")]) from None
    except PermissionError:
        raise HallFileError(path, [Problem("NO_PERMISSION")]) from None
    except (OSError, ValueError) as error:
        if isinstance(error, HallFileError):
            raise
        raise HallFileError(path, [Problem("UNREADABLE", params={"reason": str(error)})]) from None
    if len(raw) > _SIZE_LIMIT:
        raise HallFileError(path, [Problem("TOO_BIG", params={"limit": _SIZE_LIMIT // 1024})])
    try:
        return raw.decode("utf-8-sig")  # editors on Windows put a mark before the text
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise HallFileError(path, [Problem("NOT_UTF8", line=line)]) from None


def _parse(text: str, file: str | Path) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    try:
        return tomllib.loads(text), lines_of(text)
    except ValueError as error:  # TOMLDecodeError, and a number with thousands of digits
        words = str(error)
        found = _AT_LINE.search(words)
        line = int(found[1]) if found else text.count("\n") + 1
        reason = words[: found.start()] if found else words
        wide = _WIDE.findall(_QUOTED.sub("", "".join(text.split("\n")[line - 1 : line])))
        problem = Problem("NOT_TOML", line=line, params={"reason": reason})
        if wide:
            problem = Problem("WIDE_SIGNS", line=line, params={"signs": " ".join(wide)})
        raise HallFileError(file, [problem]) from None
    except RecursionError:
        raise HallFileError(file, [Problem("TOO_DEEP")]) from None


def _option_problems(
    data: dict[str, Any], lines: dict[KeyPath, int], book: DriverBook, spoiled: set[KeyPath]
) -> list[Problem]:
    problems = []
    for place, table in enumerate(data["device"] if isinstance(data.get("device"), list) else ()):
        if ("device", place) in spoiled:
            continue  # a wrong port or address is told once
        try:
            device = DevicePart.model_validate(table)
        except ValidationError:
            continue  # the driver is asked when the rest is right
        path: KeyPath
        try:
            for key, words in book.option_problems(device):
                path = ("device", place, "options", *([key] if key else []))
                near = nearest(key, set(_NAME.findall(words)) - {key}) if key and "option" in words else None
                problems.append(Problem("WRONG_OPTION", path, nearest_line(lines, path), near, {"reason": words}))
        except CannotBuild:
            path = ("device", place, "driver")
            problems.append(Problem("BROKEN_DRIVER", path, nearest_line(lines, path), None, {"value": device.driver}))
    return problems


def _follows(item: dict[str, Any]) -> bool:
    """A list whose members are all wrong counts as empty for pydantic; their own problems say it better."""
    return item["type"] == "too_short" and bool(item["input"])


def _problem(model: type[BaseModel], item: dict[str, Any], lines: dict[KeyPath, int]) -> Problem:
    path: KeyPath = tuple(item["loc"])
    begun = _part_at(path, item["type"])
    fault = fault_of(model, path, item, _CODES, {**_TYPE_WORDS, item["type"]: begun} if begun else _TYPE_WORDS)
    return Problem(fault.code, path, nearest_line(lines, path), fault.hint, fault.params)


_TYPE_WORDS: Final = {
    **TYPE_WORDS,
    "int_from_float": "123",
    "dict_type": "[…] (table)",
    "model_type": "[…] (table)",
}


def _part_at(path: KeyPath, problem: str) -> str:
    """How a whole part of the file is begun: ``[[gate]]`` for each of many, ``[amplifier]`` for the only one."""
    if len(path) != 1 or model_at(HallFile, path) is None:
        return ""
    return {"tuple_type": f"[[{path[0]}]]", "model_type": f"[{path[0]}]"}.get(problem, "")
