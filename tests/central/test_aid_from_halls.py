"""Sealed applications of halls, taken in by real ingest, become cases: each once, whatever the line does to them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select, update

from central import schema
from central.aid import arrivals, store
from central.aid.from_halls import Arrivals
from central.aid.people import Work, open_application
from central.aid.stages import Move, State, Who
from central.aid.tables import aid_arrival, aid_case, aid_file
from central.aid_files import kept as files
from central.aid_files.clean import clean
from central.aid_files.rules import FileKind
from central.aid_limits import store as limit_store
from central.aid_limits.tables import aid_limit
from central.aid_papers import centre_store, issuing
from central.database import Database
from central.failures import RefusedByRule
from central.ingest.intake import Intake
from central.keeping.sealed_columns import Vault
from hall.intake.codes import Channel
from hall.intake.words import ApplicationSubmitted, PageTaken
from hall.moment import local_day
from hall_config.aid_application import ABOUT, ABOUT_PAGE, Application
from hall_config.sealed_value import open_with, seal
from tests.central.aid_house import UNIT, House, actor, application
from tests.central.aid_pictures import picture
from tests.central.conftest import MASTER
from tests.central.event_log import START_MS, HallLog
from tests.central.taking_in import HALL, announces, evt, take, take_each

ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = local_day(START_MS)
RECEIPT = f"P{HALL}-01K0000000000000000000000A"
CODE = hashlib.sha256(b"0123456789ABCDEF").hexdigest()
CENTRE = {
    "short_name": "沪长", "name_zh": "长宁区法律援助中心", "address": "示例路9号", "phone": "021-00000000",
    "bureau": "长宁区司法局", "bureau_address": "示例路10号", "bureau_phone": "021-00000001", "seal": "",
}  # fmt: skip


@dataclass
class Line:
    """A hall with a journal, its centre, and central's job; the private key is central's."""

    database: Database
    log: HallLog = field(default_factory=HallLog)
    key: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    intake: Intake = field(default_factory=Intake)
    vault: Vault = field(default_factory=lambda: Vault(MASTER))
    now_ms: int = START_MS + 3_600_000

    def ready(self, *, centre: bool = True) -> Line:
        with self.database.write() as connection:
            House(connection, self.vault, START_MS - 86_400_000).furnish()
            if not centre:
                connection.execute(schema.tables.tables["aid_centre"].delete())
        take(self.database, self.intake, announces(self.log.epoch))
        with self.database.write() as connection:
            connection.execute(update(schema.hall).where(schema.hall.c.id == HALL).values(unit=UNIT))
        return self

    def sealed(self, about: str, text: str, key: X25519PrivateKey | None = None) -> str:
        return seal((key or self.key).public_key(), HALL, about, text)

    def submitted(self, receipt: str = RECEIPT, text: str | None = None, **facts: Any) -> ApplicationSubmitted:
        filled = text if text is not None else Application.model_validate(application(), strict=False).model_dump_json()
        said = {"channel": Channel.KIOSK, "window": None, "staff": None, "pages": 0, "code_hash": CODE} | facts
        sealed = said.pop("sealed", None) or self.sealed(ABOUT, filled)
        return ApplicationSubmitted(day=DAY, number="B001", receipt=receipt, sealed=sealed, **said)

    def page(self, page: int = 1, order: int = 0, parts: int = 3, receipt: str = RECEIPT) -> list[PageTaken]:
        raw = picture(order)
        size = -(-len(raw) // parts)
        texts = [base64.b64encode(raw[at : at + size]).decode() for at in range(0, len(raw), size)]
        return [
            PageTaken(receipt, page, 2, part, parts, self.sealed(f"{ABOUT_PAGE}/{receipt}/{page}/{part}", text))
            for part, text in enumerate(texts, 1)
        ]

    def came(self, *events: Any) -> None:
        """The hall writes these down and sends them."""
        first = len(self.log.envelopes)
        self.log.add(*events)
        take(self.database, self.intake, evt(self.log.batch(self.log.envelopes[first:])))

    def look(self) -> int:
        def opened(sealed: str, hall: str, about: str) -> str:
            return open_with(self.key, hall, about, sealed)

        return Arrivals(self.database, self.vault, opened).look(self.now_ms)

    def cases(self) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(select(aid_case).order_by(aid_case.c.made_ms)).mappings())

    def the_case(self) -> Any:
        (row,) = self.cases()
        return row

    def aside(self) -> list[tuple[str, int, str]]:
        with self.database.read() as connection:
            return [(row["receipt"], row["page"], row["problem"]) for row in arrivals.aside(connection)]

    def kept(self) -> list[bytes]:
        with self.database.read() as connection:
            found = connection.execute(select(aid_file.c.id).order_by(aid_file.c.id)).scalars().all()
            return [files.open_file(connection, self.vault, one).content for one in found]


def test_an_application_of_a_kiosk_is_a_case_received_when_the_hall_took_it(database: Database) -> None:
    line = Line(database).ready()
    line.came(line.submitted())
    assert line.look() == 1
    row = line.the_case()
    facts = ("receipt", "state", "unit", "hall", "ticket", "channel", "identified", "code_hash", "received_ms")
    assert [row[name] for name in facts] == [
        RECEIPT, "SUBMITTED", UNIT, HALL, f"{DAY} B001", "KIOSK", False, CODE, line.log.at_ms,
    ]  # fmt: skip
    assert row["number"] == f"（沪长）援申字〔{DAY[:4]}〕第0001号"
    with database.read() as connection:
        work = Work(connection, line.vault, line.now_ms)
        assert open_application(work, row["id"], row["sealed"]).applicant.name == "示例婆婆"
        assert [one["form"] for one in issuing.papers_of(connection, row["id"])] == ["F05"]
        (clock,) = limit_store.of_case(connection, row["id"])
        assert (clock["rule_id"], clock["started_ms"]) == ("LA_DECIDE", line.log.at_ms)
        (step,) = store.steps(connection, row["id"])
        assert (step["actor"], step["capacity"], step["source"]) == ("applicant", "APPLICANT", f"hall {HALL}")
        left = connection.execute(select(aid_arrival)).mappings().one()
        assert (left["taken"], left["sealed"]) == (True, "")


@ONE_ENGINE
def test_a_window_that_saw_the_card_says_who_it_was(database: Database) -> None:
    line = Line(database).ready()
    line.came(line.submitted(channel=Channel.WINDOW, window=3, staff="staff-3"))
    line.look()
    row = line.the_case()
    assert (row["identified"], row["channel"]) == (True, "WINDOW")
    with database.read() as connection:
        (step,) = store.steps(connection, row["id"])
    assert (step["actor"], step["capacity"]) == ("staff-3", "DESK")


@ONE_ENGINE
def test_what_is_repeated_reordered_or_late_makes_one_case_and_each_page_once(database: Database) -> None:
    line = Line(database).ready()
    line.log.add(line.submitted(), *line.page(1, 1), *line.page(2, 2))
    batches = line.log.batches(1)
    assert len(batches) == 7
    take_each(database, line.intake, [batches[6], batches[4]])  # the last first: it waits for what lies before it
    assert line.look() == 0
    take_each(database, line.intake, [batches[2], batches[1]])
    assert line.look() == 0  # pages do not come before their application
    take_each(database, line.intake, batches[:4] + batches)
    assert line.look() == 3
    take_each(database, line.intake, batches + batches)
    assert line.look() == 0
    assert len(line.cases()) == 1
    assert len(line.kept()) == 2
    again = HallLog("0199a000-0000-7000-8000-000000000002")  # the journal was lost: the same is said in a new one
    again.add(line.submitted(), *line.page(1, 1))
    take_each(database, line.intake, again.batches())
    line.look()
    assert len(line.cases()) == 1
    assert len(line.kept()) == 2


@ONE_ENGINE
def test_a_page_that_begins_anew_is_the_page_and_a_part_that_is_missing_is_awaited(database: Database) -> None:
    line = Line(database).ready()
    spoilt, fresh = line.page(1, 1), line.page(1, 2)
    line.came(line.submitted(), *spoilt[:2])
    assert line.look() == 1
    assert line.kept() == []
    line.came(*fresh[:1])
    assert line.look() == 0
    line.came(*fresh[1:])
    assert line.look() == 1
    assert line.kept() == [clean(picture(2), FileKind.PAPER).content]


@ONE_ENGINE
def test_a_hall_speaks_for_its_own_receipts_and_says_nothing_that_no_row_can_hold(database: Database) -> None:
    line = Line(database).ready()
    foreign = "Pother-hall-01K0000000000000000000000A"
    line.came(
        line.submitted(receipt=foreign), *line.page(receipt=foreign), line.submitted(receipt=RECEIPT + "A" * 80),
        line.submitted(staff="员" * 3000), line.submitted(code_hash="f" * 500),
        PageTaken(RECEIPT, 2**40, 1, 1, 1, "x"), PageTaken(RECEIPT, 1, 1, -1, 1, "x"),
        PageTaken(RECEIPT, 0, 1, 1, 1, "x"),
    )  # fmt: skip
    assert line.look() == 0
    assert line.cases() == []
    with database.read() as connection:
        assert connection.execute(select(aid_arrival)).all() == []
    line.came(line.submitted())  # and nothing of that stands in its own way
    assert line.look() == 1


@ONE_ENGINE
def test_what_cannot_be_opened_is_set_aside_stays_and_holds_up_nothing_behind_it(database: Database) -> None:
    line = Line(database).ready()
    stranger = X25519PrivateKey.generate()
    other_key = line.sealed(ABOUT, "{}", stranger)
    wrong = [
        {"sealed": other_key}, {"sealed": "lhs1.x"}, {"sealed": line.sealed("aid.page", "{}")}, {"text": "{}"},
        {"text": "\ud800"}, {"text": "[" * 5000}, {"text": '{"consent": NaN}'},
    ]  # fmt: skip
    receipts = [f"{RECEIPT[:-1]}{number}" for number in range(len(wrong))]
    line.came(*(line.submitted(receipt=one, **said) for one, said in zip(receipts, wrong, strict=True)))
    line.came(line.submitted())
    bad = PageTaken(RECEIPT, 1, 2, 1, 1, line.sealed(f"{ABOUT_PAGE}/{RECEIPT}/1/1", "不是"))
    no_picture = PageTaken(RECEIPT, 2, 2, 1, 1, line.sealed(f"{ABOUT_PAGE}/{RECEIPT}/2/1", "aGVsbG8="))
    line.came(bad, no_picture, *line.page(3))
    line.look()
    assert len(line.cases()) == 1
    assert len(line.kept()) == 1
    assert sorted(one[:2] for one in line.aside()) == sorted(
        [(one, 0) for one in receipts] + [(RECEIPT, 1), (RECEIPT, 2)]
    )
    assert line.look() == 0
    with database.read() as connection:
        kept = select(aid_arrival.c.sealed).where(aid_arrival.c.receipt == receipts[0])
        assert connection.execute(kept).scalar_one() == other_key


@ONE_ENGINE
def test_an_application_is_kept_whatever_it_lacks(database: Database) -> None:
    line = Line(database).ready()
    bare = {"consent": True, "applicant": {"name": "示", "id_kind": "NONE"}, "matter": "M24", "nature": "CRIMINAL"}
    full = application(
        facts="甲" * 2000, groups=["MIGRANT_WORKER", "DISABLED", "ELDER", "WOMAN", "MILITARY", "VETERAN", "MINOR"],
        papers=[{"name": "纸" * 30, "copies": 99}] * 20, opposing=[{"name": "对" * 60}] * 3, organ="法" * 100,
    )  # fmt: skip
    for number, given in enumerate((bare, full)):
        text = Application.model_validate(given, strict=False).model_dump_json()
        line.came(line.submitted(receipt=f"{RECEIPT[:-1]}{number}", text=text, code_hash=""))
    assert line.look() == 2
    assert line.aside() == []
    assert [row["number"][-5:-1] for row in line.cases()] == ["0001", "0002"]


@ONE_ENGINE
def test_a_code_that_another_case_has_is_nobodys(database: Database) -> None:
    line = Line(database).ready()
    line.came(line.submitted(), line.submitted(receipt=RECEIPT[:-1] + "B"))
    line.look()
    assert sorted(row["code_hash"] or "" for row in line.cases()) == ["", CODE]


def test_a_case_that_came_before_its_centre_gets_number_and_receipt_when_the_centre_is_set_up(
    database: Database,
) -> None:
    line = Line(database).ready(centre=False)
    line.came(line.submitted())
    assert line.look() == 1
    assert (line.the_case()["number"], line.the_case()["state"]) == (None, "SUBMITTED")
    assert line.look() == 0
    with database.write() as connection:  # no move that makes a document goes on without one
        house = House(connection, line.vault, line.now_ms)
        case = line.the_case()["id"]
        assert house.move(case, Move.BEGIN_REVIEW, actor(Who.REVIEWER)) is State.UNDER_REVIEW
        trial = connection.begin_nested()
        with pytest.raises(RefusedByRule, match="AID_CENTRE_NOT_SET"):
            house.move(case, Move.ASK_SUPPLEMENT, actor(Who.REVIEWER), {"gaps": [{"kind": "FACTS"}]})
        trial.rollback()
    with database.write() as connection:
        centre_store.put_centre(connection, "city", line.now_ms, **CENTRE)  # above: the city takes it
    line.look()
    line.look()
    row = line.the_case()
    assert (row["unit"], row["number"]) == ("city", f"（沪长）援申字〔{DAY[:4]}〕第0001号")
    with database.read() as connection:
        assert [one["form"] for one in issuing.papers_of(connection, row["id"])] == ["F05"]
        assert set(connection.execute(select(aid_limit.c.unit)).scalars()) == {"city"}
        assert open_application(Work(connection, line.vault, line.now_ms), row["id"], row["sealed"]).facts


@ONE_ENGINE
def test_a_power_cut_in_the_middle_leaves_nothing_and_then_it_is_done_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(database).ready()
    line.came(line.submitted(), *line.page())

    def cut(*_: Any) -> None:
        raise KeyboardInterrupt  # nothing is done after it, as when the power goes

    with monkeypatch.context() as patched:
        patched.setattr(arrivals, "taken", cut)
        with pytest.raises(KeyboardInterrupt):
            line.look()
    assert line.cases() == []
    assert line.look() == 2
    assert line.the_case()["number"].endswith("第0001号")
    assert len(line.kept()) == 1
