"""A guide and a ticket on one printer, through the whole controller: each on a slip of its own, each told its asker."""

from __future__ import annotations

import httpx2

from edge.main import build
from hall_config.load import read_hall_file
from tests.edge.commissioning_hall import small_hall
from tests.parts import wait_for


def test_a_guide_and_a_ticket_share_the_printer(tmp_path):
    with small_hall(tmp_path) as hall:
        controller = build(read_hall_file(hall.file))
        controller.start()
        try:
            wait_for(lambda: all(one.state == "ready" for one in controller.devices.health()), "all devices", 30)
            url = f"http://127.0.0.1:{controller.pages.port}/api/v1"
            with httpx2.Client(base_url=url, timeout=10.0, trust_env=False) as client:

                def fate(slip: str) -> dict[str, str]:
                    wait_for(lambda: client.get(f"content/slips/{slip}").json()["state"] != "printing", "the slip", 30)
                    return dict(client.get(f"content/slips/{slip}").json())

                begun = client.post("content/guides/LA-01/slip", json={})
                assert begun.status_code == 202
                ticket = client.post("tickets", json={"service": "A"}).json()
                assert fate(begun.json()["slip"]) == {"state": "printed", "reason": ""}
                wait_for(lambda: controller.loop.look()[0].devices.slips == {ticket["number"]: ""}, "the ticket", 30)
                guide, number = hall.show("printer")["slips"][-2:]
                assert any("办事指南要点" in line for line in guide["lines"])
                assert any(ticket["number"] in line for line in number["lines"])
                assert client.post("content/guides/LA-01/slip", json={}).status_code == 429
        finally:
            controller.stop()
