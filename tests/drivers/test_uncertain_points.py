"""What the papers leave uncertain can be changed in the hall file, and stands at the value that they make likely."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import drivers
from edge.driver_registry import manifest_of

POINTS: list[tuple[str, str, str, Any]] = [
    ("bytes of the Latin name's rest on a card of 2023", "sam-id-card", "name_rest_bytes", 22),
    ("a kiosk's printer without large Chinese by GS !", "escpos-printer", "size_command", "gs"),
    ("its characters", "escpos-printer", "charset", "gb18030"),
    ("whether it draws QR codes", "escpos-printer", "native_qr", True),
    ("whether it has a knife", "escpos-printer", "cut", "partial"),
    ("whether it wants FS &", "escpos-printer", "chinese_mode", True),
    ("whether it answers GS r", "escpos-printer", "paper_query", True),
    ("unit of a BX area's coordinates", "onbon-bx-sign", "coords", "pixel_flag"),
    ("whom a BX card on the network is addressed as", "onbon-bx-sign", "destination", "screen"),
    ("bit order of a C-Power picture", "lumen-cpower-sign", "bit_order", "msb"),
    ("what tells that a C-Power card obeyed", "lumen-cpower-sign", "judge", "paper"),
    ("length of a strip's answer", "a090-sign", "answer_bytes", 0),
    ("colour 2 of a strip", "a090-sign", "yellow_code", 2),
    ("base of a strip's length", "a090-sign", "length_base", 256),
    ("FUNC of key reports", "ff68-terminal", "key_functions", ()),
    ("how a terminal repeats", "ff68-terminal", "repeat_window_ms", 300),
    ("how an evaluator is answered", "ff68-terminal", "evaluator_answer", "same_with_01"),
    ("how all relays are switched", "waveshare-relay", "all_relays", "0F"),
    ("unit of a GM65's zone 05", "gm65-code-reader", "zone_05_unit_ms", 100),
    ("a GM65's code of 115200 baud", "gm65-code-reader", "baud_115200_code", 0x1A),
]


@pytest.mark.parametrize(("point", "driver", "key", "default"), POINTS, ids=[point[0] for point in POINTS])
def test_an_uncertain_point_is_an_option_with_its_default(point: str, driver: str, key: str, default: Any) -> None:
    manifest = manifest_of(driver)
    option = next((one for one in manifest.options if one.key == key), None)
    assert option is not None, f"{point}: {driver} has no option {key}"
    assert option.default == default
    room = manifest.build.__module__.split(".")[1]
    readme = Path(drivers.__path__[0], room, "README.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{key}` \|", readme, re.MULTILINE), f"{room}/README.md does not explain {key}"
