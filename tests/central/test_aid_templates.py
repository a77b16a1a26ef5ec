"""A unit's own template is looked through before anything of it is run, and what is wrong with it is told."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from jinja2.exceptions import SecurityError
from PIL import Image

from central.aid_papers.checking import MOST_BYTES, check_template
from central.aid_papers.filling import fill
from central.aid_papers.forms import form_table
from central.aid_papers.marks import ClosedEnvironment
from central.aid_papers.pdf import to_pdf
from central.aid_papers.reading import read_paper
from central.aid_papers.templates import shipped
from central.failures import TooLarge, WrongField
from tests.central.test_aid_paper_forms import filled, printed

FORM = form_table().forms["F10"]


def parts() -> dict[str, bytes]:
    with ZipFile(io.BytesIO(shipped("F10"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(**changed: bytes) -> bytes:
    """The shipped template with parts put in; ``__`` stands for a stroke, ``_dot_`` for a dot."""
    whole = parts() | {name.replace("__", "/").replace("_dot_", "."): content for name, content in changed.items()}
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return made.getvalue()


def edited(change: Callable[..., object]) -> bytes:
    """The template as a clerk's Word would save it after a change."""
    document = Document(io.BytesIO(shipped("F10")))
    change(document)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def saying(text: str) -> bytes:
    return edited(lambda document: document.add_paragraph(text))


def refusal(file: bytes) -> str:
    with pytest.raises(WrongField) as refused:
        check_template(file, FORM)
    assert refused.value.code == "AID_TEMPLATE_FAULTS"
    assert refused.value.words is not None
    assert all(refused.value.words)
    return refused.value.words[0]


def test_a_template_saved_again_by_another_program_is_taken() -> None:
    check_template(edited(lambda document: None), FORM)


def test_what_a_clerk_changes_shows_on_both_papers() -> None:
    def change(document: Document) -> None:  # type: ignore[valid-type]
        first = document.paragraphs[0]  # type: ignore[attr-defined]
        first.runs[0].text = "不予法律援助"
        more = first.add_run("决定书（样稿）")
        more.bold, more.underline, more.font.size = True, True, Pt(18)
        line = document.add_paragraph("本决定书一式两份")  # type: ignore[attr-defined]
        line.runs[0].add_break(WD_BREAK.PAGE)

    file = edited(change)
    check_template(file, FORM)
    docx = fill(file, dict.fromkeys(FORM.fields, "某"))
    told = printed(to_pdf(docx))
    assert "不予法律援助决定书（样稿）" in told
    assert "本决定书一式两份" in told
    paper, unread = read_paper(docx)
    assert unread == set()
    assert [(run["bold"], run["underline"], run["size"]) for run in paper["body"][0]["runs"]] == [
        (False, False, 22.0), (True, True, 18.0),
    ]  # fmt: skip
    assert paper["body"][-1]["kind"] == "new_page"


def test_a_mark_that_word_has_cut_into_pieces_is_still_one() -> None:
    def cut(document: Document) -> None:  # type: ignore[valid-type]
        line = document.add_paragraph("再说一次：{")  # type: ignore[attr-defined]
        line.add_run("{ case_").bold = True
        line.add_run("number }}")

    file = edited(cut)
    check_template(file, FORM)
    assert "再说一次：某号" in printed(to_pdf(fill(file, dict.fromkeys(FORM.fields, "某号"))))


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ("{{ ''.__class__ }}", "不认识的标记"),
        ("{{ applicant.__class__ }}", "没有这个字段"),
        ("{{ applicant|upper }}", "不认识的标记"),
        ("{{ 9**9**9 }}", "不认识的标记"),
        ("{{ cycler }}", "没有这个字段：cycler"),
        ("{% for x in range(99999999) %}{{ x }}{% endfor %}", "不认识的标记"),
        ("{% include 'x' %}", "不认识的标记"),
        ("{% set a = 1 %}", "不认识的标记"),
        ("{# a note #}", "没有成对"),
        ("{{ applicant }", "没有成对"),
        ("{{ applicant", "没有成对"),
        ("a { single brace", "没有成对"),
        ("{{ aplicant }}", "aplicant → applicant"),
        ("{%p if bureau_phone %}", "缺少结束标记"),
        ("{%p endif %}", "多了结束标记"),
        ("{%p for one in applicant %}", "用法不对：applicant"),
        ("{{ one.name }}", "没有这个字段"),
        ("{{ papers }}", "没有这个字段"),
        ("{{ applicant }} " * 501, "标记过多"),
    ],
)
def test_a_mark_that_is_no_field_is_refused_and_named(mark: str, told: str) -> None:
    assert told in refusal(saying(mark))


