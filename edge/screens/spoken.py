"""Over HTTP: the sentences of spoken help, for the pages that people use by themselves."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response

from edge.screens.errors import ApiError
from edge.spoken_help import SpokenHelp, may_be_said
from hall.plan import Plan
from hall.queue.issue import NUMBER_SHAPE
from hall_config.wording import LANGUAGES, Language

Name = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
Number = Annotated[str, Query(pattern=rf"^({NUMBER_SHAPE})?$", description="a ticket's, if the sentence has one")]


def spoken_router(spoken: SpokenHelp) -> APIRouter:
    router = APIRouter(tags=["spoken help"])

    @router.get(
        "/api/v1/spoken/{name}.wav",
        response_class=Response,
        responses={200: {"content": {"audio/wav": {}}}, 304: {"description": "the same sound as before"}},
    )
    def sentence(
        name: Name,
        lang: Language = "zh",
        number: Number = "",
        if_none_match: Annotated[str | None, Header(max_length=200)] = None,
    ) -> Response:
        """A recorded sentence of elder mode: 8-bit μ-law, 22,050 Hz. With its `ETag` it is not sent again."""
        wav = spoken.wav(name, lang, number)
        if wav is None:
            raise ApiError(404, "NOT_FOUND")
        mark = f'"{spoken.mark(name, lang, number)}"'
        kept = {"ETag": mark, "Cache-Control": "no-cache"}  # kept, but asked for: its volume may have changed
        if if_none_match is not None and mark in if_none_match:
            return Response(status_code=304, headers=kept)
        return Response(wav, media_type="audio/wav", headers=kept)

    return router


def spoken_facts(spoken: SpokenHelp, plan: Plan) -> dict[str, Any]:
    """What a page can let be heard, and the classes whose numbers are never said aloud."""
    return {
        "names": {language: spoken.names(language) for language in LANGUAGES},
        "quiet": [service.letter for service in plan.services if not may_be_said(service)],
    }
