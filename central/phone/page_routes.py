"""The pages for visitors with a phone: halls nearby, appointments, their number. Nobody signs in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from central.pages import page
from central.web_doors import TheParts

router = APIRouter(include_in_schema=False)


@router.get("/nearby")
def nearby_page(request: Request) -> Response:
    return page(request, "nearby.html", None, sections=("visitor",))


@router.get("/book")
def book_page(request: Request, parts: TheParts) -> Response:
    return page(request, "book.html", None, sections=("visitor",), reminds=parts.reminders is not None)


@router.get("/number")
def number_page(request: Request) -> Response:
    return page(request, "number.html", None, sections=("visitor",))
