"""Another project's ESC/POS printer (emupos) prints our slips, reads our QR code and says our faults."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.driver import Report
from drivers.errors import DriverError
from drivers.kinds.printer import NotPrinted, PaperLow, Print, Printed
from drivers.kinds.slip import Feed, Qr, Rule, Text
from drivers.ticket_printer import MANIFEST
from drivers.transport import SerialTransport
from tests.parts import free_port, wait_for
from tests.witness.others import brought_by_make
from tests.witness.slips import LINK, slip

pytestmark = pytest.mark.witness

SETTINGS = """
schema: 1
api: {{ host: 127.0.0.1, port: {api} }}
devices:
  - id: front
    type: printer
    profile: epson-tm-t20iii
    receipts_dir: {folder}/receipts
    job_idle_timeout_ms: 300
    connections:
      - tcp: {{ port: {port} }}
"""


class Emupos:
    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.port, self.api = free_port(), free_port()
        self.receipts = folder / "receipts"
        (folder / "emupos.yaml").write_text(SETTINGS.format(api=self.api, port=self.port, folder=folder))
        self._process = subprocess.Popen(
            [program, "run", "--config", folder / "emupos.yaml"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def fault(self, what: str, name: str) -> None:
        where = {**os.environ, "EMUPOS_API": f"http://127.0.0.1:{self.api}"}
        subprocess.run([self.program, "fault", what, "front", name], env=where, check=True, capture_output=True)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.api}/api/v1/devices", timeout=2) as answer:
                return bool(json.load(answer))
        except OSError:
            return False

    def texts(self) -> list[str]:
        """Each receipt's text: the program shows every byte as a character of code page 437."""
        files = sorted(self.receipts.glob("*.txt"))
        return [_as_gb18030(file.read_text(encoding="utf-8")) for file in files]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


def _as_gb18030(text: str) -> str:
    """Line by line: a code's content is shown as it is."""
    lines = text.splitlines()
    return "\n".join(line if line.startswith("[qr ") else line.encode("cp437").decode("gb18030") for line in lines)


@pytest.fixture
def emupos(tmp_path: Path) -> Iterator[Emupos]:
    printer = Emupos(brought_by_make("emupos/bin/emupos"), tmp_path)
    try:
        wait_for(printer.answers, "emupos to answer", 30)
        yield printer
    finally:
        printer.stop()


class Hall:
    def __init__(self, emupos: Emupos) -> None:
        self.told: list[Report] = []
        self.driver: Any = MANIFEST.build("printer", self.told.append, address=None, baud=115200, options={})
        self.line = SerialTransport(f"socket://127.0.0.1:{emupos.port}", 115200)
        self.driver.handshake(self.line)

    def prints(self, *parts: Any, job: str = "A012") -> Report:
        try:
            self.driver.perform(self.line, Print("printer", job, tuple(parts)))
        except DriverError:
            assert isinstance(self.told[-1], NotPrinted)
        return self.told[-1]


def test_it_prints_our_slip_word_for_word_and_reads_its_code(emupos: Emupos) -> None:
    hall = Hall(emupos)
    assert hall.prints(*slip()) == Printed("printer", "A012")
    (text,) = wait_for(emupos.texts, "the receipt")
    assert f"[qr {LINK}]" in text
    for part in slip():
        if isinstance(part, Text):
            assert part.words.replace(" ", "") in text.replace("\n", "").replace(" ", "")
    hall.line.close()


def test_it_prints_rare_characters_from_gb18030(emupos: Emupos) -> None:
    hall = Hall(emupos)
    assert hall.prints(Text("测试 䶮㑇𠮷"), Rule(), Qr("https://hall.test/?a=1&b=楼"), Feed(1)) == Printed(
        "printer", "A012"
    )
    (text,) = wait_for(emupos.texts, "the receipt")
    assert "测试 䶮㑇𠮷" in text
    assert "[qr https://hall.test/?a=1&b=楼]" in text
    hall.line.close()


@pytest.mark.parametrize(("fault", "code"), [("paper-out", "paper_out"), ("cover-open", "cover_open")])
def test_its_faults_are_ours_and_end_when_they_are_mended(emupos: Emupos, fault: str, code: str) -> None:
    hall = Hall(emupos)
    emupos.fault("set", fault)
    assert hall.prints(*slip()) == NotPrinted("printer", "A012", code)
    assert emupos.texts() == []
    emupos.fault("clear", fault)
    assert hall.prints(*slip(), job="A013") == Printed("printer", "A013")
    hall.line.close()


def test_its_low_paper_is_told_and_printed_all_the_same(emupos: Emupos) -> None:
    hall = Hall(emupos)
    emupos.fault("set", "paper-near-end")
    assert hall.prints(*slip()) == Printed("printer", "A012")
    deadline = time.monotonic() + 10
    while PaperLow("printer", True) not in hall.told and time.monotonic() < deadline:
        hall.driver.poll(hall.line)
    assert PaperLow("printer", True) in hall.told
    hall.line.close()
