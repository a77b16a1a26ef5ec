"""What the tests of a hall came to, and what the engineer says of each device: one small file beside the journal.

Written whole or not at all. Knows device names, verdicts and remarks. Holds nothing of a visitor. A request that bears
a key acts once and gets the same answer for 24 h, also across a restart; when more keys come in a day than are kept,
the next is refused rather than an earlier one forgotten.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import structlog

log = structlog.get_logger()

_DAY_MS: Final = 86_400_000
MOST_KEYS: Final = 2000  # in a day: one every 43 s


class TooManyKeys(Exception):
    """No more requests with a key can be remembered today."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One device. ``works`` is the engineer's own word, ``verdict`` the last test's; None: not yet."""

    works: bool | None = None
    remark: str = ""
    verdict: str | None = None
    line_zh: str = ""
    line_en: str = ""
    at_wall_ms: int | None = None


class Record:
    """All devices of one hall, and the keys of requests that were answered. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._judged: dict[str, Judged] = {}
        self._asking = threading.Lock()  # held while a request acts: the same one beside it waits for its answer
        self._answers: dict[str, tuple[int, Any]] = {}
        self._read()

    def of(self, device: str) -> Judged:
        with self._lock:
            return self._judged.get(device, Judged())

    def judge(self, device: str, works: bool | None, remark: str, wall_ms: int) -> None:
        self._change(device, works=works, remark=remark, at_wall_ms=wall_ms)

    def tested(self, device: str, verdict: str, line_zh: str, line_en: str, wall_ms: int) -> None:
        self._change(device, verdict=verdict, line_zh=line_zh, line_en=line_en, at_wall_ms=wall_ms)

    def once(self, key: str | None, wall_ms: int, work: Callable[[], Any]) -> Any:
        """The answer of ``work``, or the one that this key got within 24 h; what ``work`` raises is not kept.

        Raises `TooManyKeys`.
        """
        if key is None:
            return work()
        with self._asking:
            kept = {name: one for name, one in self._answers.items() if abs(wall_ms - one[0]) < _DAY_MS}
            if key in kept:
                return kept[key][1]
            if len(kept) >= MOST_KEYS:
                raise TooManyKeys
            answer = work()
            with self._lock:
                self._answers = {**kept, key: (wall_ms, answer)}
                self._write()
            return answer

    def _change(self, device: str, **changes: Any) -> None:
        with self._lock:
            self._judged[device] = replace(self._judged.get(device, Judged()), **changes)
            self._write()

    def _read(self) -> None:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            self._judged = {str(name): Judged(**one) for name, one in kept["devices"].items()}
            self._answers = dict(_answers(kept["answers"]))
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as problem:
            log.warning("setup.record_unreadable", file=str(self._path), problem=type(problem).__name__)
            self._judged, self._answers = {}, {}

    def _write(self) -> None:
        kept = {"devices": {name: asdict(one) for name, one in self._judged.items()}, "answers": self._answers}
        fresh = self._path.with_name(f".{self._path.name}.new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(kept, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)


def _answers(kept: Mapping[str, Any]) -> Iterator[tuple[str, tuple[int, Any]]]:
    """Those that say when they were given."""
    for key, one in kept.items():
        if isinstance(one, list) and len(one) == 2 and isinstance(one[0], int):
            yield key, (one[0], one[1])
