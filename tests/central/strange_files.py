"""Files as people upload them, and as somebody would who means harm."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

SHOWN = "Contract of 2026"
SEAL = "Seal 99"


def jpeg(size: tuple[int, int] = (400, 300), *, located: bool = False, turned: bool = False) -> bytes:
    """A photograph; with where it was taken and by what, or lying on its side."""
    picture = Image.new("RGB", size, (250, 250, 240))
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 4, size[1] // 4), fill=(180, 20, 20))
    exif = Image.Exif()
    if located:
        exif[0x010F], exif[0x0110] = "Telephone", "Model 99"
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2] = "N", (31.0, 13.0, 12.0)
    if turned:
        exif[0x0112] = 6
    made = BytesIO()
    picture.save(made, "JPEG", exif=exif.tobytes(), comment=b"made by Hand99", icc_profile=b"profile99" * 20)
    return made.getvalue()


def png(size: tuple[int, int] = (300, 120), mode: str = "RGBA") -> bytes:
    picture = Image.new(mode, size, 0)
    ImageDraw.Draw(picture).line(
        (10, 10, size[0] - 10, size[1] - 10), fill=255 if mode == "L" else (0, 0, 0, 255)[: len(mode)], width=4
    )
    made = BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes that unpacks to a picture of that size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packing = zlib.compressobj(9)
    row = b"\0" * (width // 8 + 1)
    packed = b"".join(packing.compress(row) for _ in range(min(height, 3000))) + packing.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def writer(pages: int = 1) -> PdfWriter:
    """A PDF with text on each page."""
    made = PdfWriter()
    for _ in range(pages):
        page = made.add_blank_page(595, 842)
        font = DictionaryObject({
            NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        })  # fmt: skip
        fonts = DictionaryObject({NameObject("/F1"): made._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = made._add_object(stream(f"BT /F1 24 Tf 60 700 Td ({SHOWN}) Tj ET"))
    return made


def stream(text: str) -> DecodedStreamObject:
    made = DecodedStreamObject()
    made.set_data(text.encode())
    return made


def pdf(made: PdfWriter | None = None, pages: int = 1) -> bytes:
    kept = BytesIO()
    (made or writer(pages)).write(kept)
    return kept.getvalue()


def annotation(made: PdfWriter, **more: object) -> DictionaryObject:
    """On the first page."""
    rect = ArrayObject([FloatObject(side) for side in (100, 100, 220, 160)])
    one = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject("/Rect"): rect})
    for name, value in more.items():
        one[NameObject(f"/{name}")] = value  # type: ignore[assignment]
    made.pages[0][NameObject("/Annots")] = ArrayObject([made._add_object(one)])
    return one


def action(kind: str, **more: object) -> DictionaryObject:
    one = DictionaryObject({NameObject("/Type"): NameObject("/Action"), NameObject("/S"): NameObject(f"/{kind}")})
    for name, value in more.items():
        one[NameObject(f"/{name}")] = value  # type: ignore[assignment]
    return one


def sealed_pdf() -> bytes:
    """With an electronic seal as courts and insurers put it: what a field of a signature shows."""
    made = writer()
    form = stream(f"BT /F1 12 Tf 4 10 Td ({SEAL}) Tj ET")
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject([NumberObject(side) for side in (0, 0, 60, 30)])
    form[NameObject("/Resources")] = made.pages[0]["/Resources"]
    looks = DictionaryObject({NameObject("/N"): made._add_object(form)})
    annotation(
        made,
        Subtype=NameObject("/Widget"),
        FT=NameObject("/Sig"),
        AP=looks,
        A=action("JavaScript", JS=TextStringObject("app.alert(1)")),
    )
    return pdf(made)


def acting_pdf() -> bytes:
    """Scripts at opening, on a page, behind a link; a file within; a program to launch."""
    made = writer()
    made.root_object[NameObject("/OpenAction")] = action("JavaScript", JS=TextStringObject("app.alert('99')"))
    made.add_attachment("virus.exe", b"MZ99")
    made.pages[0][NameObject("/AA")] = DictionaryObject(
        {NameObject("/O"): action("JavaScript", JS=TextStringObject("x99"))}
    )
    annotation(made, Subtype=NameObject("/Link"), A=action("Launch", F=TextStringObject("cmd99.exe")))
    made.add_metadata({"/Author": "Somebody99"})
    return pdf(made)


def pdf_acting_from_within() -> bytes:
    """A script that a page's resources reach."""
    made = writer()
    held = DictionaryObject({NameObject("/Hidden"): action("JavaScript", JS=TextStringObject("x99"))})
    made.pages[0]["/Resources"][NameObject("/Properties")] = held  # type: ignore[index]
    return pdf(made)


def locked_pdf() -> bytes:
    made = writer()
    made.encrypt("secret")
    return pdf(made)


def endless_pdf() -> bytes:
    """Its tree of pages bites its own tail."""
    made = writer()
    root = made.root_object["/Pages"]
    root[NameObject("/Kids")] = ArrayObject([root.indirect_reference, root.indirect_reference])  # type: ignore[index,union-attr]
    return pdf(made)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
