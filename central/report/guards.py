"""What must hold before a form is moved: whose part it is, that three people are three, that nothing is left open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from central.accounts.permissions import Act
from central.failures import Forbidden, RefusedByRule
from central.report import store, store_of_lines, store_of_unsent
from central.report.checks import Finding, findings
from central.report.doubts import doubt_words, doubts_of
from central.report.drawing import in_time
from central.report.figures import counts_of, difference, figures_of
from central.report.form import form
from central.report.periods import Period
from central.report.stages import TABLES, Move, Part, State
from central.report.whole import Part as LowerPart
from central.report.whole import Tree, before_of, completed, parts_of
from central.units.rules import ROOT, Level
from hall_config.wording import Language, say

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from central.accounts.person import Person
    from central.report.work import Turn

ACTS: Final[Mapping[Part, Act]] = {
    Part.PREPARER: Act.REPORT_PREPARE, Part.REVIEWER: Act.REPORT_REVIEW, Part.SIGNER: Act.REPORT_SIGN,
    Part.ABOVE: Act.REPORT_REVIEW, Part.CITY: Act.REPORT_SIGN,
}  # fmt: skip


_LAST: Final = re.compile(r"last\(([A-Z0-9]+)\)")


def require_part(turn: Turn) -> None:
    """Raises `Forbidden` for somebody whose part this is not."""
    why = refused_part(turn.unit, turn.form, turn.way.by, turn.person)
    if why is not None:
        raise Forbidden(why)


def refused_part(unit: RowMapping, row: RowMapping | None, part: Part, person: Person) -> str | None:
    """Why somebody may not act in that part of a unit's form; None if they may.

    A unit's own people prepare, review and sign its form. A village room often has no account: whoever prepares the
    forms of a unit above may fill in for it, and stands in the step by name. A form is taken or given back by the
    unit above, and by nobody who had a part in it.
    """
    if not person.may(ACTS[part]):
        return "NOT_ALLOWED"
    above = unit["path"].startswith(person.path) and person.unit != unit["id"]
    if part is Part.CITY:
        allowed = person.unit == ROOT
    elif part is Part.ABOVE:
        allowed = above
    else:
        allowed = person.unit == unit["id"] or (above and Level(unit["level"]) is Level.VILLAGE)
    if not allowed:
        return "REPORT_NOT_YOURS"
    took_part = row is not None and person.name in (row["preparer"], row["reviewer"], row["signer"])
    return "REPORT_SAME_PERSON" if part is Part.ABOVE and took_part else None


def moves_open(unit: RowMapping, row: RowMapping | None, person: Person) -> list[Move]:
    """The moves that somebody may make now, as far as their part goes; what the figures allow is seen when they try."""
    state = State(row["state"]) if row is not None else State.COLLECTING
    ways = TABLES[Level(unit["level"])].get(state, {})
    return [
        move
        for move, way in ways.items()
        if move is not Move.CORRECT and refused_part(unit, row, way.by, person) is None
    ]


def check_people(turn: Turn, what: str) -> None:
    """Raises `Forbidden`: who prepares, who reviews and who signs are different people (统计法 24)."""
    others = {turn.form[name] for name in ("preparer", "reviewer", "signer") if name != what}
    if turn.person.name in others:
        raise Forbidden("REPORT_SAME_PERSON")


def check_own_findings(turn: Turn) -> None:
    """Raises `RefusedByRule` for a rule that does not hold, or a soft one without a note; the field is named."""
    said = store_of_lines.notes(turn.connection, turn.unit["id"], turn.of.name)
    row = store.version(turn.connection, turn.unit["id"], turn.of.name, turn.version)
    assert row is not None
    for finding in findings_of(turn.connection, turn.unit, turn.of, row):
        if finding.hard:
            raise RefusedByRule("REPORT_RULE_BROKEN", finding.code, words=_words("REPORT_RULE_BROKEN", finding))
        if finding.id not in said:
            raise RefusedByRule("REPORT_NOTE_MISSING", finding.code, words=_words("REPORT_NOTE_MISSING", finding))


def findings_of(connection: Connection, unit: RowMapping, of: Period, row: RowMapping) -> tuple[Finding, ...]:
    """What is found in one version of a unit's form."""
    before = before_of(connection, unit["id"], of)
    without = in_time(connection, unit, of, row)
    in_due_time = completed(without, before) if without else None
    level, figures = Level(unit["level"]), figures_of(row["figures"])
    return findings(form(), level, figures, before, in_due_time, doubts_of(row["doubts"]))


