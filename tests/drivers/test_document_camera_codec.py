"""Pictures of a camera: which are let through, and that nothing of the camera's own file is in what comes out."""

from __future__ import annotations

import io
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from drivers.document_camera.codec import LARGEST, BadPicture, clean_picture


def paper(size: tuple[int, int] = (640, 480), **how: object) -> bytes:
    """A picture of noise on a slope: every row has something to decode."""
    image = Image.merge("RGB", [Image.effect_noise(size, 40), *[Image.linear_gradient("L").resize(size)] * 2])
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **{"quality": 85, **how})
    return buffer.getvalue()


def without(data: bytes, name: int) -> bytes:
    """The same JPEG without its segments of that name."""
    out, at = bytearray(data[:2]), 2
    while data[at + 1] != 0xDA:
        length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] != name:
            out += data[at : at + length]
        at += length
    return bytes(out) + data[at:]


def code_of(data: bytes) -> str:
    with pytest.raises(BadPicture) as caught:
        clean_picture(data)
    return caught.value.code


def likeness(left: bytes, right: bytes) -> float:
    difference = ImageChops.difference(Image.open(io.BytesIO(left)).convert("RGB"), Image.open(io.BytesIO(right)))
    return max(ImageStat.Stat(difference).mean)


WHOLE = paper()


def test_a_good_picture_comes_out_the_same_to_the_eye() -> None:
    picture = clean_picture(WHOLE)
    assert (picture.width, picture.height) == (640, 480)
    assert likeness(WHOLE, picture.jpeg) < 4


def test_nothing_of_the_cameras_own_file_is_left() -> None:
    exif = Image.Exif()
    exif[0x010E] = "GPS and a name"
    hidden = paper(exif=exif, comment=b"secret words", icc_profile=b"x" * 500) + b"a second file behind the first"
    fresh = clean_picture(hidden).jpeg
    assert all(word not in fresh for word in (b"Exif", b"secret", b"GPS", b"ICC_PROFILE", b"second"))
    assert not Image.open(io.BytesIO(fresh)).getexif()


def test_a_camera_that_leaves_out_the_end_is_understood() -> None:
    assert WHOLE.endswith(b"\xff\xd9")
    assert likeness(WHOLE, clean_picture(WHOLE[:-2]).jpeg) < 4
    assert likeness(WHOLE, clean_picture(WHOLE + bytes(3000)).jpeg) < 4  # UVC fills its buffers up


def test_a_camera_that_leaves_out_the_huffman_tables_is_understood() -> None:
    bare = without(WHOLE, 0xC4)
    assert b"\xff\xc4" not in bare
    assert likeness(WHOLE, clean_picture(bare).jpeg) < 4
    assert likeness(WHOLE, clean_picture(bare[:-2]).jpeg) < 4


@pytest.mark.parametrize("left_out", [30, 500, 5_000, len(WHOLE) // 2, len(WHOLE) - 700])
@pytest.mark.parametrize("end", [b"", b"\xff\xd9", bytes(4096)], ids=["cut", "end-put-on", "filled-up"])
def test_a_picture_that_broke_off_is_never_taken_for_a_whole_one(left_out: int, end: bytes) -> None:
    assert code_of(WHOLE[: -2 - left_out] + end) == "picture_cut"


def test_a_progressive_picture_needs_its_end() -> None:
    whole = paper(progressive=True)
    assert clean_picture(whole).width == 640
    assert code_of(whole[: len(whole) // 2]) == "picture_cut"


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"<html>no camera here</html>", b"\x89PNG\r\n\x1a\n" + bytes(99), b"GIF89a" + bytes(99)],
    ids=["nothing", "one-byte", "html", "png", "gif"],
)
def test_what_is_no_jpeg_is_said_to_be_none(data: bytes) -> None:
    assert code_of(data) == "picture_not_jpeg"


def test_a_jpeg_cut_within_its_head_is_cut() -> None:
    assert code_of(WHOLE[:100]) == "picture_cut"
    assert code_of(WHOLE[:2]) == "picture_cut"


@pytest.mark.parametrize("side", [(30_000, 30_000), (65_535, 65_535), (12_001, 8), (0, 480)])
def test_a_picture_of_too_many_pixels_is_never_decoded(side: tuple[int, int]) -> None:
    at = WHOLE.index(b"\xff\xc0")
    width, height = side
    bomb = WHOLE[: at + 5] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + WHOLE[at + 9 :]
    began = time.process_time()
    assert code_of(bomb) == "picture_too_many_pixels"
    assert time.process_time() - began < 1


def test_a_second_frame_header_cannot_smuggle_in_a_larger_picture() -> None:
    at = WHOLE.index(b"\xff\xc0")
    header = WHOLE[at : at + 2 + int.from_bytes(WHOLE[at + 2 : at + 4], "big")]
    large = header[:5] + (30_000).to_bytes(2, "big") * 2 + header[9:]
    for order in (header + large, large + header):
        assert code_of(WHOLE[:at] + order + WHOLE[at + len(header) :]) in (
            "picture_too_many_pixels", "picture_not_jpeg", "picture_cut",
        )  # fmt: skip


def test_fifty_megabytes_are_too_many() -> None:
    assert code_of(WHOLE + bytes(LARGEST)) == "picture_too_large"


def test_segments_without_end_cost_little() -> None:
    began = time.process_time()
    assert code_of(b"\xff\xd8" + b"\xff\xfe\x00\x02" * 2_000_000) == "picture_not_jpeg"
    assert code_of(b"\xff\xd8" + b"\xff\xfe\x00\x00" * 2_000_000) == "picture_not_jpeg"
    assert code_of(b"\xff\xd8" + b"\xff" * 1_000_000) == "picture_cut"
    assert time.process_time() - began < 10


@given(st.binary(max_size=300), st.integers(0, len(WHOLE) - 1))
@settings(deadline=None, max_examples=80)
def test_whatever_comes_is_a_picture_or_named(noise: bytes, at: int) -> None:
    small = WHOLE
    for data in (noise, b"\xff\xd8" + noise, small[:at] + noise + small[at + len(noise) :]):
        try:
            picture = clean_picture(data)
        except BadPicture as problem:
            assert problem.code.startswith("picture_")  # noqa: PT017
        else:
            assert Image.open(io.BytesIO(picture.jpeg)).size == (picture.width, picture.height)


def test_a_grey_picture_and_a_print_shops_picture_come_out_as_colour() -> None:
    for mode in ("L", "CMYK"):
        buffer = io.BytesIO()
        Image.new(mode, (64, 48)).save(buffer, "JPEG")
        assert Image.open(io.BytesIO(clean_picture(buffer.getvalue()).jpeg)).mode == "RGB"


def test_ten_thousand_bytes_of_noise_are_no_picture() -> None:
    assert code_of(random.Random(3).randbytes(10_000)) == "picture_not_jpeg"
