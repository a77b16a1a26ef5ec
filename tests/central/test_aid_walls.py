"""Who reaches a case and what of it: a firm only its own, in its own district, and nothing before it accepts."""

from __future__ import annotations

from sqlalchemy import insert, update

from central import schema
from central.accounts.permissions import Role
from central.aid.stages import Move, State, Who
from central.aid_papers.issuing import papers_of
from central.clock import now_ms
from central.lawyers import store as lawyers
from tests.central.aid_house import FIRM, UNIT, House, actor
from tests.central.asking import check_error
from tests.central.conftest import Web

WHY = {"reason": "承办案件需要"}


def assigned(web: Web, unit_of_firm: str = UNIT) -> tuple[str, str]:
    """A case assigned to the firm that the account speaks for, and its notice of assignment."""
    with web.database.write() as connection:
        house = House(connection, web.parts.vault).furnish()
        case = house.to(State.ASSIGNED)
        if unit_of_firm != UNIT:
            unit = {"id": unit_of_firm, "parent": "city", "level": "district", "path": f"city/{unit_of_firm}/"}
            names = {"name_zh": "静安区", "name_en": "Jing'an", "made_ms": 0, "closed_ms": None}
            connection.execute(insert(schema.unit), {**unit, **names})
        of = schema.account.c.name == Role.FIRM.value
        connection.execute(update(schema.account).where(of).values(unit=unit_of_firm))
        row = {"account": Role.FIRM.value, "firm_code": FIRM, "unit": unit_of_firm, "made_ms": now_ms(), "by": "test"}
        lawyers.put_firm_account(connection, row)
        paper = next(row["id"] for row in papers_of(connection, case) if row["form"] == "F11")
    return case, paper


def test_a_firm_reads_nothing_before_it_accepts_and_its_papers_afterwards(web: Web) -> None:
    case, paper = assigned(web)
    firm, asked = web.as_role(Role.FIRM), {**WHY, "format": "pdf"}
    place = f"/api/v1/aid/firm/papers/{paper}/open"
    check_error(firm.post(place, json=asked), 409, "AID_CONTACT_NOT_YET")
    with web.database.write() as connection:
        house = House(connection, web.parts.vault, now_ms())
        house.move(case, Move.ACCEPT, actor(Who.FIRM, Role.FIRM.value))
    assert firm.post(place, json=asked).content.startswith(b"%PDF")


def test_a_firm_of_the_same_name_in_another_district_reaches_nothing(web: Web) -> None:
    case, paper = assigned(web, "jingan")
    firm, key = web.as_role(Role.FIRM), {"Idempotency-Key": "accept"}
    asked = {"move": "ACCEPT", "version": 5, "given": {}}
    check_error(firm.post(f"/api/v1/aid/cases/{case}/moves", json=asked, headers=key), 404, "NO_SUCH_CASE")
    opened = firm.post(f"/api/v1/aid/firm/papers/{paper}/open", json={**WHY, "format": "pdf"})
    check_error(opened, 404, "NO_SUCH_DOCUMENT")


def test_a_new_code_opens_the_applicants_page_and_the_one_before_no_more(web: Web) -> None:
    with web.database.write() as connection:
        house = House(connection, web.parts.vault).furnish()
        case = house.take()
    clerk, visitor = web.as_role(Role.WINDOW_STAFF), web.client()

    def renew(key: str) -> str:
        asked = {"reason": "凭身份证核对，原查询码遗失"}
        answer = clerk.post(f"/api/v1/aid/cases/{case}/code", json=asked, headers={"Idempotency-Key": key})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["code"])

    first, again, second = renew("one"), renew("one"), renew("two")
    assert first == again != second
    place = "/api/v1/public/aid/my/session"
    assert visitor.post(place, json={"code": first}).status_code in (401, 404)
    assert visitor.post(place, json={"code": second}).status_code in (200, 201)
