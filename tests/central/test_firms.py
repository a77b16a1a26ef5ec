"""A firm's account sees its own firm's live cases, masked until it accepts, and nothing else."""

from __future__ import annotations

from sqlalchemy import insert, update

from central import schema
from central.accounts.permissions import Role
from central.aid import store as aid
from central.clock import now_ms
from central.lawyers.tables import firm_account
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.lawyers_at_work import (
    FIRM_A,
    FIRM_B,
    FIRM_C,
    application,
    bring_in,
    firm_of,
    id_number,
    key,
    lawyer_row,
    put_case,
    put_to_work,
)


def test_an_account_speaks_for_one_firm_that_has_lawyers_here(web: Web) -> None:
    bring_in(web, lawyer_row(1, FIRM_A) + lawyer_row(2, FIRM_B))
    client = web.as_role(Role.SUPERVISOR)
    check_error(web.as_role(Role.FIRM).get("/api/v1/firm/cases"), 409, "FIRM_NOT_TIED")
    check_error(client.put(f"/api/v1/firms/{FIRM_C}/accounts/firm", headers=key()), 404, "NO_SUCH_FIRM")
    check_error(client.put(f"/api/v1/firms/{FIRM_A}/accounts/viewer", headers=key()), 409, "FIRM_ACCOUNT_ROLE")
    check_error(client.put(f"/api/v1/firms/{FIRM_A}/accounts/nobody", headers=key()), 404, "NO_SUCH_ACCOUNT")
    check_error(client.put(f"/api/v1/firms/{FIRM_A}/accounts/firm"), 422, "KEY_MISSING")
    firm = firm_of(web, FIRM_A)
    check_error(client.put(f"/api/v1/firms/{FIRM_B}/accounts/firm", headers=key()), 409, "FIRM_ACCOUNT_TAKEN")
    told = {one["firm_code"]: one["accounts"] for one in client.get("/api/v1/firms").json()["items"]}
    assert told == {FIRM_A: ["firm"], FIRM_B: []}
    assert firm.get("/api/v1/firm/cases").json() == {"items": [], "next": None}
    assert client.delete(f"/api/v1/firms/{FIRM_A}/accounts/firm").status_code == 204
    check_error(client.delete(f"/api/v1/firms/{FIRM_A}/accounts/firm"), 404, "NO_SUCH_ACCOUNT")
    check_error(firm.get("/api/v1/firm/cases"), 409, "FIRM_NOT_TIED")


def test_a_later_account_of_the_same_name_speaks_for_nobody(web: Web) -> None:
    bring_in(web, lawyer_row(1, FIRM_A))
    firm = firm_of(web, FIRM_A)
    with web.database.write() as connection:
        table = schema.account
        connection.execute(update(table).where(table.c.name == "firm").values(made_ms=now_ms() + 1))
    check_error(firm.get("/api/v1/firm/cases"), 409, "FIRM_NOT_TIED")


def test_a_firm_sees_its_own_cases_masked_until_it_accepts(web: Web) -> None:
    bring_in(web, lawyer_row(1, FIRM_A) + lawyer_row(2, FIRM_B))
    number = id_number(1)
    mine = put_case(web, application("示例婆婆", number, against=(("示例公司", ""),)))
    other, past = put_case(web, application("甲")), put_case(web, application("乙"))
    put_to_work(web, mine, 1, FIRM_A)
    put_to_work(web, other, 2, FIRM_B)
    put_to_work(web, past, 1, FIRM_A, ended="DONE")
    firm = firm_of(web, FIRM_A)
    (line,) = firm.get("/api/v1/firm/cases").json()["items"]
    assert (line["id"], line["recipient"], line["accepted_at"]) == (mine, "示*", None)
    whole = firm.get(f"/api/v1/firm/cases/{mine}").text
    for clear in ("婆婆", number, "13900001234", "示例路99号", "拖欠"):
        assert clear not in whole
    for gone in (other, past, "0" * 16):
        check_error(firm.get(f"/api/v1/firm/cases/{gone}"), 404, "NO_SUCH_CASE")
        body = {"reason": "联系受援人"}
        check_error(firm.post(f"/api/v1/firm/cases/{gone}/disclose", json=body), 404, "NO_SUCH_CASE")
    look = f"/api/v1/firm/cases/{mine}/disclose"
    check_error(firm.post(look, json={"reason": "联系受援人"}), 409, "AID_CONTACT_NOT_YET")
    with web.database.write() as connection:
        live = aid.live_assignment(connection, mine)
        assert live is not None
        aid.change_assignment(connection, live["id"], accepted_ms=now_ms())
    check_error(firm.post(look, json={"reason": "  "}), 422, "WRONG_FIELD")
    told = firm.post(look, json={"reason": "约见签委托协议"}).json()
    assert (told["recipient"]["name"], told["recipient"]["phone"]) == ("示例婆婆", "13900001234")
    assert [one["name"] for one in told["opposing"]] == ["示例公司"]
    wanted = {"act": "person.disclose"}
    (line,) = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit", params=wanted).json()["items"]
    assert (line["actor"], line["object"], line["detail"]["reason"]) == ("firm", f"aid/{mine}", "约见签委托协议")
    check_error(web.as_role(Role.SUPERVISOR).get("/api/v1/firm/cases"), 403, "NOT_ALLOWED")


def test_a_tie_made_in_one_district_opens_no_case_of_another(web: Web) -> None:
    bring_in(web, lawyer_row(1, FIRM_A))
    with web.database.write() as connection:
        for unit in ("east", "west"):
            names = {"level": "district", "name_zh": unit, "name_en": unit}
            connection.execute(insert(schema.unit).values(
                id=unit, parent="city", path=f"city/{unit}/", made_ms=0, **names
            ))  # fmt: skip
        table = schema.account
        connection.execute(update(table).where(table.c.name == "firm").values(unit="west"))
        connection.execute(insert(firm_account).values(
            account="firm", firm_code=FIRM_A, unit="west", made_ms=now_ms() + 1, by="supervisor"
        ))  # fmt: skip
    case = put_case(web, application("示例一"), unit="east")
    put_to_work(web, case, 1, FIRM_A)
    firm = web.as_role(Role.FIRM)
    assert firm.get("/api/v1/firm/cases").json()["items"] == []
    check_error(firm.get(f"/api/v1/firm/cases/{case}"), 404, "NO_SUCH_CASE")
