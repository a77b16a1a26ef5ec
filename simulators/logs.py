"""Logs of the simulator and the demo's parts: JSON lines with stable event names on stdout."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import structlog

_PROCESSORS: Final[list[Any]] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(ensure_ascii=False),
]


def log_json_lines() -> None:
    """From now on every log line of this process is one JSON object on stdout."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stdout, force=True)
    structlog.configure(
        processors=_PROCESSORS, logger_factory=structlog.PrintLoggerFactory(), cache_logger_on_first_use=True
    )


@contextmanager
def log_to_file(path: Path) -> Iterator[None]:
    """The same into a file, for a program whose stdout is for a person."""
    with path.open("a", encoding="utf-8", buffering=1) as file:
        logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=file, force=True)
        structlog.configure(processors=_PROCESSORS, logger_factory=structlog.WriteLoggerFactory(file))
        try:
            yield
        finally:
            structlog.reset_defaults()
            logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
