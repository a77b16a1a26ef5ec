"""The guide desk over HTTP: tickets for somebody, priority, private matters, colleagues who call, why one came first.

All staff may do these; each act carries the name of who did it.
"""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from edge.screens.desk import Desk
from edge.screens.requests import Choice, Key, KeyHeader, Number, ServiceLetter, Strict, command_key, priority_of
from edge.screens.sessions import staff_only
from edge.screens.tickets import NoBody, NumberInPath, TicketGiven, TicketMoved, given
from edge.screens.windows import WindowInPath
from edge.staff import Session
from hall.moment import Moment
from hall.queue.why import Answer, why_before
from hall.queue.words import Channel, MarkPriority, MarkPrivate, TakeTicket
from hall.refusal import Code, Refusal
from hall.safety.words import GoToColleague
from hall_config.wording import Language, say


class DeskTicket(Strict):
    """``POST /api/v1/desk/tickets``: for somebody who stands at the desk; what stops a machine does not stop it."""

    service: ServiceLetter
    priority: Choice | None = None
    persons: Annotated[int, Field(ge=1, le=200)] = 1
    person: Annotated[str, Field(max_length=32)] | None = None
    private: bool = False
    command_id: Key | None = None


class PriorityMark(Strict):
    """``POST /api/v1/tickets/{number}/priority``; null takes it back."""

    priority: Choice | None
    command_id: Key | None = None


class WhyBefore(BaseModel):
    """Why ``first`` was called before ``second``, in codes and in words."""

    first: str
    second: str
    causes: list[str]
    rule: str | None
    priority: str | None
    by: str
    words_zh: list[str]
    words_en: list[str]


class ColleagueGone(BaseModel):
    window: int


def guide_desk_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["staff"])
    signed_in = Depends(staff_only(desk))

    @router.post("/desk/tickets", status_code=201)
    def issue(body: DeskTicket, key: KeyHeader = None, session: Session = signed_in) -> TicketGiven:
        """Take a number for somebody."""
        name = session.staff.name
        command = TakeTicket(
            body.service, secrets.token_urlsafe(16), Channel.DESK, priority_of(body.priority), persons=body.persons,
            person=body.person, private=body.private, staff=name,
        )  # fmt: skip
        return given(desk.door.ask(command, command_key(f"desk-ticket:{name}", key, body.command_id)))

    @router.post("/tickets/{number}/priority")
    def priority(
        number: NumberInPath, body: PriorityMark, key: KeyHeader = None, session: Session = signed_in
    ) -> TicketMoved:
        """Mark a waiting ticket: a lawful reason was seen, or was not there."""
        name, ticket = session.staff.name, number.upper()
        command = MarkPriority(ticket, name, priority_of(body.priority))
        desk.door.ask(command, command_key(f"priority:{name}:{ticket}", key, body.command_id))
        return TicketMoved(number=ticket, state="WAITING")

    @router.post("/tickets/{number}/private")
    def private(
        number: NumberInPath, body: NoBody = None, key: KeyHeader = None, session: Session = signed_in
    ) -> TicketMoved:
        """From now on the number only, a closed room, nothing spoken."""
        name, ticket = session.staff.name, number.upper()
        scope = command_key(f"private:{name}:{ticket}", key, body.command_id if body else None)
        desk.door.ask(MarkPrivate(ticket, name), scope)
        return TicketMoved(number=ticket, state="WAITING")

    @router.post("/windows/{n}/colleague")
    def go(n: WindowInPath, body: NoBody = None, key: KeyHeader = None, session: Session = signed_in) -> ColleagueGone:
        """A colleague goes to the window that called silently."""
        name = session.staff.name
        scope = command_key(f"colleague:{name}:{n}", key, body.command_id if body else None)
        desk.door.ask(GoToColleague(n, name), scope)
        return ColleagueGone(window=n)

    @router.get("/why")
    def why(
        first: Annotated[Number, Query()], second: Annotated[Number, Query()], _session: Session = signed_in
    ) -> WhyBefore:
        """Why one ticket of today was called before another."""
        steady_ms, wall_ms = desk.door.now_ms()
        state = desk.door.look()[0].queue
        found = why_before(state, desk.door.plan, first.upper(), second.upper(), Moment(steady_ms, wall_ms))
        if found is None:
            raise Refusal(Code.UNKNOWN_TICKET, "first" if first.upper() not in state.tickets else "second")
        return told(found)

    return router


def told(answer: Answer) -> WhyBefore:
    """The answer with its words in both languages."""
    return WhyBefore(
        first=answer.first,
        second=answer.second,
        causes=[cause.value for cause in answer.causes],
        rule=answer.rule.value if answer.rule else None,
        priority=answer.priority,
        by=answer.by,
        words_zh=_words(answer, "zh"),
        words_en=_words(answer, "en"),
    )


def _words(answer: Answer, language: Language) -> list[str]:
    lines = [say(f"cause.{cause.value}", language, first=answer.first, second=answer.second) for cause in answer.causes]
    if answer.rule is not None:
        rule = say(f"why.{answer.rule.value}", language)
        if answer.priority is not None:
            rule = f"{rule} · {say(f'pages.priority.{answer.priority}', language)}"
        lines.append(rule)
        known = answer.by in ("card", "visitor", "plan")
        by = say(f"answers.{answer.by}", language) if known else answer.by
        lines.append(say("answers.by", language, by=by))
    return lines
