"""What Prometheus is told: of every hall, of nobody; and dashboards and rules ask only for what exists."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from central.alarms import store as alarms
from central.alarms.rules import Key, standard
from central.clock import now_ms
from central.fleet.gauges import renew
from tests.central.asking import filled
from tests.central.conftest import Web
from tests.central.taking_in import HALL

FOLDER = Path(__file__).parent.parent.parent / "docs" / "monitoring"
DASHBOARDS = sorted(FOLDER.glob("grafana-*.json"))
_SUFFIXES = ("_bucket", "_sum", "_count", "_created")


def told(web: Web) -> str:
    renew(web.parts.metrics, web.parts.board, now_ms())
    return web.client().get("/metrics").text


def test_each_hall_and_alarm_is_counted_and_nobody_is_named(web: Web) -> None:
    log = filled(web)
    with web.database.write() as connection:
        key = Key(HALL, "device_failed", "sign-1")
        alarms.begin(connection, {key: 61}, {key: standard()["device_failed"]}, now_ms())
    web.parts.hub.tell_alarms({HALL})
    text = told(web)
    assert f'lh_hall_up{{hall="{HALL}"}} 1.0' in text
    assert 'lh_alarms{level="warning",rule="device_failed",state="open"} 1.0' in text
    issued = sum(1 for one in log.envelopes if one["type"] == "ticket.issued/1")
    assert f'lh_hall_tickets_today{{end="issued",hall="{HALL}"}} {issued}.0' in text
    assert not re.search(r"token-of|staff-\d|A00\d|测试", text)


def test_a_hall_that_is_no_more_leaves_nothing(web: Web) -> None:
    filled(web)
    assert HALL in told(web)
    web.parts.metrics.of_halls.clear()
    assert HALL not in web.parts.metrics.text().decode()


def expressions(file: Path) -> list[str]:
    if file.suffix == ".json":
        board: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return re.findall(r"^\s+expr: (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("file", [*DASHBOARDS, FOLDER / "alerts.yml"], ids=lambda file: file.name)
def test_what_is_handed_out_asks_only_for_what_central_tells(web: Web, file: Path) -> None:
    names = set(re.findall(r"^# TYPE (\S+)", told(web), re.MULTILINE))
    asked = {name for expr in expressions(file) for name in re.findall(r"\blh_[a-z_]+", expr)}
    assert asked
    known = {name for name in asked if name in names or any(name.removesuffix(end) in names for end in _SUFFIXES)}
    assert asked == known


def test_each_panel_has_a_place_of_its_own() -> None:
    assert len(DASHBOARDS) == 2
    for file in DASHBOARDS:
        panels = json.loads(file.read_text(encoding="utf-8"))["panels"]
        taken: set[tuple[int, int]] = set()
        for panel in panels:
            at = panel["gridPos"]
            cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
            assert at["x"] + at["w"] <= 24
            assert not cells & taken, panel["title"]
            taken |= cells
        assert len({panel["id"] for panel in panels}) == len(panels)


def test_promtool_takes_the_rules() -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("needs promtool: install the Debian package prometheus")
    done = subprocess.run(
        [program, "check", "rules", FOLDER / "alerts.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