def test_a_form_keeps_what_it_must_say() -> None:
    def leave_out(document: Document) -> None:  # type: ignore[valid-type]
        for line in document.paragraphs:  # type: ignore[attr-defined]
            if "object_days" in line.text:
                line._element.getparent().remove(line._element)

    told = refusal(edited(leave_out))
    assert "提出异议期限（日）（object_days）" in told
    assert "设立本机构的司法行政部门（bureau）" not in told, "it stands in another paragraph too"


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"", "不是 Word 文档"),
        (b"PK\x03\x04" + b"x" * 100, "不是 Word 文档"),
        (b"%PDF-1.7", "不是 Word 文档"),
        (packed(word__vbaProject_dot_bin=b"x"), "vbaProject"),
        (packed(word__embeddings__a_dot_bin=b"x"), "embeddings"),
        (packed(word__activeX__activeX1_dot_xml=b"<a/>"), "activeX"),
        (packed(**{"..__evil_dot_xml": b"<a/>"}), "不允许的内容"),
        (packed(word__styles_dot_xml=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "styles.xml"),
        (packed(word__document_dot_xml="<a/>".encode("utf-16")), "document.xml"),
        (packed(word__document_dot_xml=b"<a>"), "不是 Word 文档"),
        (packed(word__document_dot_xml=b"<a/>"), "不是 Word 文档"),
        (packed(word__media__a_dot_png=b"no picture"), "a.png"),
        (
            packed(**{"[Content_Types]_dot_xml": parts()["[Content_Types].xml"].replace(
                b"wordprocessingml.document.main", b"wordprocessingml.document.macroEnabled.main")}),
            "不是 Word 文档",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plain_word_file_is_refused(file: bytes, told: str) -> None:
    assert told in refusal(file)


def test_a_bomb_is_not_unpacked() -> None:
    assert "解压后过大" in refusal(packed(word__theme__theme1_dot_xml=b" " * 9_000_000))
    many = {f"customXml__item{number}_dot_xml": b"<a/>" for number in range(120)}
    assert "部件过多" in refusal(packed(**many))
    with pytest.raises(TooLarge):
        check_template(b"x" * (MOST_BYTES + 1), FORM)


def test_a_file_that_lies_about_its_sizes_is_refused() -> None:
    file = bytearray(packed(word__theme__theme1_dot_xml=b" " * 5_000_000))
    at = file.rindex(b"PK\x01\x02word/theme", 0) if b"PK\x01\x02word/theme" in file else file.rindex(b"PK\x01\x02")
    file[at + 24 : at + 28] = struct.pack("<I", 10)
    refusal(bytes(file))


@pytest.mark.parametrize(
    "body",
    [
        b"<w:p/>" * 1_600,
        b"<w:p><w:r>" + b"<w:br/>" * 400 + b"</w:r></w:p>",
        b"<w:p>" + b"<w:r/>" * 20_000 + b"</w:p>",
        b"<w:p><w:r><w:t>" + b"a" * 530_000 + b"</w:t></w:r></w:p>",
    ],
)
def test_what_would_take_minutes_to_set_is_not_tried(body: bytes) -> None:
    text = parts()["word/document.xml"].replace(b"<w:sectPr>", body + b"<w:sectPr>", 1)
    told = refusal(packed(word__document_dot_xml=text))
    assert "解压后过大" in told or "document.xml" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'w:h="16838"', b'w:h="20"', "pgSz"),
        (b'w:w="11906"', b'w:w="90000000"', "pgSz"),
        (b"<w:sectPr>", b"<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r></w:p><w:sectPr>", "fldChar"),
        (b"<w:sectPr>", b"<w:p><w:r><w:t>{{</w:t></w:r></w:p><w:sectPr>", "没有成对"),
        (b"<w:sectPr>", b"<!-- {{ applicant }} --><w:sectPr>", "document.xml"),
    ],
)
def test_a_page_or_field_that_is_none_is_refused(old: bytes, new: bytes, told: str) -> None:
    text = parts()["word/document.xml"]
    assert old in text
    assert told in refusal(packed(word__document_dot_xml=text.replace(old, new, 1)))


def test_sizes_that_no_page_has_room_for_are_brought_back() -> None:
    line = (
        b'<w:p><w:pPr><w:spacing w:before="99999999" w:line="-5"/><w:ind w:left="99999999"/></w:pPr><w:r><w:rPr>'
        b'<w:sz w:val="99999999"/></w:rPr><w:t>x</w:t></w:r></w:p><w:sectPr>'
    )
    text = parts()["word/document.xml"].replace(b"<w:sectPr>", line, 1)
    paper, _ = read_paper(packed(word__document_dot_xml=text))
    last = paper["body"][-1]
    assert (last["runs"][0]["size"], last["before"], last["times"]) == (12.0, 0.0, 0.5)
    to_pdf(packed(word__document_dot_xml=text))


