"""What the publicity screen shows: the pictures and films of one folder, looked into before a page gets them.

What lies in the folder itself is shown all day; what lies in a folder in it whose name is a time of day, such as
``0830-1200``, only then.

Knows files: which can be shown, and why the others cannot. Must not know pages. A file is named to pages by a hash, so
that no path comes in from outside; one that changes gets another name, and a page may keep what it has loaded.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import threading
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal

from PIL import Image

from edge.film import is_film

Kind = Literal["picture", "film"]

_PICTURES: Final = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
_TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "MP4": "video/mp4"}
LARGEST_PICTURE: Final = 20 * 1024 * 1024
LARGEST_FILM: Final = 40 * 1024 * 1024
_MOST_PIXELS: Final = 40_000_000
_MOST_FILES: Final = 200
_LOOK_EVERY_S: Final = 5.0
_JUDGE_S: Final = 2.0
_HOURS: Final = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])-([01][0-9]|2[0-4])([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Item:
    """One file that can be shown."""

    key: str
    kind: Kind
    media_type: str
    path: Path
    minutes: tuple[int, int] = (0, 1440)  # of the day, the end not included


@dataclass(frozen=True, slots=True)
class Skipped:
    """One file that cannot; ``reason`` is too_large, too_many_pixels, broken, unknown_sort, unreadable or too_many."""

    name: str
    reason: str


class _Unfit(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Mark = tuple[str, int, int]  # name, size, changed: the same file as before


class Publicity:
    """Any thread may ask. The folder is looked at again when the last look is a few seconds old."""

    def __init__(self, folder: str, seconds: int) -> None:
        self.seconds = seconds
        self._folder = Path(folder or "/nonexistent")
        self._lock = threading.Lock()
        self._looked_s: float | None = None
        self._known: dict[Mark, Item | Skipped] = {}

    def follow(self, folder: str, seconds: int) -> None:
        """The hall file has changed; another folder is looked at by whoever asks next."""
        fresh = Path(folder or "/nonexistent")
        with self._lock:
            self.seconds = seconds
            if fresh != self._folder:
                self._folder, self._known, self._looked_s = fresh, {}, None

    def items(self, minute: int | None = None) -> tuple[Item, ...]:
        """What can be shown at this local minute of the day, or at any, in the order of the names."""
        found = (one for one in self._look() if isinstance(one, Item))
        return tuple(one for one in found if minute is None or one.minutes[0] <= minute < one.minutes[1])

    def skipped(self) -> tuple[Skipped, ...]:
        return tuple(one for one in self._look() if isinstance(one, Skipped))

    def find(self, key: str) -> Item | None:
        return next((item for item in self.items() if item.key == key), None)

    def _look(self) -> list[Item | Skipped]:
        with self._lock:
            now_s = time.monotonic()
            if self._looked_s is None or now_s - self._looked_s >= _LOOK_EVERY_S:
                self._known = self._judged(self._marks(), now_s + _JUDGE_S)
                self._looked_s = time.monotonic()
            return list(self._known.values())

    def _judged(self, found: list[Mark], until_s: float) -> dict[Mark, Item | Skipped]:
        """New files are looked into for a moment only; those that are left come with the next look."""
        known: dict[Mark, Item | Skipped] = {}
        for mark in found[:_MOST_FILES]:
            one = self._known.get(mark)
            if one is None and (not known or time.monotonic() < until_s):
                one = self._judge(mark)
            if one is not None:
                known[mark] = one
        return known | {mark: Skipped(mark[0], "too_many") for mark in found[_MOST_FILES : _MOST_FILES + 20]}

    def _marks(self, within: str = "") -> list[Mark]:
        """Hidden files are somebody's half-done copies; links and folders without a time are left alone."""
        found: list[Mark] = []
        try:
            with os.scandir(self._folder / within) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_file(follow_symlinks=False):
                        status = entry.stat(follow_symlinks=False)
                        found.append((f"{within}{entry.name}", status.st_size, status.st_mtime_ns))
                    elif not within and _HOURS.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                        found += self._marks(f"{entry.name}/")
        except OSError:
            return found  # no folder yet: the page shows the hall's name
        return sorted(found)

    def _judge(self, mark: Mark) -> Item | Skipped:
        name, size, changed = mark
        path = self._folder / name
        try:
            with open(path, "rb", opener=_without_waiting) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise _Unfit("unreadable")  # noqa: TRY301 - one way out for all
                form = _form(file, path.suffix.lower(), size)
        except _Unfit as unfit:
            return Skipped(name, unfit.reason)
        except OSError:
            return Skipped(name, "unreadable")
        key = hashlib.sha256(f"{name}/{size}/{changed}".encode("utf-8", "surrogateescape")).hexdigest()[:24]
        return Item(key, "film" if form == "MP4" else "picture", _TYPES[form], path, _minutes(name))


def _minutes(name: str) -> tuple[int, int]:
    """When a file of this name is shown: its folder says it."""
    hours, _, file = name.rpartition("/")
    found = _HOURS.fullmatch(hours) if file and hours else None
    if found is None:
        return 0, 1440
    start, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
    return start, end or 1440


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)


def _form(file: BinaryIO, suffix: str, size: int) -> str:
    if suffix == ".mp4":
        if size > LARGEST_FILM:
            raise _Unfit("too_large")
        if not is_film(file, size):
            raise _Unfit("broken")
        return "MP4"
    form = _PICTURES.get(suffix)
    if form is None:
        raise _Unfit("unknown_sort")
    if size > LARGEST_PICTURE:
        raise _Unfit("too_large")
    _require_picture(file, form)
    return form


def _require_picture(file: BinaryIO, form: str) -> None:
    """Decoded once, whole: what a browser would show half is not shown."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is lower
            with Image.open(file, formats=[form]) as image:
                if image.width * image.height > _MOST_PIXELS:
                    raise _Unfit("too_many_pixels")
                image.load()
    except Image.DecompressionBombError:
        raise _Unfit("too_many_pixels") from None
    except (OSError, SyntaxError, ValueError):
        raise _Unfit("broken") from None
