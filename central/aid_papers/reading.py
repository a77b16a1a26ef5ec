"""Reads a Word file as what is on its pages: paragraphs, runs, tables, pictures, breaks. What it cannot read it names.

This is what the PDF is set from, so that whatever a clerk changes in a template shows in both. A file with anything in
it that is not read here (numbered lists, text boxes, footnotes, tracked changes) is refused when it comes in as a
template: a paper whose PDF lacks a line of its Word file would be worse than none.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from docx import Document
from docx.oxml.ns import qn

from central.aid_papers.looks import Styles, face, number, shape, style_of
from central.aid_papers.tables_read import Block, read_table

EMU_A_POINT: Final = 12_700
_SILENT: Final = frozenset(
    qn(f"w:{name}")
    for name in (
        "pPr", "rPr", "bookmarkStart", "bookmarkEnd", "proofErr", "lastRenderedPageBreak", "noProof", "sectPr",
        "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "permStart", "permEnd", "softHyphen",
    )
)  # fmt: skip
_PAGE_WORDS: Final = {"PAGE": "page", "NUMPAGES": "pages"}
_LONG_WORD: Final = 24
_LONGEST_SIDE: Final = 1700.0
_SHORTEST_TEXT: Final = 140.0


class Reader:
    """One file, read once; ``unread`` names what stands in it that is not read."""

    def __init__(self, file: bytes) -> None:
        self.document = Document(io.BytesIO(file))
        package = self.document.part
        self.styles = Styles(package.styles.element)
        self.unread: set[str] = set()
        self._instruction: str | None = None

    @property
    def in_field(self) -> bool:
        """Whether a field was begun that does not end: what stands behind it would not be read."""
        return self._instruction is not None

    def blocks(self, parent: Any, part: Any) -> list[Block]:
        """What stands in a body, a cell, a header or a footer."""
        found: list[Block] = []
        for child in parent:
            if child.tag == qn("w:p"):
                found += _pages(self._paragraph(child, part), in_body=parent.tag == qn("w:body"))
            elif child.tag == qn("w:tbl"):
                found.append(read_table(child, self.styles, lambda cell: self.blocks(cell, part)))
                self._note_strange(child)
            elif child.tag not in _SILENT:
                self._strange(child)
        return found

    def _note_strange(self, table: Any) -> None:
        for row in table:
            if row.tag not in _SILENT and row.tag != qn("w:tr"):
                self._strange(row)
            for cell in row if row.tag == qn("w:tr") else ():
                if cell.tag not in _SILENT and cell.tag != qn("w:tc"):
                    self._strange(cell)

    def _paragraph(self, paragraph: Any, part: Any) -> Block:
        style = style_of(paragraph)
        own = paragraph.find(qn("w:pPr"))
        if own is not None:
            for name in ("w:numPr", "w:framePr"):
                if own.find(qn(name)) is not None:
                    self.unread.add(name.removeprefix("w:"))
            if own.find(qn("w:sectPr")) is not None:
                self.unread.add("sectPr")
        runs = [run for child in paragraph for run in self._inline(child, style, part)]
        return {
            "kind": "paragraph", **asdict(shape(paragraph, self.styles)),
            "mark": face(None, style, self.styles).size, "runs": runs,
        }  # fmt: skip

    def _inline(self, child: Any, style: str | None, part: Any) -> Iterator[Block]:
        if child.tag == qn("w:r"):
            yield from self._run(child, style, part)
        elif child.tag == qn("w:fldSimple"):
            look = asdict(face(child.find(qn("w:r")), style, self.styles))
            yield from self._field(str(child.get(qn("w:instr"), "")), look)
        elif child.tag not in _SILENT:
            self._strange(child)

    def _run(self, run: Any, style: str | None, part: Any) -> Iterator[Block]:
        look = asdict(face(run, style, self.styles))
        for child in run:
            match child.tag.rpartition("}")[2]:
                case "t":
                    if self._instruction is None:
                        yield {"kind": "text", "text": _breakable(child.text or ""), **look}
                case "tab":
                    yield {"kind": "text", "text": "　", **look}
                case "br" | "cr":
                    yield {"kind": "page_break" if child.get(qn("w:type")) == "page" else "break"}
                case "noBreakHyphen":
                    yield {"kind": "text", "text": "-", **look}
                case "drawing":
                    yield from self._picture(child, part)
                case "fldChar":
                    yield from self._complex_field(child, look)
                case "instrText":
                    self._instruction = (self._instruction or "") + (child.text or "")
                case _:
                    if child.tag not in _SILENT:
                        self._strange(child)

    def _complex_field(self, mark: Any, look: dict[str, Any]) -> Iterator[Block]:
        kind = mark.get(qn("w:fldCharType"))
        if kind == "begin":
            self._instruction = ""
        elif kind == "end" and self._instruction is not None:
            instruction, self._instruction = self._instruction, None
            yield from self._field(instruction, look)

    def _field(self, instruction: str, look: dict[str, Any]) -> Iterator[Block]:
        word = (instruction.split() or [""])[0].upper()
        if word in _PAGE_WORDS:
            yield {"kind": _PAGE_WORDS[word], **look}
        else:
            self.unread.add(f"field {word[:20]}")

    def _picture(self, drawing: Any, part: Any) -> Iterator[Block]:
        inline = drawing.find(qn("wp:inline"))
        blips = list(drawing.iter(qn("a:blip")))
        named = blips[0].get(qn("r:embed")) if len(blips) == 1 else None
        if inline is None or named is None or named not in part.rels or part.rels[named].is_external:
            self.unread.add("drawing")
            return
        extent = inline.find(qn("wp:extent"))
        image = part.rels[named].target_part
        if image.content_type not in ("image/png", "image/jpeg"):
            self.unread.add(str(image.content_type))
            return
        wide, high = (number(extent.get(side)) / EMU_A_POINT for side in ("cx", "cy"))
        yield {"kind": "picture", "content": list(image.blob), "width": wide, "height": high}

    def _strange(self, element: Any) -> None:
        self.unread.add(str(element.tag).rpartition("}")[2])


def _pages(paragraph: Block, *, in_body: bool) -> Iterator[Block]:
    """A paragraph, or the parts of one with a new page between them; in a cell there is no new page."""
    if in_body and paragraph["new_page"]:
        yield {"kind": "new_page"}
    runs: list[Block] = []
    for run in paragraph["runs"]:
        if run["kind"] != "page_break":
            runs.append(run)
        elif in_body:
            if runs:
                yield {**paragraph, "runs": runs}
            yield {"kind": "new_page"}
            runs = []
    if runs or not paragraph["runs"]:
        yield {**paragraph, "runs": runs}


def _breakable(text: str) -> str:
    """A word of a number or a foreign language that no line holds may be broken anywhere."""
    words = text.split(" ")
    return " ".join("\u200b".join(word) if len(word) > _LONG_WORD and word.isascii() else word for word in words)


def read_paper(file: bytes) -> tuple[dict[str, Any], set[str]]:
    """A Word file as its pages, and what of it was not read."""
    reader = Reader(file)
    document = reader.document
    section = document.sections[0]
    if len(document.sections) > 1:
        reader.unread.add("sectPr")
    sides = ("page_width", "page_height", "top_margin", "bottom_margin", "left_margin", "right_margin")
    page = {side: round((getattr(section, side) or 0) / EMU_A_POINT, 2) for side in sides}
    paper = {
        "title": document.core_properties.title, "number": document.core_properties.subject, "page": page,
        "body": reader.blocks(document.element.body, document.part),
        "header": _edge(reader, section.header), "footer": _edge(reader, section.footer),
        "header_from_top": (section.header_distance or 0) / EMU_A_POINT,
        "footer_from_bottom": (section.footer_distance or 0) / EMU_A_POINT,
    }  # fmt: skip
    if reader.in_field:
        reader.unread.add("fldChar")
    if not _is_page(page):
        reader.unread.add("pgSz")
    if section.different_first_page_header_footer or document.settings.odd_and_even_pages_header_footer:
        reader.unread.add("titlePg")
    return paper, reader.unread


def _is_page(page: dict[str, float]) -> bool:
    """A page that is no larger than A2, with room for text."""
    wide = page["page_width"] - page["left_margin"] - page["right_margin"]
    high = page["page_height"] - page["top_margin"] - page["bottom_margin"]
    sides = (page["page_width"], page["page_height"])
    return min(page.values()) >= 0 and max(sides) <= _LONGEST_SIDE and min(wide, high) >= _SHORTEST_TEXT


def _edge(reader: Reader, edge: Any) -> list[Block]:
    if edge.is_linked_to_previous:
        return []
    return reader.blocks(edge._element, edge.part)
