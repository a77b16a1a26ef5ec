"""Documents are numbered without a gap, kept sealed as they were issued, voided and delivered; on both engines."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import Connection, create_engine, delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from central import schema
from central.aid_papers import centre_store, issuing, numbers
from central.aid_papers.centres import every_centre, nearest_centre
from central.aid_papers.fields import FieldMissing, fields_of
from central.aid_papers.forms import form_table
from central.aid_papers.issuing import Delivery
from central.aid_papers.rules import Method
from central.aid_papers.tables import aid_centre, aid_delivery, aid_document
from central.aid_papers.templates import bring_in, go_back, shipped, template_for
from central.database import Database
from central.failures import NotFound, RefusedByRule, WrongField
from central.keeping.sealed_columns import CannotOpen, Vault
from tests.central.aid_paper_samples import CENTRE, NAME, NOW_MS, facts
from tests.central.conftest import MASTER

UNIT, CASE = "puqu", "00000000000000a1"
VAULT = Vault(MASTER)
MINUTE_MS = 60_000


def furnish(connection: Connection, unit: str = UNIT, short_name: str = "沪浦") -> None:
    row = {"id": unit, "parent": "city", "level": "district", "path": f"city/{unit}/", "name_zh": "区", "name_en": "D"}
    connection.execute(insert(schema.unit), {**row, "made_ms": 0, "closed_ms": None})
    said = {name: getattr(CENTRE, name) for name in ("address", "phone", "bureau", "bureau_address", "bureau_phone")}
    centre_store.put_centre(connection, unit, 1, short_name=short_name, name_zh=CENTRE.name, seal="", **said)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as opened:
        furnish(opened)
        yield opened


def issue(connection: Connection, form: str = "F09", now_ms: int = NOW_MS, case: str = CASE) -> issuing.Issued:
    return issuing.issue(connection, VAULT, case, UNIT, form, fields_of(form, facts()), "amy", now_ms)


def test_a_number_is_worded_as_the_form_has_it() -> None:
    assert numbers.worded("沪浦", "援申", 2026, 1) == "（沪浦）援申字〔2026〕第0001号"
    assert numbers.worded("沪浦", "援给", 2026, 12_345) == "（沪浦）援给字〔2026〕第12345号"


def test_each_series_of_each_unit_and_year_counts_by_itself(connection: Connection) -> None:
    furnish(connection, "other", "沪他")
    assert [numbers.take(connection, UNIT, "援给", 2026) for _ in range(3)] == [1, 2, 3]
    assert numbers.take(connection, UNIT, "援不", 2026) == 1
    assert numbers.take(connection, UNIT, "援给", 2027) == 1
    assert numbers.take(connection, "other", "援给", 2026) == 1
    assert numbers.application_number(connection, UNIT, NOW_MS) == "（沪浦）援申字〔2026〕第0001号"


def test_the_year_of_a_number_is_the_one_in_china() -> None:
    before_midnight = 1_798_732_799_000  # 2026-12-31 23:59:59 in China
    assert (numbers.year_of(before_midnight), numbers.year_of(before_midnight + 1000)) == (2026, 2027)


def test_nothing_is_numbered_before_the_centre_is_named(database: Database) -> None:
    with database.write() as connection, pytest.raises(RefusedByRule, match="AID_CENTRE_NOT_SET"):
        numbers.take(connection, "nowhere", "援给", 2026)


def test_a_number_goes_back_with_the_transaction_that_took_it(database: Database) -> None:
    with database.write() as connection:
        furnish(connection)
        numbers.take(connection, UNIT, "援给", 2026)

    def fail() -> None:
        with database.write() as connection:
            assert numbers.take(connection, UNIT, "援给", 2026) == 2
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        fail()
    with database.write() as connection:
        assert numbers.take(connection, UNIT, "援给", 2026) == 2


def test_twenty_who_write_at_once_take_every_number_once_and_leave_no_gap(database: Database) -> None:
    if database.url.get_backend_name() != "postgresql":
        pytest.skip("on SQLite there is one writer")
    with database.write() as connection:
        furnish(connection)
    engine = create_engine(database.url, pool_size=20)
    together, taken, undone = threading.Barrier(20), [], []

    def work(mine: int) -> None:
        together.wait()
        for turn in range(5):
            with engine.connect() as connection, connection.begin() as transaction:
                number = numbers.take(connection, UNIT, "援申", 2026)
                if (mine + turn) % 3 == 0:
                    transaction.rollback()
                    undone.append(number)
                else:
                    taken.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    engine.dispose()
    assert len(taken) + len(undone) == 100
    assert undone
    assert sorted(taken) == list(range(1, len(taken) + 1))


def test_a_document_is_kept_sealed_as_it_was_issued(connection: Connection) -> None:
    made = issue(connection)
    assert made.number == "（沪浦）援给字〔2026〕第0001号"
    docx = issuing.open_paper(connection, VAULT, made.id, "docx")
    pdf = issuing.open_paper(connection, VAULT, made.id, "pdf")
    assert docx[:2] == b"PK"
    assert pdf[:5] == b"%PDF-"
    row = issuing.require_paper(connection, made.id)
    assert (row["docx_sha256"], row["pdf_sha256"]) == (sha256(docx).hexdigest(), sha256(pdf).hexdigest())
    assert made.sha256 == row["docx_sha256"]
    stored = connection.execute(select(aid_document)).mappings().one()
    for kind, content in (("docx", docx), ("pdf", pdf)):
        assert base64.b64encode(content) not in stored[kind].record
    assert NAME not in str(dict(stored))
    with pytest.raises(CannotOpen):
        VAULT.open(connection, stored["docx"], f"aid_document/pdf/{made.id}")


def test_a_form_without_a_word_of_its_own_bears_the_applications_number(connection: Connection) -> None:
    made = issue(connection, "F08")
    assert made.number == "（某区）援申字〔2026〕第0001号"
    assert issuing.require_paper(connection, made.id)["serial"] is None


@pytest.mark.parametrize("form", list(form_table().forms))
def test_every_document_can_be_issued(connection: Connection, form: str) -> None:
    made = issue(connection, form)
    assert issuing.require_paper(connection, made.id)["title"] == form_table().forms[form].zh


def test_a_document_that_lacks_something_takes_no_number(connection: Connection) -> None:
    fields = {**fields_of("F10", facts()), "decision_reason": ""}
    with pytest.raises(FieldMissing):
        issuing.issue(connection, VAULT, CASE, UNIT, "F10", fields, "amy", NOW_MS)
    assert issuing.papers_of(connection, CASE) == []
    with pytest.raises(ValueError, match="nonsense"):
        issuing.issue(connection, VAULT, CASE, UNIT, "F10", {**fields, "nonsense": "x"}, "amy", NOW_MS)
    with pytest.raises(NotFound):
        issuing.issue(connection, VAULT, CASE, UNIT, "F99", fields, "amy", NOW_MS)


def test_a_wrong_document_is_voided_once_and_its_number_stays_used(connection: Connection) -> None:
    wrong = issue(connection)
    issuing.void(connection, VAULT, wrong.id, "欧阳的名字写错了", "boss", NOW_MS + 1)
    right = issue(connection, now_ms=NOW_MS + 2)
    assert right.number == "（沪浦）援给字〔2026〕第0002号"
    first, second = issuing.papers_of(connection, CASE)
    assert (first["voided_by"], second["voided_ms"]) == ("boss", None)
    assert issuing.void_reason(connection, VAULT, first) == "欧阳的名字写错了"
    assert "欧阳".encode() not in first["void_reason"].record
    with pytest.raises(RefusedByRule, match="AID_ALREADY_VOID"):
        issuing.void(connection, VAULT, wrong.id, "another reason", "boss", NOW_MS + 3)
    assert issuing.open_paper(connection, VAULT, wrong.id, "pdf")


def test_the_database_itself_changes_no_document(database: Database) -> None:
    with database.write() as connection:
        furnish(connection)
        made = issue(connection)
    table = aid_document
    for change in ({"number": "x"}, {"docx_sha256": "0" * 64}, {"made_by": "eve"}):
        with pytest.raises(DatabaseError, match="stays as it was issued"), database.write() as connection:
            connection.execute(update(table).where(table.c.id == made.id).values(**change))
    with database.write() as connection:
        issuing.void(connection, VAULT, made.id, "reason enough", "boss", NOW_MS)
    with pytest.raises(DatabaseError, match="stays as it was issued"), database.write() as connection:
        connection.execute(update(table).where(table.c.id == made.id).values(voided_ms=None))


def test_a_delivery_is_noted_and_takes_the_document_off_the_list(connection: Connection) -> None:
    first, second = issue(connection), issue(connection, now_ms=NOW_MS + 1)
    issue(connection, "F08")
    assert [row["id"] for row in issuing.undelivered(connection, "city/")] == [first.id, second.id]
    assert issuing.undelivered(connection, "city/elsewhere/") == []
    delivery = Delivery(Method.WINDOW, NOW_MS + MINUTE_MS, NAME)
    issuing.deliver(connection, VAULT, first.id, delivery, "amy", NOW_MS + 2 * MINUTE_MS)
    assert [row["id"] for row in issuing.undelivered(connection, "city/")] == [second.id]
    (row,) = issuing.deliveries_of(connection, [first.id])
    assert issuing.receiver_of(connection, VAULT, row) == NAME
    assert NAME.encode() not in connection.execute(select(aid_delivery.c.receiver)).scalar_one().record
    issuing.void(connection, VAULT, second.id, "reason enough", "boss", NOW_MS + 2)
    assert issuing.undelivered(connection, "city/") == []


@pytest.mark.parametrize(
    ("form", "delivery", "code"),
    [
        ("F08", Delivery(Method.DIRECT, NOW_MS, "x"), "AID_NOT_SERVED"),
        ("F09", Delivery(Method.DIRECT, NOW_MS - MINUTE_MS, "x"), "AID_DELIVERY_TIME"),
        ("F09", Delivery(Method.DIRECT, NOW_MS + 1, "x"), "AID_DELIVERY_TIME"),
        ("F09", Delivery(Method.NOTICE, NOW_MS, "x"), "AID_DELIVERY_PROOF"),
        ("F09", Delivery(Method.REFUSED_LEFT, NOW_MS, "x"), "AID_DELIVERY_PROOF"),
    ],
)
def test_a_delivery_that_cannot_be_is_refused(connection: Connection, form: str, delivery: Delivery, code: str) -> None:
    made = issue(connection, form)
    with pytest.raises((RefusedByRule, WrongField), match=code):
        issuing.deliver(connection, VAULT, made.id, delivery, "amy", NOW_MS)
    issuing.void(connection, VAULT, made.id, "reason enough", "boss", NOW_MS)
    if form == "F09":
        with pytest.raises(RefusedByRule, match="AID_ALREADY_VOID"):
            issuing.deliver(connection, VAULT, made.id, Delivery(Method.DIRECT, NOW_MS, "x"), "amy", NOW_MS)


def test_a_units_own_template_is_used_until_it_goes_back(connection: Connection) -> None:
    assert template_for(connection, UNIT, "F09").version == 0
    own = shipped("F09") + b""
    assert bring_in(connection, UNIT, "F09", own, "amy", NOW_MS) == 1
    assert bring_in(connection, UNIT, "F09", own, "amy", NOW_MS) == 2
    assert template_for(connection, UNIT, "F09").version == 2
    assert template_for(connection, UNIT, "F10").version == 0
    assert issuing.require_paper(connection, issue(connection).id)["template"] == 2
    assert go_back(connection, UNIT, "F09", "amy", NOW_MS) == 3
    assert template_for(connection, UNIT, "F09").version == 0
    with pytest.raises(RefusedByRule, match="AID_TEMPLATE_SHIPPED"):
        go_back(connection, UNIT, "F09", "amy", NOW_MS)
    assert bring_in(connection, UNIT, "F09", own, "amy", NOW_MS) == 4


def test_the_nearest_centre_above_takes_what_a_street_brings(connection: Connection) -> None:
    row = {
        "id": "street",
        "parent": UNIT,
        "level": "street",
        "path": f"city/{UNIT}/street/",
        "name_zh": "街",
        "name_en": "S",
    }
    connection.execute(insert(schema.unit), {**row, "made_ms": 0, "closed_ms": None})
    assert nearest_centre(connection, "street") == UNIT
    assert nearest_centre(connection, UNIT) == UNIT
    assert nearest_centre(connection, "city") is None
    assert nearest_centre(connection, "nowhere") is None
    assert [one["unit"] for one in every_centre(connection)] == [UNIT]
    connection.execute(update(schema.unit).where(schema.unit.c.id == UNIT).values(closed_ms=1))
    assert every_centre(connection) == []


def test_a_document_without_its_centre_is_not_made(database: Database) -> None:
    with database.write() as connection:
        furnish(connection)
        connection.execute(delete(aid_centre))
    with database.write() as connection, pytest.raises(RefusedByRule, match="AID_CENTRE_NOT_SET"):
        issue(connection)


def test_facts_of_a_bureau_seal_with_its_own_name() -> None:
    own = replace(CENTRE, seal="某区法律援助中心专用章")
    assert fields_of("F09", facts(centre=own))["seal"] == "某区法律援助中心专用章"
