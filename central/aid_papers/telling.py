"""Documents, forms and templates as the API tells of them; files only ever as attachments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import Request, Response
from sqlalchemy import Connection, RowMapping
from starlette.requests import ClientDisconnect

from central.aid_files.telling import HEADERS
from central.aid_papers.checking import MOST_BYTES
from central.aid_papers.forms import Form, form_table
from central.aid_papers.issuing import receiver_of, void_reason
from central.aid_papers.pdf import named
from central.failures import Malformed, TooLarge
from central.keeping.sealed_columns import Vault
from hall_config.wording import rfc3339, say

_HEARD_OUT_BYTES: Final = 64 * 1024 * 1024
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TYPES: Final = {"docx": _DOCX, "pdf": "application/pdf"}
_FILE: Final = {"schema": {"type": "string", "format": "binary"}}
BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "the Word file itself (docx); at most 1 MiB",
        "content": {"application/octet-stream": _FILE, _DOCX: _FILE},
    }
}
GIVEN: Final[dict[int | str, dict[str, Any]]] = {200: {"content": dict.fromkeys(_TYPES.values(), _FILE)}}


def handed_out(content: bytes, kind: str, name: str, lacks: str = "") -> Response:
    """An attachment; ``name`` is of our own making, never a person's words.

    ``lacks``: characters that its PDF cannot show here, told by their numbers, so that the Word file is printed.
    """
    place = f'attachment; filename="{name}.{kind}"'
    told = {"Paper-Lacks": named(lacks, " ")} if lacks else {}
    return Response(content, media_type=_TYPES[kind], headers={**HEADERS, "Content-Disposition": place, **told})


async def file_of(request: Request) -> bytes:
    """The body as it comes; a larger one is heard out, so that whoever sends it hears why."""
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= MOST_BYTES:
                chunks.append(chunk)
            elif size > _HEARD_OUT_BYTES:
                break
    except ClientDisconnect:
        raise Malformed("MALFORMED") from None
    if size > MOST_BYTES:
        raise TooLarge("AID_TEMPLATE_TOO_LARGE")
    return b"".join(chunks)


def form(one: Form) -> dict[str, Any]:
    """One form with what it says; ``note``: what is still to be compared with the official annex."""
    table = form_table()
    fields = [
        {
            "name": name, "zh": table.fields[name].zh, "en": table.fields[name].en,
            "kind": table.fields[name].kind.value, "columns": list(table.fields[name].columns),
            "needed": name in one.needs,
        }
        for name in one.fields
    ]  # fmt: skip
    return {
        "code": one.code, "zh": one.zh, "en": one.en, "word": one.word or None, "maker": one.maker.value,
        "move": one.move, "served": one.served, "law_zh": one.law_zh or None, "fields": fields,
    }  # fmt: skip


def source() -> dict[str, Any]:
    """Where the forms are from, and whether they were compared."""
    table = form_table()
    notes = {language: say("central.aid_papers.not_compared", language) for language in ("zh", "en")}
    return {
        "zh": table.source_zh, "en": table.source_en, "compared": table.compared,
        "note_zh": None if table.compared else notes["zh"], "note_en": None if table.compared else notes["en"],
    }  # fmt: skip


def papers(
    connection: Connection, vault: Vault, rows: Sequence[RowMapping], deliveries: Sequence[RowMapping]
) -> list[dict[str, Any]]:
    """Documents with their deliveries; who received one is told masked, the full name is in its file."""
    told = [_paper(connection, vault, row) for row in rows]
    by_id = {one["id"]: one for one in told}
    for delivery in deliveries:
        by_id[delivery["document"]]["deliveries"].append(_delivery(connection, vault, delivery))
    return told


def _paper(connection: Connection, vault: Vault, row: RowMapping) -> dict[str, Any]:
    found = form_table().forms.get(row["form"])
    voided = row["voided_ms"]
    return {
        "id": row["id"], "case": row["case"] or None, "matter": row["matter"], "form": row["form"],
        "title_zh": row["title"],
        "title_en": found.en if found else row["title"], "number": row["number"] or None,
        "served": found.served if found else False, "template": row["template"], "by": row["made_by"],
        "at": rfc3339(row["made_ms"]), "docx_sha256": row["docx_sha256"], "pdf_sha256": row["pdf_sha256"],
        "voided_at": rfc3339(voided) if voided is not None else None,
        "void_reason": void_reason(connection, vault, row), "deliveries": [],
    }  # fmt: skip


def _delivery(connection: Connection, vault: Vault, row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"], "method": row["method"], "at": rfc3339(row["at_ms"]), "proof": row["proof"],
        "receiver": masked(receiver_of(connection, vault, row)), "by": row["noted_by"],
        "voided_at": rfc3339(row["voided_ms"]) if row["voided_ms"] is not None else None,
    }  # fmt: skip


def masked(name: str) -> str:
    """The surname is left, as lists of staff have it."""
    return name[:1] + "*" * max(1, min(len(name) - 1, 3)) if name else ""


def version(row: RowMapping) -> dict[str, Any]:
    return {
        "form": row["form"], "version": row["version"], "shipped": bool(row["shipped"]), "sha256": row["sha256"],
        "by": row["made_by"], "at": rfc3339(row["at_ms"]),
    }  # fmt: skip
