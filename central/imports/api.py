"""``/api/v1/imports/…``: lists in, first dry, then whole or not at all; files to fill; lists out.

The body of an import is the file itself. Each kind of list asks for the act of whoever may do the same by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Connection
from starlette.requests import ClientDisconnect

from central.accounts.desk import Person
from central.audit import store as audit
from central.clock import now_ms
from central.failures import Malformed, RefusedByRule, TooLarge, WrongField
from central.imports import store, telling
from central.imports.kinds import KINDS, Kind
from central.imports.present import present_rows
from central.imports.register import Register
from central.imports.sheets import MOST_BYTES, Unreadable
from central.imports.work import Bench, Outcome, bring_in, digest_of
from central.keys import KeyHeader, the_key
from central.line.api import PathHall
from central.live import store as live_store
from central.once import once
from central.parts import Parts
from central.web_doors import Looking, May, TheParts, source_of
from hall_config.wording import Language

router = APIRouter(prefix="/api/v1", tags=["imports"])

_MOST_WINDOWS: Final = 99
_HEARD_OUT_BYTES: Final = 64 * 1024 * 1024
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE: Final = {"schema": {"type": "string", "format": "binary"}}
_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "the file: CSV in UTF-8 or GB18030, or xlsx; at most 4 MiB and 20,000 rows",
        "content": {"application/octet-stream": _FILE, "text/csv": _FILE, _XLSX: _FILE},
    }
}


async def _file_of(request: Request) -> bytes:
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
        raise TooLarge("IMPORT_TOO_LARGE")
    return b"".join(chunks)


@router.get("/halls/{hall}/windows-from-lists")
def windows_of_hall(hall: PathHall, person: Looking, parts: TheParts) -> dict[str, Any]:
    """The windows that lists have brought in for a hall, as the forms of its plan offer them."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = store.windows(connection, person.path, (hall, 0), _MOST_WINDOWS, hall)
    return {"items": [telling.window_for_plan(row) for row in found], "next": None}


TheFile = Annotated[bytes, Depends(_file_of)]
DryRun = Annotated[bool, Query(description="tell what it would do, change nothing")]
Format = Annotated[Literal["csv", "xlsx"], Query(alias="format")]
InLanguage = Annotated[Language, Query(description="of the header")]


def _add_kind(kind: Kind) -> None:
    """The endpoints of one kind of list."""
    given = {200: {"content": {"text/csv": _FILE, _XLSX: _FILE}}}
    who_may = Depends(May(kind.act))

    def take_in(
        *,
        person: Person = who_may,
        parts: TheParts,
        request: Request,
        content: TheFile,
        dry_run: DryRun = False,
        key: KeyHeader = None,
    ) -> dict[str, Any]:
        return _take_in(kind, person, parts, request, content, None if dry_run else the_key(key, None))

    def template(*, person: Person = who_may, form: Format = "xlsx", lang: InLanguage = "zh") -> Response:
        row = [column.example for column in kind.columns]
        return _given(kind, form, telling.header(kind, lang), [row], "template")

    def present(
        *, person: Person = who_may, parts: TheParts, form: Format = "csv", lang: InLanguage = "zh"
    ) -> Response:
        with parts.database.read() as connection:
            rows = present_rows(connection, kind, person.path, lang, Register(parts.vault, connection, now_ms()))
        return _given(kind, form, telling.header(kind, lang), rows, "list")

    _name(take_in, f"Take in a list of {kind.name}: whole or not at all; each fault is told with its row and column.")
    _name(template, f"A file with the columns of a list of {kind.name}, and one row as an example.")
    _name(present, f"The {kind.name} that one sees, as a file that can be brought in again.")
    place, name = f"/imports/{kind.name}", kind.name
    router.post(place, openapi_extra=_BODY, operation_id=f"import_{name}")(take_in)
    files: dict[str, Any] = {"response_class": Response, "responses": given}
    router.get(f"{place}/template", operation_id=f"template_{name}", **files)(template)
    router.get(f"{place}/list", operation_id=f"list_of_{name}", **files)(present)


def _name(endpoint: Callable[..., Any], promise: str) -> None:
    endpoint.__doc__ = promise


def _take_in(
    kind: Kind, person: Person, parts: Parts, request: Request, content: bytes, key: str | None
) -> dict[str, Any]:
    now = now_ms()
    try:
        if key is None:
            with parts.database.read() as connection:
                result = bring_in(_bench(parts, connection, person, request, now), kind, content, write=False)
            return {**telling.outcome(kind, result, applied=False), "codes": None}
        return _write(kind, person, parts, request, content, key, now)
    except Unreadable as problem:
        raise WrongField(problem.code, "file") from None


def _write(
    kind: Kind, person: Person, parts: Parts, request: Request, content: bytes, key: str, now: int
) -> dict[str, Any]:
    codes: list[dict[str, str]] = []
    file = digest_of(content)
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            result: Outcome = bring_in(_bench(parts, connection, person, request, now), kind, content, write=True)
            if result.faults:
                raise RefusedByRule("IMPORT_FAULTS", "file")
            counts = {"added": result.added, "changed": result.changed, "same": result.same, "file": file}
            audit.note(
                connection, at_ms=now, actor=person.name, path=person.path, act=f"import.{kind.name}", object=kind.name,
                source=source_of(request), detail=counts,
            )  # fmt: skip
            codes.extend({"name": name, "code": code} for name, code in result.codes)
            return telling.outcome(kind, result, applied=True)

        wish = {"path": f"/imports/{kind.name}", "file": file}
        told = once(connection, person.name, key, wish, now, act)
    if kind.name == "units" and told["changed"]:
        parts.places.renamed()
    parts.hub.tell_all()
    return {**told, "codes": codes or None}


def _bench(parts: Parts, connection: Connection, person: Person, request: Request, now: int) -> Bench:
    register, source = Register(parts.vault, connection, now), source_of(request)
    return Bench(connection, person.path, parts.accounts, register, now, person.name, source, person.unit)


def _given(kind: Kind, form: str, header: list[str], rows: list[list[str]], name: str) -> Response:
    content = telling.csv_file(header, rows) if form == "csv" else telling.xlsx_file(header, rows, kind.name)
    media = "text/csv; charset=utf-8" if form == "csv" else _XLSX
    place = f'attachment; filename="{kind.name}-{name}.{form}"'
    return Response(content, media_type=media, headers={"Content-Disposition": place})


for _kind in KINDS.values():
    _add_kind(_kind)
