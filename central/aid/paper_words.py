"""What documents say beside what people said: in which capacity somebody acted, who stands for whom, what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final

from central.aid.stages import Move, Who
from central.aid.steps import facts_of
from central.aid_papers.field_words import day_words, words_of
from hall.intake.codes import Group
from hall_config.aid_application import Application, Person
from hall_config.aid_tables import number_on
from hall_config.wording import say

_OFFICIALS: Final = (
    Who.REVIEWER, Who.ASSIGNER, Who.DESK, Who.APPROVER, Who.ARCHIVIST, Who.SUPERVISOR, Who.BUREAU, Who.FIRM,
)  # fmt: skip
_LEGAL: Final = ("PARENT", "GUARDIAN")
_RESIDENT: Final = 18
_ENDS: Final = "。；，,. "
Told = Mapping[Move, tuple[Mapping[Any, Any], Mapping[str, Any]]]


def official(who: Collection[str]) -> str:
    """Who acts, by their office; an account has no name that could stand on a letter."""
    found = next((one.value for one in _OFFICIALS if one in who), "SYSTEM")
    return say(f"aid_paper.official.{found}")


def with_account(title: str, account: str) -> str:
    """The same on sheets that stay in the house, where one wants to know whose hand it was."""
    return say("aid_paper.official.account", title=title, account=account)


def by_agent(application: Application, today: date) -> str:
    """Behind the name that a document speaks to: who speaks for a minor, or for whoever has somebody to do so."""
    agent = application.agent
    if agent is None:
        return ""
    guarded = agent.relation == "GUARDIAN" or (agent.relation in _LEGAL and _is_minor(application, today))
    kind = "LEGAL" if guarded else ("ENTRUSTED" if agent.relation == "ENTRUSTED" else "OTHER")
    return say(f"aid_paper.agent.{kind}", name=agent.person.name)


def _is_minor(application: Application, today: date) -> bool:
    born = _born(application.applicant)
    if born is None:
        return Group.MINOR in application.groups
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return years < number_on("ADULT_YEARS", today)


def _born(person: Person) -> date | None:
    number = person.id_number if person.id_kind == "RESIDENT" and len(person.id_number) == _RESIDENT else ""
    try:
        return date.fromisoformat(person.birth or f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return None


def change_words(move: Move, given: Mapping[str, Any], reason: str) -> tuple[str, str]:
    """How another lawyer came to be needed, and what was decided: asked for, or by the centre's own decision."""
    kind = given.get("by", "AGENCY") if move is Move.BEGIN_CHANGE else move.value
    decision = "agreed" if kind == "RECIPIENT" else "decided"
    return say(f"aid_paper.change.{kind}", reason=reason.strip(_ENDS)), say(f"aid_paper.change.{decision}")


def proposal(step: Mapping[Any, Any], texts: Mapping[str, Any]) -> str:
    """What the reviewer proposed, whatever was decided of it then."""
    given = facts_of(step)
    parts = [
        say(f"aid_paper.finding.{given['decision']}"),
        words_of("aid.matter", given.get("matter")) or words_of("aid_paper.criminal", given.get("matter")),
        words_of("aid_paper.form", given.get("aid_form")),
        words_of("aid_paper.basis", given.get("basis")),
        say("aid_paper.finding.scope", scope=texts["scope"]) if texts.get("scope") else "",
        words_of("central.aid_refusal", given.get("ground")),
    ]
    lines = [say("aid_paper.finding.proposal", parts="；".join(part for part in parts if part)), texts.get("text", "")]
    return "\n".join(line for line in lines if line)


def findings(case: Mapping[Any, Any], application: Application | None, told: Told) -> str:
    """How the case was looked at: identity, papers, what was asked for and came."""
    lines = [say(f"aid_paper.finding.{'identified' if case['identified'] else 'not_identified'}")]
    if application is not None and application.papers:
        lines.append(say("aid_paper.finding.papers", papers="、".join(one.name for one in application.papers)))
    if Move.SUBMIT in told and told[Move.SUBMIT][1].get("first_check"):
        lines.append(say("aid_paper.finding.first_check", text=told[Move.SUBMIT][1]["first_check"]))
    if Move.ASK_SUPPLEMENT in told:
        step = told[Move.ASK_SUPPLEMENT][0]
        kinds = "、".join(words_of("central.aid_gap", kind) for kind in facts_of(step).get("kinds", ()))
        lines.append(say("aid_paper.finding.asked", day=day_words(step["at_ms"]), kinds=kinds))
    if Move.TAKE_SUPPLEMENT in told:
        lines.append(say("aid_paper.finding.taken", day=day_words(told[Move.TAKE_SUPPLEMENT][0]["at_ms"])))
    if Move.TAKE_COOPERATION in told:
        step, texts = told[Move.TAKE_COOPERATION]
        lines.append(say("aid_paper.finding.cooperation", day=day_words(step["at_ms"]), text=texts.get("answer", "")))
    return "\n".join(lines)


def handed_in(kinds: Iterable[str]) -> str:
    """``裁判文书 1 份、报告 2 份``."""
    counted = Counter(kinds)
    return "、".join(
        say("aid_paper.handed.files", kind=say(f"central.aid_file.{kind}"), count=count)
        for kind, count in counted.items()
    )
