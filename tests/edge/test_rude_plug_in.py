"""A whole controller with a stranger's package that never returns and never ends its threads: it ends all the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.hall_config.good_hall import GOOD_HALL
from tests.parts import free_port, wait_for

HALL = Path(sys.executable).with_name("hall")
MODULE = """
import threading, time
from dataclasses import replace
from drivers.led_sign import MANIFEST as SIGN

class Rude:
    poll_every_s = 5.0
    def __init__(self, device, tell, *, address, baud, options):
        self.device = device
    def handshake(self, channel):
        threading.Thread(target=time.sleep, args=(3600,)).start()
        print("handshake begun", flush=True)
        time.sleep(3600)
    perform = poll = heard = forget = lambda self, *given: None

MANIFEST = replace(SIGN, name="rude-sign", build=Rude, options=(), addresses=None, needs_window=False, probe=None)
"""


def test_a_driver_that_hangs_and_leaves_threads_keeps_no_controller_from_ending(tmp_path: Path) -> None:
    (tmp_path / "rude_sign.py").write_text(MODULE)
    told = tmp_path / "rude_sign-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: rude-sign\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text("[legal_hall.drivers]\nrude-sign = rude_sign:MANIFEST\n")
    master, slave = os.openpty()
    file = tmp_path / "hall.toml"
    file.write_text(
        GOOD_HALL
        + f'\n[data]\nfolder = "{tmp_path / "data"}"\n\n[pages]\nlisten = "127.0.0.1:{free_port()}"\n'
        + f'\n[[device]]\nid = "rude"\ndriver = "rude-sign"\nport = "{os.ttyname(slave)}"\n'
    )
    log = tmp_path / "log"
    with log.open("w") as out:
        edge = subprocess.Popen(
            [str(HALL), "edge", "--config", str(file)],
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        begun = lambda: "handshake begun" in log.read_text() or edge.poll() is not None  # noqa: E731
        wait_for(begun, "the hanging handshake", 40)
        assert edge.poll() is None, log.read_text()
        asked_s = time.monotonic()
        edge.send_signal(signal.SIGTERM)
        assert edge.wait(timeout=30) == 0, log.read_text()
        assert time.monotonic() - asked_s < 15, "the stop waited for the plug-in"
    finally:
        edge.kill()
        edge.wait()
        os.close(master)
        os.close(slave)