def test_a_picture_of_a_billion_points_is_not_drawn() -> None:
    made = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(made, "PNG")
    assert "big.png" in refusal(packed(word__media__big_dot_png=made.getvalue()))


def test_a_template_that_would_fetch_something_is_refused() -> None:
    relations = parts()["word/_rels/document.xml.rels"]
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    for kind, mode in (("image", "External"), ("attachedTemplate", "&#69;xternal"), ("hyperlink", "External")):
        line = f'<Relationship Id="rId9" Type="{kinds}/{kind}" Target="http://a.example/x" TargetMode="{mode}"/>'
        file = packed(
            word___rels__document_dot_xml_dot_rels=relations.replace(b"</Relation", line.encode() + b"</Relation")
        )
        assert "引用了文件以外的内容" in refusal(file)


def _in_last_paragraph(*names: str) -> Callable[..., object]:
    def change(document: Document) -> None:  # type: ignore[valid-type]
        place = document.paragraphs[-1]._element  # type: ignore[attr-defined]
        for name in names:
            made = OxmlElement(name)
            place.append(made)
            place = made

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_in_last_paragraph("w:ins", "w:r"), "ins"),
        (_in_last_paragraph("w:hyperlink", "w:r"), "hyperlink"),
        (_in_last_paragraph("w:r", "w:pict"), "pict"),
        (_in_last_paragraph("w:r", "w:footnoteReference"), "footnoteReference"),
        (_in_last_paragraph("w:r", "w:object"), "object"),
        (_in_last_paragraph("w:sdt", "w:sdtContent"), "sdt"),
        (lambda document: document.element.body.insert(0, OxmlElement("w:altChunk")), "altChunk"),
        (lambda document: document.add_section(), "sectPr"),
        (
            lambda document: document.paragraphs[1]._element.get_or_add_pPr().append(OxmlElement("w:numPr")),
            "numPr",
        ),
    ],
)
def test_what_the_pdf_could_not_show_is_refused_by_name(change: Callable[..., object], told: str) -> None:
    assert told in refusal(edited(change))


def test_a_field_of_word_other_than_page_numbers_is_refused() -> None:
    def change(document: Document) -> None:  # type: ignore[valid-type]
        made = OxmlElement("w:fldSimple")
        made.set(qn("w:instr"), ' INCLUDETEXT "\\\\\\\\server\\\\file" ')
        document.paragraphs[-1]._element.append(made)  # type: ignore[attr-defined]

    assert "INCLUDETEXT" in refusal(edited(change))


def test_marks_in_names_and_numbers_of_the_file_are_refused() -> None:
    text = parts()["word/document.xml"].replace(b'w:val="body"', b'w:val="{{ applicant }}"', 1)
    assert "document.xml" in refusal(packed(word__document_dot_xml=text))


@pytest.mark.parametrize(
    "text",
    [
        "{{ a.__class__ }}",
        "{{ a() }}",
        "{{ a + 1 }}",
        "{{ a|upper }}",
        "{% for b in a.c() %}{% endfor %}",
        "{{ a['b'] }}",
    ],
)
def test_even_unchecked_a_template_runs_nothing_but_fields(text: str) -> None:
    with pytest.raises(SecurityError):
        ClosedEnvironment().from_string(text)


def test_a_template_merged_over_rows_and_with_lines_of_its_own_is_set_as_it_is() -> None:
    def change(document: Document) -> None:  # type: ignore[valid-type]
        table = document.add_table(2, 2)  # type: ignore[attr-defined]
        table.style = None
        table.cell(0, 0).merge(table.cell(1, 0)).text = "竖"
        table.cell(0, 1).text = "一"
        table.cell(1, 1).text = "二"

    file = edited(change)
    check_template(file, FORM)
    paper, _ = read_paper(file)
    table = next(one for one in paper["body"] if one["kind"] == "table")
    assert [[(cell["column"], cell["rows"]) for cell in row["cells"]] for row in table["rows"]] == [
        [(0, 2), (1, 1)], [(1, 1)],
    ]  # fmt: skip


def test_a_document_in_three_pages_carries_its_page_numbers() -> None:
    told = printed(to_pdf(filled("F31")))
    assert "— 1 —" in told
    assert "— 2 —" in told
