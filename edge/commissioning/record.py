"""What the tests of a hall came to, and what the engineer says of each device: one small file beside the journal.

Written whole or not at all. Knows device names, verdicts and remarks. Holds nothing of a visitor.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import structlog

log = structlog.get_logger()

_KEYS_KEPT: Final = 200


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
        self._answers: dict[str, Any] = {}
        self._read()

    def of(self, device: str) -> Judged:
        with self._lock:
            return self._judged.get(device, Judged())

    def judge(self, device: str, works: bool | None, remark: str, wall_ms: int) -> None:
        self._change(device, works=works, remark=remark, at_wall_ms=wall_ms)

    def tested(self, device: str, verdict: str, line_zh: str, line_en: str, wall_ms: int) -> None:
        self._change(device, verdict=verdict, line_zh=line_zh, line_en=line_en, at_wall_ms=wall_ms)

    def answer_to(self, key: str) -> Any:
        """What the same request got before; None when it is new."""
        with self._lock:
            return self._answers.get(key)

    def keep_answer(self, key: str, answer: Any) -> None:
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > _KEYS_KEPT:
                del self._answers[next(iter(self._answers))]
            self._write()

    def _change(self, device: str, **changes: Any) -> None:
        with self._lock:
            self._judged[device] = replace(self._judged.get(device, Judged()), **changes)
            self._write()

    def _read(self) -> None:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            self._judged = {str(name): Judged(**one) for name, one in kept["devices"].items()}
            self._answers = dict(kept["answers"])
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
