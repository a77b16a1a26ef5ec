"""What a controller makes of its journal when it starts on a hall file that changed while nobody ran."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edge.main import build
from hall.devices.words import ReportDevice
from hall_config.models import HallFile
from tests.parts import wait_for

HALL: dict[str, Any] = {
    "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
    "pages": {"listen": "127.0.0.1:0"},
    "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
    "window": [{"number": 3, "services": ["A"]}],
}
INPUTS = {"id": "inputs-1", "driver": "modbus-inputs", "port": "/dev/serial/by-id/not-there", "address": 1}
CABINET = {"id": "cabinet-1", "point": "inputs-1:0", "means": "cabinet_open"}


def test_what_was_taken_out_while_nobody_ran_fails_no_more(tmp_path: Path) -> None:
    parts = {**HALL, "data": {"folder": str(tmp_path)}}
    first = build(HallFile.model_validate({**parts, "device": [INPUTS], "contact": [CABINET]}))
    first.start()
    try:
        for device in ("cabinet-1", "inputs-1"):
            first.loop.ask(ReportDevice(device, False, "degraded", "cabinet_open"))
    finally:
        first.stop()
    second = build(HallFile.model_validate({**parts, "device": [INPUTS]}))
    second.start()
    try:
        assert "inputs-1" in second.loop.look()[0].devices.failing
        wait_for(lambda: "cabinet-1" not in second.loop.look()[0].devices.failing, "the cabinet forgotten")
    finally:
        second.stop()
