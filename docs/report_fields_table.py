"""The table of ``report-fields.md``: every field of the monthly form, read from the form itself."""

from __future__ import annotations

from collections.abc import Iterator

from central.report.form import Field, Part, form
from central.units.rules import Level
from hall_config.wording import LANGUAGES, say


def fields_table() -> Iterator[str]:
    """Part by part, each field with its names, what it counts, where it is from, how it is checked and adds up."""
    for part in form().parts:
        yield from _part(part)


def _part(part: Part) -> Iterator[str]:
    yield f"## {part.key} {part.zh} / {part.en}"
    yield ""
    yield "| code | 名称 | name | unit | source | adds up | computed as, rules | |"
    yield "|---|---|---|---|---|---|---|---|"
    for field in part.fields:
        yield f"| {' | '.join(_cells(field))} |"
    yield ""


def _cells(field: Field) -> tuple[str, ...]:
    unit = " / ".join(dict.fromkeys(say(f"central.report_unit.{field.unit}", language) for language in LANGUAGES))
    decimals = f", {field.scale} decimal{'s' if field.scale > 1 else ''}" if field.scale else ""
    return (
        field.code, field.zh, field.en, unit + decimals, field.source.value, field.kind.value, _rules(field),
        "few" if field.few else "",
    )  # fmt: skip


def _rules(field: Field) -> str:
    asked = "" if field.at == frozenset(Level) else f" ({', '.join(level for level in Level if level in field.at)})"
    told = [f"`= {field.written}`"] if field.written else []
    told += [f"`{field.rule_written}`{asked}"] if field.rule_written else []
    told += [f"note unless `{field.soft_written}`{asked}"] if field.soft_written else []
    told += ["its rule is of a month, not of a year"] if field.monthly else []
    told += ["judged in the month that ends a quarter"] if field.quarterly else []
    return "; ".join(told)
