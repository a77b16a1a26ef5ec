"""Centres and their series of numbers, templates of units, the documents that were issued, and how each was delivered.

A document is never changed and never deleted: a wrong one is voided, and another takes its place under a new number.
What it says stands sealed, in both forms, for the unit of its case; so do who received it and why it was voided.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from central.keeping.sealed_columns import SealedColumn
from central.schema import tables

aid_centre = Table(
    "aid_centre",
    tables,
    Column("unit", String(40), primary_key=True),
    Column("short_name", String(20), nullable=False),
    Column("name_zh", String(80), nullable=False),
    Column("address", String(120), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("bureau", String(80), nullable=False),
    Column("bureau_address", String(120), nullable=False),
    Column("bureau_phone", String(40), nullable=False),
    Column("seal", String(80), nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

aid_series = Table(
    "aid_series",
    tables,
    Column("unit", String(40), primary_key=True),
    Column("series", String(20), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

# The newest version is the one in use; one without a file says that the shipped template is used again.
aid_template = Table(
    "aid_template",
    tables,
    Column("unit", String(40), primary_key=True),
    Column("form", String(8), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("docx", LargeBinary),
    Column("sha256", String(64), nullable=False),
    Column("made_by", String(40), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

aid_document = Table(
    "aid_document",
    tables,
    Column("id", String(16), primary_key=True),
    Column("case", String(16), nullable=False),  # empty: it is of a short record, or a ledger of a unit
    Column("matter", String(16)),
    Column("unit", String(40), nullable=False),  # of what it is about: whose data key seals it
    Column("form", String(8), nullable=False),
    Column("serial", Integer),  # none: it bears the number of its application
    Column("number", String(120), nullable=False),
    Column("title", String(80), nullable=False),
    Column("template", Integer, nullable=False),  # its unit's version, 0 for the shipped one
    Column("made_ms", BigInteger, nullable=False),
    Column("made_by", String(40), nullable=False),
    Column("docx_sha256", String(64), nullable=False),
    Column("pdf_sha256", String(64), nullable=False),
    Column("docx", SealedColumn, nullable=False),
    Column("pdf", SealedColumn, nullable=False),
    Column("voided_ms", BigInteger),
    Column("voided_by", String(40)),
    Column("void_reason", SealedColumn),
    Index("aid_document_by_case", "case"),
    Index("aid_document_by_matter", "matter"),
    Index("aid_document_of_unit", "unit", "form", "made_ms"),
    Index("aid_document_by_number", "number"),
)

aid_delivery = Table(
    "aid_delivery",
    tables,
    Column("id", String(16), primary_key=True),
    Column("document", String(16), nullable=False),
    Column("method", String(16), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("receiver", SealedColumn, nullable=False),
    Column("proof", String(16)),  # the file that proves it
    Column("noted_by", String(40), nullable=False),
    Column("note_ms", BigInteger, nullable=False),
    Column("voided_ms", BigInteger),  # it was noted wrongly
    Column("voided_by", String(40)),
    Column("void_reason", SealedColumn),
    Index("aid_delivery_by_document", "document"),
)
