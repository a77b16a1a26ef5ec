"""Work that central does by the clock: each job in a thread of its own, so that a slow one holds up no other.

A job that fails is logged, counted and done again at its next time; what it must not do twice, it guards itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from central.clock import now_ms
from central.metrics import Metrics

_STOP_S: Final = 2.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """What is done every ``every_s`` seconds, first at start; ``run`` gets the present in UTC milliseconds."""

    name: str
    every_s: float
    run: Callable[[int], object]


class Jobs:
    """All jobs of one central."""

    def __init__(self, jobs: Sequence[Job], metrics: Metrics) -> None:
        self._metrics = metrics
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep_doing, args=(job,), name=f"job-{job.name}", daemon=True) for job in jobs
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No job begins any more; one that is at work has a moment to end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_STOP_S)

    def _keep_doing(self, job: Job) -> None:
        while not self._stopping.is_set():
            try:
                job.run(now_ms())
            except Exception:  # the outermost line of the thread
                log.exception("job.failed", job=job.name)
                self._metrics.jobs_failed.labels(job.name).inc()
            else:
                self._metrics.jobs_done.labels(job.name).inc()
            self._stopping.wait(job.every_s)
