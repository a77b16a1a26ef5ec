"""What comes in as a template: looked through before anything of it is opened, read as the PDF will be set, and tried.

It is refused, and said why: a file that is no Word file or unpacks to more than it may; macros, embedded programs,
anything outside of it that it would fetch; something the PDF could not show; marks that are not closed or ask for
what the form does not have; a form's needed words left out; and whatever fails when it is filled with samples.
"""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, NoReturn
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from jinja2 import TemplateError
from PIL import Image, UnidentifiedImageError

from central.aid_papers.filling import Value, fill
from central.aid_papers.forms import Form, Kind, form_table
from central.aid_papers.marks import marks_of
from central.aid_papers.pdf import to_pdf
from central.aid_papers.reading import Reader, read_paper
from central.failures import TooLarge, WrongField
from hall_config.wording import say

MOST_BYTES: Final = 1024 * 1024
_MOST_UNPACKED: Final = 8 * 1024 * 1024
_MOST_TEXT: Final = 512 * 1024  # of the document's own text with its marks
_MOST_ELEMENTS: Final = 20_000  # what takes longer than a few seconds to set is no form
_MOST_OF: Final = {"p": 1_500, "tc": 3_000, "br": 300, "drawing": 20}
_MOST_PARTS: Final = 100
_MOST_PIXELS: Final = 8_000_000
_MOST_TOLD: Final = 12
_PART: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(core|app|custom)\.xml|docProps/thumbnail\.(jpeg|png|emf|wmf)"
    r"|word/(document|styles|settings|fontTable|webSettings|numbering|footnotes|endnotes|stylesWithEffects|people)\.xml"
    r"|docMetadata/LabelInfo\.xml|word/(header|footer)[0-9]+\.xml|word/theme/theme[0-9]+\.xml|word/media/[A-Za-z0-9_-]+\.(png|jpe?g)"
    r"|word/_rels/[A-Za-z0-9]+\.xml\.rels|customXml/(_rels/)?item(Props)?[0-9]+\.xml(\.rels)?"
)
_ENCRYPTED: Final = 0x1
_TYPE: Final = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEXTS: Final = re.compile(r"word/(document|header[0-9]+|footer[0-9]+)\.xml")
_MARK_IN_TAG: Final = re.compile(rb"<[^<>]*(?:\{\{|\{%|\{#)[^<>]*>")
# what the libraries that open such files raise when there is something wrong with one
_BROKEN: Final = (
    OpcError, BadZipFile, TemplateError, zlib.error, SyntaxError, KeyError, ValueError, AttributeError, IndexError,
    TypeError, RuntimeError, OSError, AssertionError,
)  # fmt: skip


def check_template(file: bytes, form: Form) -> None:
    """Raises `TooLarge`, or `WrongField` whose words say everything that is wrong with the file."""
    if len(file) > MOST_BYTES:
        raise TooLarge("AID_TEMPLATE_TOO_LARGE")
    faults = list(_package(file)) or list(_content(file, form)) or list(_trial(file, form))
    if faults:
        _refuse(faults)


def _refuse(faults: list[tuple[str, str]]) -> NoReturn:
    told = list(dict.fromkeys(faults))[:_MOST_TOLD]
    zh, en = (
        say("central.error.AID_TEMPLATE_FAULTS", language)
        + " "
        + "；".join(say(f"central.aid_template_fault.{code}", language, about=about) for code, about in told)
        for language in ("zh", "en")
    )
    raise WrongField("AID_TEMPLATE_FAULTS", "file", words=(zh, en))


def _package(file: bytes) -> Iterator[tuple[str, str]]:
    """The file as a package, before any part of it is read as XML."""
    try:
        with ZipFile(io.BytesIO(file)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(names) > _MOST_PARTS or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
                yield "AID_FILE_BOMB", ""
                return
            if len(set(names)) != len(names) or "word/document.xml" not in names or names.count(_FIRST) != 1:
                yield "AID_FILE_NO_WORD", ""
                return
            for entry in entries:
                if entry.flag_bits & _ENCRYPTED or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                    yield "AID_FILE_NO_WORD", ""
                elif not _PART.fullmatch(entry.filename) and not entry.is_dir():
                    yield "AID_FILE_PART", entry.filename[:60]
                else:
                    yield from _part(entry.filename, archive.read(entry))
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        yield "AID_FILE_NO_WORD", ""


_FIRST: Final = "[Content_Types].xml"


def _part(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    if name == _FIRST and (_TYPE not in content or b"macroEnabled" in content):
        yield "AID_FILE_NO_WORD", ""
    if name.endswith((".xml", ".rels")):
        if b"\0" in content or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            yield "AID_FILE_PART", name
        if _TEXTS.fullmatch(name) and (len(content) > _MOST_TEXT or _MARK_IN_TAG.search(content)):
            yield "AID_FILE_PART", name
    elif name.startswith("word/media/"):
        try:
            picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
            right = picture.width * picture.height <= _MOST_PIXELS
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
            right = False
        if not right:
            yield "AID_FILE_PART", name


def _content(file: bytes, form: Form) -> Iterator[tuple[str, str]]:
    """What it says and asks for."""
    try:
        reader = Reader(file)
        if any(relation.is_external for relation in _relations(reader)):
            yield "AID_FILE_EXTERNAL", ""
            return
        if not _is_short(reader):
            yield "AID_FILE_BOMB", ""
            return
        _, unread = read_paper(file)
        yield from (("AID_FILE_UNREAD", name) for name in sorted(unread))
        found = marks_of(_paragraphs(reader), form)
    except _BROKEN:
        yield "AID_FILE_NO_WORD", ""
        return
    yield from found.faults
    fields = form_table().fields
    yield from (
        ("AID_FIELD_NOT_SAID", f"{fields[name].zh}（{name}）") for name in form.needs if name not in found.fields
    )


def _is_short(reader: Reader) -> bool:
    section = reader.document.sections[0]
    places = (reader.document.element, section.header._element, section.footer._element)
    counted = Counter(str(one.tag).rpartition("}")[2] for place in places for one in place.iter())
    return counted.total() <= _MOST_ELEMENTS and all(counted[name] <= most for name, most in _MOST_OF.items())


def _relations(reader: Reader) -> Iterator[Any]:
    package = reader.document.part.package
    return iter(package.iter_rels())


def _paragraphs(reader: Reader) -> Iterable[str]:
    section = reader.document.sections[0]
    places = [section.header._element, section.footer._element, reader.document.element.body]
    for place in places:
        for paragraph in place.iter(qn("w:p")):
            yield "".join(text.text or "" for text in paragraph.iter(qn("w:t")))


def samples(form: Form) -> dict[str, Value]:
    """A value for each field, as long as it may well be."""
    fields = form_table().fields
    found: dict[str, Value] = {}
    for name in form.fields:
        field = fields[name]
        row = {"no": "1", **dict.fromkeys(field.columns, field.zh)}
        found[name] = [row, row] if field.kind is Kind.ROWS else field.zh
    return found


def _trial(file: bytes, form: Form) -> Iterator[tuple[str, str]]:
    try:
        filled = fill(file, samples(form), form.zh)
        to_pdf(filled)
    except _BROKEN as problem:
        yield "AID_FILE_FAILS", type(problem).__name__
