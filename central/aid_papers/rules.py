"""What may be done with a document: which series its number is of, when it may be voided, how it may be delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from central.aid_papers.forms import Form
from central.failures import RefusedByRule, WrongField

_MINUTE_MS: Final = 60_000


class Method(StrEnum):
    """How a document is delivered; words under ``aid_paper.delivery``."""

    DIRECT = "DIRECT"
    WINDOW = "WINDOW"
    POST = "POST"
    ELECTRONIC = "ELECTRONIC"
    NOTICE = "NOTICE"
    REFUSED_LEFT = "REFUSED_LEFT"


# What a firm sees of the cases that it works in: no review sheet, no statement of means, no call-back.
FOR_FIRMS: Final = frozenset(
    {"F02", "F03", "F09", "F11", "F12", "F13", "F14", "F15", "F16", "F17", "F18", "F19", "F21", "F31"}
)
# without the file that shows it nobody believes them later: the notice that hung out, who saw it being left
_PROVEN: Final = frozenset({Method.NOTICE, Method.REFUSED_LEFT})


_APPLICANT: Final = "applicant"  # as their own page notes what they opened there


def series_of(form: Form) -> str:
    """One series for each word: a letter on a refusal is numbered among the other letters."""
    return form.word


def check_void(voided_ms: int | None) -> None:
    if voided_ms is not None:
        raise RefusedByRule("AID_ALREADY_VOID", "document")


def check_delivery(form: Form, voided_ms: int | None, made_ms: int, at_ms: int, now_ms: int) -> None:
    """Raises `RefusedByRule` for a document that is not to be delivered, `WrongField` for a time that cannot be."""
    if not form.served:
        raise RefusedByRule("AID_NOT_SERVED", "document")
    if voided_ms is not None:
        raise RefusedByRule("AID_ALREADY_VOID", "document")
    if at_ms < made_ms - made_ms % _MINUTE_MS or at_ms > now_ms:
        raise WrongField("AID_DELIVERY_TIME", "at")


def check_take_back(voided_ms: int | None, delivered: Mapping[Any, Any]) -> None:
    """Raises `RefusedByRule` for a note of a delivery that is not anybody's here to take back."""
    if voided_ms is not None or delivered["voided_ms"] is not None:
        raise RefusedByRule("AID_DELIVERY_VOID")
    if delivered["noted_by"] == _APPLICANT:
        raise RefusedByRule("AID_DELIVERY_READ")


def reached(made_ms: int, delivered_ms: int, works: Sequence[Mapping[Any, Any]]) -> int | None:
    """From when on a letter that was made then told of a lawyer at work; None if it never did.

    ``works``: who was assigned, from when until when, the first first. A letter is made with an assignment.
    """
    named = [one["lawyer"] for one in works if one["since_ms"] <= made_ms]
    if not named:
        return None
    spans = [(one["since_ms"], one["until_ms"]) for one in works if one["lawyer"] == named[-1]]
    told = [max(delivered_ms, since) for since, until in spans if until is None or delivered_ms <= until]
    return min(told, default=None)


def check_proof(method: Method, proof: str | None) -> None:
    if method in _PROVEN and proof is None:
        raise WrongField("AID_DELIVERY_PROOF", "proof")
