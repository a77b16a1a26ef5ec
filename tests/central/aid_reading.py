"""The documents of a case opened and read back, and the days of its limits."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from docx import Document
from pypdf import PdfReader

from central.aid import store
from central.aid.chain import broken_at
from central.aid_limits import clocks
from central.aid_limits.clocks import Clock
from central.aid_papers import issuing
from tests.central.aid_house import House

CHINA = timezone(timedelta(hours=8))
# what no paper says: codes of the program, marks of a template, a bracket or a sentence with nothing in it
ODD = re.compile(
    r"None|null|\{|M(?:24|29|33|3[12]_\d)|[NXT]\d\d_|FORM_\d|[A-Z]{4,}|（）|（[^（）]{1,8}：）|[：，]。|：，|于，|因，"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: what its Word file says and what its PDF says, without blanks and breaks."""

    form: str
    number: str
    void: bool
    docx: str
    pdf: str
    blank: tuple[str, ...] = ()  # headings of a sheet beside which nothing stands

    def says(self, *texts: str) -> bool:
        return all(plain(one) in self.docx and plain(one) in self.pdf for one in texts)


def plain(text: str) -> str:
    return "".join(text.split())


def at(day: str, hour: int = 10) -> int:
    """That hour of that day in China."""
    moment = datetime.fromisoformat(f"{day}T{hour:02d}:00:00").replace(tzinfo=CHINA)
    return int(moment.timestamp() * 1000)


def day_of(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, CHINA).date().isoformat()


def papers(house: House, case: str) -> list[Paper]:
    """Every document of the case in the order of its making, opened in both formats."""
    found = []
    for row in sorted(issuing.papers_of(house.connection, case), key=lambda one: (one["made_ms"], one["form"])):
        docx, pdf = (issuing.open_paper(house.connection, house.vault, row["id"], kind) for kind in ("docx", "pdf"))
        void = row["voided_ms"] is not None
        told = of_word(docx)
        assert ODD.search(told) is None, (row["form"], told)
        found.append(Paper(row["form"], row["number"] or "", void, told, of_pdf(pdf), blanks(docx)))
    return found


def blanks(raw: bytes) -> tuple[str, ...]:
    """Of the sheets' tables: what stands left of an empty cell."""
    found = []
    for table in Document(io.BytesIO(raw)).tables:
        for row in table.rows:
            cells = list(dict.fromkeys(cell._tc for cell in row.cells))
            texts = [plain("".join(one.text or "" for one in cell.iter("{*}t"))) for cell in cells]
            pictures = [any(cell.iter("{*}drawing")) for cell in cells]
            found += [label for label, text, drawn in zip(texts, texts[1:], pictures[1:], strict=False)
                      if label and not text and not drawn]  # fmt: skip
    return tuple(found)


def papers_by_form(house: House, case: str) -> dict[str, Paper]:
    """The newest of each form that holds."""
    return {one.form: one for one in papers(house, case) if not one.void}


def of_word(raw: bytes) -> str:
    document = Document(io.BytesIO(raw))
    lines = [one.text for one in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return plain("".join(lines))


def of_pdf(raw: bytes) -> str:
    return plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages))


def check_whole(house: House, *cases: str) -> None:
    """The chains hold, and the numbers of every series run from 1 without a gap."""
    series: dict[str, list[int]] = {}
    for case in cases:
        assert broken_at(store.steps(house.connection, case)) is None
        row = store.case(house.connection, case)
        assert row is not None
        numbers = {row["number"]} | {one["number"] for one in issuing.papers_of(house.connection, case)}
        for number in numbers - {None, ""}:
            word, serial = re.fullmatch(r"（沪长）(.+)字〔2026〕第(\d{4})号", number).groups()  # type: ignore[union-attr]
            series.setdefault(word, []).append(int(serial))
    for word, serials in series.items():
        assert sorted(serials) == list(range(1, len(serials) + 1)), word


def limits_of(house: House, case: str, rule: str) -> list[Clock]:
    return [one for one in clocks.of_case(house.connection, case, house.now_ms) if one.rule.rule_id == rule]


def limit(house: House, case: str, rule: str) -> Clock:
    """The last one of that rule."""
    return limits_of(house, case, rule)[-1]


def running(house: House, case: str) -> set[str]:
    found = clocks.of_case(house.connection, case, house.now_ms)
    return {one.rule.rule_id for one in found if one.ended_ms is None}
