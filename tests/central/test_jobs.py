"""Work by the clock: a job that fails is counted and done again, and holds up no other."""

from __future__ import annotations

import threading

from central.jobs import Job, Jobs
from central.metrics import Metrics
from tests.parts import wait_for


def test_a_job_that_fails_is_done_again_and_holds_up_no_other() -> None:
    metrics, done, stuck = Metrics(), [], threading.Event()

    def fails_once(now: int) -> None:
        done.append(now)
        if len(done) == 1:
            raise RuntimeError("the first time")

    def slow(_: int) -> None:
        stuck.wait(30)

    jobs = Jobs([Job("slow", 0.01, slow), Job("fails", 0.01, fails_once)], metrics)
    jobs.start()
    try:
        wait_for(lambda: len(done) >= 3, "the job again")
    finally:
        stuck.set()
        jobs.stop()
    assert b'lh_jobs_failed_total{job="fails"} 1.0' in metrics.text()
