"""From the facts of a case to the words of a document: one small function a field, and what is missing is named.

A field without a function of its own is said by ``texts``, ``moments`` or ``lists`` of the facts. The document's own
number is none of the facts: it is taken when the document is issued.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from central.aid_papers.facts import CaseFacts, Lawyer
from central.aid_papers.field_words import (
    agent_words,
    birth_words,
    chinese,
    day_words,
    groups_words,
    means_words,
    money_words,
    opposing_words,
    sex_words,
    time_words,
    words_of,
)
from central.aid_papers.filling import Value, picture_of
from central.aid_papers.forms import Field, Form, Kind, form_table
from central.aid_papers.layouts import layout
from central.failures import RefusedByRule
from hall_config.aid_application import Application
from hall_config.wording import catalogue, say

GIVEN_WHEN_ISSUED: Final = frozenset({"number"})
_RULES: Final = {
    "decide_days": "LA_DECIDE", "object_days": "LA_OBJ_FILE", "object_review_days": "LA_OBJ_REVIEW",
    "assign_days": "LA_ASSIGN", "sign_days": "LA_SIGN", "close_days": "LA_CLOSE", "handover_days": "HANDOVER",
}  # fmt: skip
_BLANK: Final = "＿＿＿＿＿＿＿＿"
_BLANK_DAY: Final = "　　　　年　　月　　日"
_BLANK_ROWS: Final = 6


class FieldMissing(RefusedByRule):
    """A document needs something that the facts do not say; the error names it in both languages."""

    def __init__(self, form: Form, name: str) -> None:
        field = form_table().fields[name]
        zh = say("central.error.AID_FORM_FIELD", "zh", form=form.zh, field=field.zh)
        en = say("central.error.AID_FORM_FIELD", "en", form=form.en, field=field.en)
        super().__init__("AID_FORM_FIELD", name, words=(zh, en))


def fields_of(code: str, facts: CaseFacts, *, blank: bool = False) -> dict[str, Value]:
    """Every field of a form. ``blank``: what is missing is left open to be filled in by hand; else `FieldMissing`."""
    table = form_table()
    form = table.forms[code]
    _check_names(facts)
    sheet = layout(code).sheet
    found: dict[str, Value] = {}
    for name in form.fields:
        if name in GIVEN_WHEN_ISSUED:
            found[name] = _BLANK if blank else ""
            continue
        value = _value(name, table.fields[name], facts)
        if not value and blank:
            value = _open(name, table.fields[name], sheet=sheet)
        elif not value and name in form.needs:
            raise FieldMissing(form, name)
        found[name] = value
    return found


def is_open(name: str, facts: CaseFacts) -> bool:
    """Whether the facts say nothing of this field."""
    return not _value(name, form_table().fields[name], facts)


def value_of(name: str, facts: CaseFacts) -> Value:
    """What the facts say of one field."""
    return _value(name, form_table().fields[name], facts)


def _check_names(facts: CaseFacts) -> None:
    said = {*facts.texts, *facts.moments, *facts.lists}
    unknown = said - set(form_table().fields)
    if unknown:
        raise ValueError(f"no form has these fields: {sorted(unknown)}")


def _value(name: str, field: Field, facts: CaseFacts) -> Value:
    if field.kind is Kind.ROWS:
        return _rows(name, field, facts)
    if field.kind in (Kind.DAY, Kind.TIME):
        moment = facts.moments.get(name, _MOMENTS[name](facts) if name in _MOMENTS else None)
        if moment is None:
            return facts.texts.get(name, "")
        return day_words(moment) if field.kind is Kind.DAY else time_words(moment)
    if field.kind is Kind.NUMBER:
        days = facts.days.get(_RULES[name])
        return "" if days is None else chinese(days)
    if field.kind is Kind.IMAGE:
        return _signature(facts)
    said = facts.texts.get(name, "")
    return said or (_TEXTS[name](facts) if name in _TEXTS else "")


def _rows(name: str, field: Field, facts: CaseFacts) -> Value:
    rows: Sequence[Mapping[str, str]] = facts.lists.get(name, ())
    if not rows and name == "papers" and facts.application is not None:
        kinds = {True: say("aid_paper.part.original"), False: say("aid_paper.part.copy")}
        rows = [
            {"name": one.name, "copies": str(one.copies), "kind": kinds[one.original]}
            for one in facts.application.papers
        ]
    if not rows and name == "gaps":
        rows = [{"what": one} for one in facts.gaps]
    columns = field.columns
    return [
        {"no": str(number), **{column: row.get(column, "") for column in columns}} for number, row in enumerate(rows, 1)
    ]


def _open(name: str, field: Field, *, sheet: bool) -> Value:
    if field.kind is Kind.ROWS:
        return [{"no": str(number), **dict.fromkeys(field.columns, "")} for number in range(1, _BLANK_ROWS + 1)]
    if field.kind is Kind.IMAGE:
        return ""
    if field.kind is Kind.DAY:
        return _BLANK_DAY
    return "" if sheet else _BLANK


def _signature(facts: CaseFacts) -> Value:
    application = facts.application
    if application is None or not application.signature:
        return facts.texts.get("signature", "")
    return picture_of(application.signature)


Told = Callable[[CaseFacts], str]


def _of_application(told: Callable[[Application], str]) -> Told:
    return lambda facts: told(facts.application) if facts.application is not None else ""


def _of_lawyer(told: Callable[[Lawyer], str], *, old: bool = False) -> Told:
    def words(facts: CaseFacts) -> str:
        lawyer = facts.old_lawyer if old else facts.lawyer
        return told(lawyer) if lawyer is not None else ""

    return words


def _article(facts: CaseFacts) -> str:
    key = f"aid_paper.article.{facts.application.matter}" if facts.application is not None else ""
    return say(key) if key in catalogue() else ""


def _matter(application: Application) -> str:
    return words_of("aid.matter", application.matter) or words_of("aid_paper.criminal", application.matter)


def _basis(facts: CaseFacts) -> str:
    return words_of("aid_paper.basis", facts.basis.value) if facts.basis is not None else ""


_TEXTS: Final[Mapping[str, Told]] = {
    "centre_name": lambda facts: facts.centre.name,
    "centre_address": lambda facts: facts.centre.address,
    "centre_phone": lambda facts: facts.centre.phone,
    "bureau": lambda facts: facts.centre.bureau,
    "bureau_address": lambda facts: facts.centre.bureau_address,
    "bureau_phone": lambda facts: facts.centre.bureau_phone,
    "seal": lambda facts: facts.centre.sealed_as(),
    "case_number": lambda facts: facts.case_number or facts.receipt_number,
    "receipt_number": lambda facts: facts.receipt_number if facts.case_number else "",
    "clerk": lambda facts: facts.clerk,
    "organ": lambda facts: facts.organ or (facts.application.organ if facts.application is not None else ""),
    "article": _article,
    "basis": _basis,
    "case_title": lambda facts: facts.case_title or (_matter(facts.application) if facts.application else ""),
    "termination_ground": lambda facts: "；".join(words_of("aid_paper.termination", one) for one in facts.grounds),
    "lawyer": _of_lawyer(lambda one: one.name),
    "firm": _of_lawyer(lambda one: one.firm),
    "licence": _of_lawyer(lambda one: one.licence),
    "lawyer_phone": _of_lawyer(lambda one: one.phone),
    "old_lawyer": _of_lawyer(lambda one: one.name, old=True),
    "old_firm": _of_lawyer(lambda one: one.firm, old=True),
    "applicant": _of_application(lambda one: one.applicant.name),
    "served_to": _of_application(lambda one: one.applicant.name),
    "sex": _of_application(lambda one: sex_words(one.applicant)),
    "birth": _of_application(lambda one: birth_words(one.applicant)),
    "ethnicity": _of_application(lambda one: one.applicant.ethnicity),
    "id_kind": _of_application(lambda one: words_of("aid_paper.id_kind", one.applicant.id_kind)),
    "id_number": _of_application(lambda one: one.applicant.id_number),
    "household_address": _of_application(lambda one: one.applicant.household_address),
    "address": _of_application(lambda one: one.applicant.address),
    "phone": _of_application(lambda one: one.applicant.phone),
    "recipient_contact": _of_application(lambda one: one.applicant.phone),
    "groups": _of_application(groups_words),
    "agent": _of_application(lambda one: one.agent.person.name if one.agent else ""),
    "agent_relation": _of_application(lambda one: agent_words(one)),
    "agent_id_number": _of_application(lambda one: one.agent.person.id_number if one.agent else ""),
    "agent_phone": _of_application(lambda one: one.agent.person.phone if one.agent else ""),
    "agent_authority": _of_application(lambda one: one.agent.authority if one.agent else ""),
    "matter": _of_application(_matter),
    "nature": _of_application(lambda one: words_of("aid_paper.nature", one.nature.value)),
    "aid_form": _of_application(lambda one: words_of("aid_paper.form", one.aid_form)),
    "stage": _of_application(lambda one: words_of("aid_paper.stage", one.stage.value)),
    "position": _of_application(lambda one: one.position),
    "opposing": _of_application(opposing_words),
    "facts": _of_application(lambda one: one.facts),
    "means": _of_application(means_words),
    "household": _of_application(
        lambda one: say("aid_paper.part.persons", count=one.hardship.household) if one.hardship.household else ""
    ),
    "income": _of_application(lambda one: money_words(one.hardship.income)),
    "property": _of_application(lambda one: one.hardship.property),
    "debts": _of_application(lambda one: one.hardship.debts),
    "presumed": _of_application(lambda one: words_of("aid.presumed", one.presumed)),
    "stated_basis": _of_application(
        lambda one: words_of("aid_paper.basis", one.hardship.basis.value if one.hardship.basis else None)
    ),
    "promise": _of_application(lambda one: say("aid_paper.part.promise_made") if one.hardship.promise else ""),
}
_MOMENTS: Final[Mapping[str, Callable[[CaseFacts], int | None]]] = {
    "today": lambda facts: facts.today_ms,
    "received_day": lambda facts: facts.received_ms,
    "received_time": lambda facts: facts.received_ms,
    "signed_day": lambda facts: facts.received_ms,
}
