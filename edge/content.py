"""The content pack of this hall, kept in memory: what visitors read goes on while the folder is changed or broken.

Knows the folder and when it changed. Must not know pages. A pack with a mistake is never shown: the one before stays,
and whoever looks after the hall is told. A hall that names no folder shows the sample, which says what it is.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import structlog

from hall_config.content.load import LARGEST_PICTURE, picture_kind, read_pack, sample_folder
from hall_config.content.models import ContentPack
from hall_config.content.problems import ContentError
from hall_config.content.reading import Unfit, read_bytes

log = structlog.get_logger()

_LOOK_EVERY_S: Final = 5.0
_MOST_ENTRIES: Final = 2_000

State = Literal["ready", "kept", "wrong"]


@dataclass(frozen=True, slots=True)
class ContentNow:
    """``ready``; ``kept``: the folder has mistakes and the pack before them stays; ``wrong``: there is none."""

    state: State
    pack: ContentPack | None
    mark: str
    problems: int = 0


@dataclass(frozen=True, slots=True)
class Photo:
    key: str
    media_type: str
    raw: bytes


class Content:
    """Any thread may ask. The folder is looked at again when the last look is a few seconds old."""

    def __init__(self, folder: str | None) -> None:
        self._folder = _folder(folder)
        self._lock = threading.Lock()
        self._looked_s: float | None = None
        self._now = ContentNow("wrong", None, "")
        self._photos: dict[str, Photo] = {}

    def follow(self, folder: str | None) -> None:
        """The hall file has changed; another folder is read by whoever asks next."""
        with self._lock:
            if (fresh := _folder(folder)) != self._folder:
                self._folder, self._looked_s, self._now, self._photos = fresh, None, ContentNow("wrong", None, ""), {}

    def now(self) -> ContentNow:
        """The pack to show."""
        with self._lock:
            if self._looked_s is None or time.monotonic() - self._looked_s > _LOOK_EVERY_S:
                self._look()
                self._looked_s = time.monotonic()
            return self._now

    def photo(self, key: str) -> Photo | None:
        """A picture of the pack by the name that pages know it by."""
        self.now()
        return self._photos.get(key)

    def photo_key(self, name: str) -> str | None:
        return next((key for key, photo in self._photos.items() if key.startswith(_short(name))), None)

    def _look(self) -> None:
        mark = _mark(self._folder)
        if mark == self._now.mark:
            return
        before = self._now.pack
        try:
            pack = read_pack(self._folder)
            self._photos = {photo.key: photo for photo in map(self._read_photo, _photos_of(pack)) if photo}
            self._now = ContentNow("ready", pack, mark)
            log.info("content.read", pack=pack.pack.id, version=pack.pack.version)
        except ContentError as wrong:
            problems = [problem.as_json() for problem in wrong.problems[:20]]
            log.warning("content.wrong", folder=str(self._folder), count=len(wrong.problems), problems=problems)
            self._now = ContentNow("kept" if before else "wrong", before, mark, len(wrong.problems))

    def _read_photo(self, name: str) -> Photo | None:
        try:
            raw = read_bytes(self._folder / "pictures" / name, name, LARGEST_PICTURE)
        except Unfit:
            return None
        kind = picture_kind(raw)
        return Photo(_short(name) + hashlib.sha256(raw).hexdigest()[:16], kind, raw) if kind else None


def _folder(folder: str | None) -> Path:
    return sample_folder() if folder is None else Path(folder)


def _short(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def _photos_of(pack: ContentPack) -> list[str]:
    return sorted({person.photo for person in pack.people if person.photo is not None})


def _mark(folder: Path) -> str:
    """Changes with every file's name, size and time of change; a folder that is gone has a mark too."""
    digest = hashlib.sha256(str(folder).encode())
    count = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > _MOST_ENTRIES:
                return digest.hexdigest()
            try:
                found = (Path(place) / name).lstat()
            except OSError:
                continue
            digest.update(f"{place}/{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
