"""A filled form as machine JSON, by ``report.schema.json`` beside this file, and the digest of its figures.

Whole numbers are JSON numbers, others strings that say them exactly (``"98.4"``); a hidden figure is ``"<3"`` or
``"…"``, one that cannot be computed null. ``sha256`` is over the UTF-8 bytes of unit, period, version, figures, before
and columns, as one JSON object with sorted keys and no blanks, so that anybody can make it anew of the file. It is of
the figures that are shown: two readers who see different ones have different digests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from central.report.form import Field, form
from central.report.formula import Figures, Rule, breaches, worked_out
from central.report.sheet import UnitNamed
from central.report_out.few import Row, Seen, SeenColumn, SeenFinding, SeenLine, Shown
from central.report_out.formulas import shown_figures
from central.report_out.hiding import Veil
from central.report_out.written import exact, rule_of, rule_words
from hall_config.wording import rfc3339

SCHEMA: Final = "https://legal-hall.example/schemas/report-1.json"
_SHORT: Final = 12
_HASHED: Final = ("unit", "period", "version", "figures", "before", "columns")


def machine_json(seen: Seen) -> bytes:
    """The whole form; the same bytes for the same form."""
    return json.dumps(told(seen), ensure_ascii=False, indent=1).encode("utf-8", "replace")


def told(seen: Seen) -> dict[str, Any]:
    """As ``report.schema.json`` describes it."""
    sheet = seen.sheet
    hashed = _hashed(seen)
    return {
        "schema": SCHEMA,
        **hashed,
        "state": sheet.state.value,
        "nothing": sheet.nothing,
        "late": sheet.late,
        "preparer": sheet.preparer,
        "reviewer": sheet.reviewer,
        "signer": sheet.signer,
        "sent_at": None if sheet.sent_ms is None else rfc3339(sheet.sent_ms),
        "made_at": rfc3339(sheet.made_ms),
        "inside": sheet.inside,
        "lines": [_line(line) for line in seen.lines],
        "notes": [{"rule": note.rule, "text": note.text, "actor": note.actor} for note in seen.notes],
        "rules": list(_rules(seen)),
        "findings": [_finding(one) for one in seen.findings],
        "sha256": _digest(hashed),
    }  # fmt: skip


def digest(seen: Seen) -> str:
    """Of the figures that are shown, in hex."""
    return _digest(_hashed(seen))


def short_digest(seen: Seen) -> str:
    """What is printed at the foot of a page."""
    return digest(seen)[:_SHORT]


def value(shown: Shown) -> int | str | None:
    """A figure as JSON has it."""
    if shown is None or isinstance(shown, Veil):
        return None if shown is None else shown.value
    return int(shown) if shown.denominator == 1 else exact(shown)


def _hashed(seen: Seen) -> dict[str, Any]:
    sheet = seen.sheet
    period = sheet.period
    return {
        "unit": {**_unit(sheet.unit), "path": sheet.path},
        "period": {
            "name": period.name, "from": period.first.isoformat(), "to": period.last.isoformat(),
            "due": period.due.isoformat(), "rule": rule_of(period).value,
        },
        "version": sheet.version,
        "figures": _row(seen.figures),
        "before": _row(seen.before),
        "columns": [_column(column) for column in seen.columns],
    }  # fmt: skip


def _digest(hashed: dict[str, Any]) -> str:
    canonical = json.dumps(hashed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode("utf-8", "replace")).hexdigest()


def _unit(unit: UnitNamed) -> dict[str, str]:
    return {"id": unit.id, "level": unit.level.value, "name_zh": unit.name_zh, "name_en": unit.name_en}


def _row(row: Row) -> dict[str, int | str | None]:
    return {code: value(shown) for code, shown in row.items()}


def _column(column: SeenColumn) -> dict[str, Any]:
    of = column.of
    return {
        "unit": _unit(of.unit), "own": of.own, "state": of.state.value, "version": of.version, "missing": of.missing,
        "figures": _row(column.figures),
    }  # fmt: skip


def _line(line: SeenLine) -> dict[str, Any]:
    of = line.of
    return {
        "id": of.id, "unit": of.unit, "kind": of.kind.value, "code": of.code, "by": value(line.by),
        "reason": line.reason, "about": of.about, "events": list(line.events), "evidence": of.evidence,
        "actor": of.actor, "at": rfc3339(of.at_ms),
    }  # fmt: skip


def _finding(one: SeenFinding) -> dict[str, Any]:
    of = one.of
    told: dict[str, Any] = {
        "id": of.id, "code": of.code, "hard": of.hard, "left": of.left, "sign": of.sign, "right": of.right,
        "left_is": value(one.left), "right_is": value(one.right),
    }  # fmt: skip
    if of.doubts:
        told["doubts"] = [{"hall": hall.hall, "days": list(hall.days), "tickets": hall.tickets} for hall in of.doubts]
    return told


def _rules(seen: Seen) -> Iterator[dict[str, Any]]:
    for field in form().fields.values():
        if seen.sheet.unit.level in field.at:
            for rule, hard in ((field.rule, True), (field.soft, False)):
                if rule is not None:
                    yield _rule(field, rule, hard, seen)


def _rule(field: Field, rule: Rule, hard: bool, seen: Seen) -> dict[str, Any]:
    return {
        "id": f"R-{field.code}", "code": field.code, "hard": hard, "says": rule_words(rule, "en"),
        "result": result_of(rule, seen),
    }  # fmt: skip


def result_of(rule: Rule, seen: Seen) -> str:
    """``PASS``, ``FAIL``, or ``UNKNOWN``: it is not asked, or something of it cannot be known or is hidden."""
    over = Figures(shown_figures(seen.figures), shown_figures(seen.before))
    if breaches(rule, over):
        return "FAIL"
    if rule.condition is not None and breaches(Rule(rule.condition), over):
        return "UNKNOWN"
    terms = (*rule.claim.terms, *(rule.condition.terms if rule.condition is not None else ()))
    return "UNKNOWN" if any(worked_out(term, over) is None for term in terms) else "PASS"
