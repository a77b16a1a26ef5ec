"""``/api/v1/aid/cases/{case}/files``: what is handed in to a case, and out to whoever works on it.

A file has no address of its own that a browser could be led to: it comes as the answer to a POST that a script of ours
makes, as an attachment (docs/decisions/0025).
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from central.accounts.desk import Person
from central.accounts.permissions import Act, Role
from central.aid.access import require_accepted, require_case
from central.aid.named import named
from central.aid.people import Work
from central.aid_files import store, telling
from central.aid_files.clean import clean
from central.aid_files.kept import LONGEST_TITLE, files_of, open_file, put, rename
from central.aid_files.rules import OF_FIRMS, FileKind, Source
from central.audit.changes import note_change
from central.audit.disclosure import disclose
from central.audit.reasons import Reason
from central.clock import now_ms
from central.failures import NotFound, WrongField
from central.keys import Key, KeyHeader, the_key
from central.once import once
from central.parts import Parts
from central.web_doors import May, Strict, StrictRoute, TheParts, source_of

router = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["legal aid"])
uploads = APIRouter(prefix="/api/v1/aid", tags=["legal aid"])  # a file's body is no JSON

PathCase = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
PathFile = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
AskedKind = Annotated[FileKind, Query(description="what it is to the case")]
TheFile = Annotated[bytes, Depends(telling.file_of)]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, pattern=r"^[^\x00-\x1f\x7f]*$")]
Seeing = Annotated[Person, Depends(May(Act.AID_SEE))]
Moving = Annotated[Person, Depends(May(Act.AID_MOVE))]
OfFirm = Annotated[Person, Depends(May(Act.AID_FIRM))]
_PLACE: Final = "/cases/{case}/files"
_FIRMS_PLACE: Final = "/firm/cases/{case}/files"


class Renamed(Strict):
    """What a file is called. Stands in a body and in no address: it may name a person."""

    title: Title
    command_id: Key | None = None


class WhyOpened(Strict):
    """Why somebody looks at what was handed in."""

    reason: Reason


@router.get(_PLACE)
def files(case: PathCase, person: Seeing, parts: TheParts) -> dict[str, Any]:
    """What was handed in to a case, in the order in which it came."""
    return _listed(case, person, parts, Act.AID_SEE)


@router.get(_FIRMS_PLACE)
def files_for_firm(case: PathCase, person: OfFirm, parts: TheParts) -> dict[str, Any]:
    """The same for the firm that is at work in the case."""
    return _listed(case, person, parts, Act.AID_FIRM)


def _listed(case: str, person: Person, parts: Parts, act: Act) -> dict[str, Any]:
    with parts.database.read() as connection:
        row = require_case(connection, person, case, act)
        items = [telling.told(connection, parts.vault, one) for one in files_of(connection, row["id"])]
    return {"items": items, "next": None}


@uploads.post(_PLACE, status_code=201, openapi_extra=telling.BODY)
def hand_in(
    case: PathCase, kind: AskedKind, person: Moving, parts: TheParts, request: Request, content: TheFile,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Hand in a file: judged by its bytes, written anew, kept sealed. The body is the file itself."""
    asked, firm = the_key(key, None), Role.FIRM in person.roles
    if firm and kind not in OF_FIRMS:
        raise WrongField("WRONG_FIELD", "kind")
    with parts.database.read() as connection:
        require_case(connection, person, case, Act.AID_MOVE)  # before a foreign file is taken apart
    file, now, source = clean(content, kind), now_ms(), Source.FIRM if firm else Source.DESK
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = require_case(connection, person, case, Act.AID_MOVE)
            made = put(connection, parts.vault, row["id"], row["unit"], file, kind, "", person.name, source, now)
            note_change(connection, person, request, "aid.file_add", f"{case}/{made}", now, kind=kind.value)
            return {"id": made, "kind": kind.value, "type": file.type.value, "pages": file.pages}

        wish = {"path": request.url.path, "kind": kind.value, "file": hashlib.sha256(content).hexdigest()}
        return once(connection, person.name, asked, wish, now, act)


@router.patch(f"{_PLACE}/{{file}}")
def call_it(
    case: PathCase, file: PathFile, body: Renamed, person: Moving, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Say what a file is called."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = require_case(connection, person, case, Act.AID_MOVE)
            found = store.one(connection, file)
            if found is None or found["case"] != row["id"]:
                raise NotFound("NO_SUCH_FILE")
            rename(connection, parts.vault, row["unit"], file, body.title, now)
            note_change(connection, person, request, "aid.file_rename", f"{case}/{file}", now)
            return {"id": file}

        wish = {"path": request.url.path, "title": hashlib.sha256(body.title.encode()).hexdigest()}
        return once(connection, person.name, asked, wish, now, act)


@router.post(f"{_PLACE}/{{file}}/open", response_class=Response, responses=telling.GIVEN)
def open_one(
    case: PathCase, file: PathFile, body: WhyOpened, person: Seeing, parts: TheParts, request: Request
) -> Response:
    """A file as an attachment; who opened it and why is a line of the audit."""
    return _opened(case, file, body.reason, person, parts, request, Act.AID_SEE)


@router.post(f"{_FIRMS_PLACE}/{{file}}/open", response_class=Response, responses=telling.GIVEN)
def open_one_for_firm(
    case: PathCase, file: PathFile, body: WhyOpened, person: OfFirm, parts: TheParts, request: Request
) -> Response:
    """The same for the firm that is at work in the case."""
    return _opened(case, file, body.reason, person, parts, request, Act.AID_FIRM)


def _opened(case: str, file: str, reason: str, person: Person, parts: Parts, request: Request, act: Act) -> Response:
    with parts.database.write() as connection:
        row = require_case(connection, person, case, act)
        if act is Act.AID_FIRM:
            require_accepted(connection, case)
        found = open_file(connection, parts.vault, file, row["id"])
        what, now = f"aid_file/{row['id']}/{file}", now_ms()
        disclose(connection, person, what, reason, now, source_of(request), fields=("content",),
                 people=named(Work(connection, parts.vault, now), row))  # fmt: skip
    return telling.file_handed_out(found)
