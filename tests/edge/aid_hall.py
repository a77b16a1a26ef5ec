"""A hall that takes applications for legal aid, with central's key beside it: what was sealed is read again here."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

from PIL import Image

from central.keeping.sealing_key import SealingKey
from central.line.authority import Authority
from edge.aid_desk import AidDesk, aid_without_devices
from edge.screens import build_app
from edge.sealing import read_sealer
from edge.staff import StaffBook
from hall.intake.words import ApplicationSubmitted, PageTaken
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import Hall

HALL = PLAN.hall
ADULT, MINOR, AGENT = "999999194901011230", "999999201001010016", "999999197205050176"


def png(size: tuple[int, int] = (200, 80)) -> str:
    """A signature, as the pages send it."""
    out = io.BytesIO()
    Image.new("1", size, 1).save(out, format="PNG")
    return base64.b64encode(out.getvalue()).decode()


def form(**changes: Any) -> dict[str, Any]:
    """A complete application; ``name``, ``id_number``, ``phone`` and ``address`` are the applicant's."""
    person = {"name": "测试周敏", "id_number": ADULT, "phone": "13800000000"}
    person |= {key: changes.pop(key) for key in ("name", "id_number", "phone", "address") if key in changes}
    return {
        "consent": True, "matter": "M31_5", "applicant": person, "facts": "三个月没有发工资。", "signature": png(),
        "hardship": {"household": 3, "income": 240_000, "basis": "PROMISE", "promise": True}, "signed_how": "SIGNATURE",
        "papers": [{"name": "劳动合同", "copies": 2}], **changes,
    }  # fmt: skip


class RecordingDoor(PlainDoor):
    """Remembers every event, as a journal does."""

    def __init__(self) -> None:
        super().__init__()
        self.journal: list[Any] = []

    def ask(self, command: Any, key: str | None = None) -> Any:
        answer = super().ask(command, key)
        if not answer.repeated:
            self.journal += answer.events
        return answer

    def submitted(self) -> list[ApplicationSubmitted]:
        return [event for event in self.journal if isinstance(event, ApplicationSubmitted)]

    def pages(self) -> list[PageTaken]:
        return [event for event in self.journal if isinstance(event, PageTaken)]


class AidHall(Hall):
    """The pages over real rules; ``central`` opens what the hall sealed."""

    def __init__(self, folder: Path, staff: StaffBook, *, enrolled: bool = True) -> None:
        self.folder = folder
        (folder / "central").mkdir()
        authority = Authority(folder / "central")
        self.central = SealingKey(authority)
        self.sealer = read_sealer(HALL, self.central.certificate, authority.pem) if enrolled else None
        self.journal = RecordingDoor()
        self.aid = self.desk()
        super().__init__(self.journal, staff, build_app(self.journal, staff, aid=self.aid))

    def desk(self) -> AidDesk:
        return aid_without_devices(self.folder, PLAN, lambda: self.sealer)

    def power_cut(self) -> None:
        """The machine comes back: its disk and journal are there, its memory is not."""
        self.aid = self.desk()
        self.app = build_app(self.journal, self.staff, aid=self.aid)

    def opened(self, event: ApplicationSubmitted) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.central.open(event.sealed, HALL, "aid.application"))
        return found

    def submit(self, window: int | None = None, key: str = "one", **changes: Any) -> Any:
        """At the kiosk, or at a window."""
        body: dict[str, Any] = {"form": form(**changes)}
        headers = {"Idempotency-Key": key}
        if window is None:
            return self.client().post("/api/v1/aid-applications", json=body, headers=headers)
        body |= {"number": "B001", "pages": changes.pop("pages", 0)}
        return self.client(window).post(f"/api/v1/windows/{window}/aid-applications", json=body, headers=headers)