def check_lower(turn: Turn) -> None:
    """Raises `RefusedByRule`: every unit below has sent its form and is in this one as it was sent, or is signed for.

    Before a form leaves the unit those below must be locked, or they could change under it.
    """
    row = store.version(turn.connection, turn.unit["id"], turn.of.name, turn.version)
    assert row is not None
    went_in = {part.unit: part for part in parts_of(row["parts"])}
    signed_for = store_of_lines.missing(turn.connection, turn.unit["id"], turn.of.name)
    forms = store.forms_below(turn.connection, turn.unit["path"], turn.of.name)
    for child in asked_below(turn.connection, turn.unit["id"], turn.of):
        _check_one(child, forms.get(child["id"]), went_in.get(child["id"]), child["id"] in signed_for, turn)


def _check_one(child: RowMapping, now: RowMapping | None, part: LowerPart | None, signed_for: bool, turn: Turn) -> None:
    sent = now is not None and State(now["state"]) in (State.SUBMITTED, State.ACCEPTED)
    if not sent:
        if not signed_for:
            raise _of_lower("REPORT_LOWER_MISSING", child)
        if part is None or part.version:
            raise _of_lower("REPORT_LOWER_CHANGED", child)
        return
    assert now is not None
    if part is None or part.version != now["version"]:
        raise _of_lower("REPORT_LOWER_CHANGED", child)
    if turn.way.to in (State.SIGNED, State.SUBMITTED, State.ACCEPTED) and State(now["state"]) is not State.ACCEPTED:
        raise _of_lower("REPORT_LOWER_NOT_TAKEN", child)


def check_nothing_added(turn: Turn) -> None:
    """Raises `RefusedByRule`: what people typed in and which lines they added since the form was drawn up is not in it.

    Neither the unit's own people nor those of a unit that is signed for as missing.
    """
    row = store.version(turn.connection, turn.unit["id"], turn.of.name, turn.version)
    assert row is not None
    tree = Tree(turn.connection, turn.unit["path"], turn.of)
    own = difference(tree.added(turn.unit["id"]), difference(counts_of(row["own"]), counts_of(row["counted"])))
    if own:
        raise RefusedByRule("REPORT_ADDED_SINCE", next(iter(own)))
    for unit, went_in in store_of_unsent.of_form(turn.connection, turn.unit["id"], turn.of.name).items():
        if difference(tree.added(unit), counts_of(went_in["added"])):
            raise _of_lower("REPORT_LOWER_CHANGED", tree.units[unit])


def asked_below(connection: Connection, unit: str, of: Period) -> list[RowMapping]:
    """The units directly below that have to send a form: made before the period ended, not closed before it began."""
    return [
        child
        for child in store.children(connection, unit)
        if child["made_ms"] < of.to_ms and (child["closed_ms"] is None or child["closed_ms"] >= of.from_ms)
    ]


def _of_lower(code: str, child: RowMapping) -> RefusedByRule:
    zh, en = _say(code)
    return RefusedByRule(code, child["id"], words=(zh.format(unit=child["name_zh"]), en.format(unit=child["name_en"])))


def _words(code: str, finding: Finding) -> tuple[str, str]:
    if finding.doubts:
        return _doubted(finding, "zh"), _doubted(finding, "en")
    zh, en = _say(code)
    told = {
        "rule": finding.id, "left": finding.left, "sign": finding.sign, "right": finding.right,
        "left_is": f"{float(finding.left_is):g}", "right_is": f"{float(finding.right_is):g}",
    }  # fmt: skip
    return _LAST.sub(r"上期\1", zh.format(**told)), _LAST.sub(r"\1 of the period before", en.format(**told))


def _doubted(finding: Finding, language: Language) -> str:
    words = doubt_words(finding.doubts, language)
    return say("central.report_clock.note_missing", language, rule=finding.id, words=words)


def _say(code: str) -> tuple[str, str]:
    return say(f"central.error.{code}", "zh"), say(f"central.error.{code}", "en")
