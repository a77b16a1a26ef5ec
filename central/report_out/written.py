"""How a figure, a term and the form's head are written: the same in spreadsheet, print and machine JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

from central.report.doubts import doubt_words
from central.report.form import Field
from central.report.formula import Comparison, Rule, Term, said
from central.report.periods import Period, PeriodRule
from central.report.sheet import Column, Sheet, UnitNamed
from central.report_out.few import Seen, Shown
from central.report_out.hiding import Veil
from hall_config.wording import Language, clock_words, date_words, say

UNKNOWN: Final = "—"
_ENDS: Final = {20: PeriodRule.D21_20, 25: PeriodRule.D26_25}


def text_of(shown: Shown, scale: int, *, signed: bool = False) -> str:
    """``1,234``, ``98.4``, ``<3``, ``—``; exact: more decimals than the form has are shown, never cut."""
    if shown is None or isinstance(shown, Veil):
        return UNKNOWN if shown is None else shown.value
    plain = exact(shown)
    whole, _, decimals = plain.lstrip("-").partition(".")
    if "/" in whole:
        return plain
    decimals = decimals.ljust(scale, "0")
    sign = "-" if shown < 0 else "+" if signed and shown > 0 else ""
    return f"{sign}{int(whole):,}{'.' if decimals else ''}{decimals}"


def exact(figure: Fraction) -> str:
    """As a decimal number; one that has no end as a fraction ``1/3``."""
    two = five = 0
    rest = figure.denominator
    while rest % 2 == 0:
        rest, two = rest // 2, two + 1
    while rest % 5 == 0:
        rest, five = rest // 5, five + 1
    if rest != 1:
        return f"{figure.numerator}/{figure.denominator}"
    places = max(two, five)
    digits = str(abs(figure.numerator) * 10**places // figure.denominator).rjust(places + 1, "0")
    sign = "-" if figure < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def rule_words(rule: Rule, language: Language = "zh") -> str:
    """``F01 = 0 -> F02 = 0`` in words, formulas as they are."""
    claim = _compared(rule.claim)
    if rule.condition is None:
        return claim
    return say("central.report_out.check.when", language, condition=_compared(rule.condition), claim=claim)


def _compared(one: Comparison) -> str:
    pieces = [said(one.terms[0])]
    for sign, term in zip(one.signs, one.terms[1:], strict=True):
        pieces += [sign, said(term)]
    return " ".join(pieces)


def rule_of(period: Period) -> PeriodRule:
    """The rule that the period ends by."""
    return _ENDS.get(period.last.day, PeriodRule.NATURAL)


def name_of(unit: UnitNamed, language: Language = "zh") -> str:
    """Chinese where there is no English name."""
    return unit.name_en if language == "en" and unit.name_en else unit.name_zh


def title(sheet: Sheet, language: Language = "zh") -> str:
    key = "title" if "-" in sheet.period.name else "title_of_year"
    return say(f"central.report_out.{key}", language, unit=name_of(sheet.unit, language))


def head(sheet: Sheet, language: Language = "zh") -> Mapping[str, str]:
    """H01 to H09 as they are printed."""
    return {
        "H01": sheet.unit.id,
        "H02": say(f"central.level.{sheet.unit.level}", language),
        "H03": sheet.period.first.isoformat(),
        "H04": sheet.period.last.isoformat(),
        "H05": version(sheet, language),
        "H06": sheet.preparer or UNKNOWN,
        "H07": sheet.reviewer or UNKNOWN,
        "H08": sheet.signer or UNKNOWN,
        "H09": _sent(sheet, language),
    }


def version(sheet: Sheet, language: Language = "zh") -> str:
    key = "version" if sheet.version else "live"
    state = say(f"central.report_state.{sheet.state}", language)
    return say(f"central.report_out.{key}", language, number=sheet.version, state=state)


def _sent(sheet: Sheet, language: Language) -> str:
    due = sheet.period.due.isoformat()
    if sheet.sent_ms is None:
        return say("central.report_out.not_sent", language, due=due)
    at = moment_words(sheet.sent_ms, language)
    return say("central.report_out.sent_late", language, at=at, due=due) if sheet.late else at


def moment_words(wall_ms: int, language: Language = "zh") -> str:
    return f"{date_words(wall_ms, language)} {clock_words(wall_ms)}"


def unit_of(field: Field, language: Language = "zh") -> str:
    return say(f"central.report_unit.{field.unit}", language)


def source_of(field: Field, language: Language = "zh") -> str:
    return say(f"central.report_source.{field.source}", language)


def column_names(seen: Seen, language: Language = "zh") -> list[str]:
    """Each column's head: whose it is, and whether it was not handed in."""
    return [_column_name(column.of, language) for column in seen.columns]


def _column_name(column: Column, language: Language) -> str:
    name = name_of(column.unit, language)
    if column.missing:
        return say("central.report_out.missing", language, unit=name)
    return say("central.report_out.own", language, unit=name) if column.own else name


def footnotes(seen: Seen, language: Language = "zh") -> list[str]:
    """What the signs in it mean, only of those that stand in it; and which halls' clocks were wrong."""
    keys = [key for key, veil in (("few", Veil.FEW), ("more", Veil.MORE)) if veil in seen.signs]
    rows = (seen.figures, seen.before, seen.change, *(column.figures for column in seen.columns))
    if any(figure is None for row in rows for figure in row.values()) or not seen.before:
        keys.append("unknown")
    doubts = [doubt_words(one.of.doubts, language) for one in seen.findings if one.of.doubts]
    return [*doubts, *(say(f"central.report_out.{key}", language) for key in keys)]


def pairs(one: Comparison) -> Iterator[tuple[Term, str, Term]]:
    """What is held against what: a chain of equals against its first term, any other sign against its neighbour."""
    all_equal = set(one.signs) == {"="}
    for place, sign in enumerate(one.signs):
        yield one.terms[0 if all_equal else place], sign, one.terms[place + 1]
