"""Every document of legal aid can be made of a case's facts, as a Word file and as the PDF that is made of it."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from zipfile import ZipFile

import pytest
from docx import Document
from pypdf import PdfReader

from central.aid_papers.checking import check_template
from central.aid_papers.fields import FieldMissing, fields_of
from central.aid_papers.filling import LONGEST, NoPicture, TooLong, clean, fill, picture_of
from central.aid_papers.forms import Kind, form_table
from central.aid_papers.layouts import FOLDER
from central.aid_papers.make_templates import TEMPLATES, template_of
from central.aid_papers.marks import marks_of
from central.aid_papers.pdf import lacks_of, to_pdf
from central.aid_papers.reading import read_paper
from central.aid_papers.templates import shipped
from hall_config.aid_application import Person
from hall_config.paper import lacking
from tests.central.aid_paper_samples import NAME, application, facts

FORMS = form_table().forms
TITLES = {  # domain.md 1.5
    "F01": "咨询登记表",
    "F02": "法律援助申请表", "F03": "授权委托书", "F04": "经济困难状况说明表", "F05": "申请材料接收凭证",
    "F06": "补充材料/说明通知书", "F07": "法律援助协作函", "F08": "审查表", "F09": "给予法律援助决定书",
    "F10": "不予法律援助决定书", "F11": "指派通知书", "F12": "委托代理/辩护协议", "F13": "法律援助公函",
    "F14": "承办情况通报/报告记录", "F15": "机构介绍信", "F16": "更换", "F17": "更换法律援助人员通知书",
    "F18": "终止法律援助决定书", "F19": "终止", "F20": "异议审查决定书", "F21": "结案报告表", "F22": "送达回证",
    "F23": "法律帮助申请表", "F24": "值班律师提供法律帮助通知书", "F25": "值班律师提供法律帮助通知书",
    "F26": "值班律师提供法律帮助通知书", "F27": "值班律师提供法律帮助通知书", "F28": "法律帮助情况登记表",
    "F29": "值班律师工作台账", "F30": "庭审旁听记录", "F31": "征询办案机关意见函", "F32": "受援人回访记录表",
}  # fmt: skip
# what a law wants each of these to say (法律援助法 41, 43, 48, 49)
SAYS = {
    "F05": ("第四十三条", "七日", "视为撤回申请", "一次性告知"),
    "F06": ("第四十三条", "视为撤回申请", "一次性告知的全部事项"),
    "F09": ("第三十一条第（五）项", "第四十三条", "三日", "不得向你收取任何财物"),
    "F10": ("第四十三条", "第四十九条", "十五日", "五日", "司法局", "行政复议", "行政诉讼"),
    "F11": ("五日", "三十日", "不得向受援人收取任何财物"),
    "F18": ("第四十八条", "第四十九条", "自行委托律师或者其他代理人", "十五日", "行政复议"),
    "F20": ("第四十九条", "行政复议", "行政诉讼"),
}


def filled(code: str, number: str = "（某区）援某字〔2026〕第0007号") -> bytes:
    fields = fields_of(code, facts())
    if "number" in fields:
        fields["number"] = number
    return fill(shipped(code), fields, FORMS[code].zh, number)


def words_of(file: bytes) -> str:
    """Everything that a Word file says, in its order."""
    body = Document(io.BytesIO(file)).element.body
    return "".join(text.text or "" for text in body.iter("{*}t"))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def printed(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_table_has_every_document_from_f01_to_f32() -> None:
    assert {f"F{number:02d}" for number in range(1, 33)} <= set(FORMS)
    assert set(FORMS) == {*TITLES, "F13B"}
    assert [code for code, title in TITLES.items() if title not in FORMS[code].zh] == []
    assert not form_table().compared, "nobody has compared them with the official annex yet"


@pytest.mark.parametrize("code", FORMS)
def test_a_shipped_template_asks_for_the_fields_of_its_form_and_for_no_other(code: str) -> None:
    document = Document(io.BytesIO(shipped(code)))
    texts = ("".join(text.text or "" for text in one.iter("{*}t")) for one in document.element.body.iter("{*}p"))
    found = marks_of(texts, FORMS[code])
    assert found.faults == []
    assert found.fields == set(FORMS[code].fields)


@pytest.mark.parametrize("code", FORMS)
def test_the_shipped_templates_are_made_of_the_layouts_in_the_tree(code: str) -> None:
    kept, made = (ZipFile(io.BytesIO(file)) for file in ((TEMPLATES / f"{code}.docx").read_bytes(), template_of(code)))
    assert kept.namelist() == made.namelist()
    assert [name for name in made.namelist() if kept.read(name) != made.read(name)] == []


def test_nothing_lies_beside_the_forms() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(FORMS) == {path.stem for path in TEMPLATES.glob("*.docx")}


@pytest.mark.parametrize("code", FORMS)
def test_a_document_says_its_facts_as_a_word_file_and_as_a_pdf(code: str) -> None:
    docx = filled(code)
    assert docx == filled(code), "the same facts are the same bytes"
    told, fields = squeezed(words_of(docx)), fields_of(code, facts())
    missing = [
        name for name, value in fields.items() if isinstance(value, str) and squeezed(value.split("\n")[0]) not in told
    ]
    assert missing == []
    for name, value in fields.items():
        for row in value if isinstance(value, list) else ():
            assert all(squeezed(words) in told for words in row.values()), name
    assert "{{" not in told
    assert "{%" not in told
    pdf = to_pdf(docx)
    assert hashlib.sha256(pdf).digest() == hashlib.sha256(to_pdf(docx)).digest()
    assert sorted(squeezed(re.sub(r"— ?\d+ ?—", "", printed(pdf)))) == sorted(told), "nothing lost, nothing new"
    assert read_paper(docx)[1] == set()


@pytest.mark.parametrize("code", SAYS)
def test_a_decision_says_what_the_law_wants_it_to(code: str) -> None:
    told = words_of(filled(code))
    assert [words for words in SAYS[code] if words not in told] == []


def test_a_pdf_has_title_and_number_and_nobodys_name_in_its_properties() -> None:
    pdf = PdfReader(io.BytesIO(to_pdf(filled("F09"))))
    assert pdf.metadata is not None
    assert pdf.metadata.title == "给予法律援助决定书 （某区）援某字〔2026〕第0007号"
    assert not pdf.metadata.author
    assert NAME not in str(dict(pdf.metadata))
    properties = Document(io.BytesIO(filled("F09"))).core_properties
    assert (properties.author, properties.last_modified_by) == ("", "")


def test_rare_characters_of_names_are_printed_whole() -> None:
    assert NAME in printed(to_pdf(filled("F09")))


def test_a_character_that_no_font_has_is_told_on_the_pdf_and_stays_in_the_word_file() -> None:
    fields = fields_of("F10", facts()) | {"number": "1"}
    docx = fill(shipped("F10"), fields | {"applicant": "示例\ue000", "decision_reason": "张\U000f0000"})
    assert "\ue000" in words_of(docx)
    assert lacks_of(docx) == "\ue000\U000f0000"
    assert "缺少下列字符的字形，无法显示：U+E000、U+F0000" in squeezed(printed(to_pdf(docx)))
    assert lacks_of(filled("F10")) == ""


@pytest.mark.parametrize("name", ["\U00020000", "\U0002a6a5", "\U0002b820"])  # of Unicode's extensions B and E
def test_a_name_of_the_rarest_characters_is_printed_or_the_pdf_says_that_it_is_not(name: str) -> None:
    pdf = squeezed(
        printed(to_pdf(fill(shipped("F10"), fields_of("F10", facts()) | {"number": "1", "applicant": name})))
    )
    if lacking(name):  # the package fonts-hanazono is not here
        assert f"U+{ord(name):04X}" in pdf
    else:
        assert name in pdf
        assert "U+" not in pdf


@pytest.mark.parametrize("code", FORMS)
def test_what_a_document_needs_and_nobody_said_is_named(code: str) -> None:
    empty = replace(
        facts(), application=None, lawyer=None, old_lawyer=None, case_number="", receipt_number="", received_ms=None,
        case_title="", basis=None, clerk="", gaps=(), grounds=(), days={}, texts={}, moments={}, lists={},
    )  # fmt: skip
    with pytest.raises(FieldMissing) as refused:
        fields_of(code, empty)
    field = form_table().fields[refused.value.field or ""]
    assert refused.value.code == "AID_FORM_FIELD"
    assert refused.value.words is not None
    assert field.zh in refused.value.words[0]
    assert FORMS[code].zh in refused.value.words[0]


@pytest.mark.parametrize("code", FORMS)
def test_each_form_can_be_printed_blank(code: str) -> None:
    bare = replace(facts(), application=None, lawyer=None, texts={}, moments={}, lists={}, days={}, gaps=())
    docx = fill(shipped(code), fields_of(code, bare, blank=True), FORMS[code].zh)
    assert len(PdfReader(io.BytesIO(to_pdf(docx))).pages) >= 1


def test_a_field_that_no_form_has_is_an_error() -> None:
    with pytest.raises(ValueError, match="reazon"):
        fields_of("F10", facts(texts={"reazon": "x"}))


def test_the_reviewers_words_go_before_the_applicants() -> None:
    said = {**facts().texts, "matter": "确认劳动关系"}
    assert fields_of("F09", facts(texts=said))["matter"] == "确认劳动关系"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("{{ 7*7 }}{% for a in b %}", "{{ 7*7 }}{% for a in b %}"),
        ("<w:p/>&amp;]]>", "<w:p/>&amp;]]>"),
        ("一\x00二\x0b三\x1f四", "一二三四"),
        ("右\u202e左\u200f到", "右左到"),
        ("半\ud840个\ufffe", "半个"),
        ("a\r\nb\rc\td", "a\nb\nc d"),
        ("\U000323b0\ue000䶮", "\U000323b0\ue000䶮"),
    ],
)
def test_hostile_words_are_printed_as_words(given: str, shown: str) -> None:
    assert clean(given) == shown
    fields = fields_of("F10", facts()) | {"decision_reason": given, "number": "1"}
    docx = fill(shipped("F10"), fields)
    assert shown.split("\n")[0] in words_of(docx)
    assert squeezed(shown.split("\n")[0]) in squeezed(printed(to_pdf(docx))) or "\ue000" in shown


def test_a_word_longer_than_a_line_stays_on_the_paper_and_a_story_of_many_pages_is_whole() -> None:
    fields = fields_of("F08", facts()) | {"facts": "长" * 9000, "findings": "x" * 900, "reviewer": "A" * 60}
    pdf = PdfReader(io.BytesIO(to_pdf(fill(shipped("F08"), fields))))
    assert len(pdf.pages) > 5
    whole = squeezed("".join(page.extract_text() for page in pdf.pages))
    assert whole.count("长") == 9000
    assert whole.count("x") == 900


def test_a_value_that_no_paper_holds_is_refused() -> None:
    fields = fields_of("F10", facts()) | {"number": "1"}
    with pytest.raises(TooLong, match="decision_reason"):
        fill(shipped("F10"), fields | {"decision_reason": "长" * (LONGEST + 1)})
    with pytest.raises(TooLong, match="gaps"):
        fill(shipped("F06"), fields_of("F06", facts()) | {"gaps": [{"no": "1", "what": "x"}] * 201})


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", "iVBORw0KGgoAAAANSUhEUgAA"])
def test_a_signature_that_is_no_picture_is_refused(text: str) -> None:
    with pytest.raises(NoPicture):
        picture_of(text)


def test_a_signature_is_on_both_papers_and_nothing_of_its_file_is_kept() -> None:
    signed = filled("F02")
    with ZipFile(io.BytesIO(signed)) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
        assert len(pictures) == 1
        assert archive.read(pictures[0]) == picture_of(application().signature)
    assert len(PdfReader(io.BytesIO(to_pdf(signed))).pages[1].images) == 1


def test_an_application_without_agent_or_birth_leaves_its_places_empty() -> None:
    bare = application().model_copy(update={"agent": None, "applicant": Person(name=NAME)})
    fields = fields_of("F02", facts(application=bare))
    assert (fields["agent"], fields["birth"], fields["sex"]) == ("", "", "")


@pytest.mark.parametrize("code", FORMS)
def test_a_shipped_template_passes_its_own_check(code: str) -> None:
    check_template(shipped(code), FORMS[code])


def test_every_field_is_described_in_both_languages_and_used() -> None:
    used = {name for form in FORMS.values() for name in form.fields}
    assert used == set(form_table().fields)
    assert [name for name, one in form_table().fields.items() if one.kind is Kind.ROWS and not one.columns] == []
