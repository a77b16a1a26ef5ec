"""Issuing, opening, voiding and delivering documents, in the caller's transaction.

What is issued stays as it was issued: the Word file and the PDF made of it are kept sealed with their hashes. A wrong
document is voided with a reason, and the right one is issued anew under a new number.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal

from sqlalchemy import Connection, RowMapping

from central.aid_limits import clocks
from central.aid_papers import numbers, organ_told, rules, store
from central.aid_papers.fields import FieldMissing
from central.aid_papers.filling import NoPicture, TooLong, Value, fill
from central.aid_papers.forms import Form, form_table
from central.aid_papers.pdf import to_pdf
from central.aid_papers.rules import Method
from central.aid_papers.templates import form_of, template_for
from central.failures import NotFound, Unavailable, WrongField
from central.keeping.sealed_columns import Vault
from hall_config.paper import NoPaper

Format = Literal["docx", "pdf"]
_ID_BYTES: Final = 8
_DECISIONS: Final = ("F10", "F18")  # that the applicant may object to
_OBJECTION: Final = "LA_OBJ_FILE"
_LISTED: Final = 500


@dataclass(frozen=True, slots=True)
class Issued:
    """A document that was issued; ``sha256`` is of its Word file."""

    id: str
    number: str
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """What a document is of: a case, a short record, or with neither a unit itself. ``centre`` numbers it."""

    unit: str  # whose data key seals it
    centre: str
    case: str = ""
    matter: str | None = None
    title: str = ""  # behind the form's own title, where that does not tell two apart; nobody's name


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a document reached somebody. ``receiver`` is sealed; ``proof`` is the id of a file."""

    method: Method
    at_ms: int
    receiver: str
    proof: str | None = None


def issue(
    connection: Connection, vault: Vault, case_id: str, unit: str, form: str, fields: Mapping[str, Value], by: str,
    now_ms: int,
) -> Issued:  # fmt: skip
    """Make a document of a case out of its fields (`fields_of`), under the next number of its series."""
    return issue_about(connection, vault, About(unit, unit, case_id), form, fields, by, now_ms)


def issue_about(
    connection: Connection, vault: Vault, about: About, form: str, fields: Mapping[str, Value], by: str, now_ms: int
) -> Issued:
    """The same of whatever there may be a document of."""
    what, unit = form_of(form), about.unit
    serial, number = _number(connection, what, about.centre, fields, now_ms)
    values = {**fields, "number": number} if "number" in what.fields else dict(fields)
    _check(what, values)
    template = template_for(connection, about.centre, form)
    docx, pdf = _made(template.docx, values, what.zh, number)
    made = secrets.token_hex(_ID_BYTES)
    sealed = {
        kind: vault.seal(connection, unit, base64.b64encode(content).decode(), _about(kind, made), now_ms)
        for kind, content in (("docx", docx), ("pdf", pdf))
    }
    store.add_document(
        connection, id=made, case=about.case, matter=about.matter, unit=unit, form=form, serial=serial, number=number,
        title=f"{what.zh}{about.title}", template=template.version, made_ms=now_ms, made_by=by,
        docx_sha256=sha256(docx).hexdigest(), pdf_sha256=sha256(pdf).hexdigest(), **sealed,
    )  # fmt: skip
    return Issued(made, number, sha256(docx).hexdigest())


def _number(
    connection: Connection, form: Form, unit: str, fields: Mapping[str, Value], now_ms: int
) -> tuple[int | None, str]:
    if not form.word:
        said = fields.get("case_number", "")
        return None, said if isinstance(said, str) else ""
    centre, year = numbers.centre_of(connection, unit), numbers.year_of(now_ms)
    series = rules.series_of(form)
    serial = numbers.take(connection, unit, series, year)
    return serial, numbers.worded(centre.short_name, form.word, year, serial)


def _check(form: Form, values: Mapping[str, Value]) -> None:
    """Raises `FieldMissing`, or `ValueError` for a field that the form does not have."""
    strange = set(values) - set(form.fields)
    if strange:
        raise ValueError(f"{form.code} has no fields {sorted(strange)}")
    for name in form.needs:
        if not values.get(name):
            raise FieldMissing(form, name)


def _made(template: bytes, values: Mapping[str, Value], title: str, number: str) -> tuple[bytes, bytes]:
    fields = form_table().fields
    try:
        docx = fill(template, values, title, number)
        return docx, to_pdf(docx)
    except TooLong as problem:
        raise WrongField("AID_FIELD_TOO_LONG", str(problem)) from None
    except NoPicture:
        raise WrongField("AID_NO_PICTURE", next(iter(set(values) & {"signature"} & set(fields)), None)) from None
    except NoPaper as problem:
        raise Unavailable(problem.code) from None


def _about(kind: str, document: str) -> str:
    return f"aid_document/{kind}/{document}"


def papers_of(connection: Connection, case_id: str) -> list[RowMapping]:
    """The documents of a case as they are listed, the oldest first, voided ones too; nothing of what they say."""
    return store.documents(connection, case_id)


