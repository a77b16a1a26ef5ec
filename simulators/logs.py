"""Logs of the simulator and the demo's parts: JSON lines with stable event names on stdout."""

from __future__ import annotations

import logging
import sys

import structlog


def log_json_lines() -> None:
    """From now on every log line of this process is one JSON object on stdout."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stdout, force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
