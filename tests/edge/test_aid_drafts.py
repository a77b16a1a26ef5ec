"""The legal-aid form between kiosk and window: kept sealed, seen by one window, gone when it must be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.aid_desk import AidDesk, aid_without_devices
from edge.drafts import DraftBox
from edge.screens import build_app
from edge.staff import StaffBook
from hall.queue.words import Tick
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import Hall, staff_file_fixture  # noqa: F401

FORM: dict[str, Any] = {
    "consent": True, "matter": "M31_5", "stage": "ARBITRATION", "presumed": "X42_3",
    "hardship": {"household": 3, "income": 240_000}, "facts": "三个月没有发工资。",
    "applicant": {"name": "测试周敏", "id_number": "999999194901011230", "phone": "13800000000"},
}  # fmt: skip


@pytest.fixture(name="aid")
def aid_fixture(tmp_path: Path) -> AidDesk:
    return aid_without_devices(tmp_path, PLAN)


@pytest.fixture(name="box")
def box_fixture(aid: AidDesk) -> DraftBox:
    return aid.drafts


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path, aid: AidDesk) -> Iterator[Hall]:
    door, staff = PlainDoor(), StaffBook(tmp_path / "staff.db")
    for number in (1, 2, 3):
        staff.add(f"staff{number}", f"8642097{number}", window=number)
    yield Hall(door, staff, build_app(door, staff, aid=aid))
    staff.close()


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def save(hall: Hall, **changes: Any) -> Any:
    """``name``, ``phone`` and the like are the applicant's."""
    of_person = {key: changes.pop(key) for key in ("name", "id_number", "phone") if key in changes}
    form = {**FORM, "applicant": {**FORM["applicant"], **of_person}, **changes}
    return hall.client().post("/api/v1/aid-drafts", json={"form": form})


def act(hall: Hall, client: Any, window: int, *commands: str) -> None:
    for command in commands:
        hall.door.steady_ms += 3000
        answer = client.post(f"/api/v1/windows/{window}/commands", json={"command": command})
        assert answer.status_code == 200, answer.text


def test_the_window_that_has_the_ticket_sees_the_form(hall: Hall) -> None:
    assert save(hall).json()["number"] == "B001"
    clerk = hall.client(1)
    assert code(clerk.get("/api/v1/windows/1/aid-draft")) == (409, "NOBODY_CALLED")
    act(hall, clerk, 1, "open", "call_next")
    seen = clerk.get("/api/v1/windows/1/aid-draft").json()
    assert (seen["number"], seen["lost"], seen["form"]["applicant"]["name"], seen["form"]["facts"]) == (
        "B001", False, "测试周敏", "三个月没有发工资。",
    )  # fmt: skip
    assert "consent" not in seen["form"]


def test_nobody_else_sees_it(hall: Hall) -> None:
    save(hall)
    act(hall, hall.client(1), 1, "open", "call_next")
    assert hall.client().get("/api/v1/windows/1/aid-draft").status_code == 401
    assert code(hall.client(2).get("/api/v1/windows/1/aid-draft")) == (403, "NOT_YOUR_WINDOW")
    act(hall, hall.client(2), 2, "open")
    assert code(hall.client(2).get("/api/v1/windows/2/aid-draft")) == (409, "NOBODY_CALLED")


def test_nothing_of_it_stands_on_the_disk_in_the_state_or_on_a_public_page(hall: Hall, tmp_path: Path) -> None:
    token = save(hall).json()["token"]
    public = hall.client().get("/api/v1/state").text + hall.client().get(f"/api/v1/tickets/{token}").text
    kept = (tmp_path / "drafts.json").read_text() + repr(hall.door.look()[0]) + public
    for secret in ("测试周敏", "999999194901011230", "13800000000", "工资"):
        assert secret not in kept
    assert (tmp_path / "drafts.json").stat().st_mode & 0o077 == 0


def test_each_look_is_in_the_journal_without_what_was_seen(hall: Hall) -> None:
    save(hall)
    clerk = hall.client(1)
    act(hall, clerk, 1, "open", "call_next")
    clerk.get("/api/v1/windows/1/aid-draft")
    draft = hall.door.look()[0].intake.drafts["B001"]
    assert draft.opened_by == "staff1"


def test_it_survives_the_program_but_not_the_machines_power(tmp_path: Path) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir()
    DraftBox(tmp_path, runtime).put("2026-11-21", "B001", {"name": "测试周敏"})
    assert DraftBox(tmp_path, runtime).get("2026-11-21", "B001") == {"name": "测试周敏"}
    assert (runtime / "drafts.key").stat().st_mode & 0o077 == 0
    (runtime / "drafts.key").unlink()
    assert DraftBox(tmp_path, runtime).get("2026-11-21", "B001") is None


