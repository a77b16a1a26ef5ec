"""Lawyers brought in by a list, cases put straight into the store, and who works in them."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi.testclient import TestClient

from central.accounts.permissions import Role
from central.aid import store as aid
from central.aid.people import Work, marks, parties, seal_application
from central.clock import now_ms
from hall_config.aid_application import Application
from tests.central.conftest import Web

HEAD = "执业证号,姓名,执业机构,机构信用代码,执业状态,所属单位代码,专长,语言,熟悉未成年人身心特点,刑事辩护起始年月\n"
FIRM_A, FIRM_B, FIRM_C = "31990000MD0000000A", "31990000MD0000000B", "31990000MD0000000C"
NAMES = {FIRM_A: "示例甲律师事务所", FIRM_B: "示例乙律师事务所", FIRM_C: "示例丙律师事务所"}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def licence(number: int, year: int = 2010) -> str:
    return f"19999{year}10{number:06d}"


def lawyer_row(number: int, firm: str, *, state: str = "执业", can: str = "", year: int = 2010, unit: str = "city",
               languages: str = "", minors: str = "", since: str = "") -> str:  # fmt: skip
    who = f"{licence(number, year)},律师{number},{NAMES.get(firm, firm)},{firm if firm in NAMES else ''}"
    return f"{who},{state},{unit},{can},{languages},{minors},{since}\n"


def bring_in(web: Web, rows: str, head: str = HEAD) -> Any:
    answer = web.as_role(Role.ADMIN).post(
        "/api/v1/imports/lawyers", content=(head + rows).encode(), params={"dry_run": False},
        headers={"Content-Type": "text/csv", "Idempotency-Key": secrets.token_hex(8)},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return answer.json()


def mark_of(web: Web, number: int, year: int = 2010) -> str:
    with web.database.read() as connection:
        return web.parts.vault.index(connection, "licence", licence(number, year), now_ms())


def id_number(place: int, born: str = "19800101") -> str:
    """Of the impossible area 99, with the right check character."""
    body = f"990101{born}{place:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def application(name: str, number: str = "", against: tuple[tuple[str, str], ...] = (), **more: Any) -> Application:
    facts: dict[str, Any] = {
        "consent": True,
        "applicant": {"name": name, "id_number": number, "phone": "13900001234", "address": "示例区示例路99号"},
        "matter": "M31_5",
        "facts": "示例公司拖欠工资",
        "opposing": [{"name": one, "id_number": its} for one, its in against],
    }
    return Application.model_validate({**facts, **more}, strict=False)


def put_case(web: Web, filled: Application, *, unit: str = "city", state: str = "GRANTED", matter: str = "",
             nature: str = "", groups: str = "") -> str:  # fmt: skip
    """A case with its people, without documents or limits."""
    case, now = secrets.token_hex(8), now_ms()
    with web.database.write() as connection:
        work = Work(connection, web.parts.vault, now)
        aid.add_case(connection, {
            "id": case, "unit": unit, "number": f"（示例）援申字〔2026〕第{case}号", "state": state,
            "matter": matter or filled.matter, "nature": nature or filled.nature.value, "aid_form": filled.aid_form,
            "stage": filled.stage.value, "groups": groups, "channel": "WINDOW", "version": 1, "made_ms": now,
            "changed_ms": now, "received_ms": now, "live": True, "sealed": seal_application(work, case, unit, filled),
        })  # fmt: skip
        rows = [{"role": role, **marks(work, person)} for role, person in parties(filled)]
        aid.put_parties(connection, case, rows)
    return case


def put_to_work(
    web: Web, case: str, number: int, firm: str, *, accepted: bool = False, ended: str | None = None
) -> str:
    """A lawyer at work in a case; ``ended``: no longer."""
    made, now = secrets.token_hex(8), now_ms()
    with web.database.write() as connection:
        aid.assign(
            connection, id=made, case=case, lawyer=mark_of(web, number), firm_code=firm, provisional=False,
            reasons="[]", chosen_by="assigner", since_ms=now, accepted_ms=now if accepted else None,
        )  # fmt: skip
        if ended is not None:
            aid.end_assignment(connection, case, ended, now)
        else:
            aid.change_case(connection, case, state="ASSIGNED")
    return made


def case_row(web: Web, case: str) -> Any:
    with web.database.read() as connection:
        row = aid.case(connection, case)
    assert row is not None
    return row


def key() -> dict[str, str]:
    return {"Idempotency-Key": secrets.token_hex(8)}


def firm_of(web: Web, code: str) -> TestClient:
    answer = web.as_role(Role.SUPERVISOR).put(f"/api/v1/firms/{code}/accounts/firm", headers=key())
    assert answer.status_code == 200, answer.text
    return web.as_role(Role.FIRM)
