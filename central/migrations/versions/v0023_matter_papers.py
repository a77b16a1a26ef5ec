"""Documents of short records, and with which step somebody came into a record."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_FIXED: Final = (
    "id", "case", "matter", "unit", "form", "serial", "number", "title", "template", "made_ms", "made_by",
    "docx_sha256", "pdf_sha256", "docx", "pdf",
)  # fmt: skip
_STAYS: Final = "a document stays as it was issued"


def upgrade() -> None:
    op.add_column("matter_party", sa.Column("step", sa.Integer))
    op.add_column("aid_document", sa.Column("matter", sa.String(16)))
    op.create_index("aid_document_by_matter", "aid_document", ["matter"])
    op.create_index("aid_document_of_unit", "aid_document", ["unit", "form", "made_ms"])
    _documents_stay()


def _documents_stay() -> None:
    """As before: only what voids a document may change, and only once; which record it is of does not either."""
    if op.get_bind().dialect.name == "postgresql":
        differs = " OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in _FIXED)
        op.execute(
            "CREATE OR REPLACE FUNCTION aid_document_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF OLD.voided_ms IS NOT NULL OR {differs} THEN RAISE EXCEPTION '{_STAYS}'; END IF; RETURN NEW; END $$"
        )
        return
    differs = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in _FIXED)
    op.execute("DROP TRIGGER aid_document_stays")
    op.execute(
        f"CREATE TRIGGER aid_document_stays BEFORE UPDATE ON aid_document WHEN OLD.voided_ms IS NOT NULL OR {differs}"
        f" BEGIN SELECT RAISE(ABORT, '{_STAYS}'); END"
    )
