"""Logs of every program: one JSON object a line, with stable event names; ours, and what libraries say."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

import structlog

_SHARED: Final[list[Any]] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.processors.format_exc_info,
]
_QUIET: Final = ("sqlalchemy", "asyncio", "uvicorn.access", "httpx", "httpx2")


def log_json_lines(stream: TextIO | None = None) -> None:
    """From now on every log line of this process is one JSON object on ``stream``, stdout by default."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in ("uvicorn.error", "pymodbus", "gpiozero"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


@contextmanager
def log_to_file(path: Path) -> Iterator[None]:
    """The same into a file, for a program whose stdout is for a person."""
    with path.open("a", encoding="utf-8", buffering=1) as file:
        log_json_lines(file)
        try:
            yield
        finally:
            structlog.reset_defaults()
            logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)


@contextmanager
def quiet_logs() -> Iterator[None]:
    """At a command line a person reads the answer and nothing else: disasters only, to stderr, while it lasts."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        yield
    finally:
        structlog.configure(**before)