def test_a_draft_of_one_ticket_opens_as_no_other(box: DraftBox, tmp_path: Path) -> None:
    box.put("2026-11-21", "B001", {"name": "测试周敏"})
    text = (tmp_path / "drafts.json").read_text().replace("B001", "B002")
    (tmp_path / "drafts.json").write_text(text)
    assert DraftBox(tmp_path, None).get("2026-11-21", "B002") is None


def test_what_the_rules_have_wiped_is_wiped(box: DraftBox, tmp_path: Path) -> None:
    box.put("2026-11-21", "B001", {"name": "测试周敏"})
    box.put("2026-11-21", "B002", {"name": "测试李强"})
    box.keep_only("2026-11-21", frozenset({"B002"}))
    assert box.get("2026-11-21", "B001") is None
    assert box.get("2026-11-21", "B002") is not None
    assert "B001" not in (tmp_path / "drafts.json").read_text()


def test_a_draft_whose_ticket_is_over_leaves_the_disk_though_no_window_looks(hall: Hall, tmp_path: Path) -> None:
    save(hall)
    save(hall)
    act(hall, hall.client(1), 1, "open", "call_next", "start", "finish")
    hall.door.steady_ms += 11 * 60_000
    hall.door.ask(Tick())
    kept = (tmp_path / "drafts.json").read_text()
    assert ("B001" in kept, "B002" in kept) == (False, True)
    hall.door.steady_ms += 12 * 3_600_000
    hall.door.ask(Tick())
    assert "B002" not in (tmp_path / "drafts.json").read_text()


def test_a_draft_that_ended_while_the_controller_was_off_is_wiped_at_its_start(
    tmp_path: Path, staff_file: Path, aid: AidDesk
) -> None:
    aid.drafts.put("2026-11-21", "B001", {"name": "测试周敏"})
    staff = StaffBook(tmp_path / "staff.db")
    build_app(PlainDoor(), staff, aid=aid)
    staff.close()
    assert (tmp_path / "drafts.json").read_text() == "{}"


@pytest.mark.parametrize("rubbish", ["", "{", '{"2026-11-21 B001": "zz"}'])
def test_a_spoilt_file_is_no_draft_and_stops_nothing(tmp_path: Path, rubbish: str) -> None:
    (tmp_path / "drafts.json").write_text(rubbish)
    box = DraftBox(tmp_path, None)
    assert box.get("2026-11-21", "B001") is None
    box.put("2026-11-21", "B002", {})
    assert box.get("2026-11-21", "B002") == {}


@pytest.mark.parametrize(
    "change",
    [
        {"consent": 1}, {"matter": "M99"}, {"id_number": "999999194901011231"}, {"id_number": "1 OR 1=1"},
        {"phone": "call me"}, {"name": "x" * 61}, {"facts": "x" * 2001}, {"facts": "\x00"}, {"face": "x"},
        {"hardship": {"household": 0}}, {"hardship": {"income": -1}}, {"name": "a\nb"}, {"applicant": None},
        {"opposing": "x"}, {"groups": ["KING"]}, {"matter": ["M31_1"]}, {"hardship": []},
    ],
)  # fmt: skip
def test_a_wrong_form_takes_no_ticket(hall: Hall, change: dict[str, Any]) -> None:
    answer = save(hall, **change)
    assert answer.status_code in (400, 422)
    assert not hall.door.look()[0].queue.tickets
    assert "999999194901011231" not in answer.text, "an answer repeats no number"


def test_half_a_character_is_malformed_and_no_fault_of_ours(hall: Hall) -> None:
    body = '{"form":{"consent":true,"matter":"M31_5","facts":"\\ud800"}}'
    answer = hall.client().post("/api/v1/aid-drafts", content=body, headers={"Content-Type": "application/json"})
    assert code(answer)[0] in (400, 422)
    assert not hall.door.look()[0].queue.tickets


def test_the_same_key_gives_one_ticket_and_one_draft(hall: Hall, box: DraftBox) -> None:
    for name in ("测试周敏", "测试李强"):
        body = {"form": {**FORM, "applicant": {"name": name}}}
        answer = hall.client().post("/api/v1/aid-drafts", json=body, headers={"Idempotency-Key": "one"})
        assert answer.json()["number"] == "B001"
    found = box.get(hall.door.look()[0].queue.day or "", "B001")
    assert found is not None
    assert found["applicant"]["name"] == "测试周敏"
