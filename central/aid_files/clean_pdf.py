"""A PDF written anew from what its pages show: nothing that acts, nothing that is carried along.

    taken over from a page:  MediaBox, CropBox, Rotate, UserUnit, Group, Resources, Contents
    drawn into the page:     what its annotations show (a court's electronic seal, a filled-in field)
    left behind:             actions, scripts, forms, links, files within, bookmarks, metadata, signatures

What a page's resources still reach must not act either (`_ALIVE`); a file of which that cannot be said is refused.
Runs in a process of its own (`apart`).
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from central.aid_files.rules import MOST_PAGES

_TAKEN: Final = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group", "/Resources", "/Contents")
_INHERITED: Final = ("/MediaBox", "/CropBox", "/Rotate", "/Resources")
_MOST_NODES: Final = 2_000  # of the tree of pages
_MOST_OBJECTS: Final = 50_000
_MOST_ANNOTATIONS: Final = 500  # a page
_HIDDEN: Final = 0b100010  # the flags Hidden and NoView
_A4: Final = (0, 0, 595, 842)
_ALIVE: Final = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/URI", "/RichMedia", "/Rendition",
     "/Movie", "/Sound", "/EmbeddedFile", "/Filespec", "/F", "/3D", "/GoTo3DView", "/Named", "/Thread"}
)  # fmt: skip
_BROKEN: Final = (
    PyPdfError, OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, MemoryError,
    OverflowError, ZeroDivisionError, AssertionError, NotImplementedError,
)  # fmt: skip


class Unfit(Exception):
    """A file that is not kept; ``code`` as in the catalogue of errors."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def rewritten(raw: bytes) -> tuple[bytes, int]:
    """The file anew and how many pages it has; raises `Unfit`."""
    try:
        reader = PdfReader(BytesIO(raw), root_object_recovery_limit=1000, xref_stream_maximum_entries=200_000)
        if reader.is_encrypted:
            raise Unfit("FILE_PDF_LOCKED")
        writer = PdfWriter()
        for count, page in enumerate(_pages(reader), start=1):
            if count > MOST_PAGES:
                raise Unfit("FILE_PAGES")
            _add(writer, page)
        if not writer.pages:
            raise Unfit("FILE_BROKEN")
        _require_still(writer)
        writer.metadata = None
        kept = BytesIO()
        writer.write(kept)
        return kept.getvalue(), len(writer.pages)
    except _BROKEN:
        raise Unfit("FILE_BROKEN") from None


def _pages(reader: PdfReader) -> Iterator[dict[str, Any]]:
    """Each page with what it inherits, in order; a tree that bites its tail or never ends is broken."""
    left: list[tuple[Any, dict[str, Any]]] = [(reader.root_object["/Pages"], {})]
    for _ in range(_MOST_NODES):
        if not left:
            return
        node, above = left.pop()
        node = node.get_object()
        if not isinstance(node, DictionaryObject):
            raise Unfit("FILE_BROKEN")
        inherited = above | {name: node.raw_get(name) for name in _INHERITED if name in node}
        if "/Kids" in node:
            left += [(kid, inherited) for kid in reversed(node["/Kids"])]  # type: ignore[call-overload]
        else:
            yield inherited | {name: node.raw_get(name) for name in (*_TAKEN, "/Annots") if name in node}
    raise Unfit("FILE_BROKEN")


def _add(writer: PdfWriter, page: dict[str, Any]) -> None:
    box = [float(side) for side in _object(page.get("/MediaBox")) or _A4]
    made = writer.add_blank_page(abs(box[2] - box[0]), abs(box[3] - box[1]))
    for name in _TAKEN:
        if name in page:
            made[NameObject(name)] = _kept(page[name], writer)
    seals = list(_seals(_object(page.get("/Annots")) or (), writer))
    if seals:
        _draw(made, seals, writer)


def _object(value: Any) -> Any:
    return None if value is None else value.get_object()


def _kept(value: Any, writer: PdfWriter) -> Any:
    """In the new file: what stood there as a reference stands there as one."""
    kept = _object(value).clone(writer)
    return kept.indirect_reference if isinstance(value, IndirectObject) and kept.indirect_reference else kept


