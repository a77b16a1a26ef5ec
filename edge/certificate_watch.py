"""Renews this controller's certificate in time, in a thread of its own; the next connection to the broker uses it.

Looks once an hour. A central that does not answer is asked again an hour later: from day 60 to day 90 there are 700
such hours, and after that central still takes the old certificate for 30 days.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import structlog

from edge.enrolment import EnrolmentFailed, renew
from edge.line_key import LineKey

_LOOK_EVERY_S: Final = 3600.0
log = structlog.get_logger()


class CertificateWatch:
    """For one hall; ``central`` is its HTTPS address.

    ``now_ms``: UTC by central's clock as far as that is known, so that a controller whose own clock is a year off
    neither renews at every look nor never.
    """

    def __init__(
        self, central: str, hall: str, key: LineKey, now_ms: Callable[[], int], every_s: float = _LOOK_EVERY_S
    ) -> None:
        self._central = central
        self._hall = hall
        self._key = key
        self._now_ms = now_ms
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="certificate", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """A renewal that is under way ends with the process: the pair in force is changed in one step or not at all."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(random.uniform(0.5, 1.0) * self._every_s):  # noqa: S311 - spreads the halls
            try:
                self.look()
            except Exception:
                log.exception("certificate.look_failed")

    def look(self) -> None:
        """Renew if it is time to."""
        now = datetime.fromtimestamp(self._now_ms() / 1000, UTC)
        if not self._key.due(now):
            return
        try:
            until = renew(self._central, self._hall, self._key)
        except EnrolmentFailed as failed:
            log.warning("certificate.not_renewed", code=failed.code, said=failed.said["en"])
        else:
            log.info("certificate.renewed", until=until)
