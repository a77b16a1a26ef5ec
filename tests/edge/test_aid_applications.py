"""A formal application over HTTP: complete or named what is missing, sealed for central alone, submitted once."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.aid_desk import aid_without_devices
from edge.receipt_slips import Handed
from edge.screens import build_app
from edge.staff import StaffBook
from hall.intake.codes import Channel
from hall.queue.words import CallNext, OpenWindow
from hall.wire import event_data
from hall_config.sealed_value import NotOpened
from tests.edge.aid_hall import ADULT, AGENT, HALL, MINOR, AidHall, form, png
from tests.edge.plain_door import PLAN
from tests.edge.screens_fixtures import staff_file_fixture  # noqa: F401

SECRETS = ("测试周敏", ADULT, "13800000000", "工资", "劳动合同")


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[AidHall]:
    staff = StaffBook(Path(shutil.copy(staff_file, tmp_path / "staff.db")))
    yield AidHall(tmp_path, staff)
    staff.close()


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def at_window(hall: AidHall, window: int = 1) -> None:
    """Ticket B001 is called to that window."""
    hall.client().post("/api/v1/tickets", json={"service": "B"})
    hall.journal.ask(OpenWindow(window, f"staff{window}"))
    hall.journal.ask(CallNext(window, f"staff{window}"))


def test_at_the_kiosk_it_is_one_event_that_central_alone_can_read(hall: AidHall) -> None:
    answer = hall.submit()
    assert answer.status_code == 201, answer.text
    told = answer.json()
    (event,) = hall.journal.submitted()
    assert told["receipt"] == event.receipt
    assert event.receipt.startswith(f"P{HALL}-")
    assert (told["ticket"]["number"], event.channel, event.staff, event.pages) == ("B001", Channel.KIOSK, None, 0)
    found = hall.opened(event)
    assert (found["applicant"]["name"], found["facts"], found["signature"]) == (
        "测试周敏", "三个月没有发工资。", png(),
    )  # fmt: skip
    with pytest.raises(NotOpened):
        hall.central.open(event.sealed, "other-hall", "aid.application")


def test_nothing_of_it_stands_in_journal_state_disk_or_answer(hall: AidHall, tmp_path: Path) -> None:
    answer = hall.submit()
    journal = json.dumps([event_data(event) for event in hall.journal.journal], ensure_ascii=False)
    disk = "".join(file.read_text(errors="replace") for file in tmp_path.glob("*.json"))
    for secret in SECRETS:
        assert secret not in journal + repr(hall.journal.look()) + disk + answer.text, secret
    assert (tmp_path / "receipts.json").stat().st_mode & 0o077 == 0


def test_the_same_press_again_is_the_same_application_on_the_same_paper(hall: AidHall) -> None:
    first, again = hall.submit().json(), hall.submit().json()
    assert first == again
    assert len(hall.journal.submitted()) == 1


def test_the_code_is_in_the_answer_only_where_no_paper_carries_it(hall: AidHall) -> None:
    told = hall.submit().json()
    slip = hall.client().get(f"/api/v1/aid-slips/{told['slip']}").json()
    assert (slip["state"], slip["reason"], slip["receipt"]) == ("failed", "no_printer", told["receipt"])
    code_hash = hashlib.sha256(slip["code"].replace("-", "").encode()).hexdigest()
    assert hall.journal.submitted()[0].code_hash == code_hash
    assert slip["code"].replace("-", "") not in json.dumps(told)
    assert hall.client().get("/api/v1/aid-slips/somethingelse").status_code == 404


def test_a_window_submits_its_ticket_and_the_event_names_who(hall: AidHall) -> None:
    at_window(hall)
    told = hall.submit(1).json()
    (event,) = hall.journal.submitted()
    assert (event.window, event.staff, event.number, event.receipt) == (1, "staff1", "B001", told["receipt"])
    state = hall.client(1).get("/api/v1/windows/1/aid-application").json()
    assert (state["receipt"], state["draft"], state["taken"]) == (told["receipt"], False, 0)


def test_a_second_application_of_a_ticket_is_told_the_first_receipt(hall: AidHall) -> None:
    at_window(hall)
    receipt = hall.submit(1).json()["receipt"]
    answer = hall.submit(1, key="two")
    assert code(answer) == (409, "RECEIPT_GIVEN")
    assert receipt in answer.json()["error"]["message_zh"]
    assert len(hall.journal.submitted()) == 1


def test_nobody_else_submits_or_looks(hall: AidHall) -> None:
    at_window(hall)
    body = {"form": form(), "number": "B001"}
    assert hall.client().post("/api/v1/windows/1/aid-applications", json=body).status_code == 401
    assert code(hall.client(2).post("/api/v1/windows/1/aid-applications", json=body)) == (403, "NOT_YOUR_WINDOW")
    assert code(hall.client(2).get("/api/v1/windows/1/aid-application")) == (403, "NOT_YOUR_WINDOW")
    hall.journal.ask(OpenWindow(2, "staff2"))
    assert code(hall.client(2).post("/api/v1/windows/2/aid-applications", json=body)) == (409, "NOT_AT_THIS_WINDOW")
    assert not hall.journal.submitted()


def test_a_draft_is_over_when_it_was_submitted(hall: AidHall, tmp_path: Path) -> None:
    kept = {name: value for name, value in form().items() if name != "signature"}
    hall.client().post("/api/v1/aid-drafts", json={"form": kept})
    hall.journal.ask(OpenWindow(1, "staff1"))
    hall.journal.ask(CallNext(1, "staff1"))
    assert hall.client(1).get("/api/v1/windows/1/aid-draft").json()["form"]["applicant"]["name"] == "测试周敏"
    assert hall.submit(1).status_code == 201
    assert (tmp_path / "drafts.json").read_text() == "{}"
    assert code(hall.client(1).get("/api/v1/windows/1/aid-draft")) == (409, "NO_DRAFT")


LACKS = [
    ({"name": ""}, "NAME_MISSING"), ({"name": "  "}, "NAME_MISSING"), ({"id_number": ""}, "ID_NUMBER_MISSING"),
    ({"phone": ""}, "CONTACT_MISSING"), ({"facts": " \n"}, "FACTS_MISSING"), ({"hardship": {}}, "HARDSHIP_MISSING"),
    ({"hardship": {"household": 3, "income": 0, "basis": "PROMISE"}}, "PROMISE_MISSING"),
    ({"hardship": {"household": 3, "income": 0, "basis": "NOT_REQUIRED_32"}}, "HARDSHIP_MISSING"),
    ({"hardship": {"income": 0, "basis": "PAPERS"}}, "HOUSEHOLD_MISSING"),
    ({"hardship": {"household": 1, "basis": "PAPERS"}}, "INCOME_MISSING"),
    ({"signature": ""}, "SIGNATURE_MISSING"), ({"signature": "QUJD"}, "SIGNATURE_UNREADABLE"),
    ({"id_number": MINOR}, "MINOR_WITHOUT_AGENT"),
    ({"agent": {"person": {"name": "测试", "id_number": MINOR}, "relation": "PARENT"}}, "AGENT_IS_MINOR"),
    ({"agent": {"person": {"name": "测试"}, "relation": "PARENT", "authority": "户口簿"}}, "AGENT_ID_MISSING"),
    ({"agent": {"person": {"name": "测试", "id_number": AGENT}, "relation": "PARENT"}}, "AUTHORITY_MISSING"),
    ({"name": "\u200b\u3164"}, "NAME_MISSING"), ({"opposing": [{"name": "\u200b"}]}, "OPPOSING_NAME_MISSING"),
    ({"opposing": [{"name": "测试", "id_number": ADULT}]}, "OPPOSING_IS_OURS"),
    ({"signature": "iVBORw0KGgo8c2NyaXB0Pg=="}, "SIGNATURE_UNREADABLE"),
    ({"matter": "M24", "nature": "CIVIL"}, "NATURE_DIFFERS"), ({"detained": True}, "CUSTODY_MATTER"),
    ({"id_number": "999999194901011231"}, "ID_NUMBER_CHECK"), ({"id_number": "999999201002290013"}, "ID_NUMBER_DAY"),
    ({"id_number": "12345"}, "ID_NUMBER_FORM"), ({"consent": False}, "CONSENT_MISSING"),
    ({"matter": None}, "MATTER_MISSING"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "why"), LACKS, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_missing_is_named_and_takes_no_ticket(hall: AidHall, change: dict[str, Any], why: str) -> None:
    assert code(hall.submit(**change)) == (422, why)
    assert not hall.journal.look()[0].queue.tickets
    checked = hall.client().post("/api/v1/aid-checks", json={"form": form(**change)})
    assert checked.status_code in (200, 422)
    if checked.status_code == 200:
        assert why in [one["code"] for one in checked.json()["items"]]
    assert ADULT not in checked.text


def test_an_application_that_is_too_long_to_seal_is_refused_in_words(hall: AidHall) -> None:
    crowd = [{"name": "长" * 60, "address": "长" * 100} for _ in range(20)]
    assert code(hall.submit(facts="长" * 2000, opposing=crowd)) == (422, "AID_TOO_LONG")
    assert not hall.journal.look()[0].queue.tickets


@pytest.mark.parametrize(
    "change",
    [
        {"matter": "M32_4", "hardship": {}}, {"matter": "M24", "nature": "CRIMINAL", "hardship": {}},
        {"presumed": "X42_3", "hardship": {}}, {"phone": "", "address": "测试路 1 号"},
        {"id_number": MINOR, "agent": {"person": {"name": "测试家长", "id_number": AGENT}, "relation": "PARENT",
                                      "authority": "户口簿"}},
    ],
)  # fmt: skip
def test_whoever_the_law_frees_of_hardship_or_gives_an_agent_may_submit(hall: AidHall, change: dict[str, Any]) -> None:
    assert hall.submit(**change).status_code == 201


def test_everything_that_is_missing_is_said_at_once(hall: AidHall) -> None:
    answer = hall.client().post("/api/v1/aid-checks", json={"form": {"applicant": {}}})
    found = {one["code"]: one for one in answer.json()["items"]}
    assert {"CONSENT_MISSING", "MATTER_MISSING", "NAME_MISSING", "FACTS_MISSING", "SIGNATURE_MISSING"} <= set(found)
    assert found["NAME_MISSING"]["field"] == "form.applicant.name"
    assert all(one["message"] and one["message_zh"] for one in found.values())


@pytest.mark.parametrize(
    "change",
    [
        {"face": 1}, {"applicant": "x"}, {"applicant": []}, {"agent": {"relation": "KING"}}, {"opposing": [{}]},
        {"groups": "ELDER"}, {"papers": [{"name": "x", "copies": 0}]}, {"facts": "\x00"}, {"signature": "=" * 9000},
        {"hardship": {"income": 1e300}}, {"facts": "x" * 2001}, {"signature": "<script>"}, {"name": "a\nb"},
        {"phone": "+86 138"}, {"signed_how": "MAGIC"}, {"nature": "DIVINE"},
    ],
)  # fmt: skip
def test_hostile_fields_are_refused_and_take_no_ticket(hall: AidHall, change: dict[str, Any]) -> None:
    answer = hall.submit(**change)
    assert answer.status_code in (400, 422), answer.text
    assert "<script>" not in answer.text
    assert not hall.journal.look()[0].queue.tickets


def test_a_hall_that_never_enrolled_says_what_to_do_and_keeps_drafts(tmp_path: Path, staff_file: Path) -> None:
    staff = StaffBook(Path(shutil.copy(staff_file, tmp_path / "staff.db")))
    hall = AidHall(tmp_path, staff, enrolled=False)
    answer = hall.submit()
    assert code(answer) == (503, "NO_SEALING_KEY")
    assert "纸质申请表" in answer.json()["error"]["message_zh"]
    assert not hall.journal.look()[0].queue.tickets
    checked = hall.client().post("/api/v1/aid-checks", json={"form": form()}).json()
    assert [one["code"] for one in checked["items"]] == ["NO_SEALING_KEY"]
    assert hall.client().post("/api/v1/aid-drafts", json={"form": form()}).status_code == 201
    staff.close()


def test_after_a_power_cut_the_receipt_is_printed_again_and_no_second_event_comes(hall: AidHall) -> None:
    at_window(hall)
    told = hall.submit(1).json()
    hall.power_cut()
    assert code(hall.submit(1, key="after")) == (409, "RECEIPT_GIVEN")
    begun = hall.client(1).post(f"/api/v1/windows/1/aid-applications/{told['receipt']}/slip")
    assert begun.status_code == 202
    slip = hall.client(1).get(f"/api/v1/aid-slips/{begun.json()['slip']}").json()
    assert (slip["receipt"], slip["code"]) == (told["receipt"], None), "the code went with the power"
    assert len(hall.journal.submitted()) == 1


def test_while_the_power_is_on_the_paper_is_printed_again_whole(hall: AidHall) -> None:
    at_window(hall)
    told = hall.submit(1).json()
    first = hall.client(1).get(f"/api/v1/aid-slips/{told['slip']}").json()
    begun = hall.client(1).post(f"/api/v1/windows/1/aid-applications/{told['receipt']}/slip").json()
    assert hall.client(1).get(f"/api/v1/aid-slips/{begun['slip']}").json()["code"] == first["code"]
    url = f"/api/v1/windows/2/aid-applications/{told['receipt']}/slip"
    assert code(hall.client(2).post(url)) == (403, "NOT_YOUR_WINDOW")
    unknown = "P" + HALL + "-" + "0" * 26
    answer = hall.client(1).post(f"/api/v1/windows/1/aid-applications/{unknown}/slip")
    assert code(answer) == (404, "UNKNOWN_RECEIPT")


def test_what_a_receipt_needs_survives_the_program_and_goes_with_the_day(tmp_path: Path, staff_file: Path) -> None:
    aid = aid_without_devices(tmp_path, PLAN)
    aid.slips.keep("2026-11-21", Handed("P1", "B001", 1, (("劳动合同", 1, True),), 2, "CODE"))
    assert aid.slips.kept("2026-11-21", "P1") == Handed("P1", "B001", 1, (("劳动合同", 1, True),), 2, "CODE")
    assert aid.slips.kept("2026-11-22", "P1") is None
    staff = StaffBook(Path(shutil.copy(staff_file, tmp_path / "staff.db")))
    build_app(AidHall(tmp_path, staff).journal, staff, aid=aid)
    staff.close()
    assert aid.slips.kept("2026-11-21", "P1") is None