def papers_of_record(connection: Connection, matter: str) -> list[RowMapping]:
    """The same of a short record."""
    return store.documents_of_record(connection, matter)


def papers_of_units(connection: Connection, path: str, form: str, limit: int) -> list[RowMapping]:
    """Documents of units themselves at or below a path, the newest first."""
    return store.documents_of_units(connection, path, form, limit)


def require_paper(connection: Connection, document: str) -> RowMapping:
    row = store.document(connection, document)
    if row is None:
        raise NotFound("NO_SUCH_DOCUMENT")
    return row


def open_paper(connection: Connection, vault: Vault, document: str, kind: Format) -> bytes:
    """The file as it was issued; raises `NotFound`, `CannotOpen`."""
    sealed = store.sealed_paper(connection, document, kind)
    if sealed is None:
        raise NotFound("NO_SUCH_DOCUMENT")
    return base64.b64decode(vault.open(connection, sealed, _about(kind, document)))


def void(connection: Connection, vault: Vault, document: str, reason: str, by: str, now_ms: int) -> None:
    """Say that a document does not hold; its number stays used. Raises `RefusedByRule`."""
    row = require_paper(connection, document)
    rules.check_void(row["voided_ms"])
    sealed = vault.seal(connection, row["unit"], reason, _about("void", document), now_ms)
    store.void(connection, document, voided_ms=now_ms, voided_by=by, void_reason=sealed)
    _settle(connection, row, now_ms)


def void_reason(connection: Connection, vault: Vault, row: RowMapping) -> str | None:
    sealed = row["void_reason"]
    return None if sealed is None else vault.open(connection, sealed, _about("void", row["id"]))


def deliver(
    connection: Connection, vault: Vault, document: str, delivery: Delivery, by: str, now_ms: int
) -> str:  # fmt: skip
    """Note how a document was delivered (F22); the note's id. Raises `RefusedByRule`, `WrongField`."""
    row = require_paper(connection, document)
    rules.check_delivery(form_of(row["form"]), row["voided_ms"], row["made_ms"], delivery.at_ms, now_ms)
    rules.check_proof(delivery.method, delivery.proof)
    if row["form"] in _DECISIONS and not deliveries_of(connection, [document]):
        _objections_from(connection, row["case"], delivery.at_ms, now_ms)
    made = secrets.token_hex(_ID_BYTES)
    receiver = vault.seal(connection, row["unit"], delivery.receiver, f"aid_delivery/receiver/{made}", now_ms)
    store.add_delivery(
        connection, id=made, document=document, method=delivery.method.value, at_ms=delivery.at_ms, receiver=receiver,
        proof=delivery.proof, noted_by=by, note_ms=now_ms,
    )  # fmt: skip
    _settle(connection, row, now_ms)
    return made


def take_back_delivery(
    connection: Connection, vault: Vault, document: str, delivery: str, reason: str, by: str, now_ms: int
) -> None:
    """Say that a delivery was noted wrongly; the note stays, and what followed from it does not. Raises `ApiError`."""
    row = require_paper(connection, document)
    found = next((one for one in store.deliveries(connection, [document]) if one["id"] == delivery), None)
    if found is None:
        raise NotFound("NO_SUCH_DELIVERY")
    rules.check_take_back(row["voided_ms"], found)
    sealed = vault.seal(connection, row["unit"], reason, f"aid_delivery/void/{delivery}", now_ms)
    store.void_delivery(connection, delivery, voided_ms=now_ms, voided_by=by, void_reason=sealed)
    if row["form"] in _DECISIONS:
        left = [one["at_ms"] for one in deliveries_of(connection, [document])]
        _objections_from(connection, row["case"], left[0] if left else row["made_ms"], now_ms)
    _settle(connection, row, now_ms)


def _settle(connection: Connection, row: RowMapping, now_ms: int) -> None:
    if row["form"] == organ_told.LETTER:
        organ_told.settle(connection, row["case"], now_ms)


def _objections_from(connection: Connection, case: str, received_ms: int, now_ms: int) -> None:
    """The time to object counts from when the decision was received (程序规定 22), if nobody objected before."""
    if clocks.cancel(connection, case, _OBJECTION, now_ms):
        clocks.begin(connection, case, _OBJECTION, received_ms, now_ms)


def deliveries_of(connection: Connection, documents: list[str]) -> list[RowMapping]:
    """Those that hold."""
    return [one for one in store.deliveries(connection, documents) if one["voided_ms"] is None]


def every_delivery_of(connection: Connection, documents: list[str]) -> list[RowMapping]:
    """Those that were taken back, too."""
    return store.deliveries(connection, documents)


def receiver_of(connection: Connection, vault: Vault, row: Any) -> str:
    """Who received it: personal data, whoever shows it discloses it first."""
    return vault.open(connection, row["receiver"], f"aid_delivery/receiver/{row['id']}")


def undelivered(connection: Connection, path: str, limit: int = _LISTED) -> list[RowMapping]:
    """Documents at or below a path that must be delivered and were not, the oldest first."""
    served = [form.code for form in form_table().forms.values() if form.served]
    return store.undelivered(connection, path, served, limit)
