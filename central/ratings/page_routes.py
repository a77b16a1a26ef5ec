"""The pages of ratings: cases by deadline, one case, rates, flagged ones, one's own; and the public board."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response

from central.accounts.permissions import Act
from central.clock import now_ms
from central.pages import page
from central.ratings.api import Reviewer, Worker
from central.ratings.rates_api import Rated, Seer
from central.ratings.rules import told_until
from central.ratings.words import State
from hall.moment import local_day

router = APIRouter(include_in_schema=False)
_SECTIONS: Final = (
    "ratings", "rating_state", "rating_move", "rating_fact", "rating_option", "rating_text", "rating_rule",
    "rating_channel", "rating_reason", "rating_flag", "manage",
)  # fmt: skip
_DAYS: Final = 30


@router.get("/ratings")
def cases_page(request: Request, person: Worker) -> Response:
    states = [state for state in State if state is not State.NEW]
    return page(request, "ratings.html", person, sections=_SECTIONS, states=states)


@router.get("/ratings/cases/{rating_case}")
def case_page(rating_case: Annotated[str, Path(max_length=40)], request: Request, person: Worker) -> Response:
    return page(request, "rating_case.html", person, sections=_SECTIONS, rating_case=rating_case)


@router.get("/ratings/rates")
def rates_page(request: Request, person: Seer) -> Response:
    works = person.may(Act.RATING_WORK)
    return page(request, "rating_rates.html", person, sections=_SECTIONS, works=works, **_span())


@router.get("/ratings/flagged")
def flags_page(request: Request, person: Reviewer) -> Response:
    return page(request, "rating_flags.html", person, sections=_SECTIONS, **_span())


@router.get("/ratings/mine")
def own_page(request: Request, person: Rated) -> Response:
    return page(request, "rating_mine.html", person, sections=_SECTIONS, **_span(told_until(now_ms())[0]))


@router.get("/board/ratings")
def board_page(request: Request) -> Response:
    month = told_until(now_ms())[0][:7]
    return page(request, "rating_board.html", None, sections=("visitor", "rating_board"), month=month)


def _span(last: str | None = None) -> dict[str, Any]:
    """The days that a page begins with: a month up to ``last``, or to today."""
    until = last or local_day(now_ms())
    first = date.fromisoformat(until) - timedelta(days=_DAYS)
    return {"first": first.isoformat(), "today": until}
