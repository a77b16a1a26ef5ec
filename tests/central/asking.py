"""Asking central over HTTP, and a store with a hall in it."""

import json
from typing import Any

from central.ingest.intake import Intake
from central.ingest.message import Message
from tests.central.conftest import Web
from tests.central.event_log import HallLog, Morning
from tests.central.taking_in import HALL, take, take_each


def check_error(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "message_zh", "field", "trace"}
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    assert body["error"]["message_zh"]
    return dict(body["error"])


def filled(web: Web, log: HallLog | None = None) -> HallLog:
    if log is None:
        log = HallLog("epoch-1")
        Morning(log, 1).run(80)
    intake = Intake()
    state = {
        "online": True,
        "bdseq": 1,
        "epoch": log.epoch,
        "boot": "b",
        "version": "1",
        "config_rev": 1,
        "clock": "ntp",
    }
    birth = {
        "hall": HALL,
        "name_zh": "测试大厅",
        "name_en": "Test hall",
        "version": "1",
        "devices": [],
        "windows": [{"number": 9, "services": ["A"]}],
        "services": [{"letter": "A", "name_zh": "法律咨询", "name_en": "Legal consultation"}],
    }
    take(
        web.database,
        intake,
        Message(f"lh/1/{HALL}/node/state", json.dumps(state).encode()),
        Message(f"lh/1/{HALL}/node/birth", json.dumps(birth).encode()),
    )
    take_each(web.database, intake, log.batches())
    return log
