"""Documents of legal aid: centres, series of numbers, templates, documents that nobody can change, deliveries."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_FIXED: Final = (
    "id", "case", "unit", "form", "serial", "number", "title", "template", "made_ms", "made_by", "docx_sha256",
    "pdf_sha256", "docx", "pdf",
)  # fmt: skip
_STAYS: Final = "a document stays as it was issued"


def upgrade() -> None:
    _centres()
    _documents()
    op.create_table(
        "aid_delivery",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("document", sa.String(16), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("receiver", sa.LargeBinary, nullable=False),
        sa.Column("proof", sa.String(16)),
        sa.Column("noted_by", sa.String(40), nullable=False),
        sa.Column("note_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("aid_delivery_by_document", "aid_delivery", ["document"])
    _documents_stay()


def _documents() -> None:
    op.create_table(
        "aid_document",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("case", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("serial", sa.Integer),
        sa.Column("number", sa.String(120), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("template", sa.Integer, nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("docx_sha256", sa.String(64), nullable=False),
        sa.Column("pdf_sha256", sa.String(64), nullable=False),
        sa.Column("docx", sa.LargeBinary, nullable=False),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
        sa.Column("voided_ms", sa.BigInteger),
        sa.Column("voided_by", sa.String(40)),
        sa.Column("void_reason", sa.LargeBinary),
    )
    op.create_index("aid_document_by_case", "aid_document", ["case"])
    op.create_index("aid_document_by_number", "aid_document", ["number"])


def _centres() -> None:
    lengths = {"short_name": 20, "name_zh": 80, "address": 120, "phone": 40, "bureau": 80}
    lengths |= {"bureau_address": 120, "bureau_phone": 40, "seal": 80}
    op.create_table(
        "aid_centre",
        sa.Column("unit", sa.String(40), primary_key=True),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in lengths.items()),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "aid_series",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("series", sa.String(20), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "aid_template",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("form", sa.String(8), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("docx", sa.LargeBinary),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )


def _documents_stay() -> None:
    """Only the three columns that void a document may change, and only once; how long it is kept is another matter."""
    if op.get_bind().dialect.name == "postgresql":
        differs = " OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in _FIXED)
        op.execute(
            "CREATE FUNCTION aid_document_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF OLD.voided_ms IS NOT NULL OR {differs} THEN RAISE EXCEPTION '{_STAYS}'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER aid_document_stays BEFORE UPDATE ON aid_document"
            " FOR EACH ROW EXECUTE FUNCTION aid_document_stays()"
        )
        return
    differs = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in _FIXED)
    op.execute(
        f"CREATE TRIGGER aid_document_stays BEFORE UPDATE ON aid_document WHEN OLD.voided_ms IS NOT NULL OR {differs}"
        f" BEGIN SELECT RAISE(ABORT, '{_STAYS}'); END"
    )
