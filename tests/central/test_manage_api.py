"""What the administrators' pages ask for: lines of the audit by what they tell, its chain part by part, controllers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from central import schema
from central.accounts.permissions import Role
from central.audit import store as audit_store
from central.clock import now_ms
from central.line import store as line_store
from central.line.rules import DAY_MS, state_of
from hall.moment import local_day
from tests.central.asking import check_error, filled
from tests.central.conftest import Web
from tests.central.taking_in import HALL


def lines(web: Web, count: int) -> None:
    with web.database.write() as connection:
        for number in range(count):
            audit_store.note(
                connection, at_ms=1_790_000_000_000 + number * DAY_MS, actor=f"person-{number % 2}", path="city/",
                act="unit.add", object=f"unit_{number}%", result="done" if number % 3 else "refused",
            )  # fmt: skip


def test_lines_of_the_audit_are_found_by_what_they_tell(web: Web) -> None:
    lines(web, 6)
    reader = web.as_role(Role.AUDIT_ADMIN)

    def found(**wanted: Any) -> list[str]:
        answer = reader.get("/api/v1/audit", params={"act": "unit.add", **wanted})
        assert answer.status_code == 200, answer.text
        return [one["object"] for one in answer.json()["items"]]

    assert found() == [f"unit_{number}%" for number in (5, 4, 3, 2, 1, 0)]
    assert found(actor="person-1", result="refused") == ["unit_3%"]
    assert found(object="_4%") == ["unit_4%"]
    assert found(object="4_") == []  # nothing of it is a pattern
    first = local_day(1_790_000_000_000 + 2 * DAY_MS)
    assert found(from_day=first, to_day=first) == ["unit_2%"]
    page = reader.get("/api/v1/audit", params={"act": "unit.add", "limit": 4}).json()
    rest = reader.get("/api/v1/audit", params={"act": "unit.add", "limit": 4, "cursor": page["next"]}).json()
    assert [one["object"] for one in rest["items"]] == ["unit_1%", "unit_0%"]
    for wrong in ({"act": "A'--"}, {"from_day": "2026-02-30"}, {"actor": "a\x00"}, {"result": "?"}):
        check_error(reader.get("/api/v1/audit", params=wrong), 422, "WRONG_FIELD")
    assert found(from_day="0001-01-01", to_day="9999-12-31") == found()


def test_the_chain_is_followed_part_by_part(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("central.audit.api.PART", 4)
    lines(web, 6)
    reader = web.as_role(Role.AUDIT_ADMIN)  # its signing in is a line too
    first = reader.get("/api/v1/audit/chain").json()
    assert (first["upto"], first["broken_at"], first["more"]) == (4, None, True)
    place = {"after": first["upto"], "before": first["newest"]}
    second = reader.get("/api/v1/audit/chain", params=place).json()
    assert (second["upto"], second["broken_at"], second["more"]) == (7, None, False)
    with web.database.read() as connection:
        assert (
            second["newest"] == connection.execute(select(schema.audit.c.hash).where(schema.audit.c.id == 7)).scalar()
        )
    wrong = reader.get("/api/v1/audit/chain", params={**place, "before": "0" * 64}).json()
    assert (wrong["broken_at"], wrong["more"]) == (5, False)
    forged = {"id": 8, "at_ms": 1, "actor": "x", "path": "city/", "act": "a", "object": "o", "result": "done"}
    with web.database.write() as connection:
        more = {"source": "", "detail": "{}", "before": second["newest"], "hash": "0" * 64}
        connection.execute(insert(schema.audit).values(**forged, **more))
    assert reader.get("/api/v1/audit/chain", params=place).json()["broken_at"] == 8
    check_error(reader.get("/api/v1/audit/chain", params={"after": -1}), 422, "WRONG_FIELD")


def test_controllers_are_told_with_how_long_their_certificates_last(web: Web) -> None:
    filled(web)
    admin, now = web.as_role(Role.ADMIN), now_ms()
    body = {"id": "north", "parent": "city", "level": "district", "name_zh": "北区", "name_en": "North"}
    admin.post("/api/v1/units", json=body, headers={"Idempotency-Key": "u"})
    admin.post("/api/v1/halls/hall-new/enrolment-code", json={"unit": "north"}, headers={"Idempotency-Key": "c"})
    with web.database.write() as connection:
        for serial, issued, revoked in (("aa", now - 2 * DAY_MS, now), ("bb", now, None)):
            line_store.add_certificate(
                connection, serial=serial, hall=HALL, issued_ms=issued, not_after_ms=now + 20 * DAY_MS
            )
            if revoked:
                line_store.revoke(connection, HALL, now, serial)
    told = admin.get("/api/v1/controllers").json()["items"]
    assert [(one["hall"], one["unit"], one["known"], one["state"]) for one in told] == [
        ("hall-new", "north", False, "none"), (HALL, "city", True, "due"),
    ]  # fmt: skip
    assert told[0]["code_until"]
    assert told[1]["certificate"]["serial"] == "bb"
    page = admin.get("/api/v1/controllers", params={"limit": 1}).json()
    rest = admin.get("/api/v1/controllers", params={"cursor": page["next"]}).json()
    assert [one["hall"] for one in rest["items"]] == [HALL]


@pytest.mark.parametrize(
    ("not_after", "revoked", "state"),
    [(31, False, "good"), (30, False, "due"), (-1, False, "over"), (60, True, "revoked")],
)  # fmt: skip
def test_how_a_certificate_stands(not_after: int, revoked: bool, state: str) -> None:
    assert state_of(not_after * DAY_MS + 1_000, revoked, 1_000) == state
