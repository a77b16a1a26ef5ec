"""How a paragraph or a run looks after all: its own word, else its style's, else that style's base, else the file's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from docx.oxml.ns import qn

TWIPS_A_POINT: Final = 20
_HALF: Final = 2
_A_LINE: Final = 240
_HUNDREDTHS: Final = 100
_LARGEST: Final = 2e7  # of the smallest unit: 12,700 to the point
_MOST_POINTS: Final = 400.0
_SIZES: Final = (4.0, 120.0)
_OFF: Final = frozenset({"0", "false", "off", "none"})
_GOTHIC: Final = ("黑", "等线", "雅黑", "hei", "sans", "arial", "gothic", "calibri")
_HEAVY: Final = ("标宋",)  # a heading's face, heavy without being marked bold


class Styles:
    """The styles of a file, and what holds where no style says anything."""

    def __init__(self, root: Any) -> None:
        self._known = {one.get(qn("w:styleId")): one for one in root.iter(qn("w:style"))} if root is not None else {}
        defaults = root.find(qn("w:docDefaults")) if root is not None else None
        self._defaults = [defaults] if defaults is not None else []
        self._normal = next((one for one in self._known.values() if _is_default(one)), None)

    def chain(self, style: str | None) -> Iterator[Any]:
        """A style and those that it is based on, then the file's defaults."""
        seen: set[str] = set()
        found = self._known.get(style) if style else self._normal
        while found is not None and found.get(qn("w:styleId")) not in seen:
            seen.add(found.get(qn("w:styleId")))
            yield found
            base = found.find(qn("w:basedOn"))
            found = self._known.get(base.get(qn("w:val"))) if base is not None else None
        yield from self._defaults


def _is_default(style: Any) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true")


def _properties(own: Any, chain: list[Any], tag: str) -> Iterator[Any]:
    if own is not None:
        yield own
    for style in chain:
        yield from style.iter(qn(tag))


def _word(places: list[Any], tag: str, *attributes: str) -> str | None:
    """The first word that is said: of several attributes the first that stands there."""
    for place in places:
        found = place.find(qn(tag))
        if found is not None:
            for attribute in attributes:
                if (value := found.get(qn(attribute))) is not None:
                    return str(value)
    return None


def _is_on(places: list[Any], tag: str) -> bool:
    for place in places:
        found = place.find(qn(tag))
        if found is not None:
            return found.get(qn("w:val"), "1") not in _OFF
    return False


def number(text: str | None) -> float:
    """A measure as the file has it; one that is no number, or that no paper is as large as, is none."""
    try:
        found = float(text) if text else 0.0
    except ValueError:
        return 0.0
    return found if -_LARGEST < found < _LARGEST else 0.0


@dataclass(frozen=True, slots=True)
class Face:
    """How a run of characters looks; ``size`` in points."""

    size: float
    bold: bool
    italic: bool
    underline: bool
    gothic: bool
    heavy: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """How a paragraph stands; everything in points. ``exact``: from line to line, else ``times`` the usual distance."""

    align: str
    first: float
    left: float
    right: float
    before: float
    after: float
    exact: float
    times: float
    keep: bool
    new_page: bool


def face(run: Any, paragraph_style: str | None, styles: Styles) -> Face:
    """The look of a run; ``run`` may be the paragraph's own mark."""
    own = run.find(qn("w:rPr")) if run is not None else None
    character = own.find(qn("w:rStyle")) if own is not None else None
    chain = list(styles.chain(character.get(qn("w:val")))) if character is not None else []
    places = list(_properties(own, [*chain, *styles.chain(paragraph_style)], "w:rPr"))
    font = (_word(places, "w:rFonts", "w:eastAsia", "w:ascii", "w:hAnsi") or "").lower()
    return Face(
        size=min(max(number(_word(places, "w:sz", "w:val")) / _HALF or 12.0, _SIZES[0]), _SIZES[1]),
        bold=_is_on(places, "w:b"),
        italic=_is_on(places, "w:i"),
        underline=_is_on(places, "w:u"),
        gothic=any(part in font for part in _GOTHIC),
        heavy=any(part in font for part in _HEAVY),
    )


def _bounded(points: float) -> float:
    """A distance that a page has room for: a file may say what it likes."""
    return min(max(points, 0.0), _MOST_POINTS)


def style_of(paragraph: Any) -> str | None:
    own = paragraph.find(qn("w:pPr"))
    found = own.find(qn("w:pStyle")) if own is not None else None
    return found.get(qn("w:val")) if found is not None else None


def shape(paragraph: Any, styles: Styles) -> Shape:
    """How a paragraph stands; indents that count characters count this paragraph's own."""
    style = style_of(paragraph)
    places = list(_properties(paragraph.find(qn("w:pPr")), list(styles.chain(style)), "w:pPr"))
    size = face(None, style, styles).size

    def points(tag: str, attribute: str) -> float:
        return _bounded(number(_word(places, tag, attribute)) / TWIPS_A_POINT)

    def indent(*sides: str) -> float:
        for side in sides:
            counted = _word(places, "w:ind", f"w:{side}Chars")
            if counted is not None and number(counted):
                return _bounded(number(counted) / _HUNDREDTHS * size)
        return next((points("w:ind", f"w:{side}") for side in sides if points("w:ind", f"w:{side}")), 0.0)

    exact = (_word(places, "w:spacing", "w:lineRule") or "auto") in ("exact", "atLeast")
    line = number(_word(places, "w:spacing", "w:line"))
    return Shape(
        align=_word(places, "w:jc", "w:val") or "left",
        first=indent("firstLine") - indent("hanging"),
        left=indent("left", "start"),
        right=indent("right", "end"),
        before=points("w:spacing", "w:before"),
        after=points("w:spacing", "w:after"),
        exact=_bounded(line / TWIPS_A_POINT) if exact else 0.0,
        times=min(max(line / _A_LINE, 0.5), 5.0) if line and not exact else 1.0,
        keep=_is_on(places, "w:keepNext"),
        new_page=_is_on(places, "w:pageBreakBefore"),
    )
