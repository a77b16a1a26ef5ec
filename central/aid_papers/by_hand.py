"""What somebody says of a document while they issue it: the fields that the facts leave open, and no other.

A document says what its case or record says; nobody writes over that here. What a hearing was like, or which organ
asked for a duty lawyer, stands nowhere else, and is kept sealed in the document itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field as Checked

from central.aid_papers.facts import CaseFacts
from central.aid_papers.fields import GIVEN_WHEN_ISSUED, is_open
from central.aid_papers.forms import Kind, form_table
from central.aid_papers.templates import form_of
from central.failures import WrongField
from central.keys import Key
from central.web_doors import Strict
from hall.moment import local_ms

LONGEST: Final = 2000
# what the office says of itself, and what nobody types
_NOT_BY_HAND: Final = GIVEN_WHEN_ISSUED | {
    "case_number", "receipt_number", "centre_name", "centre_address", "centre_phone", "bureau", "bureau_address",
    "bureau_phone", "seal", "today", "clerk",
}  # fmt: skip
_KINDS: Final = (Kind.TEXT, Kind.DAY, Kind.TIME)
_DAY: Final = re.compile(r"(20[0-9]{2}-[0-9]{2}-[0-9]{2})(?:T([01][0-9]|2[0-3]):([0-5][0-9]))?", re.ASCII)
_SEEN: Final = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u2028-\u202e\u2066-\u2069]*")


class PaperWanted(Strict):
    """A document to be issued, and what of it nobody has said yet."""

    form: Annotated[str, Checked(pattern=r"^F[0-9]{2}B?$")]
    said: Annotated[
        dict[Annotated[str, Checked(pattern=r"^[a-z_]{2,24}$")], Annotated[str, Checked(max_length=LONGEST)]],
        Checked(max_length=20),
    ] = Checked(default_factory=dict)
    command_id: Key | None = None


def open_fields(code: str, facts: CaseFacts) -> list[str]:
    """What whoever issues this document may say: first what it needs."""
    table, form = form_table(), form_of(code)
    return [
        name for name in form.fields
        if name not in _NOT_BY_HAND and table.fields[name].kind in _KINDS and is_open(name, facts)
    ]  # fmt: skip


def told(code: str, facts: CaseFacts) -> dict[str, Any]:
    """A form as it is offered: its titles, and the fields that are to be said, without anything that is known."""
    table, form = form_table(), form_of(code)
    fields = [
        {
            "name": name, "zh": table.fields[name].zh, "en": table.fields[name].en,
            "kind": table.fields[name].kind.value, "needed": name in form.needs,
        }
        for name in open_fields(code, facts)
    ]  # fmt: skip
    return {"code": code, "zh": form.zh, "en": form.en, "served": form.served, "fields": fields}


def known(code: str) -> dict[str, Any]:
    """The same of a form of which nobody says anything here: its facts say it all."""
    form = form_of(code)
    return {"code": code, "zh": form.zh, "en": form.en, "served": form.served, "fields": []}


def with_said(code: str, facts: CaseFacts, said: Mapping[str, str]) -> CaseFacts:
    """The facts with what was said; raises `WrongField` for what is not asked for or cannot be."""
    form, asked = form_of(code), set(open_fields(code, facts))
    texts, moments = dict(facts.texts), dict(facts.moments)
    for name, words in said.items():
        if name not in asked:
            raise WrongField("UNKNOWN_FIELD", f"said.{name}" if name in form.fields else "said")
        if not _SEEN.fullmatch(words):
            raise WrongField("WRONG_FIELD", f"said.{name}")
        if not words.strip():
            continue
        if form_table().fields[name].kind is Kind.TEXT:
            texts[name] = words.strip()
        else:
            moments[name] = _moment(name, words.strip())
    return replace(facts, texts=texts, moments=moments)


def _moment(name: str, words: str) -> int:
    found = _DAY.fullmatch(words)
    timed = form_table().fields[name].kind is Kind.TIME
    if found is None or timed is not (found[2] is not None):
        raise WrongField("WRONG_FIELD", f"said.{name}")
    try:
        date.fromisoformat(found[1])
    except ValueError:
        raise WrongField("WRONG_FIELD", f"said.{name}") from None
    return local_ms(found[1], int(found[2]) * 60 + int(found[3]) if timed else 0)
