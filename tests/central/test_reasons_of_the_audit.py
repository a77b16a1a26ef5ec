"""No line of the audit says whom it is about: a reason that tells is refused wherever one is given."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from central import schema
from central.accounts.permissions import Role
from central.aid.stages import State
from central.audit.reasons import audited, has_number
from central.failures import WrongField
from central.ratings import taking as ratings
from central.ratings.tables import rating, rating_case
from central.rest_days.store import day_table
from docs.openapi import central_document
from tests.central import strange_files
from tests.central.aid_desk_over_http import open_desk
from tests.central.aid_house import application
from tests.central.asking import check_error, filled
from tests.central.conftest import Web
from tests.central.test_matters_over_http import ADVICE

APPLICANT = application()["applicant"]
SEALED = {
    "/api/v1/aid/papers/{paper}/void", "/api/v1/aid/papers/{paper}/deliveries/{delivery}/void",
    "/api/v1/ratings/flagged/{hall}/{day}/{number}/decisions",
}  # fmt: skip


@pytest.mark.parametrize(
    "number",
    [
        "99010119490101569X", "990101490101569", "990101 1949 0101 5698", "990101-19490101-5698", "990101…5698",
        "９９０１０１１９４９０１０１５６９８", "١٣٨٠٠١٣٨٠٠٠", "①③⑧⓪⓪①③⑧⓪⓪⓪",
        "1\ufe0f\u20e33\ufe0f\u20e38\ufe0f\u20e300138", "13800138000", "+86 138-0013-8000", "138,0013,8000",
        "1.3.8.0.0.1.3.8.0.0.0", "1380O138OOO",
        "幺三八零零一三八零零零", "1三8零0一3八0零0", "021-65551234", "（010）6555 1234", "65551234", "0512-12121212",
        "1949-01-01", "2026-11-22 13800138000", "E12345678",
    ],
)  # fmt: skip
def test_a_number_of_a_person_is_none_of_a_reason_however_it_is_written(number: str) -> None:
    for text in (number, f"核对{number}后办理", f"call {number} back"):
        assert has_number(text)
        with pytest.raises(WrongField) as refused:
            audited(f"核对{text}", ())
        assert (refused.value.code, refused.value.field) == ("REASON_HAS_NUMBER", "reason")


@pytest.mark.parametrize(
    "text",
    [
        "（示）援申字〔2026〕第0028号", "(示)援申字[2026]第28号", "(2026)京0105民初12345号", "二〇二六年十一月二十二日",
        "2026-11-22 09:30 来访", "统一2026-11-22核对", "约11-22 09:30-10:15见面", "20261122",
        "from 2026/11/22 to 2026/11/23",
        "P310115-01-01JD0W7Q9999999999999999AB", "110***********1234", "第1、2、3项材料", "follow up on 3 of 12 files",
    ],
)  # fmt: skip
def test_the_number_of_a_file_and_a_day_may_stand_in_a_reason(text: str) -> None:
    assert audited(f"办理 {text}", ("测试周敏", "990101194901015698")) == f"办理 {text}"


def asked_everywhere(web: Web) -> list[tuple[TestClient, str, str, dict[str, Any], tuple[str, ...]]]:
    """Whoever gives a reason, where, by which address, with what beside it, and the names that it may not tell."""
    desk = open_desk(web)
    case, people = desk.case(State.ENGAGED), (APPLICANT["name"], application()["opposing"][0]["name"])
    clerk, firm, api = desk.of(Role.WINDOW_STAFF), desk.of(Role.FIRM), "/api/v1"
    at, at_firm = f"{api}/aid/cases/{case}", f"{api}/aid/firm/cases/{case}"
    file = clerk.get(f"{at}/files").json()["items"][0]["id"]
    paper = clerk.get(f"{at}/papers").json()["items"][0]["id"]
    of_firm = firm.get(f"{at_firm}/papers").json()["items"][0]["id"]
    matter = clerk.post(f"{api}/matters", json=ADVICE, headers={"Idempotency-Key": "matter"}).json()["id"]
    asker, guard = ADVICE["parties"][0]["name"], web.as_role(Role.SECURITY_ADMIN)
    ways: list[tuple[TestClient, str, str, dict[str, Any], tuple[str, ...]]] = [
        (clerk, "/api/v1/aid/cases/{case}/disclose", f"{at}/disclose", {}, people),
        (clerk, "/api/v1/aid/cases/{case}/code", f"{at}/code", {}, people),
        (clerk, "/api/v1/aid/cases/{case}/files/{file}/open", f"{at}/files/{file}/open", {}, people),
        (firm, "/api/v1/aid/firm/cases/{case}/files/{file}/open", f"{at_firm}/files/{file}/open", {}, people),
        (clerk, "/api/v1/aid/papers/{paper}/open", f"{api}/aid/papers/{paper}/open", {}, people),
        (firm, "/api/v1/aid/firm/papers/{paper}/open", f"{api}/aid/firm/papers/{of_firm}/open", {}, people),
        (firm, "/api/v1/firm/cases/{case}/disclose", f"{api}/firm/cases/{case}/disclose", {}, people),
        (clerk, "/api/v1/aid/search", f"{api}/aid/search", {"name": people[0]}, people[:1]),
        (clerk, "/api/v1/matters/search", f"{api}/matters/search", {"name": asker}, (asker,)),
        (clerk, "/api/v1/matters/{matter}/disclose", f"{api}/matters/{matter}/disclose", {}, (asker,)),
        (guard, "/api/v1/accounts/{name}/lock", f"{api}/accounts/viewer/lock", {}, ()),
        (web.as_role(Role.SUPERVISOR), f"{api}/ratings/cases/{{rating_case}}/disclose",
         f"{api}/ratings/cases/{bad_rating(web)}/disclose", {}, ()),
        report_evidence(web),
    ]  # fmt: skip
    return ways


def bad_rating(web: Web) -> str:
    filled(web)
    with web.database.write() as connection:
        given = connection.execute(select(rating).limit(1)).mappings().one()
        ratings.open_case(connection, {**given, "grade": 1}, day_table(connection))
        return str(connection.execute(select(rating_case.c.id).limit(1)).scalar_one())


def report_evidence(web: Web) -> tuple[TestClient, str, str, dict[str, Any], tuple[str, ...]]:
    preparer, shown = web.as_role(Role.REPORT_PREPARER), "/api/v1/report/units/{unit}/periods/{period}/evidence"
    place = shown.format(unit="city", period="2026-01")
    made = preparer.post(place, content=strange_files.jpeg(), headers={"Idempotency-Key": "photo"})
    assert made.status_code == 201, made.text
    return preparer, f"{shown}/{{file}}/open", f"{place}/{made.json()['id']}/open", {}, ()


def spellings(name: str) -> tuple[str, ...]:
    middle = len(name) // 2
    return name, *(f"{name[:middle]}{sign}{name[middle:]}" for sign in (" ", "\u3000", "·", "•", "-", "，"))


def give(way: tuple[TestClient, str, str, dict[str, Any], tuple[str, ...]], reason: str) -> Any:
    client, template, path, more, _ = way
    send = client.put if template.endswith("/lock") else client.post
    return send(path, json={**more, "reason": reason}, headers={"Idempotency-Key": secrets.token_hex(8)})


def count(web: Web) -> int:
    with web.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.audit)).scalar_one())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_reason_anywhere_tells_whom_it_is_about(web: Web) -> None:
    ways = asked_everywhere(web)
    assert {way[1] for way in ways} == asks_for_reason(central_document()) - SEALED
    before = count(web)
    for way in ways:
        for number in (
            APPLICANT["id_number"],
            "１３８ ００１３ ８０００",
            "幂等人身份证990101…5698已核",
            "021-65551234",
        ):
            assert check_error(give(way, f"已核{number}"), 422, "REASON_HAS_NUMBER")["field"] == "reason", way[1]
        for name in (spelt for one in way[4] for spelt in spellings(one)):
            refused = give(way, f"为{name}核对情况")
            assert check_error(refused, 422, "REASON_NAMES")["field"] == "reason", (way[1], name)
            assert name not in refused.text
    assert count(web) == before
    for way in ways:
        answer = give(way, "核对本案材料")
        assert answer.status_code == 200, (way[1], answer.text)
    with web.database.read() as connection:
        lines = connection.execute(select(schema.audit)).mappings().all()
    kept = "".join(str({**line, "detail": json.loads(line["detail"])}) for line in lines)
    for secret in (APPLICANT["name"], APPLICANT["id_number"], "…5698", ADVICE["parties"][0]["name"]):
        assert secret not in kept
    assert kept.count("核对本案材料") == len(ways)


def asks_for_reason(described: dict[str, Any]) -> set[str]:
    """Every address whose body has a reason of the audit's kind."""
    wanted = "why the full data is needed"
    shapes = {name for name, one in described["components"]["schemas"].items() if wanted in str(one)}
    return {
        path
        for path, ways in described["paths"].items()
        for way in ways.values()
        if any(f"/schemas/{name}'" in str(way.get("requestBody")) for name in shapes)
    }
