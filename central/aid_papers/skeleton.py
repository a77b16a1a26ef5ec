"""The parts of a Word file around its text: page, styles, page number; sizes and margins as in GB/T 9704-2012.

A letter: 仿宋 三号 (16 pt), lines 27 pt apart, the title 小标宋 二号. A sheet of tables: 小四 (12 pt).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

PAGE_WIDTH: Final = 11906  # A4 in twips
_PAGE_HEIGHT: Final = 16838
_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R: Final = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_KIND: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/"


@dataclass(frozen=True, slots=True)
class Margins:
    """In twips."""

    top: int
    bottom: int
    left: int
    right: int


LETTER_MARGINS: Final = Margins(1928, 1701, 1588, 1474)  # 34, 30, 28, 26 mm
SHEET_MARGINS: Final = Margins(1247, 1134, 1247, 1247)  # 22, 20, 22, 22 mm


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    font: str
    half_points: int
    paragraph: str
    bold: bool = False


def styles_of(*, sheet: bool) -> str:
    """The styles of a letter or of a sheet; a clerk who changes one changes every paragraph that has it."""
    size, title = (24, 40) if sheet else (32, 44)
    line = '<w:spacing w:line="400" w:lineRule="exact"/>' if sheet else '<w:spacing w:line="540" w:lineRule="exact"/>'
    spaced = line.replace("<w:spacing ", '<w:spacing w:before="60" ')
    cell = '<w:spacing w:before="20" w:after="20" w:line="360" w:lineRule="exact"/>'
    two = (
        '<w:ind w:firstLineChars="200" w:firstLine="480"/>'
        if sheet
        else '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
    )
    after = '<w:spacing w:before="0" w:after="{}" w:line="{}" w:lineRule="exact"/>'
    right = f'<w:ind w:rightChars="300" w:right="{720 if sheet else 960}"/>'
    styles = {
        "title": _Style("文书标题", "方正小标宋简体", title, after.format(240, 640) + '<w:jc w:val="center"/>'),
        "number": _Style("编号", "仿宋", size, after.format(120, 400) + '<w:jc w:val="right"/>'),
        "heading": _Style("小标题", "黑体", size, "<w:keepNext/>" + spaced + '<w:ind w:firstLine="0"/>'),
        "body": _Style("正文缩进", "仿宋", size, line + two + '<w:jc w:val="both"/>'),
        "flush": _Style("顶格", "仿宋", size, line + '<w:jc w:val="left"/>'),
        "office": _Style(
            "落款", "仿宋", size, "<w:keepNext/>" + after.format(0, 540).replace('before="0"', 'before="360"')
            + right.replace("300", "200", 1) + '<w:jc w:val="right"/>'
        ),
        "right": _Style("签名日期", "仿宋", size, line + right + '<w:jc w:val="right"/>'),
        "note": _Style("说明", "楷体", 21, '<w:spacing w:before="120" w:line="340" w:lineRule="exact"/>'),
        "gap": _Style("表间", "仿宋", 8, '<w:spacing w:line="120" w:lineRule="exact"/>'),
        "cell": _Style("表格居中", "仿宋", 24 if sheet else 28, cell + '<w:jc w:val="center"/>'),
        "cellleft": _Style("表格左齐", "仿宋", 24 if sheet else 28, cell + '<w:jc w:val="left"/>'),
        "cellhead": _Style("表头", "黑体", 24 if sheet else 28, cell + '<w:jc w:val="center"/>'),
        "footer": _Style("页码", "宋体", 24, '<w:jc w:val="center"/>'),
    }  # fmt: skip
    return _STYLES.format(w=_W, own="".join(_style(name, style) for name, style in styles.items()))


def _style(name: str, style: _Style) -> str:
    bold = "<w:b/>" if style.bold else ""
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{style.paragraph}</w:pPr><w:rPr>{_font(style.font)}{bold}'
        f'<w:sz w:val="{style.half_points}"/><w:szCs w:val="{style.half_points}"/></w:rPr></w:style>'
    )


def _font(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


_LINES: Final = "".join(
    f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_STYLES: Final = (
    _HEAD + "<w:styles {w}><w:docDefaults><w:rPrDefault><w:rPr>" + _font("仿宋") + '<w:sz w:val="24"/>'
    '<w:szCs w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
    '<w:spacing w:before="0" w:after="0"/></w:pPr></w:pPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
    '<w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    '<w:style w:type="table" w:customStyle="1" w:styleId="ruled"><w:name w:val="全框表格"/>'
    '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>' + _LINES + "</w:tblBorders></w:tblPr></w:style>"
    "{own}</w:styles>"
)
_FOOTER: Final = (
    f'{_HEAD}<w:ftr {_W}><w:p><w:pPr><w:pStyle w:val="footer"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
)
_TYPES: Final = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}content-types"><Default Extension="rels" ContentType="application/vnd.openxmlfor'
    'mats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}styles+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{_TYPE}settings+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_TYPE}footer+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>"
)
_RELATIONS: Final = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}relationships">'
    f'<Relationship Id="rId1" Type="{_KIND}officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_OWN_RELATIONS: Final = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}relationships">'
    f'<Relationship Id="rId1" Type="{_KIND}styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_KIND}settings" Target="settings.xml"/>'
    f'<Relationship Id="rId3" Type="{_KIND}footer" Target="footer1.xml"/></Relationships>'
)
_SETTINGS: Final = (
    f'{_HEAD}<w:settings {_W}><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)
_CORE: Final = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title><dc:creator></dc:creator></cp:coreProperties>'
)


def wrapped(body: str, styles: str, margins: Margins, title: str) -> Mapping[str, bytes]:
    """All parts of the file around a body."""
    section = (
        f'<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="{PAGE_WIDTH}" w:h="{_PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{margins.top}" w:right="{margins.right}" w:bottom="{margins.bottom}" w:left="{margins.left}" '
        'w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/_rels/document.xml.rels": _OWN_RELATIONS,
        "word/document.xml": f"{_HEAD}<w:document {_W} {_R}><w:body>{body}{section}</w:body></w:document>",
        "word/styles.xml": styles,
        "word/settings.xml": _SETTINGS,
        "word/footer1.xml": _FOOTER,
        "docProps/core.xml": _HEAD + _CORE.format(escape(title)),
    }
    return {name: text.encode() for name, text in parts.items()}
