"""``/api/v1/public/places``: a small place for everybody: what is open, a number by phone, its story, the rating.

Nobody signs in here. A phone is known by a mark made of a cookie with the day's key, so that one phone holds no more
tickets than one card would on a ticket machine; a paired tablet of a place is known by its key and gives numbers to
anybody who stands before it. Each source may ask only so often.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from central.clock import now_ms
from central.failures import Forbidden, NotFound
from central.keys import KeyHeader, the_key
from central.places import marks, sight, tablets
from central.places.asking import ask, taken, ticket_command, watch
from central.places.journal import Place
from central.places.keeper import Done, Wish
from central.places.qr import qr_svg
from central.places.requests import KeyOnly, PathPlace, PathToken, PathWindow, Rating, TakingTicket, bad_reasons_of
from central.web_doors import ERRORS_OF_A_STREAM, StrictRoute, TheParts, check_origin, source_of
from hall.queue.words import Cancel, Channel
from hall.rating.words import GiveRating, RatingChannel, RatingGiven

router = APIRouter(prefix="/api/v1/public/places", route_class=StrictRoute, tags=["places, for everybody"])

PHONE: Final = "place_phone"
_DAY_S: Final = 86_400
_VISITOR: Final = "-visitor"  # no account can be called so


@router.get("/{place}")
def look(place: PathPlace, parts: TheParts, request: Request) -> dict[str, Any]:
    """What is open, who is called, how long it takes."""
    parts.places.looks.take(source_of(request), now_ms())
    return sight.public(*parts.places.look(place))


@router.post("/{place}/tickets", status_code=201)
def take(
    place: PathPlace, body: TakingTicket, parts: TheParts, request: Request, response: Response, key: KeyHeader = None
) -> dict[str, Any]:
    """Take a number; what it gives is its holder's only key."""
    check_origin(request)
    at, now = parts.places.look(place)
    tablet = tablets.window_that_asks(parts, place, request) is not None
    mark = None
    if not tablet:
        parts.places.acts.take(source_of(request), now_ms())
        phone = _phone(request, response)
        mark = marks.of_phone(at, phone, now)
    what = {"path": f"/public/places/{place}/tickets", **body.model_dump(exclude={"command_id"})}
    wish = _wish(place, the_key(key, body.command_id), what)
    channel = Channel.MACHINE if tablet else Channel.PHONE
    return ask(parts, place, wish, lambda _: ticket_command(body, channel, mark=mark), taken)


@router.get("/{place}/tickets/{token}")
def ticket(place: PathPlace, token: PathToken, parts: TheParts, request: Request) -> dict[str, Any]:
    """Where this ticket stands now."""
    parts.places.looks.take(source_of(request), now_ms())
    return _ticket(parts, place, token)


@router.get("/{place}/tickets/{token}/qr.svg", response_class=Response)
def picture(place: PathPlace, token: PathToken, parts: TheParts, request: Request) -> Response:
    """The address of the ticket's page, for a phone to take it from the tablet."""
    parts.places.looks.take(source_of(request), now_ms())
    _ticket(parts, place, token)
    base = str(request.base_url).rstrip("/")
    return Response(qr_svg(f"{base}/p/{place}/t/{token}"), media_type="image/svg+xml")


@router.delete("/{place}/tickets/{token}")
def give_up(
    place: PathPlace,
    token: PathToken,
    parts: TheParts,
    request: Request,
    body: Annotated[KeyOnly | None, Body()] = None,
    key: KeyHeader = None,
) -> dict[str, Any]:
    """Cancel a waiting ticket."""
    check_origin(request)
    parts.places.acts.take(source_of(request), now_ms())
    wish = _wish(place, the_key(key, body.command_id if body else None), {"path": f"{place}/tickets", "token": token})
    return ask(parts, place, wish, lambda _: Cancel(token=token), lambda done: {"state": "CANCELLED"})


@router.post("/{place}/ratings", status_code=201)
def rate(
    place: PathPlace, body: Rating, parts: TheParts, request: Request, response: Response, key: KeyHeader = None
) -> dict[str, Any]:
    """Rate a finished service: voluntary, once, and changed once."""
    check_origin(request)
    parts.places.acts.take(source_of(request), now_ms())
    at, now = parts.places.look(place)
    tablet = tablets.window_that_asks(parts, place, request) is not None
    channel = RatingChannel.PAD if tablet else RatingChannel.PHONE
    mark = "" if tablet else marks.of_phone(at, _phone(request, response), now)

    def command(_: Place) -> GiveRating:
        reasons = bad_reasons_of(body.reasons)
        return GiveRating(body.token, body.grade, reasons, body.text, channel, body.change, mark)

    def told(done: Done) -> dict[str, Any]:
        given = next(event for event in done.events if isinstance(event, RatingGiven))
        return {"number": given.number, "grade": given.grade, "version": given.version}

    what = {"path": f"/public/places/{place}/ratings", **body.model_dump(exclude={"command_id"})}
    return ask(parts, place, _wish(place, the_key(key, body.command_id), what), command, told)


@router.get("/{place}/pads/{n}")
def pad(place: PathPlace, n: PathWindow, parts: TheParts, request: Request) -> dict[str, Any]:
    """What the paired tablet asks about: the service that the window has just given, if nobody has rated it."""
    at, _ = parts.places.look(place)
    if tablets.window_that_asks(parts, place, request) != n:
        raise Forbidden("NOT_A_TABLET")
    token = at.state.rating.pads.get(n)
    asked = at.state.rating.rateable.get(token) if token else None
    if asked is None:
        return {"window": n, "token": None, "number": None}
    return {"window": n, "token": token, "number": asked.number}


def _known(place: PathPlace, parts: TheParts, request: Request) -> None:
    """Raises `NotFound` while an answer can still say so."""
    parts.places.looks.take(source_of(request), now_ms())
    parts.places.look(place)


@router.get(
    "/{place}/stream",
    response_class=EventSourceResponse,
    responses=ERRORS_OF_A_STREAM,
    dependencies=[Depends(_known)],
)
async def stream(place: PathPlace, parts: TheParts) -> AsyncIterator[ServerSentEvent]:
    """The place as everybody may see it, as it changes."""
    async for event in watch(parts, place, lambda: sight.public(*parts.places.look(place)), lambda: True):
        yield event


def _ticket(parts: TheParts, place: str, token: str) -> dict[str, Any]:
    at, now = parts.places.look(place)
    found = sight.ticket(at, token, now)
    if found is None:
        raise NotFound("UNKNOWN_TOKEN", "token")
    return found


def _wish(place: str, key: str, what: dict[str, Any]) -> Wish:
    """Keys of phones are kept apart from those of other places."""
    return Wish(_VISITOR, f"{place}:{key}", what)


def _phone(request: Request, response: Response) -> str:
    """What this browser was given at its first asking; it names nobody and ends with the day."""
    known = request.cookies.get(PHONE, "")
    phone = known if marks.PHONE_FORM.fullmatch(known) else secrets.token_urlsafe(16)
    secure = request.url.scheme == "https"
    response.set_cookie(PHONE, phone, max_age=_DAY_S, httponly=True, samesite="lax", secure=secure, path="/")
    return phone
