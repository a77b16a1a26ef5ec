"""Drivers log for whoever reads the controller's log; at a command line a person reads the answer and nothing else."""

from __future__ import annotations

import logging
import sys

import structlog


def quiet_drivers() -> None:
    """From here on this process logs disasters only, to stderr."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
