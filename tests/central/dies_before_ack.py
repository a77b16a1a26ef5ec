"""`hall central` whose plug is pulled after a commit and before the acknowledgement of it leaves."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from central.ingest.broker import BrokerLink
from central.main import Settings, run
from hall_config.logs import log_json_lines


class DyingLink(BrokerLink):
    """The real link, until there is an acknowledgement of something."""

    def publish(self, topic: str, payload: str, *, retain: bool = False, expires_s: int | None = None) -> bool:
        if topic.endswith("/ack") and '"upto":0' not in payload:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().publish(topic, payload, retain=retain, expires_s=expires_s)


if __name__ == "__main__":
    told = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    log_json_lines()
    port = int(told["--listen"].rpartition(":")[2])
    files = told.get("--broker-files")
    where = Settings(
        Path(told["--data"]),
        told.get("--database"),
        told["--broker"],
        None,
        "127.0.0.1",
        port,
        Path(files) if files else None,
    )
    run(where, DyingLink)
