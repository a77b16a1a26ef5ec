"""``/api/v1/public/aid/my``: one's own case, behind the code from the receipt.

The code comes in a body and in no address; the token that it gives comes in a header. What an applicant does is a step
of the case like anybody's, in the capacity of the applicant.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central.aid import casework
from central.aid import store as cases
from central.aid.people import Work
from central.aid.rules import Actor
from central.aid.stages import Move, State, Who
from central.aid_applicant import letters, rules, sessions, store, telling
from central.aid_applicant.sessions import TheHolder, case_of
from central.aid_files import store as file_store
from central.aid_files import telling as file_telling
from central.aid_files.api import Renamed
from central.aid_files.clean import clean
from central.aid_files.kept import put, rename
from central.aid_files.rules import OF_APPLICANTS, FileKind, Source
from central.clock import now_ms, steady_s
from central.failures import NotFound, RefusedByRule, WrongField
from central.keys import Key, KeyHeader, the_key
from central.once import once
from central.web_doors import Strict, StrictRoute, TheParts, source_of
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/public/aid/my", route_class=StrictRoute, tags=["public"])
uploads = APIRouter(prefix="/api/v1/public/aid/my", tags=["public"])

APPLICANT: Final = "applicant"
_TEXT: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
PathFile = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
PathLetter = Annotated[str, Path(pattern=r"^[0-9a-zA-Z-]{1,40}$")]
AskedKind = Annotated[FileKind, Query(description="what it is to the case")]
TheFile = Annotated[bytes, Depends(file_telling.file_of)]


class Code(Strict):
    """The sixteen characters on the receipt; strokes, spaces and small letters are as good as none."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Za-z -]{16,40}$")]


class OwnMove(Strict):
    """What an applicant asks for; ``version`` is that of the case as the page showed it."""

    move: Annotated[str, Field(pattern=r"^(WITHDRAW|BEGIN_CHANGE|OBJECT)$")]
    text: Annotated[str, Field(min_length=2, max_length=2000, pattern=_TEXT)]
    version: Annotated[int, Field(ge=1, le=10**6)]
    command_id: Key | None = None


@router.post("/session", status_code=201)
def open_session(body: Code, parts: TheParts, request: Request) -> dict[str, Any]:
    """A token for the case of this code: for fifteen minutes without a touch, two hours at the most."""
    token = sessions.open_by_code(parts, body.code, source_of(request))
    return {"token": token, "idle_s": sessions.IDLE_MS // 1000, "ends_at": rfc3339(now_ms() + sessions.LIFE_MS)}


@router.delete("/session", status_code=204)
def end_session(holder: TheHolder, parts: TheParts) -> None:
    """Nobody acts with this token any more."""
    with parts.database.write() as connection:
        store.end(connection, holder.token_hash)


@router.get("")
def own_case(holder: TheHolder, parts: TheParts) -> dict[str, Any]:
    """How the case stands, what comes next and by when, what is missing, and what may be done."""
    with parts.database.read() as connection:
        return telling.whole(Work(connection, parts.vault, now_ms()), case_of(connection, holder))


@router.post("/moves")
def own_move(
    body: OwnMove, holder: TheHolder, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Withdraw, ask for another lawyer, or object: in one's own words."""
    asked, now, move = the_key(key, body.command_id), now_ms(), Move(body.move)
    hidden = parts.visitors.key.digest("aid move", body.text).hex()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = case_of(connection, holder)
            if move not in rules.may_make(State(row["state"])):
                raise RefusedByRule("AID_MY_NOT_NOW", "move")
            work, actor = Work(connection, parts.vault, now), _actor(connection, row, request)
            fresh = casework.move(work, actor, row["id"], move, rules.given(move, body.text), body.version)
            return {"state": fresh["state"], "version": fresh["version"]}

        wish = {"path": "/public/aid/my/moves", "case": holder.case, "move": body.move, "hidden": hidden}
        return once(connection, f"{APPLICANT}/{holder.case}", asked, wish, now, act)


@uploads.post("/files", status_code=201, openapi_extra=file_telling.BODY)
def hand_in(
    kind: AskedKind, holder: TheHolder, parts: TheParts, request: Request, content: TheFile, key: KeyHeader = None
) -> dict[str, Any]:
    """Hand in a picture or a PDF of a paper. The body is the file itself."""
    asked, now = the_key(key, None), now_ms()
    parts.visitors.tries.count("aid_upload", source_of(request), steady_s())
    if kind not in OF_APPLICANTS:
        raise WrongField("WRONG_FIELD", "kind")
    with parts.database.read() as connection:
        _require_taking(case_of(connection, holder))
    file = clean(content, kind)
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = case_of(connection, holder)
            _require_taking(row)
            made = put(
                connection, parts.vault, row["id"], row["unit"], file, kind, "", APPLICANT, Source.APPLICANT, now
            )
            return {"id": made, "kind": kind.value, "type": file.type.value, "pages": file.pages}

        wish = {"path": "/public/aid/my/files", "kind": kind.value, "file": hashlib.sha256(content).hexdigest()}
        return once(connection, f"{APPLICANT}/{holder.case}", asked, wish, now, act)


@router.patch("/files/{file}")
def call_it(file: PathFile, body: Renamed, holder: TheHolder, parts: TheParts) -> dict[str, Any]:
    """Say what paper a file of one's own is; the same twice is the same as once."""
    with parts.database.write() as connection:
        row, found = case_of(connection, holder), file_store.one(connection, file)
        if found is None or found["case"] != row["id"] or found["source"] != Source.APPLICANT:
            raise NotFound("NO_SUCH_FILE")
        rename(connection, parts.vault, row["unit"], file, body.title, now_ms())
    return {"id": file}


@router.post("/letters/{letter}/open", response_class=Response, responses=file_telling.GIVEN)
def open_letter(letter: PathLetter, holder: TheHolder, parts: TheParts, request: Request) -> Response:
    """A letter of the centre as a PDF; that it was opened is its electronic delivery (form F22)."""
    with parts.database.write() as connection:
        row = case_of(connection, holder)
        work = Work(connection, parts.vault, now_ms())
        content, name = letters.open_letter(work, row, letter, _actor(connection, row, request))
    return file_telling.handed_out(content, "application/pdf", name)


def _require_taking(row: RowMapping) -> None:
    if not rules.takes_files(State(row["state"])):
        raise RefusedByRule("AID_MY_NO_MORE_FILES", "file")


def _actor(connection: Connection, row: RowMapping, request: Request) -> Actor:
    path = cases.path_of(connection, row["unit"])
    return Actor(APPLICANT, frozenset({Who.APPLICANT}), row["unit"], path, source_of(request))
