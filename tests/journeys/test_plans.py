"""A plan from central's desk to the hall's windows, through real programs and a real broker."""

from __future__ import annotations

from typing import Any

import pytest
import tomlkit

from tests.journeys.house import House, journal_lines, run_hall
from tests.parts import wait_for


@pytest.mark.broker
def test_a_plan_comes_into_force_in_the_empty_hall_and_a_wrong_one_does_not(house: House) -> None:
    central, hall = house.start_central(), house.add_hall()
    wait_for(lambda: central.get("/api/v1/halls")["items"], "the hall at central")
    status, code = central.post(f"/api/v1/halls/{hall.id}/enrolment-code", {"unit": "city", "command_id": "code"})
    assert status == 201, code
    run_hall(["enrol", "--config", str(hall.file), "--central", central.url, "--code", code["code"]])

    file: Any = tomlkit.parse(hall.file.read_text(encoding="utf-8")).unwrap()
    parts = {"window": [*file["window"], {"number": 9, "services": ["A"]}], "rules": {"undo_s": 7}}
    assert central.put(f"/api/v1/halls/{hall.id}/plan", {"parts": parts, "command_id": "plan"})[0] == 200

    def told() -> dict[str, Any]:
        found: dict[str, Any] = central.get("/api/v1/plans")["items"][0]
        return found

    wait_for(lambda: told()["in_force"] == 2 and told()["state"] == "in_force", "the plan is in force and proved", 60)
    wait_for(hall.pages.ready, "the controller under its plan", 30)
    assert [window["number"] for window in hall.state()["windows"]] == [*(one["number"] for one in file["window"]), 9]
    applied = [one["data"] for one in journal_lines(hall) if one["type"] == "plan.applied/1"]
    assert applied == [{"revision": 1}, {"revision": 2}]

    without = {"window": [window for window in file["window"] if window["number"] != 1]}
    assert central.put(f"/api/v1/halls/{hall.id}/plan", {"parts": without, "command_id": "less"})[0] == 200
    wait_for(lambda: told()["state"] == "refused", "the plan does not fit the devices of this hall", 30)
    assert (told()["in_force"], told()["error"]["code"]) == (2, "UNKNOWN_WINDOW")
    assert told()["error"]["path"].startswith("device[")
    assert told()["error"]["message_zh"]
