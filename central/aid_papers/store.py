"""Statements over the documents and their deliveries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, exists, insert, select, update

from central import schema
from central.aid_papers.tables import aid_delivery, aid_document

_LISTED = [column for column in aid_document.c if column.name not in ("docx", "pdf")]


def add_document(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(aid_document).values(**facts))


def document(connection: Connection, document_id: str) -> RowMapping | None:
    """One document without what it says."""
    table = aid_document
    return connection.execute(select(*_LISTED).where(table.c.id == document_id)).mappings().one_or_none()


def sealed_paper(connection: Connection, document_id: str, kind: str) -> Any:
    """What it says, sealed, as ``docx`` or ``pdf``."""
    table = aid_document
    return connection.execute(select(table.c[kind]).where(table.c.id == document_id)).scalar_one_or_none()


def documents(connection: Connection, case: str) -> list[RowMapping]:
    """All documents of a case, the oldest first, voided ones too."""
    table = aid_document
    statement = select(*_LISTED).where(table.c.case == case).order_by(table.c.made_ms, table.c.id)
    return list(connection.execute(statement).mappings())


def documents_of_record(connection: Connection, matter: str) -> list[RowMapping]:
    """All documents of a short record, the oldest first, voided ones too."""
    table = aid_document
    statement = select(*_LISTED).where(table.c.matter == matter).order_by(table.c.made_ms, table.c.id)
    return list(connection.execute(statement).mappings())


def documents_of_units(connection: Connection, path: str, form: str, limit: int) -> list[RowMapping]:
    """Those of units at or below a path that are of no case and no record, the newest first."""
    table, unit = aid_document, schema.unit
    below = select(unit.c.id).where(unit.c.path.startswith(path))
    own = (table.c.case == "", table.c.matter.is_(None), table.c.form == form, table.c.unit.in_(below))
    statement = select(*_LISTED).where(*own).order_by(table.c.made_ms.desc(), table.c.id).limit(limit)
    return list(connection.execute(statement).mappings())


def void(connection: Connection, document_id: str, **facts: Any) -> None:
    """Only a document that is not voided yet."""
    table = aid_document
    wanted = update(table).where(table.c.id == document_id, table.c.voided_ms.is_(None))
    connection.execute(wanted.values(**facts))


def add_delivery(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(aid_delivery).values(**facts))


def deliveries(connection: Connection, documents: list[str]) -> list[RowMapping]:
    """All notes, those that were taken back too."""
    table = aid_delivery
    statement = select(table).where(table.c.document.in_(documents)).order_by(table.c.note_ms, table.c.id)
    return list(connection.execute(statement).mappings())


def void_delivery(connection: Connection, delivery_id: str, **facts: Any) -> None:
    connection.execute(update(aid_delivery).where(aid_delivery.c.id == delivery_id).values(**facts))


def undelivered(connection: Connection, path: str, forms: list[str], limit: int) -> list[RowMapping]:
    """Documents of these forms at or below a path that nobody has delivered yet, the oldest first."""
    table, unit = aid_document, schema.unit
    delivered = exists().where(aid_delivery.c.document == table.c.id, aid_delivery.c.voided_ms.is_(None))
    statement = (
        select(*_LISTED)
        .where(
            table.c.form.in_(forms), table.c.voided_ms.is_(None), ~delivered,
            table.c.unit.in_(select(unit.c.id).where(unit.c.path.startswith(path))),
        )
        .order_by(table.c.made_ms, table.c.id)
        .limit(limit)
    )  # fmt: skip
    return list(connection.execute(statement).mappings())
