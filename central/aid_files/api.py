"""``/api/v1/aid/…/files``: what is handed in to a case, in through the desk or the firm, out to whoever works on it.

A file has no address of its own that a browser could be led to: it comes as the answer to a POST that a script of ours
makes, as an attachment (docs/decisions/0025).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid.access import require_case
from central.aid_files import store, telling
from central.aid_files.clean import clean
from central.aid_files.kept import LONGEST_TITLE, files_of, open_file, put, rename
from central.aid_files.rules import OF_FIRMS, FileKind, Source
from central.audit.changes import note_change
from central.audit.disclosure import Reason, disclose
from central.clock import now_ms
from central.failures import NotFound, WrongField
from central.keys import Key, KeyHeader, the_key
from central.once import once
from central.parts import Parts
from central.web_doors import May, Strict, StrictRoute, TheParts, source_of

router = APIRouter(prefix="/api/v1/aid", tags=["legal aid"])  # a file's body is no JSON
strict = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["legal aid"])

PathCase = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
PathFile = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
AskedKind = Annotated[FileKind, Query(description="what it is to the case")]
TheFile = Annotated[bytes, Depends(telling.file_of)]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Renamed(Strict):
    """What a file is called. Stands in a body and in no address: it may name a person."""

    title: Title
    command_id: Key | None = None


class WhyOpened(Strict):
    """Why somebody looks at what was handed in."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Door:
    """Whose way to the files of a case it is, and what may come in by it."""

    name: str
    prefix: str
    act: Act
    source: Source | None
    kinds: frozenset[FileKind]


DOORS: Final = (
    Door("aid_files", "/cases", Act.AID_WORK, Source.DESK, frozenset(FileKind)),
    Door("aid_firm_files", "/firm/cases", Act.AID_FIRM, Source.FIRM, OF_FIRMS),
    Door("aid_objection_files", "/objections", Act.AID_OBJECTIONS, None, frozenset()),  # the bureau only reads
)


def _add_reading(door: Door) -> None:
    who_may = Depends(May(door.act))

    def files(*, case: PathCase, person: Person = who_may, parts: TheParts) -> dict[str, Any]:
        with parts.database.read() as connection:
            row = require_case(connection, person, case, door.act)
            items = [telling.told(connection, parts.vault, one) for one in files_of(connection, row["id"])]
        return {"items": items, "next": None}

    def open_one(
        *, case: PathCase, file: PathFile, body: WhyOpened, person: Person = who_may, parts: TheParts, request: Request
    ) -> Response:
        with parts.database.write() as connection:
            row = require_case(connection, person, case, door.act)
            found = open_file(connection, parts.vault, file, row["id"])
            what, now = f"aid_file/{row['id']}/{file}", now_ms()
            disclose(connection, person, what, body.reason, now, source_of(request), fields=("content",))
        return telling.file_handed_out(found)

    files.__doc__ = "What was handed in to a case, in the order in which it came."
    open_one.__doc__ = "A file as an attachment; who opened it and why is a line of the audit."
    place = f"{door.prefix}/{{case}}/files"
    strict.get(place, operation_id=f"list_{door.name}")(files)
    given: dict[str, Any] = {"response_class": Response, "responses": telling.GIVEN}
    strict.post(f"{place}/{{file}}/open", operation_id=f"open_{door.name}", **given)(open_one)


def _add_writing(door: Door, source: Source) -> None:
    who_may = Depends(May(door.act))

    def take_in(
        *, case: PathCase, kind: AskedKind, content: TheFile, person: Person = who_may, parts: TheParts,
        request: Request, key: KeyHeader = None,
    ) -> dict[str, Any]:  # fmt: skip
        if kind not in door.kinds:
            raise WrongField("WRONG_FIELD", "kind")
        return _take_in(case, kind, content, door, source, person, parts, request, the_key(key, None))

    def call_it(
        *, case: PathCase, file: PathFile, body: Renamed, person: Person = who_may, parts: TheParts, request: Request,
        key: KeyHeader = None,
    ) -> dict[str, Any]:  # fmt: skip
        return _rename(case, file, body, door, person, parts, request, the_key(key, body.command_id))

    take_in.__doc__ = "Hand in a file: judged by its bytes, written anew, kept sealed. The body is the file itself."
    call_it.__doc__ = "Say what a file is called."
    place = f"{door.prefix}/{{case}}/files"
    router.post(place, status_code=201, openapi_extra=telling.BODY, operation_id=f"add_{door.name}")(take_in)
    strict.patch(f"{place}/{{file}}", operation_id=f"rename_{door.name}")(call_it)


def _take_in(
    case: str, kind: FileKind, content: bytes, door: Door, source: Source, person: Person, parts: Parts,
    request: Request, key: str,
) -> dict[str, Any]:  # fmt: skip
    with parts.database.read() as connection:
        require_case(connection, person, case, door.act)  # before a foreign file is taken apart
    file, now = clean(content, kind), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = require_case(connection, person, case, door.act)
            made = put(connection, parts.vault, row["id"], row["unit"], file, kind, "", person.name, source, now)
            note_change(connection, person, request, "aid.file_add", f"{case}/{made}", now, kind=kind.value)
            return {"id": made, "kind": kind.value, "type": file.type.value, "pages": file.pages}

        wish = {"path": request.url.path, "kind": kind.value, "file": hashlib.sha256(content).hexdigest()}
        return once(connection, person.name, key, wish, now, act)


def _rename(
    case: str, file: str, body: Renamed, door: Door, person: Person, parts: Parts, request: Request, key: str
) -> dict[str, Any]:
    now = now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = require_case(connection, person, case, door.act)
            found = store.one(connection, file)
            if found is None or found["case"] != row["id"]:
                raise NotFound("NO_SUCH_FILE")
            rename(connection, parts.vault, row["unit"], file, body.title, now)
            note_change(connection, person, request, "aid.file_rename", f"{case}/{file}", now)
            return {"id": file}

        wish = {"path": request.url.path, "title": hashlib.sha256(body.title.encode()).hexdigest()}
        return once(connection, person.name, key, wish, now, act)


for _door in DOORS:
    _add_reading(_door)
    if _door.source is not None:
        _add_writing(_door, _door.source)
