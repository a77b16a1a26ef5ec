"""Legal aid from the kiosk to the archived file, over real programs: the hall is cut off when the application is made.

An elder fills the form in at a kiosk while the broker hears nobody; the receipt is printed all the same. When the line
is back the case is at central, once, and eight people work it to its end. Nobody's name or number is left on the way.
"""

from __future__ import annotations

import base64
import io
import os
import re
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from docx import Document
from PIL import Image
from pypdf import PdfReader

from tests.central.aid_house import id_number
from tests.central.aid_pictures import picture
from tests.parts import wait_for
from tests.simulators.test_demo_whole import Demo

pytestmark = [pytest.mark.broker, pytest.mark.slow]

NAME: Final = "测䶮婆婆"  # a rare character, which GBK has not
NUMBER: Final = id_number("0109", "19491231", "082")
PHONE: Final = "13911112222"
FACTS: Final = "两个儿子三年没有给付赡养费，请求每月各给付一千元。"
WHY: Final = {"reason": "办理案件需要"}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path / "demo", "--visitors", "0", "--data", str(tmp_path / "data"))
    yield made
    made.close()


class Desk:
    """Central as its people use it, each by their own account."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.url = ready["central"]["url"]
        self._users = {user["role"]: user for user in ready["central"]["users"]}
        self._clients: dict[str, httpx2.Client] = {}

    def as_role(self, role: str) -> httpx2.Client:
        if role not in self._clients:
            client = httpx2.Client(base_url=f"{self.url}/api/v1", timeout=30.0, trust_env=False)
            user = self._users[role]
            answer = client.post("/session", json={"name": user["name"], "secret": user["secret"]})
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            self._clients[role] = client
        return self._clients[role]

    def case(self, case: str) -> dict[str, Any]:
        found: dict[str, Any] = self.as_role("supervisor").get(f"/aid/cases/{case}").json()
        return found

    def move(self, role: str, case: str, move: str, **given: Any) -> str:
        said = {"move": move, "version": self.case(case)["version"], "given": given}
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        answer = self.as_role(role).post(f"/aid/cases/{case}/moves", json=said, headers=headers)
        assert answer.status_code == 200, f"{move}: {answer.text}"
        return str(answer.json()["state"])

    def hand_in(self, role: str, case: str, kind: str, number: int) -> str:
        headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "image/jpeg"}
        place = f"/aid/cases/{case}/files?kind={kind}"
        answer = self.as_role(role).post(place, content=picture(number), headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def papers(self, case: str) -> dict[str, str]:
        """What each document says, by its form, the Word file and the PDF compared."""
        found = {}
        for paper in self.case(case)["documents"]:
            place, said = f"/aid/papers/{paper['id']}/open", {}
            for kind in ("docx", "pdf"):
                raw = self.as_role("supervisor").post(place, json={**WHY, "format": kind}).content
                said[kind] = _of_word(raw) if kind == "docx" else _of_pdf(raw)
            assert NAME in said["docx"], paper["form"]
            assert NAME in said["pdf"], paper["form"]
            found[paper["form"]] = said["pdf"]
        return found


def test_an_elder_s_application_made_while_the_hall_is_cut_off_ends_in_the_archive(demo: Demo, tmp_path: Path) -> None:
    ready = demo.ready()
    hall, desk, broker = ready["halls"][0], Desk(ready), ready["broker"]["pid"]
    os.kill(broker, signal.SIGSTOP)
    receipt, code = submit_at_the_kiosk(hall)
    assert desk.as_role("window_staff").get("/aid/cases").json()["items"] == []
    os.kill(broker, signal.SIGCONT)
    case = wait_for(lambda: arrived(desk, receipt), "the application at central", 60)

    work_it_to_the_end(desk, case)
    papers = desk.papers(case)
    assert set(papers) == {"F02", "F04", "F05", "F06", "F08", "F09", "F11", "F14", "F21", "F32"}
    assert FACTS in papers["F02"], "the file has the application as it was told"
    assert "1200 元" in papers["F04"], "and the means as they were stated"
    assert "户口簿" in papers["F05"], "the second receipt names what came later"
    assert "对方的住址" in papers["F06"]
    assert desk.as_role("supervisor").get(f"/aid/cases/{case}/chain").json()["broken_at"] is None
    assert desk.as_role("firm").get(f"/firm/cases/{case}").status_code == 404
    assert what_the_applicant_sees(desk, code)["state"] == "ARCHIVED"
    assert [row["receipt"] for row in all_cases(desk)].count(receipt) == 1
    assert leaks(tmp_path / "data") == []


def submit_at_the_kiosk(hall: dict[str, Any]) -> tuple[str, str]:
    """The receipt number and the code, both from the paper that came out."""
    form = {
        "consent": True,
        "applicant": {"name": NAME, "id_number": NUMBER, "phone": PHONE, "address": "示例路1号"},
        "matter": "M31_4",
        "hardship": {"household": 1, "income": 120_000, "basis": "PROMISE", "promise": True},
        "groups": ["ELDER", "WOMAN"],
        "opposing": [{"name": "测试儿子"}],
        "facts": FACTS,
        "signature": signature(),
        "signed_how": "SIGNATURE",
    }
    with httpx2.Client(base_url=hall["url"], timeout=20.0, trust_env=False) as kiosk:
        lacks = kiosk.post("/api/v1/aid-checks", json={"form": form}).json()
        assert lacks["items"] == [], lacks
        key = {"Idempotency-Key": "kiosk-1"}
        answer = kiosk.post("/api/v1/aid-applications", json={"form": form}, headers=key)
        assert answer.status_code == 201, answer.text
        again = kiosk.post("/api/v1/aid-applications", json={"form": form}, headers=key)
        assert again.json()["receipt"] == answer.json()["receipt"], "a key that is pressed twice submits once"
    receipt = str(answer.json()["receipt"])
    slip = wait_for(lambda: printed(hall, receipt), "the receipt on paper", 30)
    assert NAME not in slip
    assert NUMBER not in slip
    found = re.search(r"\b([0-9A-HJKMNP-TV-Z]{4}(?:[ -][0-9A-HJKMNP-TV-Z]{4}){3})\b", slip)
    assert found is not None, slip
    return receipt, found.group(1)


def printed(hall: dict[str, Any], receipt: str) -> str:
    shows = httpx2.get(f"{hall['simulator']['url']}/sim/devices/printer", timeout=20.0, trust_env=False).json()["shows"]
    whole = ["\n".join(map(str, slip["lines"])) for slip in shows["slips"] if slip["cut"]]
    plain = [text for text in whole if receipt in text.replace("\n", "")]
    return plain[-1] if plain else ""


def arrived(desk: Desk, receipt: str) -> str:
    return next((str(row["id"]) for row in all_cases(desk) if row["receipt"] == receipt), "")


def all_cases(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.as_role("supervisor").get("/aid/cases").json()["items"]
    over = desk.as_role("supervisor").get("/aid/cases?over=true").json().get("items", [])
    return [*found, *over]


def work_it_to_the_end(desk: Desk, case: str) -> None:
    """Identity shown, papers asked for once, granted, assigned, signed, reported, closed, archived."""
    assert desk.move("reviewer", case, "BEGIN_REVIEW") == "UNDER_REVIEW"
    gaps = [{"kind": "CASE_PAPERS"}, {"kind": "OTHER", "text": "对方的住址"}]
    assert desk.move("reviewer", case, "ASK_SUPPLEMENT", gaps=gaps) == "NEED_SUPPLEMENT"
    desk.hand_in("window_staff", case, "PAPER", 1)
    paper = {"name": "户口簿", "copies": 1, "original": False}
    assert desk.move("window_staff", case, "TAKE_SUPPLEMENT", filled=[1, 2], papers=[paper]) == "UNDER_REVIEW"
    desk.move("window_staff", case, "IDENTIFY", how="ID_CARD")
    how = {"basis": "PROMISE", "aid_form": "FORM_4", "matter": "M31_4", "scope": "一审诉讼代理"}
    desk.move("reviewer", case, "PROPOSE", decision="GRANT", text="符合条件，建议给予。", **how)
    assert desk.move("approver", case, "GRANT", nature="CIVIL", **how) == "GRANTED"
    offered = desk.as_role("assigner").get(f"/aid/cases/{case}/suggestions").json()["items"]
    ours = next(one for one in offered if one["firm_code"] == "31990000MD00000001")
    why = {} if ours["suggested"] else {"override_reason": "受援人信任这位律师。"}
    assert desk.move("assigner", case, "ASSIGN", lawyer=ours["mark"], **why) == "ASSIGNED"
    desk.move("firm", case, "ACCEPT")
    signed = [desk.hand_in("firm", case, "AGREEMENT", number) for number in (2, 4)]
    today = desk.case(case)["received_at"][:10]
    assert desk.move("firm", case, "ENGAGE", files=signed, signed_on=today) == "ENGAGED"
    desk.move("firm", case, "REPORT", text="已立案，开庭一次。")
    judgment = desk.hand_in("firm", case, "JUDGMENT", 3)
    closing = {"outcome": "WON", "text": "法院支持全部请求。", "recovered_fen": 7_200_000}
    assert desk.move("firm", case, "CLOSE", files=[judgment], **closing) == "CLOSED"
    desk.move("archivist", case, "CALL_BACK", how="PHONE", answer="满意。", grade=5)
    assert desk.move("archivist", case, "ARCHIVE", box="2026-援-001", years=10, pay_fen=150_000) == "ARCHIVED"


def what_the_applicant_sees(desk: Desk, code: str) -> dict[str, Any]:
    with httpx2.Client(base_url=f"{desk.url}/api/v1/public/aid", timeout=20.0, trust_env=False) as page:
        answer = page.post("/my/session", json={"code": code})
        assert answer.status_code == 201, answer.text
        found = page.get("/my", headers={"Authorization": f"Bearer {answer.json()['token']}"})
    assert found.status_code == 200, found.text
    assert NUMBER not in found.text
    assert NAME not in found.text
    told: dict[str, Any] = found.json()
    return told


def leaks(folder: Path) -> list[str]:
    """Files of all programs, logs and stores among them, in which something of the elder stands in clear."""
    secret = [text.encode() for text in (NAME, NUMBER, PHONE, FACTS)]
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 10
    return [str(file.relative_to(folder)) for file in files if any(one in file.read_bytes() for one in secret)]


def signature() -> str:
    out = io.BytesIO()
    Image.new("1", (60, 30), 1).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def _of_word(raw: bytes) -> str:
    document = Document(io.BytesIO(raw))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(part.text for part in document.paragraphs), *cells])


def _of_pdf(raw: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)
