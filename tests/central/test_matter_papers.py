"""The documents of short records over HTTP: each opened in both forms and read back, and what is refused."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from central import schema
from central.accounts.permissions import Role
from central.aid.stages import State as CaseState
from central.aid_papers import centre_store
from central.aid_papers.forms import form_table
from central.clock import now_ms
from central.keeping.retention import purge
from central.matters import papers
from central.matters.people import Party
from central.matters.words import Kind, Move, State
from central.matters.words import Role as In
from central.matters.work import Given
from hall.moment import local_day
from tests.central.aid_house import House
from tests.central.aid_reading import of_pdf, of_word, plain
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web
from tests.central.matter_desk import MatterDesk, id_number

PATH, AID = "/api/v1/matters", "/api/v1/aid"
NAME, ID_NUMBER = "欧阳䶮㑇𠮷", id_number(7)
REASON = "办理本件需要核对文书"
CENTRE = {
    "short_name": "沪长", "name_zh": "示例区法律援助中心", "address": "示例路1号", "phone": "021-00000001",
    "bureau": "示例区司法局", "bureau_address": "示例路3号", "bureau_phone": "021-00000002", "seal": "",
}  # fmt: skip
HELPED: dict[str, Any] = {
    "place": "DETENTION_HOUSE", "help": ("ADVICE", "COERCIVE_MEASURE"), "method": "MEETING", "stage": "INVESTIGATION",
    "help_day": "2026-03-20", "help_time": "09:30", "read_file": False,
}  # fmt: skip
SAID = {
    "charge": "盗窃罪", "organ": "示例区公安分局", "held_at": "示例区看守所", "subject": "不明白拘留期限",
    "answer": "讲解拘留期限和权利", "opinion": "建议变更强制措施",
}  # fmt: skip
keys = itertools.count()
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(web: Web) -> MatterDesk:
    desk = MatterDesk(web.database, web.parts.vault, now_ms() - 60_000)
    with web.database.write() as connection:
        centre_store.put_centre(connection, "city", desk.now_ms, **CENTRE)
    return desk


def post(client: TestClient, path: str, body: dict[str, Any], key: str | None = None) -> Any:
    return client.post(path, json=body, headers={"Idempotency-Key": key or f"p{next(keys)}"})


def advice(desk: MatterDesk) -> str:
    asker = Party(role=In.ASKER, name=NAME, id_number=ID_NUMBER, phone="13900000007")
    facts = {"channel": "CALL", "field": "B13", "answered_by": "LAWYER", "groups": ("ELDER",), "lawyer": desk.lawyer}
    given = Given(facts, {"subject": "被拖欠工资怎么办", "answer": "可以申请劳动仲裁"}, [asker])
    there = desk.begin(Kind.ADVICE, given=given)
    desk.move(there, Move.LINK)
    return there


def duty_help(desk: MatterDesk, day: str = "2026-03-20", **facts: Any) -> str:
    detained = Party(role=In.DETAINED, name=NAME, id_number=ID_NUMBER)
    given = Given({**HELPED, "lawyer": desk.lawyer, "help_day": day, **facts}, SAID, [detained])
    return desk.begin(Kind.DUTY_HELP, Move.RECORD, given)


def read(client: TestClient, paper: str) -> str:
    """What the Word file says and what the PDF says, without blanks."""
    told = []
    for kind, words in (("docx", of_word), ("pdf", of_pdf)):
        answer = post(client, f"{AID}/papers/{paper}/open", {"format": kind, "reason": REASON})
        assert answer.status_code == 200, answer.text
        told.append(words(answer.content))
    return "\n".join(told)


def says(text: str, *words: str) -> None:
    docx, pdf = text.split("\n")
    assert [one for one in words if plain(one) not in docx or plain(one) not in pdf] == []


OF_HELP = (NAME, "示例区看守所", "法律咨询", "申请变更强制措施")
NOTICE = (*OF_HELP, "盗窃罪", "示例区公安分局", "示例区法律援助中心", "第三十六条", "2026年3月20日 09:30")
SAYS: dict[str, tuple[str, ...]] = {
    "F01": (NAME, "男", ID_NUMBER, "13900000007", "老年人", "来电", "劳动争议", "被拖欠工资怎么办", "可以申请劳动仲裁",
            "律师", "孙文", "第九十九律师事务所", "window_staff", "第0001号", "示例区法律援助中心", "第二十三条"),
    "F23": (*OF_HELP, "男", "1949年1月1日", ID_NUMBER, "盗窃罪", "侦查", "示例区公安分局", "讲解拘留期限和权利",
            "其兄 13800000000"),
    "F24": (*NOTICE, "公安机关", "我局"),
    "F25": (*NOTICE, "国家安全机关"),
    "F26": (*NOTICE, "人民检察院", "我院"),
    "F27": (*NOTICE, "人民法院", "我院"),
    "F28": (*OF_HELP, "盗窃罪", "侦查", "示例区公安分局", "孙文", "第九十九律师事务所", "2026年3月20日 09:30", "会见",
            "否", "讲解拘留期限和权利", "建议变更强制措施", "未提出法律援助申请"),
}  # fmt: skip
WORD = {"F01": "援咨", "F23": "援帮申", "F28": "援帮登"}


@ONE_ENGINE
def test_every_form_of_a_record_is_issued_numbered_and_read_back(web: Web, desk: MatterDesk) -> None:
    client = web.as_role(Role.WINDOW_STAFF)
    records = {Kind.ADVICE: advice(desk), Kind.DUTY_HELP: duty_help(desk)}
    assert {form for forms in papers.FORMS.values() for form in forms} == set(SAYS)
    for kind, there in records.items():
        offered = client.get(f"{PATH}/{there}/papers/forms").json()["items"]
        assert [one["code"] for one in offered] == list(papers.FORMS[kind])
        assert NAME not in str(offered)
        for number, form in enumerate(papers.FORMS[kind]):
            said = {"next_of_kin": "其兄 13800000000"} if form == "F23" else {}
            body, key = {"form": form, "said": said}, f"issue{form}"
            made = post(client, f"{PATH}/{there}/papers", body, key)
            assert made.status_code == 201, made.text
            assert post(client, f"{PATH}/{there}/papers", body, key).json() == made.json()
            serial = number if form in ("F25", "F26", "F27") else 1  # the notices share a series
            year = local_day(now_ms())[:4]
            word = WORD.get(form, "援帮通")
            assert made.json()["number"] == f"（沪长）{word}字〔{year}〕第{serial:04d}号"
            says(read(client, made.json()["id"]), *SAYS[form], made.json()["number"])
            again = post(client, f"{PATH}/{there}/papers", body)
            assert "已有这种文书" in check_error(again, 409, "MATTER_PAPER_STANDS")["message_zh"]
        listed = client.get(f"{PATH}/{there}/papers").json()
        assert [one["form"] for one in listed["items"]] == list(papers.FORMS[kind])
        assert {one["matter"] for one in listed["items"]} == {there}
        assert client.get(f"{PATH}/{there}/papers/forms").json()["items"] == []
    with web.database.read() as connection:
        lines = connection.execute(select(schema.audit.c.act, schema.audit.c.object, schema.audit.c.detail)).all()
        stored = {
            name: str(connection.exec_driver_sql(f'SELECT * FROM "{name}"').fetchall())
            for name in ("aid_document", "audit", "answered", "matter", "matter_step")
        }
    assert [line.act for line in lines].count("matter.paper_issue") == len(SAYS)
    for secret in (NAME, ID_NUMBER, "盗窃", "看守所", "13800000000", REASON[:4] + "盗"):
        assert not [name for name, text in stored.items() if secret in text], secret


@ONE_ENGINE
def test_what_the_record_leaves_open_is_asked_for_by_its_name(web: Web, desk: MatterDesk) -> None:
    client = web.as_role(Role.WINDOW_STAFF)
    there = desk.begin(Kind.DUTY_HELP, given=Given({"place": "COURT", "help": ("ADVICE",), "lawyer": desk.lawyer}))
    offered = {one["code"]: one["fields"] for one in client.get(f"{PATH}/{there}/papers/forms").json()["items"]}
    needed = {one["name"] for one in offered["F28"] if one["needed"]}
    assert needed == {"applicant", "help_method", "help_text", "help_time", "stage"}
    path = f"{PATH}/{there}/papers"
    said = {
        "applicant": NAME,
        "help_method": "会见",
        "help_text": "讲解权利",
        "stage": "一审",
        "help_time": "2026-03-20T09:30",
    }
    missing = check_error(post(client, path, {"form": "F28", "said": {}}), 409, "AID_FORM_FIELD")
    assert missing["field"] in needed
    for wrong, code in (
        ({"lawyer": "别人"}, "UNKNOWN_FIELD"), ({"number": "第1号"}, "UNKNOWN_FIELD"),
        ({"seal": "别的章"}, "UNKNOWN_FIELD"),
        ({"help_time": "2026-02-30T09:30"}, "WRONG_FIELD"), ({"help_time": "昨天"}, "WRONG_FIELD"),
        ({"help_time": "2026-03-20"}, "WRONG_FIELD"), ({"stage": "一\u202e审"}, "WRONG_FIELD"),
        ({"stage": "长" * 2001}, "WRONG_FIELD"), ({"nonsense": "1"}, "UNKNOWN_FIELD"),
    ):  # fmt: skip
        check_error(post(client, path, {"form": "F28", "said": {**said, **wrong}}), 422, code)
    assert client.get(path).json()["items"] == []
    made = post(client, path, {"form": "F28", "said": said}).json()
    assert made["number"].endswith("第0001号")  # what was refused took no number
    says(read(client, made["id"]), NAME, "讲解权利", "一审", "2026年3月20日 09:30", "法院")


@ONE_ENGINE
def test_a_wrong_document_is_voided_by_a_supervisor_and_issued_anew(web: Web, desk: MatterDesk) -> None:
    there, boss = advice(desk), web.as_role(Role.SUPERVISOR)
    first = post(boss, f"{PATH}/{there}/papers", {"form": "F01"}).json()
    void = f"{AID}/papers/{first['id']}/void"
    check_error(post(web.as_role(Role.WINDOW_STAFF), void, {"reason": REASON}), 403, "NOT_ALLOWED")
    assert post(boss, void, {"reason": REASON}).status_code == 200
    second = post(boss, f"{PATH}/{there}/papers", {"form": "F01"}).json()
    assert second["number"].endswith("第0002号")
    told = boss.get(f"{PATH}/{there}/papers").json()["items"]
    assert [one["void_reason"] for one in told] == [REASON, None]
    at = "2020-01-01T00:00:00Z"
    delivered = post(
        boss, f"{AID}/papers/{second['id']}/deliveries", {"method": "WINDOW", "at": at, "receiver": "某人"}
    )
    check_error(delivered, 409, "AID_NOT_SERVED")
    desk.move(there, Move.STRIKE)
    check_error(post(boss, f"{PATH}/{there}/papers", {"form": "F01"}), 409, "MATTER_NOT_ITS_FORM")


@ONE_ENGINE
def test_documents_of_a_record_are_its_own_units_and_its_desks(web: Web, desk: MatterDesk) -> None:
    there = advice(desk)
    made = post(web.as_role(Role.WINDOW_STAFF), f"{PATH}/{there}/papers", {"form": "F01"}).json()["id"]
    other = desk.begin(Kind.MEDIATION)
    clerk = web.as_role(Role.WINDOW_STAFF)
    check_error(post(clerk, f"{PATH}/{other}/papers", {"form": "F01"}), 409, "MATTER_NOT_ITS_FORM")
    check_error(post(clerk, f"{PATH}/{there}/papers", {"form": "F28"}), 409, "MATTER_NOT_ITS_FORM")
    admin = web.as_role(Role.ADMIN)
    post(admin, "/api/v1/units", {"id": "far", "parent": "city", "level": "district", "name_zh": "远", "name_en": "F"})
    web.parts.accounts.add("far.away", [Role.SUPERVISOR], now_ms(), SECRET, "far")
    far = web.client()
    far.headers["Authorization"] = f"Bearer {web.parts.accounts.sign_in('far.away', SECRET, now_ms())}"
    for role in (far, web.as_role(Role.ARCHIVIST)):  # the archive has the files of cases, not the desk's records
        check_error(post(role, f"{AID}/papers/{made}/open", {"reason": REASON}), 404, "NO_SUCH_DOCUMENT")
    check_error(post(far, f"{AID}/papers/{made}/void", {"reason": REASON}), 404, "NO_SUCH_DOCUMENT")
    check_error(far.get(f"{PATH}/{there}/papers"), 404, "NO_SUCH_MATTER")
    check_error(far.get(f"{PATH}/{there}/papers/forms"), 404, "NO_SUCH_MATTER")


def test_a_ledger_is_made_of_the_records_of_a_post_and_a_time(web: Web, desk: MatterDesk) -> None:
    client = web.as_role(Role.WINDOW_STAFF)
    duty_help(desk)
    duty_help(desk, "2026-03-21", help_time="14:00")
    duty_help(desk, "2026-02-28")
    duty_help(desk, place="COURT")
    desk.move(duty_help(desk), Move.STRIKE)
    wish = {"place": "DETENTION_HOUSE", "period": "2026-03"}
    made = post(client, f"{PATH}/ledgers", wish, "ledger")
    assert made.status_code == 201, made.text
    assert post(client, f"{PATH}/ledgers", wish, "ledger").json() == made.json()
    text = read(client, made.json()["id"])
    says(text, made.json()["number"], "援帮账", "2026年3月", "看守所", "孙文", "第九十九律师事务所", NAME, "盗窃罪",
         "2026年3月20日 09:30", "2026年3月21日 14:00", "未提出法律援助申请")  # fmt: skip
    assert text.split("\n")[0].count(NAME) == 2
    assert "2月28日" not in text
    day = post(client, f"{PATH}/ledgers", {**wish, "period": "2026-03-21", "lawyer": desk.lawyer}).json()
    assert read(client, day["id"]).split("\n")[0].count(NAME) == 1
    listed = client.get(f"{PATH}/ledgers").json()["items"]
    assert {one["title_zh"] for one in listed} == {
        "值班律师工作台账（看守所，2026年3月）", "值班律师工作台账（看守所，2026年3月21日）",
    }  # fmt: skip
    empty = post(client, f"{PATH}/ledgers", {**wish, "place": "OTHER"})
    assert check_error(empty, 409, "AID_FORM_FIELD")["field"] == "lawyer"
    for period, code in (("2026-13", "WRONG_FIELD"), ("2026-02-30", "WRONG_FIELD"), ("2098-01", "MATTER_DAY_AHEAD")):
        check_error(post(client, f"{PATH}/ledgers", {**wish, "period": period}), 422, code)
    check_error(post(client, f"{PATH}/ledgers", {**wish, "lawyer": "f" * 64}), 404, "MATTER_NO_SUCH_LAWYER")
    check_error(post(client, f"{PATH}/ledgers", {**wish, "unit": "nowhere"}), 404, "NO_SUCH_UNIT")


@ONE_ENGINE
def test_without_a_centre_nothing_is_issued_and_documents_go_with_their_record(web: Web, desk: MatterDesk) -> None:
    there, client = duty_help(desk), web.as_role(Role.SUPERVISOR)
    post(client, f"{PATH}/{there}/papers", {"form": "F28"})
    post(client, f"{PATH}/ledgers", {"place": "DETENTION_HOUSE", "period": "2026-03"})
    assert client.get(f"{PATH}/ledgers").json()["items"]
    purge(web.database, now_ms() + 1828 * 86_400_000)
    with web.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM aid_document").scalar_one() == 0
    with web.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM aid_centre")
    fresh = desk.begin(Kind.ADVICE)
    check_error(post(client, f"{PATH}/{fresh}/papers", {"form": "F01"}), 409, "AID_CENTRE_NOT_SET")
    assert desk.row(fresh)["state"] == State.RECORDED


# --- documents of a case that no move makes -----------------------------------------------------------------------


@ONE_ENGINE
def test_a_hearing_and_a_question_to_the_organ_are_issued_on_the_case(web: Web) -> None:
    with web.database.write() as connection:
        case = House(connection, web.parts.vault, now_ms() - 3_600_000).furnish().to(CaseState.ENGAGED)
    clerk, path = web.as_role(Role.REVIEWER), f"{AID}/cases/{case}/papers"
    offered = {one["code"]: one["fields"] for one in clerk.get(f"{path}/forms").json()["items"]}
    assert {"F30", "F31"} <= set(offered)
    asked = {form: {one["name"] for one in fields if one["needed"]} for form, fields in offered.items()}
    assert asked["F30"] >= {"hearing_text", "hearing_rating", "hearing_time", "listener"}
    said = {
        "F30": {
            "hearing_text": "庭审平稳", "hearing_rating": "尽职", "hearing_time": "2026-03-20T09:30",
            "listener": "旁听某",
        },
        "F31": {"reply_by": "2026-12-20"},
    }  # fmt: skip
    said = {
        form: {**told, **({"organ": "示例区法院"} if "organ" in asked[form] else {})} for form, told in said.items()
    }
    for form, words in (
        ("F30", ("庭审平稳", "尽职", "旁听某", "2026年3月20日 09:30")),
        ("F31", ("2026年12月20日", "回执")),
    ):
        check_error(post(clerk, path, {"form": form}), 409, "AID_FORM_FIELD")
        made = post(clerk, path, {"form": form, "said": said[form]})
        assert made.status_code == 201, made.text
        says(read(clerk, made.json()["id"]), *words, form_table().forms[form].zh)
    letter = made.json()
    assert "援征字" in letter["number"]
    assert letter["id"] in [one["id"] for one in clerk.get(f"{AID}/papers/undelivered").json()["items"]]
    check_error(post(clerk, path, {"form": "F09"}), 409, "AID_MADE_BY_A_MOVE")
    check_error(post(web.as_role(Role.BUREAU_REVIEWER), path, {"form": "F31"}), 403, "NOT_ALLOWED")
