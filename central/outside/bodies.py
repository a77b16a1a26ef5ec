"""What programs tell over HTTP: a day's figures by the codes of the form, and calls."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field

from central.keys import Key
from central.outside.codes import EXAMPLE, TOLD, Ended, Source
from central.outside.rules import DAY_S, MOST
from central.web_doors import Strict
from hall.record.words import AnsweredBy
from hall.record.words import Field as AdviceField

MOST_CALLS: Final = 1_000
Moment = Annotated[
    str,
    Field(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$"),
]
Count = Annotated[int, Field(ge=0, le=MOST)]
_CALL: Final[dict[str, Any]] = {
    "call": "CN-20261012-000417", "at": "2026-10-12T01:31:05Z", "ended": "ANSWERED", "talk_s": 284,
    "advice_field": "LABOUR", "answered_by": "LAWYER",
}  # fmt: skip


def _said(words: str) -> Any:
    return Field(description=words)


def _example(source: Source) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [{code: EXAMPLE[code] for code in TOLD[source].every}]})


class HotlineDay(Strict):
    """A day of the 12348 hotline. Codes as in the monthly form; of B03's parts all are told or none."""

    model_config = _example(Source.HOTLINE)

    G01: Count = _said("calls that came in; 0 where calls are told one by one")
    G01V: Count = _said("of these ended in the voice menu: at most G01 - G02")
    G02: Count = _said("of these answered by a person")
    G04S: Count = _said("seconds talked, in all")
    G05: Count = _said("tasks sent out")
    G06: Count = _said("tasks done")
    G07: Count = _said("call-backs made")
    G08R: Count = _said("of these in which people said how satisfied they are")
    G08S: Count = _said("of these satisfied")
    B03: Count | None = Field(default=None, description="calls with legal advice: at most G02")
    # by field: B11 family to B21 administrative, B22 others
    B11: Count | None = None
    B12: Count | None = None
    B13: Count | None = None
    B14: Count | None = None
    B15: Count | None = None
    B16: Count | None = None
    B17: Count | None = None
    B18: Count | None = None
    B19: Count | None = None
    B20: Count | None = None
    B21: Count | None = None
    B22: Count | None = None
    # by whom: lawyer, notary, legal-aid staff, mediator, others
    B31: Count | None = None
    B32: Count | None = None
    B33: Count | None = None
    B34: Count | None = None
    B35: Count | None = None
    command_id: Key | None = None


class WebDay(Strict):
    """A day of the web platform. N07 to N11: only what did not come to central itself, which counts its own."""

    model_config = _example(Source.WEB)

    N01: Count = _said("hits")
    N02: Count | None = Field(default=None, description="registered users at the end of the day, in all")
    N03: Count | None = Field(default=None, description="followers at the end of the day, in all")
    N04: Count = _said("online questions")
    N05: Count = _said("of these with an answer adopted")
    N07: Count | None = Field(default=None, description="online applications: mediation")
    N08: Count | None = Field(default=None, description="online applications: forensic examination")
    N09: Count | None = Field(default=None, description="online applications: notary")
    N10: Count | None = Field(default=None, description="online applications: lawyers")
    N11: Count | None = Field(default=None, description="online entries for the exam")
    command_id: Key | None = None


class Call(Strict):
    """A call, with nothing about who called."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CALL]})

    call: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._:/-]{0,63}$")] = _said(
        "the platform's own id of the call, once in its unit; never a telephone number"
    )
    at: Moment
    ended: Ended = Field(strict=False, description="VOID: told by mistake, counts nowhere")
    talk_s: Annotated[int, Field(ge=0, le=DAY_S)]
    advice_field: AdviceField | None = Field(default=None, strict=False, description="none: no legal advice")
    answered_by: AnsweredBy | None = Field(default=None, strict=False)


class Calls(Strict):
    """All of them are taken, or none."""

    calls: Annotated[list[Call], Field(min_length=1, max_length=MOST_CALLS)]
    command_id: Key | None = None
