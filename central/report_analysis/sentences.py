"""Sentences made by rules from figures of the form, each with the figures that it stands on. Nothing else is said.

Every number of a sentence is one of its figures, the difference of two of them, or their percentage.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from central.report.form import form
from central.report_analysis.advice import FIELDS
from central.report_analysis.model import Both, Named, Said, both
from central.report_analysis.months import Part
from central.report_analysis.reckoning import half_up
from central.report_analysis.spans import Spans, field_name, unit_name
from central.report_out.few import Row
from central.report_out.written import text_of

_POINT: Final = 1
_WAIT: Final = "A21"


def sentences(spans: Spans) -> tuple[Said, ...]:
    if not spans.now.figures:
        return (Said(both("say.nothing"), ()),)
    return (_advice(spans), _waited(spans), _rated(spans))


def _known(row: Row, code: str) -> Fraction | None:
    shown = row.get(code)
    return shown if isinstance(shown, Fraction) else None


def _of(spans: Spans, code: str) -> Iterator[Named]:
    for span, row in (("now", spans.now.figures), ("before", spans.before.figures)):
        if _known(row, code) is not None:
            yield Named(code, spans.unit, span, row[code], form().fields[code].scale)


def _number(figure: Fraction, scale: int = 0, *, signed: bool = False) -> str:
    return text_of(half_up(figure, scale), scale, signed=signed)


def _than(spans: Spans) -> Both:
    return both("than.month" if spans.one_month else "than.span")


def _span(spans: Spans) -> Both:
    return both("span.month" if spans.one_month else "span.run")


# --- advice --------------------------------------------------------------------------------------------------


def _advice(spans: Spans) -> Said:
    now, before = _known(spans.now.figures, "B01"), _known(spans.before.figures, "B01")
    named = list(_of(spans, "B01"))
    if now is None:
        return Said(both("say.advice_unknown"), ())
    if not before:
        return Said(both("say.advice_alone", span=_span(spans), now=_number(now), than=_than(spans)), tuple(named))
    if now == before:
        return Said(both("say.advice_same", span=_span(spans), now=_number(now), than=_than(spans)), tuple(named))
    mover = _mover(spans, rising=now > before)
    because = Both("", "")
    if mover is not None:
        code, by = mover
        because = both("say.because", field=field_name(code), by=_number(by, signed=True))
        named += _of(spans, code)
    text = both(
        "say.advice_up" if now > before else "say.advice_down", span=_span(spans), now=_number(now), than=_than(spans),
        percent=_number(abs(100 * (now - before) / before), _POINT), by=_number(now - before, signed=True),
        because=because,
    )  # fmt: skip
    return Said(text, tuple(named))


def _mover(spans: Spans, *, rising: bool) -> tuple[str, Fraction] | None:
    """The field that moved most in the direction of the whole."""
    sign = 1 if rising else -1
    moved = [
        (code, now - before)
        for code in FIELDS
        if (now := _known(spans.now.figures, code)) is not None
        and (before := _known(spans.before.figures, code)) is not None
        and sign * (now - before) > 0
    ]
    return max(moved, key=lambda one: sign * one[1], default=None)


# --- waiting -------------------------------------------------------------------------------------------------


def _waited(spans: Spans) -> Said:
    now, before = _known(spans.now.figures, _WAIT), _known(spans.before.figures, _WAIT)
    if now is None:
        return Said(both("say.waited_unknown"), ())
    named = list(_of(spans, _WAIT))
    change = Both("", "")
    if before is not None:
        key = "longer" if now > before else "shorter" if now < before else "same"
        change = both(f"say.waited_{key}", than=_than(spans), by=_number(abs(now - before), _POINT))
    long = Both("", "")
    many, done = _known(spans.now.figures, "A23"), _known(spans.now.figures, "A11")
    if many is not None and done:
        long = both("say.waited_long", many=_number(many), share=_number(100 * many / done, _POINT))
        named += [one for code in ("A23", "A11") for one in _of(spans, code) if one.span == "now"]
    text = both("say.waited", span=_span(spans), now=_number(now, _POINT), change=change, long=long)
    longest = _longest(spans)
    if longest is not None:
        part, figure = longest
        most = both("say.waited_most", unit=unit_name(part.unit), figure=_number(figure, _POINT))
        text = Both(text.zh + most.zh, text.en + most.en)
        named.append(Named(_WAIT, part.unit, "now", figure, _POINT))
    return Said(both("say.ended", text=text), tuple(named))


def _longest(spans: Spans) -> tuple[Part, Fraction] | None:
    """Where people waited longest, if that is one place of several."""
    known = [(part, one) for part in spans.now.parts if (one := _known(part.figures, _WAIT)) is not None]
    most = max((one for _, one in known), default=None)
    found = [(part, one) for part, one in known if one == most]
    return found[0] if len(known) > 1 and len(found) == 1 else None


# --- ratings -------------------------------------------------------------------------------------------------


def _rated(spans: Spans) -> Said:
    row, last = spans.now.figures, spans.before.figures
    now, before = _known(row, "P09"), _known(last, "P09")
    bad = [_known(row, code) for code in ("P10", "P13", "P11")]
    if now is None:
        return Said(both("say.rated_none", span=_span(spans)), tuple(_of(spans, "P02"))[:1])
    named = list(_of(spans, "P09"))
    change = Both("", "")
    if before is not None:
        key = "up" if now > before else "down" if now < before else "same"
        change = both(f"say.rated_{key}", than=_than(spans), by=_number(abs(now - before), _POINT))
    told = Both("", "")
    if all(one is not None for one in bad):
        count, fixed, invalid = (_number(one or Fraction()) for one in bad)
        told = both("say.rated_bad", bad=count, fixed=fixed, invalid=invalid)
        named += [one for code in ("P10", "P13", "P11") for one in _of(spans, code) if one.span == "now"]
    text = both("say.rated", span=_span(spans), now=_number(now, _POINT), change=change, bad=told)
    return Said(both("say.ended", text=text), tuple(named))
