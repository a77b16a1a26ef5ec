"""What may stand in a template between braces: fields, rows, and what is left out when a field says nothing.

    {{ applicant }}                                  a field
    {%tr for one in papers %} … {%tr endfor %}       rows of a table, each in a row of its own
    {{ one.name }}                                   a column of such a row
    {%p if receipt_number %} … {%p endif %}          paragraphs that may be missing

Nothing else: no arithmetic, no filter, no call, so that a template can do nothing but be filled in. The words are found
in each paragraph's own text, however Word has cut it into pieces; the sandbox and the look at what it would run
(`ClosedEnvironment`) stand behind that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from central.aid_papers.forms import Form, Kind, form_table

MOST_MARKS: Final = 500
_MARK: Final = re.compile(r"\{\{[^{}%#]*\}\}|\{%[^{}%#]*%\}")
_BRACE: Final = re.compile(r"[{}]")  # of two paragraphs together they could make a mark
_FIELD: Final = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_COLUMN: Final = re.compile(r"\{\{\s*([a-z_]+)\.([a-z_]+)\s*\}\}")
_LOOP: Final = re.compile(r"\{%(tr|p)?\s*for\s+([a-z_]+)\s+in\s+([a-z_]+)\s*%\}")
_TEST: Final = re.compile(r"\{%(tr|p)?\s*if\s+([a-z_]+)\s*%\}")
_END: Final = re.compile(r"\{%(tr|p)?\s*(endfor|endif)\s*%\}")
_ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If,
)  # fmt: skip


class ClosedEnvironment(ImmutableSandboxedEnvironment):
    """Runs fields, loops over rows and tests of a field, and refuses everything else before it is run."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)

    def _generate(self, source: nodes.Template, *rest: Any, **named: Any) -> str:
        for node in source.find_all(nodes.Node):
            if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.Getattr) and node.attr.startswith("_")):
                raise SecurityError(f"{type(node).__name__} is nothing that a template may do")
        return super()._generate(source, *rest, **named)


@dataclass(slots=True)
class Found:
    """What a template asks for, and what is wrong with its marks: (code, what it is about)."""

    fields: set[str] = field(default_factory=set)
    faults: list[tuple[str, str]] = field(default_factory=list)
    open: list[tuple[str, str, str]] = field(default_factory=list)  # endfor or endif, the row's name, the list


def marks_of(paragraphs: Iterable[str], form: Form) -> Found:
    """Read the marks of each paragraph, one after the other as they stand in the file."""
    found, count = Found(), 0
    for text in paragraphs:
        if not _BRACE.search(text):
            continue
        if _BRACE.search(_MARK.sub("", text)):
            found.faults.append(("AID_MARK_OPEN", text[:60]))
            continue
        for mark in _MARK.findall(text):
            count += 1
            _read(mark, found, form)
    if count > MOST_MARKS:
        found.faults.append(("AID_TOO_MANY_MARKS", str(count)))
    found.faults += [("AID_MARK_NO_END", f"{{% {end} %}}") for end, _, _ in found.open]
    return found


def _read(mark: str, found: Found, form: Form) -> None:
    if plain := _FIELD.fullmatch(mark):
        _ask(found, form, plain[1], rows=False)
    elif column := _COLUMN.fullmatch(mark):
        _ask_column(found, column[1], column[2], mark)
    elif loop := _LOOP.fullmatch(mark):
        if found.open and found.open[-1][0] == "endfor":
            found.faults.append(("AID_MARK_IN_MARK", mark))
        _ask(found, form, loop[3], rows=True)
        found.open.append(("endfor", loop[2], loop[3]))
    elif test := _TEST.fullmatch(mark):
        _ask(found, form, test[2], rows=None)
        found.open.append(("endif", "", ""))
    elif end := _END.fullmatch(mark):
        if not found.open or found.open.pop()[0] != end[2]:
            found.faults.append(("AID_MARK_NO_BEGIN", mark))
    else:
        found.faults.append(("AID_MARK_UNKNOWN", mark[:60]))


def _ask(found: Found, form: Form, name: str, *, rows: bool | None) -> None:
    if name not in form.fields:
        near = get_close_matches(name, form.fields, 1, 0.5)
        found.faults.append(("AID_FIELD_UNKNOWN", f"{name} → {near[0]}" if near else name))
    elif rows is not None and rows != (form_table().fields[name].kind is Kind.ROWS):
        found.faults.append(("AID_FIELD_KIND", name))
    found.fields.add(name)


def _ask_column(found: Found, row: str, column: str, mark: str) -> None:
    over = [rows for _, name, rows in found.open if name == row]
    known: Mapping[str, Any] = form_table().fields
    columns = ("no", *known[over[0]].columns) if over and over[0] in known else ()
    if column not in columns:
        near = get_close_matches(column, columns, 1, 0.5)
        found.faults.append(("AID_FIELD_UNKNOWN", f"{mark} → {row}.{near[0]}" if near else mark))