def _seals(annotations: Any, writer: PdfWriter) -> Iterator[tuple[Any, str]]:
    """What annotations show: each as a form to draw, and where."""
    for count, one in enumerate(annotations):
        if count >= _MOST_ANNOTATIONS:
            raise Unfit("FILE_BROKEN")
        annotation = _object(one)
        if not isinstance(annotation, DictionaryObject) or int(annotation.get("/F", 0)) & _HIDDEN:
            continue
        shown = _shown(annotation)
        if shown is not None and annotation.get("/Subtype") != "/Popup":
            yield shown.clone(writer), _placed(shown, _numbers(annotation["/Rect"]))


def _shown(annotation: DictionaryObject) -> StreamObject | None:
    """The normal appearance; of several the one that is on."""
    looks = _object(annotation.get("/AP"))
    normal = _object(looks.get("/N")) if isinstance(looks, DictionaryObject) else None
    if isinstance(normal, DictionaryObject) and not isinstance(normal, StreamObject):
        normal = _object(normal.get(str(annotation.get("/AS", ""))))
    return normal if isinstance(normal, StreamObject) and "/BBox" in normal else None


def _placed(form: StreamObject, rect: list[float]) -> str:
    """The matrix that lays the form's box, as its own matrix turns it, over the annotation's (ISO 32000-1, 12.5.5)."""
    a, b, c, d, e, f = _numbers(form.get("/Matrix", (1, 0, 0, 1, 0, 0)))
    x0, y0, x1, y1 = _numbers(form["/BBox"])
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    low, high = min(y for _, y in corners), max(y for _, y in corners)
    wide, tall = (abs(rect[2] - rect[0]) / (right - left or 1)), (abs(rect[3] - rect[1]) / (high - low or 1))
    to_x, to_y = min(rect[0], rect[2]) - left * wide, min(rect[1], rect[3]) - low * tall
    return f"{wide:.5f} 0 0 {tall:.5f} {to_x:.5f} {to_y:.5f}"


def _numbers(values: Any) -> list[float]:
    return [float(_object(one)) if isinstance(one, IndirectObject) else float(one) for one in values]


def _draw(page: Any, seals: list[tuple[Any, str]], writer: PdfWriter) -> None:
    """Over what the page shows, in resources that are this page's own."""
    resources = DictionaryObject(_object(page.get("/Resources")) or {})
    forms = DictionaryObject(_object(resources.get("/XObject")) or {})
    lines = []
    for number, (form, place) in enumerate(seals):
        form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
        forms[NameObject(f"/Shown{number}")] = form.indirect_reference or writer._add_object(form)
        lines.append(f"q {place} cm /Shown{number} Do Q")
    resources[NameObject("/XObject")] = forms
    page[NameObject("/Resources")] = resources
    before = _object(page.get("/Contents"))
    parts = list(before) if isinstance(before, ArrayObject) else [] if before is None else [page.raw_get("/Contents")]
    drawn = [_stream("q\n", writer), *parts, _stream("\nQ\n" + "\n".join(lines) + "\n", writer)]
    page[NameObject("/Contents")] = ArrayObject(drawn)


def _stream(text: str, writer: PdfWriter) -> Any:
    stream = DecodedStreamObject()
    stream.set_data(text.encode())
    return writer._add_object(stream)


def _require_still(writer: PdfWriter) -> None:
    """Raises `Unfit` for anything that could act, run, open or be taken out, wherever a page reaches it."""
    left: list[Any] = list(writer.pages)
    seen: set[int] = set()
    while left:
        one = _object(left.pop())
        if id(one) in seen or isinstance(one, (NumberObject, FloatObject, NameObject)):
            continue
        seen.add(id(one))
        if len(seen) > _MOST_OBJECTS:
            raise Unfit("FILE_BROKEN")
        if isinstance(one, DictionaryObject):
            if _acts(one):
                raise Unfit("FILE_PDF_ALIVE")
            left += [one.raw_get(name) for name in one if name != "/Parent"]
        elif isinstance(one, ArrayObject):
            left += list(one)


def _acts(one: DictionaryObject) -> bool:
    """An action, a script, a file, or a stream whose data lies outside."""
    step, kind = (one.get(name) for name in ("/S", "/Type"))
    if isinstance(step, NameObject) and step in _ALIVE and kind in (None, "/Action"):
        return True
    if isinstance(kind, NameObject) and kind in _ALIVE:
        return True
    script, files = (_object(one.raw_get(name)) if name in one else None for name in ("/JS", "/EF"))
    if isinstance(script, str) or (isinstance(files, DictionaryObject) and not isinstance(files, StreamObject)):
        return True
    return isinstance(one, StreamObject) and "/F" in one
