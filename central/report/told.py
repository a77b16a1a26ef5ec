"""A form as JSON for pages and programs: exact figures as text, times as RFC 3339, what is hidden as it is shown."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import RowMapping

from central.report.form import Field, Form, form
from central.report.periods import Period
from central.report.sheet import Sheet, UnitNamed
from central.report_out.few import Row, Seen, SeenColumn, SeenFinding, SeenLine, Shown
from central.report_out.hiding import Veil
from hall_config.wording import rfc3339

NONE: Final = "—"


def shown(field: Field, figure: Shown) -> str:
    """As the form shows it: with the field's decimals, a dash for what cannot be known, a sign for what is hidden."""
    if isinstance(figure, Veil):
        return figure.value
    if figure is None:
        return NONE
    scale = field.scale
    if scale == 0 and figure.denominator == 1:
        return str(figure.numerator)
    digits = max(scale, 1 if figure.denominator != 1 else 0)
    steps = (figure * 10**digits + Fraction(1, 2)).__floor__()
    sign, whole = ("-" if steps < 0 else ""), f"{abs(steps):0{digits + 1}d}"
    return f"{sign}{whole[:-digits]}.{whole[-digits:]}"


def form_told(form: Form) -> dict[str, Any]:
    """The table of fields, for whoever shows or fills in a form."""
    return {
        "parts": [
            {"key": part.key, "zh": part.zh, "en": part.en, "fields": [_field(field) for field in part.fields]}
            for part in form.parts
        ]
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "code": field.code, "zh": field.zh, "en": field.en, "unit": field.unit.value, "source": field.source.value,
        "kind": field.kind.value, "scale": field.scale, "few": field.few, "at": sorted(field.at),
        "is": field.written, "rule": field.rule_written, "soft": field.soft_written,
    }  # fmt: skip


def period_told(of: Period) -> dict[str, str]:
    return {
        "name": of.name, "from": of.first.isoformat(), "to": of.last.isoformat(), "due": of.due.isoformat(),
    }  # fmt: skip


def unit_told(unit: UnitNamed) -> dict[str, str]:
    return {"id": unit.id, "level": unit.level.value, "name_zh": unit.name_zh, "name_en": unit.name_en}


def head_told(sheet: Sheet) -> dict[str, Any]:
    return {
        "unit": unit_told(sheet.unit), "period": period_told(sheet.period), "state": sheet.state.value,
        "version": sheet.version, "nothing": sheet.nothing, "preparer": sheet.preparer, "reviewer": sheet.reviewer,
        "signer": sheet.signer, "sent_at": _time(sheet.sent_ms), "late": sheet.late,
        "made_at": rfc3339(sheet.made_ms), "inside": sheet.inside,
    }  # fmt: skip


def row_told(row: Row) -> dict[str, str]:
    fields = form().fields
    return {code: shown(fields[code], figure) for code, figure in row.items()}


def finding_told(found: SeenFinding) -> dict[str, Any]:
    finding = found.of
    return {
        "id": finding.id, "code": finding.code, "hard": finding.hard, "left": finding.left, "sign": finding.sign,
        "right": finding.right, "left_is": _side(found.left), "right_is": _side(found.right),
        "cells": [{"code": cell.code, "last": cell.last} for cell in finding.cells],
        "doubts": [{"hall": one.hall, "days": list(one.days), "tickets": one.tickets} for one in finding.doubts],
    }  # fmt: skip


def _side(figure: Shown) -> str:
    if figure is None or isinstance(figure, Veil):
        return figure.value if figure is not None else NONE
    return f"{float(figure):g}"


def line_told(seen: SeenLine) -> dict[str, Any]:
    line = seen.of
    return {
        "id": line.id, "kind": line.kind.value, "code": line.code, "by": shown(form().fields[line.code], seen.by),
        "reason": seen.reason, "about": line.about, "events": list(seen.events), "evidence": line.evidence,
        "actor": line.actor, "at": rfc3339(line.at_ms),
    }  # fmt: skip


def column_told(seen: SeenColumn) -> dict[str, Any]:
    column = seen.of
    return {
        "unit": unit_told(column.unit), "own": column.own, "state": column.state.value, "version": column.version,
        "missing": column.missing, "figures": row_told(seen.figures),
    }  # fmt: skip


def sheet_told(seen: Seen) -> dict[str, Any]:
    """The whole form: head, figures as they are shown, what is found, what was said."""
    return {
        **head_told(seen.sheet), "figures": row_told(seen.figures), "before": row_told(seen.before),
        "change": row_told(seen.change), "columns": [column_told(column) for column in seen.columns],
        "findings": [finding_told(finding) for finding in seen.findings],
        "notes": [{"rule": note.rule, "text": note.text, "actor": note.actor} for note in seen.notes],
        "lines": [line_told(line) for line in seen.lines],
    }  # fmt: skip


def steps_told(rows: Iterable[RowMapping], seen: Seen, own_slips: Collection[int]) -> list[dict[str, Any]]:
    """The chain. A correction about few people is hidden from all but its unit's own people (``own_slips`` are of the
    form's unit), and so is each hash from there on: over hidden figures they would be tried out."""
    told, tells = [], True
    kept = ("n", "actor", "part", "move", "from_state", "to_state", "version", "hash")
    for row in rows:
        said = json.loads(row["facts"])
        if "slip" in said and not (seen.sheet.inside and said["slip"] in own_slips) and seen.keeps_back(said["code"]):
            said |= {"old": Veil.MORE, "new": Veil.MORE}
            tells = False
        step = {**{name: row[name] for name in kept}, "at": rfc3339(row["at_ms"]), "said": said}
        told.append(step if tells else step | {"hash": Veil.MORE})
    return told


def slip_told(row: RowMapping, *, is_open: bool) -> dict[str, Any]:
    """``is_open`` false: what it says of few people is hidden."""
    kept = ("id", "code", "old", "new", "reason", "proposer", "decided_by", "approved")
    told = {name: row[name] for name in kept}
    if not is_open:
        told |= dict.fromkeys(("old", "new", "reason"), Veil.MORE)
    return {**told, "at": rfc3339(row["at_ms"]), "decided_at": _time(row["decided_ms"])}


def version_told(row: RowMapping) -> dict[str, Any]:
    return {
        "version": row["version"], "why": row["why"], "made_by": row["made_by"], "made_at": rfc3339(row["made_ms"]),
    }  # fmt: skip


def board_told(unit: RowMapping, row: RowMapping | None, below: Mapping[str, int]) -> dict[str, Any]:
    """A unit on the board of the one above: where its form stands, and how many below it stand where."""
    told: dict[str, Any] = {
        "unit": unit["id"], "level": unit["level"], "name_zh": unit["name_zh"], "name_en": unit["name_en"],
        "state": "COLLECTING", "version": 0, "step": 0, "late": False, "nothing": False,
        "sent_at": None, "below": dict(below),
    }  # fmt: skip
    if row is not None:
        told |= {name: row[name] for name in ("state", "version", "step", "late")}
        told |= {"nothing": row["nil"], "sent_at": _time(row["sent_ms"])}
    return told


def _time(at_ms: int | None) -> str | None:
    return rfc3339(at_ms) if at_ms is not None else None
