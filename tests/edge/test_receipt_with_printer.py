"""An application through the whole controller: journal, restart, and its receipt on the simulated printer's paper."""

from __future__ import annotations

from pathlib import Path

import httpx2

from central.keeping.sealing_key import SealingKey
from central.line.authority import Authority
from edge.main import build
from hall_config.load import read_hall_file
from tests.edge.aid_hall import form
from tests.edge.commissioning_hall import small_hall
from tests.parts import wait_for


def test_the_receipt_is_on_paper_and_the_journal_knows_it_after_a_restart(tmp_path):
    with small_hall(tmp_path) as hall:
        file = read_hall_file(hall.file)
        central = Authority(tmp_path)
        line = Path(file.data.folder) / "line"
        line.mkdir(parents=True)
        for name, text in (
            ("sealing", SealingKey(central).certificate),
            ("ca", central.pem),
            ("certificate", central.pem),
        ):
            (line / f"{name}.pem").write_text(text)
        controller = build(file)
        controller.start()
        try:
            wait_for(lambda: all(one.state == "ready" for one in controller.devices.health()), "all devices", 30)
            url = f"http://127.0.0.1:{controller.pages.port}/api/v1"
            with httpx2.Client(base_url=url, timeout=10.0, trust_env=False) as client:
                told = client.post("aid-applications", json={"form": form(), "service": "A"})
                assert told.status_code == 201, told.text
                slip = f"aid-slips/{told.json()['slip']}"
                wait_for(lambda: client.get(slip).json()["state"] != "printing", "the receipt", 30)
                assert client.get(slip).json() == {
                    "state": "printed", "reason": "", "receipt": told.json()["receipt"], "code": None,
                }  # fmt: skip
                lines = [text for paper in hall.show("printer")["slips"] for text in paper["lines"]]
                assert any(told.json()["receipt"] in text for text in lines)
                assert not any("测试周敏" in text for text in lines)
        finally:
            controller.stop()
        again = build(file)
        try:
            assert told.json()["receipt"] in again.loop.look()[0].intake.receipts
        finally:
            again.loop.start()
            again.stop()
