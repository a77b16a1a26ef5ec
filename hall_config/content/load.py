"""A folder in, a checked `ContentPack` out, or every problem of every file at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from hall_config.content.models import (
    LONGEST,
    ContentPack,
    Guide,
    Knowledge,
    KnowledgeHead,
    PackFile,
    PeopleFile,
    PlacesFile,
)
from hall_config.content.problems import ContentError, ContentProblem
from hall_config.content.reading import Unfit, read_bytes, read_model, read_text, split_markdown
from hall_config.problems import nearest
from hall_config.toml_lines import Path as KeyPath
from hall_config.toml_lines import nearest_line

LARGEST_PICTURE: Final = 2 * 1024 * 1024
_MOST_FILES: Final = 500
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".webp")
_FOLDERS: Final = {"guides": (".toml",), "knowledge": (".md",), "pictures": _PICTURES}
_FILES: Final = ("pack.toml", "places.toml", "people.toml")
_Found = TypeVar("_Found", bound=BaseModel)
Lines = dict[KeyPath, int]


@dataclass(frozen=True, slots=True)
class _Read(Generic[_Found]):
    """One file that was read."""

    name: str
    found: _Found
    lines: Lines


def sample_folder() -> Path:
    """The pack that ships with the program: invented people and places, correct law."""
    return Path(str(resources.files("hall_config") / "sample_content"))


def read_pack(folder: str | Path) -> ContentPack:
    """The pack of that folder; raises `ContentError` with all that is wrong."""
    try:
        return _Reader(Path(folder)).read()
    except OSError as error:  # a folder that may not be looked into, or that goes away meanwhile
        problem = ContentProblem("", "UNREADABLE", params={"reason": error.strerror or ""})
        raise ContentError(str(folder), [problem]) from None


def picture_kind(raw: bytes) -> str | None:
    """What a picture's first bytes say that it is, and its last that it is whole; None of all else."""
    if raw.startswith(b"\xff\xd8\xff"):
        return "image/jpeg" if raw.rstrip(b"\0").endswith(b"\xff\xd9") else None
    if raw.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"):
        return "image/png" if b"IDAT" in raw and raw.endswith(b"IEND\xaeB`\x82") else None
    webp = raw[:4] == b"RIFF" and raw[8:15] == b"WEBPVP8" and len(raw) > 20
    return "image/webp" if webp and int.from_bytes(raw[4:8], "little") + 8 <= len(raw) else None


class _Reader:
    """Goes through a folder once and keeps what is wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._problems: list[ContentProblem] = []

    def read(self) -> ContentPack:
        if not self._folder.is_dir():
            raise ContentError(str(self._folder), [ContentProblem("", "NO_SUCH_FOLDER")])
        self._look_around()
        pack = self._try("pack.toml", partial(self._model, PackFile))
        guides = [self._try(name, partial(self._model, Guide)) for name in self._names("guides")]
        knowledge = [self._try(name, self._knowledge) for name in self._names("knowledge")]
        places = self._try("places.toml", partial(self._model, PlacesFile))
        people = self._try("people.toml", partial(self._model, PeopleFile))
        for name in self._names("pictures"):
            self._picture(name)
        self._once([(one.name, ("code",), one.found.code, one.lines) for one in guides if one])
        self._once([(one.name, ("id",), one.found.head.id, one.lines) for one in knowledge if one])
        if places:
            rows = [
                (places.name, ("place", at, "id"), one.id, places.lines) for at, one in enumerate(places.found.place)
            ]
            self._once(rows)
        if people:
            rows = [
                (people.name, ("person", at, "id"), one.id, people.lines) for at, one in enumerate(people.found.person)
            ]
            self._once(rows)
            self._photos(people)
        if self._problems or not (pack and places and people):
            raise ContentError(str(self._folder), self._problems)
        return ContentPack(
            pack=pack.found,
            guides=tuple(one.found for one in guides if one),
            knowledge=tuple(one.found for one in knowledge if one),
            places=places.found,
            people=people.found.person,
            folder=str(self._folder),
        )

    def _look_around(self) -> None:
        """What stands in the folder and belongs to nothing is a mistake somebody made, such as ``guide/``."""
        for name in sorted(os.listdir(self._folder)):
            if name.startswith(".") or name in _FILES or name in _FOLDERS or name.upper().startswith("README"):
                continue
            self._problems.append(ContentProblem(name, "UNKNOWN_FILE", nearest=nearest(name, (*_FILES, *_FOLDERS))))

    def _names(self, folder: str) -> list[str]:
        place = self._folder / folder
        if not place.is_dir():
            return []
        names = sorted(name for name in os.listdir(place) if not name.startswith("."))
        if len(names) > _MOST_FILES:
            self._problems.append(ContentProblem(folder, "TOO_MANY_FILES", params={"limit": _MOST_FILES}))
            return []
        good = [name for name in names if name.endswith(_FOLDERS[folder])]
        for name in sorted(set(names) - set(good)):
            endings = ", ".join(_FOLDERS[folder])
            self._problems.append(ContentProblem(f"{folder}/{name}", "WRONG_ENDING", params={"valid": endings}))
        return [f"{folder}/{name}" for name in good]

    def _try(self, name: str, read: Callable[[str], _Read[_Found]]) -> _Read[_Found] | None:
        try:
            return read(name)
        except Unfit as unfit:
            self._problems += unfit.problems
            return None

    def _model(self, model: type[_Found], name: str) -> _Read[_Found]:
        return _Read(name, *read_model(read_text(self._folder / name, name), name, model))

    def _knowledge(self, name: str) -> _Read[Knowledge]:
        head, zh, en = split_markdown(read_text(self._folder / name, name), name)
        found, lines = read_model(head, name, KnowledgeHead, first_line=2)
        longest = max(len(zh), len(en))
        if longest > LONGEST:
            raise Unfit([ContentProblem(name, "TOO_LONG", line=head.count("\n") + 3, params={"limit": LONGEST})])
        return _Read(name, Knowledge(head=found, answer_zh=zh, answer_en=en), lines)

    def _picture(self, name: str) -> None:
        try:
            if picture_kind(read_bytes(self._folder / name, name, LARGEST_PICTURE)) is None:
                self._problems.append(ContentProblem(name, "NOT_A_PICTURE"))
        except Unfit as unfit:
            self._problems += unfit.problems

    def _once(self, rows: Iterable[tuple[str, KeyPath, str, Lines]]) -> None:
        seen: dict[str, str] = {}
        for name, path, value, lines in rows:
            line = nearest_line(lines, path)
            if value in seen:
                params = {"value": value, "other": seen[value]}
                self._problems.append(ContentProblem(name, "TWICE", path, line, params=params))
            else:
                seen[value] = f"{name}:{line}"

    def _photos(self, people: _Read[PeopleFile]) -> None:
        there = [name.removeprefix("pictures/") for name in self._names("pictures")]
        for place, person in enumerate(people.found.person):
            if person.photo is not None and person.photo not in there:
                path: KeyPath = ("person", place, "photo")
                near = nearest(person.photo, there)
                line = nearest_line(people.lines, path)
                self._problems.append(
                    ContentProblem(people.name, "NO_PICTURE", path, line, near, {"value": person.photo})
                )
