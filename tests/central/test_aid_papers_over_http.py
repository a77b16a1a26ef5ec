"""The documents of a case over HTTP: seen, opened with a reason, delivered, voided by whoever may; and templates."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from docx import Document
from fastapi.testclient import TestClient
from pypdf import PdfReader
from sqlalchemy import insert, select

from central import schema
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.aid.stages import Move, State, Who
from central.aid_papers import issuing
from central.aid_papers.fields import fields_of
from central.aid_papers.forms import form_table
from central.aid_papers.templates import shipped
from central.clock import now_ms
from hall_config.wording import rfc3339
from tests.central.aid_house import UNIT, House, actor, application
from tests.central.aid_paper_samples import NAME, facts
from tests.central.aid_reading import blanks, of_word
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web

API = "/api/v1/aid"
REASON = "办理本案需要核对文书"


def furnished(web: Web) -> tuple[str, str]:
    """A case that was just submitted, with a decision; their ids."""
    with web.database.write() as connection:
        house = House(connection, web.parts.vault, now_ms() - 3_600_000).furnish()
        case = house.to(State.SUBMITTED)
        made = issuing.issue(
            connection, web.parts.vault, case, UNIT, "F09", fields_of("F09", facts()), "amy", now_ms() - 60_000
        )
    return case, made.id


def post(client: TestClient, path: str, body: dict[str, Any], key: str = "key-1") -> Any:
    return client.post(f"{API}{path}", json=body, headers={"Idempotency-Key": key})


def delivery(**changed: Any) -> dict[str, Any]:
    return {"method": "WINDOW", "at": rfc3339(now_ms() - 30_000), "receiver": NAME} | changed


def elsewhere(web: Web, role: Role) -> TestClient:
    """Somebody with this role in another district."""
    with web.database.write() as connection:
        row = {"id": "far", "parent": "city", "level": "district", "path": "city/far/", "name_zh": "远", "name_en": "F"}
        connection.execute(insert(schema.unit), {**row, "made_ms": 0, "closed_ms": None})
    web.parts.accounts.add_all([NewAccount("far.away", frozenset({role}), SECRET, "far")], now_ms())
    client = web.client()
    token = client.post("/api/v1/session", json={"name": "far.away", "secret": SECRET}).json()["token"]
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def audit(web: Web, act: str) -> list[Any]:
    with web.database.read() as connection:
        return list(connection.execute(select(schema.tables.tables["audit"]).where(
            schema.tables.tables["audit"].c.act == act)).mappings())  # fmt: skip


def test_the_documents_of_a_case_are_listed_and_opened_with_a_reason(web: Web) -> None:
    case, paper = furnished(web)
    clerk = web.as_role(Role.REVIEWER)
    listed = {one["id"]: one for one in clerk.get(f"{API}/cases/{case}/papers").json()["items"]}
    assert listed[paper]["form"] == "F09"
    assert listed[paper]["number"].startswith("（沪长）援给字〔")
    assert listed[paper]["served"] is True
    assert NAME not in str(listed)
    for kind, head in (("pdf", b"%PDF-"), ("docx", b"PK\x03\x04")):
        answer = post(clerk, f"/papers/{paper}/open", {"format": kind, "reason": REASON})
        assert answer.status_code == 200
        assert answer.content.startswith(head)
        assert hashlib.sha256(answer.content).hexdigest() == listed[paper][f"{kind}_sha256"]
        assert answer.headers["content-disposition"] == f'attachment; filename="F09-{paper}.{kind}"'
        assert answer.headers["x-content-type-options"] == "nosniff"
    lines = audit(web, "person.disclose")
    assert [line["object"] for line in lines] == [f"aid_document/{case}/{paper}"] * 2
    assert NAME not in str(lines)


def test_nobody_opens_a_document_without_a_reason_or_with_a_link(web: Web) -> None:
    _, paper = furnished(web)
    clerk = web.as_role(Role.REVIEWER)
    check_error(post(clerk, f"/papers/{paper}/open", {"format": "pdf"}), 422, "MISSING_FIELD")
    check_error(post(clerk, f"/papers/{paper}/open", {"format": "pdf", "reason": "    "}), 422, "REASON_MISSING")
    check_error(post(clerk, f"/papers/{paper}/open", {"format": "exe", "reason": REASON}), 422, "WRONG_FIELD")
    assert clerk.get(f"{API}/papers/{paper}/open").status_code == 405


def test_another_districts_people_hear_that_there_is_nothing(web: Web) -> None:
    case, paper = furnished(web)
    stranger = elsewhere(web, Role.SUPERVISOR)
    check_error(stranger.get(f"{API}/cases/{case}/papers"), 404, "NO_SUCH_CASE")
    for path, body in (
        (f"/papers/{paper}/open", {"reason": REASON}), (f"/papers/{paper}/deliveries", delivery()),
        (f"/papers/{paper}/void", {"reason": REASON}), ("/papers/0123456789abcdef/void", {"reason": REASON}),
    ):  # fmt: skip
        check_error(post(stranger, path, body), 404, "NO_SUCH_DOCUMENT")
    assert stranger.get(f"{API}/papers/undelivered").json()["items"] == []
    check_error(stranger.get(f"{API}/centres/{UNIT}"), 404, "NO_SUCH_UNIT")
    check_error(stranger.get(f"{API}/units/{UNIT}/templates"), 404, "NO_SUCH_UNIT")


def test_a_firm_that_is_not_at_work_in_the_case_sees_none_of_it(web: Web) -> None:
    case, paper = furnished(web)
    firm = web.as_role(Role.FIRM)
    check_error(firm.get(f"{API}/firm/cases/{case}/papers"), 404, "NO_SUCH_CASE")
    check_error(post(firm, f"/firm/papers/{paper}/open", {"reason": REASON}), 404, "NO_SUCH_DOCUMENT")
    check_error(firm.get(f"{API}/cases/{case}/papers"), 403, "NOT_ALLOWED")


def test_a_delivery_is_noted_once_and_told_with_a_masked_receiver(web: Web) -> None:
    case, paper = furnished(web)
    clerk, body = web.as_role(Role.WINDOW_STAFF), delivery()
    assert paper in [one["id"] for one in clerk.get(f"{API}/papers/undelivered").json()["items"]]
    first = post(clerk, f"/papers/{paper}/deliveries", body)
    assert first.status_code == 201, first.text
    assert post(clerk, f"/papers/{paper}/deliveries", body).json() == first.json()
    listed = {one["id"]: one for one in clerk.get(f"{API}/cases/{case}/papers").json()["items"]}
    (told,) = listed[paper]["deliveries"]
    assert (told["method"], told["receiver"]) == ("WINDOW", "欧***")
    assert paper not in [one["id"] for one in clerk.get(f"{API}/papers/undelivered").json()["items"]]
    assert NAME not in str(audit(web, "aid.paper_deliver"))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"method": "PIGEON"}, "WRONG_FIELD"),
        ({"receiver": ""}, "WRONG_FIELD"),
        ({"receiver": "右\u202e左"}, "WRONG_FIELD"),
        ({"at": "yesterday"}, "WRONG_FIELD"),
        ({"at": "2020-01-01T00:00:00Z"}, "AID_DELIVERY_TIME"),
        ({"at": "2099-01-01T00:00:00Z"}, "AID_DELIVERY_TIME"),
        ({"method": "NOTICE"}, "AID_DELIVERY_PROOF"),
        ({"proof": "0123456789abcdef"}, "NO_SUCH_FILE"),
        ({"more": 1}, "UNKNOWN_FIELD"),
    ],
)
def test_a_wrong_delivery_is_refused(web: Web, changed: dict[str, Any], code: str) -> None:
    _, paper = furnished(web)
    clerk = web.as_role(Role.WINDOW_STAFF)
    check_error(post(clerk, f"/papers/{paper}/deliveries", delivery(**changed)), 422, code)


def test_a_supervisor_voids_a_document_and_nobody_else_does(web: Web) -> None:
    case, paper = furnished(web)
    check_error(post(web.as_role(Role.REVIEWER), f"/papers/{paper}/void", {"reason": REASON}), 403, "NOT_ALLOWED")
    boss = web.as_role(Role.SUPERVISOR)
    assert post(boss, f"/papers/{paper}/void", {"reason": REASON}).status_code == 200
    check_error(post(boss, f"/papers/{paper}/void", {"reason": REASON}, "key-2"), 409, "AID_ALREADY_VOID")
    listed = {one["id"]: one for one in boss.get(f"{API}/cases/{case}/papers").json()["items"]}
    assert listed[paper]["void_reason"] == REASON
    assert listed[paper]["voided_at"]
    assert REASON not in str(audit(web, "aid.paper_void"))


def test_the_forms_say_that_nobody_has_compared_them_yet(web: Web) -> None:
    told = web.as_role(Role.REVIEWER).get(f"{API}/forms").json()
    assert [one["code"] for one in told["items"]] == list(form_table().forms)
    assert told["source"]["compared"] is False
    assert "尚待与司法部" in told["source"]["note_zh"]


@pytest.mark.parametrize("form", ["F03", "F12", "F23", "F29"])
def test_a_form_is_printed_blank_for_signing_by_hand(web: Web, form: str) -> None:
    furnished(web)
    clerk = web.as_role(Role.WINDOW_STAFF)
    pdf = clerk.get(f"{API}/forms/{form}/blank")
    assert len(PdfReader(io.BytesIO(pdf.content)).pages) >= 1
    docx = clerk.get(f"{API}/forms/{form}/blank", params={"format": "docx"})
    assert docx.content.startswith(b"PK")
    check_error(clerk.get(f"{API}/forms/F99/blank"), 404, "NO_SUCH_FORM")


def test_the_proof_of_a_delivery_says_what_is_known_and_is_noted_for_it_names_somebody(web: Web) -> None:
    case, paper = furnished(web)
    clerk = web.as_role(Role.WINDOW_STAFF)
    post(clerk, f"/papers/{paper}/deliveries", delivery())
    answer = clerk.get(f"{API}/papers/{paper}/delivery-sheet", params={"format": "docx"})
    assert blanks(answer.content) == (
        "送达地点",
        "受送达人签名或者盖章",
        "代收人签名及代收理由",
        "见证人签名或者盖章",
        "备注",
    )
    told = of_word(answer.content)
    says = ("给予法律援助决定书", "援给字", "援申字", "示例婆婆", "赡养费", "窗口接待人员", "窗口领取")
    assert [words for words in says if words not in told] == []
    (line,) = audit(web, "person.disclose")
    assert line["object"] == f"aid_document/{case}/{paper}"


CENTRE = {
    "short_name": "沪远", "name_zh": "远区法律援助中心", "address": "某路1号", "phone": "021-00000003",
    "bureau": "远区司法局",
}  # fmt: skip


def put_centre(client: TestClient, unit: str, key: str, **changed: Any) -> Any:
    return client.put(f"{API}/centres/{unit}", json=CENTRE | changed, headers={"Idempotency-Key": key})


def test_an_administrator_names_the_centre_and_its_short_name_stays_once_it_stands_in_a_number(web: Web) -> None:
    furnished(web)
    admin = elsewhere(web, Role.ADMIN)
    assert admin.get(f"{API}/centres/far").json()["set"] is False
    check_error(put_centre(admin, "far", "1", short_name="沪长"), 409, "AID_CENTRE_NAME_TAKEN")
    check_error(put_centre(admin, "far", "2", short_name="abc"), 422, "WRONG_FIELD")
    check_error(put_centre(admin, "far", "3", name_zh="名\u202e字好"), 422, "WRONG_FIELD")
    assert put_centre(admin, "far", "4").status_code == 200
    assert put_centre(admin, "far", "5", short_name="远").status_code == 200
    city = web.as_role(Role.ADMIN)
    check_error(put_centre(city, UNIT, "6", short_name="沪新"), 409, "AID_CENTRE_NAME_USED")
    assert put_centre(city, UNIT, "7", short_name="沪长").status_code == 200
    told = city.get(f"{API}/centres/{UNIT}").json()
    assert (told["name_zh"], told["short_name_fixed"]) == ("远区法律援助中心", True)
    check_error(put_centre(web.as_role(Role.REVIEWER), UNIT, "8"), 403, "NOT_ALLOWED")


def put_template(client: TestClient, content: bytes, form: str = "F09", key: str = "t1") -> Any:
    headers = {"Idempotency-Key": key, "Content-Type": "application/octet-stream"}
    return client.post(f"{API}/units/{UNIT}/templates/{form}", content=content, headers=headers)


def test_a_units_template_is_brought_in_used_downloaded_and_given_up(web: Web) -> None:
    furnished(web)
    boss = web.as_role(Role.SUPERVISOR)
    document = Document(io.BytesIO(boss.get(f"{API}/units/{UNIT}/templates/F09").content))
    document.add_paragraph("本区补充说明。")
    made = io.BytesIO()
    document.save(made)
    first = put_template(boss, made.getvalue())
    assert first.json()["version"] == 1
    assert put_template(boss, made.getvalue()).json() == first.json()
    told = {one["form"]: one for one in boss.get(f"{API}/units/{UNIT}/templates").json()["items"]}
    assert (told["F09"]["version"], told["F10"]["version"]) == (1, 0)
    assert boss.get(f"{API}/units/{UNIT}/templates/F09").content == made.getvalue()
    assert boss.get(f"{API}/units/{UNIT}/templates/F09", params={"version": 0}).content == shipped("F09")
    gone = boss.delete(f"{API}/units/{UNIT}/templates/F09", headers={"Idempotency-Key": "d1"})
    assert gone.status_code == 204
    assert boss.delete(f"{API}/units/{UNIT}/templates/F09", headers={"Idempotency-Key": "d1"}).status_code == 204
    check_error(boss.delete(f"{API}/units/{UNIT}/templates/F09"), 409, "AID_TEMPLATE_SHIPPED")
    check_error(boss.get(f"{API}/units/{UNIT}/templates/F09", params={"version": 2}), 404, "NO_SUCH_TEMPLATE")
    assert boss.get(f"{API}/units/{UNIT}/templates/F09", params={"version": 1}).content == made.getvalue()
    assert boss.get(f"{API}/units/{UNIT}/templates/F09").content == shipped("F09")


def test_a_template_that_cannot_be_used_is_refused_and_nothing_is_kept(web: Web) -> None:
    furnished(web)
    boss = web.as_role(Role.SUPERVISOR)
    told = check_error(put_template(boss, b"no word file"), 422, "AID_TEMPLATE_FAULTS")
    assert "不是 Word 文档" in str(told)
    check_error(put_template(boss, b"x" * (1024 * 1024 + 1)), 413, "AID_TEMPLATE_TOO_LARGE")
    check_error(put_template(boss, shipped("F10"), "F09"), 422, "AID_TEMPLATE_FAULTS")
    check_error(put_template(boss, shipped("F09"), "F98"), 404, "NO_SUCH_FORM")
    told = {one["form"]: one for one in boss.get(f"{API}/units/{UNIT}/templates").json()["items"]}
    assert told["F09"]["versions"] == []


def test_what_the_applicant_signs_is_made_when_it_is_wanted_and_anew_when_it_was_corrected(web: Web) -> None:
    case, _ = furnished(web)
    clerk, path = web.as_role(Role.REVIEWER), f"/cases/{case}/papers"
    to_make = [one["code"] for one in clerk.get(f"{API}{path}").json()["to_make"]]
    assert to_make == ["F02", "F04"]
    check_error(post(clerk, path, {"form": "F02", "said": {"facts": "另一番话"}}), 422, "UNKNOWN_FIELD")
    first = post(clerk, path, {"form": "F02"}, "1").json()
    assert post(clerk, path, {"form": "F02"}, "2").json() == first, "nothing is made twice of the same application"
    with web.database.write() as connection:
        house = House(connection, web.parts.vault, now_ms())
        held = application(facts="更正后的事实。")
        house.move(case, Move.CORRECT, actor(Who.DESK), {"application": held, "reason": "当事人更正。"})
    listed = clerk.get(f"{API}{path}").json()
    assert [one["code"] for one in listed["to_make"]] == ["F02", "F04"]
    second = post(clerk, path, {"form": "F02"}, "3").json()
    assert second["id"] != first["id"]
    said = [printed(web, clerk, one["id"]) for one in (first, second)]
    assert ["更正后的事实。" in one for one in said] == [False, True]
    assert {one["id"]: one["voided_at"] for one in listed["items"]}[first["id"]] is None, "the old one stays"


def test_a_matter_without_a_condition_of_hardship_has_no_statement_of_means(web: Web) -> None:
    furnished(web)
    with web.database.write() as connection:
        house = House(connection, web.parts.vault, now_ms() - 60_000)
        case = house.take(application(matter="M32_4", hardship={}))
        accused = house.notice()
    clerk = web.as_role(Role.REVIEWER)
    assert [one["code"] for one in clerk.get(f"{API}/cases/{case}/papers").json()["to_make"]] == ["F02"]
    assert clerk.get(f"{API}/cases/{accused}/papers").json()["to_make"] == []
    for there, form in ((case, "F04"), (accused, "F02")):
        check_error(post(clerk, f"/cases/{there}/papers", {"form": form}), 409, "AID_NO_SUCH_STATEMENT")


def printed(web: Web, client: TestClient, paper: str) -> str:
    answer = post(client, f"/papers/{paper}/open", {"format": "pdf", "reason": REASON})
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
