"""Files of cases: judged by their bytes, written anew, sealed, and handed out as nothing that a browser would show."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from central.accounts.permissions import Role
from central.aid.tables import aid_file
from central.aid_files import kept, rules
from central.aid_files.clean import clean
from central.aid_files.rules import FileKind, Source
from central.aid_files.sniff import Kept, kind_of
from central.audit import store as audit
from central.clock import now_ms
from central.database import Database
from central.failures import NotFound, RefusedByRule, TooLarge, WrongField
from central.keeping.sealed_columns import Vault
from tests.central import strange_files
from tests.central.aid_house import UNIT, House
from tests.central.asking import check_error
from tests.central.conftest import MASTER, Web

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def zipped(name: str, content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "FILE_EMPTY"),
        (HTML, "FILE_KIND"),
        (SVG, "FILE_KIND"),
        (b"GIF89a" + HTML, "FILE_KIND"),
        (b"\xef\xbb\xbf%PDF-1.7", "FILE_KIND"),
        (HTML + strange_files.pdf(), "FILE_KIND"),
        (b"MZ\x90\x00", "FILE_KIND"),
        (zipped("bomb", b"\0" * 5_000_000), "FILE_IS_OFFICE"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "FILE_IS_OFFICE"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 20, "FILE_IS_HEIC"),
        (b"\0\0\0\x20ftypavif" + b"\0" * 20, "FILE_IS_HEIC"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "FILE_IS_WEBP"),
    ],
)
def test_what_a_file_is_stands_in_its_bytes(raw: bytes, code: str) -> None:
    with pytest.raises(WrongField) as refused:
        kind_of(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "raw",
    [
        strange_files.jpeg()[:400],
        b"\xff\xd8\xff" + HTML,
        strange_files.png()[:60],
        b"\x89PNG\r\n\x1a\n" + HTML,
        b"%PDF-1.7\n" + HTML,
        b"%PDF-1.7",
        strange_files.pdf()[:300],
        strange_files.endless_pdf(),
    ],
)
def test_a_file_that_only_begins_as_one_is_broken(raw: bytes) -> None:
    with pytest.raises(WrongField) as refused:
        clean(raw, FileKind.PAPER)
    assert refused.value.code == "FILE_BROKEN"


def test_a_photograph_keeps_its_points_and_nothing_else() -> None:
    raw = strange_files.jpeg(located=True, turned=True) + HTML
    kept_one = clean(raw, FileKind.PAPER)
    assert kept_one.type is Kept.JPEG
    with Image.open(BytesIO(kept_one.content)) as picture:
        assert picture.size == (300, 400)  # it stands upright
        assert not picture.getexif()
        assert not {"icc_profile", "comment", "exif"} & set(picture.info)
        red = picture.getpixel((290, 10))
    assert isinstance(red, tuple)
    assert red[0] > 150 > red[1]
    assert not any(mark in kept_one.content for mark in (b"Telephone", b"Hand99", b"profile99", b"<script"))


def test_a_large_picture_is_made_as_large_as_it_is_read() -> None:
    with Image.open(BytesIO(clean(strange_files.jpeg((4000, 1000)), FileKind.PAPER).content)) as picture:
        assert picture.size == (3000, 750)


def test_a_signature_becomes_black_on_white_without_transparency() -> None:
    kept_one = clean(strange_files.png(), FileKind.SIGNATURE)
    assert kept_one.type is Kept.PNG
    with Image.open(BytesIO(kept_one.content)) as picture:
        assert (picture.mode, picture.getpixel((299, 0))) == ("L", 255)
    with pytest.raises(WrongField):
        clean(strange_files.pdf(), FileKind.SIGNATURE)


@pytest.mark.parametrize("size", [(30_000, 30_000), (10_000, 6_000), (60_000, 1_000)])
def test_a_picture_that_unpacks_to_very_much_is_not_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(WrongField) as refused:
        clean(strange_files.png_that_says(*size), FileKind.PAPER)
    assert refused.value.code == "FILE_PIXELS"


def test_a_picture_of_hundreds_of_passes_is_not_begun() -> None:
    raw = strange_files.jpeg()
    with pytest.raises(WrongField) as refused:
        clean(raw[:-2] + b"\xff\xda\x00\x02" * 65 + raw[-2:], FileKind.PAPER)
    assert refused.value.code == "FILE_BROKEN"


def test_eight_mebibytes_are_the_most() -> None:
    with pytest.raises(TooLarge):
        clean(strange_files.jpeg() + b"\0" * rules.MOST_BYTES, FileKind.PAPER)


def test_a_pdf_has_thirty_pages_at_the_most() -> None:
    assert clean(strange_files.pdf(pages=30), FileKind.PAPER).pages == 30
    with pytest.raises(WrongField) as refused:
        clean(strange_files.pdf(pages=31), FileKind.PAPER)
    assert refused.value.code == "FILE_PAGES"


def test_a_pdf_keeps_its_pages_and_nothing_that_acts() -> None:
    kept_one = clean(strange_files.acting_pdf(), FileKind.PAPER)
    assert strange_files.SHOWN in strange_files.text_of(kept_one.content)
    for mark in (b"JavaScript", b"OpenAction", b"Launch", b"EmbeddedFile", b"Annots", b"/AA", b"Somebody99", b"99"):
        assert mark not in kept_one.content, mark
    reader = PdfReader(BytesIO(kept_one.content))
    assert set(reader.root_object) <= {"/Type", "/Pages"}


def test_an_electronic_seal_stays_to_be_seen() -> None:
    kept_one = clean(strange_files.sealed_pdf(), FileKind.PAPER)
    shown = strange_files.text_of(kept_one.content)
    assert strange_files.SHOWN in shown
    assert strange_files.SEAL in shown
    assert b"JavaScript" not in kept_one.content


@pytest.mark.parametrize(
    ("raw", "code"),
    [(strange_files.locked_pdf(), "FILE_PDF_LOCKED"), (strange_files.pdf_acting_from_within(), "FILE_PDF_ALIVE")],
)
def test_what_cannot_be_made_harmless_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(WrongField) as refused:
        clean(raw, FileKind.PAPER)
    assert refused.value.code == code


# --- kept


def test_a_file_is_kept_sealed_and_the_same_one_once(database: Database) -> None:
    vault = Vault(MASTER)
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.take()
        given = (strange_files.jpeg(), FileKind.PAPER, "示例婆婆的户口簿", "desk", Source.DESK, house.now_ms)
        made = kept.keep(connection, vault, case, UNIT, *given)
        assert kept.keep(connection, vault, case, UNIT, *given) == made
        found = kept.open_file(connection, vault, made, case)
        row = connection.execute(select(aid_file).where(aid_file.c.id == made)).mappings().one()
        (listed,) = kept.files_of(connection, case)
        title = kept.title_of(connection, vault, listed)
        with pytest.raises(NotFound):
            kept.open_file(connection, vault, made, house.take())
    assert found.content.startswith(b"\xff\xd8\xff")
    assert title == "示例婆婆的户口簿"
    assert (row["type"], row["size"], row["pages"]) == ("image/jpeg", len(found.content), 1)
    assert found.content[:40] not in row["content"].record
    assert "content" not in listed


def test_a_case_has_sixty_files_at_the_most(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_FILES", 3)
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.take()
        for _ in range(3):
            house.file(case, FileKind.PAPER)
        with pytest.raises(RefusedByRule) as refused:
            house.file(case, FileKind.PAPER)
    assert refused.value.code == "FILES_FULL"


# --- over HTTP


def a_case(web: Web) -> str:
    with web.database.write() as connection:
        return House(connection, now_ms=now_ms()).furnish().take()


def upload(client: Any, case: str, raw: bytes, key: str = "k1", kind: str = "PAPER") -> Any:
    headers = {"Idempotency-Key": key, "Content-Type": "text/html"}  # what it calls itself is nothing
    return client.post(f"/api/v1/aid/cases/{case}/files?kind={kind}", content=raw, headers=headers)


def test_a_file_goes_in_by_the_desk_and_comes_out_as_an_attachment(web: Web) -> None:
    case, desk = a_case(web), web.as_role(Role.WINDOW_STAFF)
    done = upload(desk, case, strange_files.jpeg(located=True))
    assert done.status_code == 201, done.text
    assert upload(desk, case, strange_files.jpeg(located=True)).json() == done.json()
    check_error(upload(desk, case, strange_files.jpeg((90, 90))), 409, "KEY_OF_ANOTHER_WISH")
    file = done.json()["id"]
    place = f"/api/v1/aid/cases/{case}/files"
    named = desk.patch(f"{place}/{file}", json={"title": "示例婆婆的户口簿"}, headers={"Idempotency-Key": "k2"})
    assert named.status_code == 200, named.text
    (listed,) = desk.get(place).json()["items"]
    assert (listed["title"], listed["type"], listed["source"]) == ("示例婆婆的户口簿", "image/jpeg", "DESK")
    check_error(desk.get(f"{place}/{file}"), 405, "METHOD_NOT_ALLOWED")
    check_error(desk.post(f"{place}/{file}/open", json={"reason": "  "}), 422, "WRONG_FIELD")
    opened = desk.post(f"{place}/{file}/open", json={"reason": "核对户口簿"})
    assert opened.status_code == 200
    headers = opened.headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["content-disposition"] == f'attachment; filename="file-{file}.jpg"'
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["cross-origin-resource-policy"] == "same-origin"
    with web.database.read() as connection:
        lines = list(audit.lines(connection))
    assert [line["act"] for line in lines][-3:] == ["aid.file_add", "aid.file_rename", "person.disclose"]
    assert "户口簿" not in "".join(str(line["detail"]) for line in lines[:-1])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_hostile_files_are_refused_in_words(web: Web) -> None:
    case, desk = a_case(web), web.as_role(Role.WINDOW_STAFF)
    for raw, status, code in (
        (HTML, 422, "FILE_KIND"),
        (SVG, 422, "FILE_KIND"),
        (b"", 422, "FILE_EMPTY"),
        (strange_files.locked_pdf(), 422, "FILE_PDF_LOCKED"),
        (strange_files.png_that_says(30_000, 30_000), 422, "FILE_PIXELS"),
        (b"\0" * (rules.MOST_BYTES + 1), 413, "FILE_TOO_LARGE"),
    ):
        told = check_error(upload(desk, case, raw), status, code)
        assert told["field"] == "file"
    check_error(upload(desk, case, strange_files.jpeg(), kind="HTML"), 422, "WRONG_FIELD")
    assert desk.get(f"/api/v1/aid/cases/{case}/files").json()["items"] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_of_one_case_is_in_no_other_and_strangers_find_neither(web: Web) -> None:
    case, desk = a_case(web), web.as_role(Role.WINDOW_STAFF)
    file = upload(desk, case, strange_files.jpeg()).json()["id"]
    with web.database.write() as connection:
        other = House(connection, now_ms=now_ms()).take()
    reason = {"reason": "核对材料"}
    check_error(desk.post(f"/api/v1/aid/cases/{other}/files/{file}/open", json=reason), 404, "NO_SUCH_FILE")
    check_error(desk.get("/api/v1/aid/cases/0123456789abcdef/files"), 404, "NO_SUCH_CASE")
    firm = web.as_role(Role.FIRM)
    check_error(firm.get(f"/api/v1/aid/firm/cases/{case}/files"), 404, "NO_SUCH_CASE")
    check_error(firm.post(f"/api/v1/aid/firm/cases/{case}/files/{file}/open", json=reason), 404, "NO_SUCH_CASE")
    check_error(upload(firm, case, strange_files.jpeg((80, 80))), 404, "NO_SUCH_CASE")
    check_error(web.client().get(f"/api/v1/aid/cases/{case}/files"), 401, "NOT_SIGNED_IN")
