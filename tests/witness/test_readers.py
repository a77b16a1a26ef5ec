"""Strangers read what a visitor sees: zbar the QR code on the rendered slip, tesseract the slip and the LED sign."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageFilter, ImageOps

from drivers.kinds.sign import ShowText
from drivers.kinds.slip import Text
from drivers.led_sign import MANIFEST
from simulators.led_sign import SimulatedOnbonSign
from simulators.ticket_printer import SimulatedEscposPrinter
from tests.drivers.wired import Wired
from tests.parts import skip_unless
from tests.witness.slips import LINK, slip, slip_bytes

COLUMN, WORD = 4, 8  # how tesseract is told what it looks at: one column of text, one word


def tesseract(image: Image.Image, folder: Path, *, page: int, language: str = "chi_sim", only: str = "") -> str:
    """What the program reads, without white space; ``only`` names the characters that can be there."""
    program = skip_unless("tesseract-ocr", "tesseract")
    languages = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=True).stdout
    if language not in languages.split():
        skip_unless("tesseract-ocr-chi-sim", "tesseract's chi_sim")
    file = folder / "picture.png"
    image.save(file)
    command = [program, file, "-", "-l", language, "--psm", str(page)]
    command += ["-c", f"tessedit_char_whitelist={only}"] if only else []
    one_thread = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    return "".join(subprocess.run(command, capture_output=True, text=True, check=True, env=one_thread).stdout.split())


def printed() -> Image.Image:
    """The slip as it comes out of the simulated printer."""
    printer = SimulatedEscposPrinter("printer", options={"speed_mm_s": 0})
    printer.attach(lambda data: None)
    printer.hear(slip_bytes())
    picture = printer.picture()
    assert picture is not None
    return Image.open(io.BytesIO(picture))


def test_a_phone_reads_the_code_on_the_slip(tmp_path: Path) -> None:
    program = skip_unless("zbar-tools", "zbarimg")
    file = tmp_path / "slip.png"
    printed().save(file)
    read = subprocess.run([program, "--quiet", "--raw", file], capture_output=True, text=True, check=True).stdout
    assert read.strip() == LINK


def test_a_stranger_reads_the_slip(tmp_path: Path) -> None:
    read = tesseract(printed().convert("L"), tmp_path, page=COLUMN)
    assert "A012" in read
    words = [part.words for part in slip() if isinstance(part, Text)]
    chinese = [words[0], words[4]]  # the hall's and the class's name
    assert [name for name in chinese if name not in read] == []
    assert "过号" in read


def on_sign(words: str) -> Image.Image:
    """A sign as it looks from some way off: the lit dots run together. Black on white, as a reader likes it."""
    sign = SimulatedOnbonSign("sign", window=1, options={})
    driver = MANIFEST.build("sign", lambda report: None, address=1, baud=9600, options={})
    line = Wired(sign)
    driver.handshake(line)
    driver.perform(line, ShowText("sign", (words,)))
    picture = sign.picture()
    assert picture is not None
    red = Image.open(io.BytesIO(picture)).convert("RGB").getchannel("R")
    black = red.filter(ImageFilter.GaussianBlur(4)).point([0 if level > 90 else 255 for level in range(256)])
    return ImageOps.expand(black, 20, 255)


@pytest.mark.parametrize("words", ["暂停服务", "欢迎光临", "办理中", "请稍候"])
def test_a_stranger_reads_the_words_on_the_sign(words: str, tmp_path: Path) -> None:
    picture = on_sign(words)
    smaller = picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)
    read = tesseract(smaller, tmp_path, page=WORD)
    assert [character for character in read if "\u4e00" <= character <= "\u9fff"] == list(words)


# Unifont's slashed 0 right beside an A is read as 8 or Q by tesseract: numbers that begin so are not asked of it.
@pytest.mark.parametrize("number", ["B203", "C118", "A045"])
def test_a_stranger_reads_the_number_on_the_sign(number: str, tmp_path: Path) -> None:
    assert tesseract(on_sign(number), tmp_path, page=WORD, language="eng", only="ABCDEFGH0123456789") == number
