"""The assessment sheet as JSON for programs, and as what the page shows in one language."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from central.report.form import form
from central.report_analysis.assessment import Assessed, AssessmentSheet
from central.report_analysis.reckoning import half_up
from central.report_analysis.rules_of_assessment import POINT_SCALE, VALUE_SCALE, Score, Sums, codes_of
from central.report_analysis.spans import unit_name
from central.report_analysis.told import figure_told
from central.report_out.few import Shown
from central.report_out.written import exact, moment_words, text_of
from hall_config.assessment_numbers import Indicator
from hall_config.wording import Language, rfc3339, say

_OPEN = "—"

# --- for programs --------------------------------------------------------------------------------------------


def assessment_told(found: AssessmentSheet) -> dict[str, Any]:
    """Exact figures as text; what is unknown, hidden or left to be judged is null or its sign, never 0."""
    return {
        "year": found.year, "made_at": rfc3339(found.made_ms), "open_months": list(found.open_months),
        "own": _assessed_told(found.own), "lower": [_assessed_told(one) for one in found.lower],
    }  # fmt: skip


def _assessed_told(one: Assessed) -> dict[str, Any]:
    name = unit_name(one.unit)
    return {
        "unit": {"id": one.unit.id, "level": one.unit.level.value, "name_zh": name.zh, "name_en": name.en},
        "months": dict(sorted(one.months.items())), "locked": one.locked, "place": one.rank,
        "points": exact(one.sums.points), "possible": exact(one.sums.possible), "by_hand": exact(one.sums.by_hand),
        "extra": exact(one.sums.extra), "total": figure_told(one.sums.total),
        "indicators": [_score_told(score) for score in one.scores],
    }  # fmt: skip


def _score_told(one: Score) -> dict[str, Any]:
    of = one.of
    return {
        "id": of.id, "group": of.group, "kind": of.kind, "name_zh": of.zh, "name_en": of.en, "by_hand": of.by_hand,
        "formula": of.formula, "kinds": list(of.kinds or ()), "full": str(of.full), "zero": str(of.zero),
        "weight": str(of.weight), "valid_from": of.valid_from.isoformat(),
        "figures": {code: figure_told(shown) for code, shown in one.inputs},
        "value": figure_told(one.value), "points": figure_told(one.points),
    }  # fmt: skip


# --- for the page --------------------------------------------------------------------------------------------


def assessment_view(found: AssessmentSheet, language: Language) -> dict[str, Any]:
    return {
        "title": words("title", language, unit=unit_name(found.own.unit).of(language), year=found.year),
        "basis": basis(found, language),
        "groups": _groups(found.own, language),
        "sums": sums_words(found.own.sums),
        "lower": [_place(one, language) for one in _by_place(found)],
        "made": say("central.report_analysis.made", language, at=moment_words(found.made_ms, language)),
    }


def words(key: str, language: Language, **params: object) -> str:
    return say(f"central.report_assessment.{key}", language, **params)


def basis(found: AssessmentSheet, language: Language) -> list[str]:
    """Which months and versions went in, and what is not settled."""
    comma = "、" if language == "zh" else ", "
    months = comma.join(
        words("month", language, month=name, version=version) for name, version in sorted(found.own.months.items())
    )
    told = [words("basis", language, year=found.year, months=months or words("no_month", language))]
    if found.own.locked:
        return [*told, words("locked", language)]
    return [*told, words("open", language, months=comma.join(found.open_months))] if found.open_months else told


def formula_words(of: Indicator, language: Language) -> str:
    if of.kinds is not None:
        return words("kinds", language, first=of.kinds[0], last=of.kinds[1])
    return of.formula or words("by_hand", language)


def sums_words(sums: Sums) -> dict[str, str]:
    return {
        "reached": points_words(sums.points),
        "possible": points_words(sums.possible),
        "by_hand": points_words(sums.by_hand),
        "extra": points_words(sums.extra),
        "total": points_words(sums.total),
    }


def points_words(points: Fraction | None) -> str:
    return text_of(points, POINT_SCALE)


def value_words(value: Shown) -> str:
    return text_of(half_up(value, VALUE_SCALE), VALUE_SCALE) if isinstance(value, Fraction) else text_of(value, 0)


def _groups(one: Assessed, language: Language) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for score in one.scores:
        found.setdefault(score.of.group, []).append(_score(score, language))
    return [{"name": words(f"group.{group}", language), "scores": scores} for group, scores in found.items()]


def _score(one: Score, language: Language) -> dict[str, Any]:
    of = one.of
    fields = form().fields
    sign = {"score": "", "reward": "+", "penalty": "−"}[of.kind]
    return {
        "name": of.zh if language == "zh" else of.en,
        "formula": formula_words(of, language),
        "inputs": [
            {"code": code, "name": fields[code].zh if language == "zh" else fields[code].en,
             "figure": text_of(shown, fields[code].scale)}
            for code, shown in one.inputs
        ] if len(codes_of(of)) <= 6 else [],
        "by_hand": of.by_hand,
        "value": "" if of.by_hand else value_words(one.value),
        "zero": "" if of.by_hand else f"{of.zero}",
        "full": "" if of.by_hand else f"{of.full}",
        "weight": f"{sign}{of.weight}",
        "points": "" if of.by_hand else points_words(one.points),
    }  # fmt: skip


def _by_place(found: AssessmentSheet) -> list[Assessed]:
    return sorted(found.lower, key=lambda one: (one.rank is None, one.rank or 0))


def _place(one: Assessed, language: Language) -> dict[str, Any]:
    place = _OPEN if one.rank is None else str(one.rank)
    name = unit_name(one.unit).of(language)
    return {"id": one.unit.id, "name": name, "place": place, "months": len(one.months), **sums_words(one.sums)}
