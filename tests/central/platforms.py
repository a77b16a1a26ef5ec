"""What the hotline's and the website's platforms tell, as lists and as bodies, for the tests of their figures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from fastapi.testclient import TestClient
from openpyxl import Workbook
from sqlalchemy import insert

from central import schema
from central.clock import now_ms
from central.database import Database
from central.outside.codes import EXAMPLE, TOLD, Source
from hall.moment import local_day

HOTLINE = {code: EXAMPLE[code] for code in TOLD[Source.HOTLINE].every}
WEB = {code: EXAMPLE[code] for code in TOLD[Source.WEB].every}
BARE = {code: EXAMPLE[code] for code in TOLD[Source.HOTLINE].must}
CALL = {
    "of_unit": "city", "call": "CN-1", "call_at": "", "call_ended": "人工接听", "talk_s": "60",
    "advice_field": "劳动争议", "answered_by": "律师",
}  # fmt: skip


def days_ago(days: int) -> str:
    return (date.fromisoformat(local_day(now_ms())) - timedelta(days=days)).isoformat()


def csv_of(rows: Iterable[Mapping[str, Any]]) -> str:
    rows = list(rows)
    lines = [",".join(rows[0]), *(",".join("" if one is None else str(one) for one in row.values()) for row in rows)]
    return "\n".join(lines)


def xlsx_of(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """With numbers as numbers and days as a spreadsheet's own dates."""
    book, rows = Workbook(), list(rows)
    assert book.active is not None
    for row in [list(rows[0]), *(list(one.values()) for one in rows)]:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def day_row(day: str, figures: Mapping[str, Any], unit: str = "city", **other: Any) -> dict[str, Any]:
    return {"of_unit": unit, "day": day, **figures, **other}


def call_row(name: str, day: str, **other: Any) -> dict[str, Any]:
    return {**CALL, "call": name, "call_at": f"{day} 09:31:05", **other}


def bring(client: TestClient, kind: str, content: str | bytes, key: str | None = None) -> Any:
    """With a key the import, without one the dry run."""
    raw = content.encode() if isinstance(content, str) else content
    headers = {"Content-Type": "application/octet-stream", **({"Idempotency-Key": key} if key else {})}
    return client.post(f"/api/v1/imports/{kind}", content=raw, headers=headers, params={"dry_run": key is None})


def put(client: TestClient, path: str, body: dict[str, Any], method: str = "PUT") -> Any:
    key = hashlib.sha256(f"{path}{body}".encode()).hexdigest()
    return client.request(method, f"/api/v1/outside/units/{path}", json=body, headers={"Idempotency-Key": key})


def add_units(database: Database, *units: tuple[str, str, str]) -> None:
    """Id, level, path; closed ones none."""
    rows = [
        {"id": one, "parent": path.split("/")[-3], "level": level, "path": path, "name_zh": one, "name_en": one,
         "made_ms": 1}
        for one, level, path in units
    ]  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(schema.unit), rows)
