"""Every problem of a hall file in one run: line, key, nearest valid key, in both languages."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_config import load
from hall_config.driver_book import installed_book
from hall_config.load import check_hall_text, read_hall_file
from hall_config.problems import HallFileError
from hall_config.wording import catalogue
from tests.hall_config.good_hall import GOOD_HALL, with_devices


def problems_of(text: str) -> list[tuple[int, str, str, str | None]]:
    with pytest.raises(HallFileError) as caught:
        check_hall_text(text, book=installed_book())
    return [(problem.line, problem.key, problem.code, problem.nearest) for problem in caught.value.problems]


def test_a_good_hall_is_read(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(GOOD_HALL, encoding="utf-8")
    assert read_hall_file(file).hall.name_zh == "测试大厅"
    assert read_hall_file(str(file)).window[0].services == ("A",)


def test_all_problems_come_in_one_run_in_the_order_of_the_file() -> None:
    text = """\
[hall]
id = "Test Hall"
name_zh = "测试大厅"
nam_en = "Test hall"
[[service]]
letter = "A"
name_zh = "咨询"
name_en = "Advice"
[[window]]
number = "1"
services = ["A", "B"]
[[device]]
id = "sign-1"
driver = "onbon-bx-sgn"
port = "/dev/ttyS7"
adress = 3
[speach]
"""
    assert problems_of(text) == [
        (1, "hall.name_en", "MISSING_KEY", None),
        (2, "hall.id", "WRONG_FORM", None),
        (4, "hall.nam_en", "UNKNOWN_KEY", "name_en"),
        (10, "window[1].number", "WRONG_TYPE", None),
        (11, "window[1].services[2]", "UNKNOWN_SERVICE", None),
        (14, "device[1].driver", "UNKNOWN_DRIVER", "onbon-bx-sign"),
        (16, "device[1].adress", "UNKNOWN_KEY", "address"),
        (17, "speach", "UNKNOWN_KEY", "speech"),
    ]


SIGN = 'id = "sign"\ndriver = "onbon-bx-sign"\nwindow = 1\n'
READER = 'id = "reader"\ndriver = "sam-id-card"\n'
BUS = '\n[[line]]\nid = "bus"\nport = "/dev/ttyS9"\n'


@pytest.mark.parametrize(
    ("text", "key", "code", "nearest"),
    [
        ("", "hall", "MISSING_KEY", None),
        ("[hall]\n", "service", "MISSING_KEY", None),
        ("hall = 3\n", "hall", "WRONG_TYPE", None),
        ("service = 3\n", "service", "WRONG_TYPE", None),
        ("service = []\n", "service", "EMPTY", None),
        ("service = [3]\n", "service[1]", "WRONG_TYPE", None),
        ("Hall = {}\n", "Hall", "UNKNOWN_KEY", "hall"),
        (GOOD_HALL + "[rules]\nelder_age = 10\n", "rules.elder_age", "TOO_SMALL", None),
        (GOOD_HALL + "[rules]\nelder_age = 1000\n", "rules.elder_age", "TOO_LARGE", None),
        (GOOD_HALL + "[rules]\nelder_age = true\n", "rules.elder_age", "WRONG_TYPE", None),
        (GOOD_HALL + "[rules]\nelder_age = 65.5\n", "rules.elder_age", "WRONG_TYPE", None),
        (GOOD_HALL + "[rules]\nelder-age = 65\n", "rules.elder-age", "UNKNOWN_KEY", "elder_age"),
        (GOOD_HALL.replace("测试大厅", ""), "hall.name_zh", "EMPTY", None),
        (GOOD_HALL.replace('"test-hall"', '"central"'), "hall.id", "RESERVED", None),
        (GOOD_HALL.replace("测试大厅", "测" * 61), "hall.name_zh", "TOO_LONG", None),
        (GOOD_HALL.replace('["A"]', "[]"), "window[1].services", "EMPTY", None),
        (GOOD_HALL.replace('["A"]', '["A", "A"]'), "window[1].services[2]", "TWICE", None),
        (GOOD_HALL.replace('["A"]', '["a"]'), "window[1].services[1]", "UNKNOWN_SERVICE", "A"),
        (GOOD_HALL + '[[window]]\nnumber = 1\nservices = ["A"]\n', "window[2].number", "TWICE", None),
        (
            GOOD_HALL.replace('"Advice"', '"Advice"\nhours = ["12:00-09:00"]'),
            "service[1].hours[1]",
            "HOURS_END_FIRST",
            None,
        ),
        (
            GOOD_HALL.replace('"Advice"', '"Advice"\nhours = ["０9:00-12:00"]'),
            "service[1].hours[1]",
            "WRONG_FORM",
            None,
        ),
        (GOOD_HALL.replace('"Advice"', '"Advice"\nhours = ["9-12"]'), "service[1].hours[1]", "WRONG_FORM", None),
        (GOOD_HALL + '[pages]\nlisten = "0.0.0.0:99999"\n', "pages.listen", "PORT_NUMBER", None),
        (GOOD_HALL + '[pages]\npublic_url = "hall.example.org"\n', "pages.public_url", "URL_FORM", None),
        (GOOD_HALL + '[uplink]\nbroker = "http://x"\n', "uplink.broker", "WRONG_FORM", None),
        (GOOD_HALL + '[uplink]\nbroker = "mqtt://x:0"\n', "uplink.broker", "PORT_NUMBER", None),
        (with_devices(READER), "device[1]", "PORT_OR_LINE", None),
        (with_devices(READER + 'port = "COM3"'), "device[1].port", "PORT_FORM", None),
        (with_devices(READER + 'port = "socket://host"'), "device[1].port", "PORT_FORM", None),
        (with_devices(READER + 'port = "socket://host:70000"'), "device[1].port", "PORT_FORM", None),
        (with_devices(READER + 'port = "gpio:17"'), "device[1].port", "PORT_OF_ANOTHER_KIND", None),
        (with_devices(READER + 'line = "bus"'), "device[1].line", "UNKNOWN_LINE", None),
        (with_devices(READER + 'line = "buss"') + BUS, "device[1].line", "UNKNOWN_LINE", "bus"),
        (with_devices(READER + 'line = "bus"\nbaud = 1200') + BUS, "device[1].baud", "BAUD_OF_LINE", None),
        (with_devices(READER + 'port = "/dev/a"\nbaud = 9601'), "device[1].baud", "BAUD", "9600"),
        (with_devices(READER + 'line = "bus"') + BUS + "baud = 11520\n", "line[1].baud", "BAUD", "9600"),
        (with_devices(READER + 'port = "/dev/a"\nwindow = 9'), "device[1].window", "UNKNOWN_WINDOW", None),
        (with_devices(SIGN.replace("window = 1", 'port = "/dev/a"')), "device[1]", "NEEDS_WINDOW", None),
        (with_devices(SIGN + 'port = "/dev/a"', SIGN + 'port = "/dev/b"'), "device[2].id", "TWICE", None),
        (with_devices(READER + 'port = "/dev/ttyS9"') + BUS, "device[1].port", "PORT_TAKEN", None),
    ],
)
def test_each_mistake_is_named_where_it_stands(text: str, key: str, code: str, nearest: str | None) -> None:
    assert (key, code, nearest) in [found[1:] for found in problems_of(text)]


def test_two_names_of_one_port_are_one_port(tmp_path: Path) -> None:
    port = tmp_path / "ttyUSB0"
    port.touch()
    alias = tmp_path / "by-id"
    alias.symlink_to(port)
    text = with_devices(f'{READER}port = "{port}"', f'{SIGN}port = "{alias}"')
    assert [(key, code) for _, key, code, _ in problems_of(text)] == [("device[2].port", "PORT_TAKEN")]


@pytest.mark.parametrize("other", ["socket://localhost:9100", "rfc2217://[::1]:9100", "socket://127.0.0.1:09100"])
def test_two_names_of_this_machine_are_one_network_port(other: str) -> None:
    text = with_devices(f'{READER}port = "socket://127.0.0.1:9100"', f'{SIGN}port = "{other}"')
    assert [(key, code) for _, key, code, _ in problems_of(text)] == [("device[2].port", "PORT_TAKEN")]


def test_every_simulated_port_is_its_own() -> None:
    file = check_hall_text(with_devices(READER + 'port = "pty:"', SIGN + 'port = "pty:"'))
    assert [device.port for device in file.device] == ["pty:", "pty:"]


def test_devices_on_a_line_have_addresses_of_their_own() -> None:
    first = SIGN + 'line = "bus"\naddress = 1'
    second = SIGN.replace("sign", "sign-b", 1) + 'line = "bus"\naddress = 1'
    assert [(key, code) for _, key, code, _ in problems_of(with_devices(first, second) + BUS)] == [
        ("device[2].address", "ADDRESS_TAKEN")
    ]
    without = with_devices(first, second.replace("address = 1", "")) + BUS
    assert [(key, code) for _, key, code, _ in problems_of(without)] == [("device[2]", "NEEDS_ADDRESS")]
    assert check_hall_text(with_devices(first) + BUS).device[0].address == 1


def test_a_hall_has_one_speaker() -> None:
    tables = [f'id = "speaker-{name}"\ndriver = "speaker"\nport = "alsa:{name}"' for name in "ab"]
    assert [(key, code) for _, key, code, _ in problems_of(with_devices(*tables))] == [("device[2]", "ONE_ONLY")]


def hostile_bytes() -> dict[str, tuple[bytes, str, int]]:
    return {
        "not toml": (b"[hall]\nid = test\n", "NOT_TOML", 2),
        "cut off": (GOOD_HALL.encode()[:12], "NOT_TOML", 2),
        "a key twice": (b'[hall]\nid = "a-b"\nid = "c-d"\n', "NOT_TOML", 3),
        "one megabyte of rubbish": (os.urandom(1_000_000), "TOO_BIG", 1),
        "one megabyte of zeros": (bytes(1_000_000), "TOO_BIG", 1),
        "binary": (b"[hall]\n\xff\xfe\x00\x01", "NOT_UTF8", 2),
        "gbk": ('[hall]\nname_zh = "测试"\n'.encode("gbk"), "NOT_UTF8", 2),
        "nul": (b"\x00\x00", "NOT_TOML", 1),
        "deep": (b"a = " + b"[" * 100_000, "TOO_DEEP", 1),
        "empty": (b"", "MISSING_KEY", 1),
        "a number without end": (b"a = " + b"1" * 9_000, "NOT_TOML", 1),
        "a key of dots": (b"a." * 2_000 + b"a = 1", "UNKNOWN_KEY", 1),
        "a table of dots": (b"[" + b"a." * 20_000 + b"a]", "UNKNOWN_KEY", 1),
        "many tables": (b"[[device]]\n" * 5_000, "MISSING_KEY", 1),
        "not a number": (GOOD_HALL.encode() + b"[rules]\ndouble_press_s = nan\n", "TOO_LARGE", 15),
        "no end": (GOOD_HALL.encode() + b"[rules]\ndouble_press_s = inf\n", "TOO_LARGE", 15),
    }


@pytest.mark.parametrize("name", list(hostile_bytes()))
def test_a_hostile_file_is_refused_in_words(tmp_path: Path, name: str) -> None:
    raw, code, line = hostile_bytes()[name]
    file = tmp_path / "hall.toml"
    file.write_bytes(raw)
    with pytest.raises(HallFileError) as caught:
        read_hall_file(file)
    found = caught.value.problems[0]
    assert (found.code, found.line) == (code, line)
    assert len(max(str(caught.value).splitlines(), key=len)) < 400


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    expected = {
        "link": "NO_SUCH_FILE",
        "loop": "UNREADABLE",
        "pipe": "NOT_A_FILE",
        ".": "NOT_A_FILE",
        "x" * 999: "UNREADABLE",
    }
    for name, code in expected.items():
        with pytest.raises(HallFileError) as caught:
            read_hall_file(tmp_path / name)
        assert [problem.code for problem in caught.value.problems] == [code]
    with pytest.raises(HallFileError):
        read_hall_file("nul\0inside")


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(GOOD_HALL, encoding="utf-8")
    file.chmod(0)
    script = (
        "import os, sys; from hall_config.load import *; from hall_config.wording import catalogue; catalogue()\n"
        "if os.geteuid() == 0: os.seteuid(65534)  # root may read everything\n"
        "try: read_hall_file(sys.argv[1])\n"
        "except HallFileError as error: print(error.problems[0].code)\n"
        "else: print('read')"
    )
    done = subprocess.run([sys.executable, "-c", script, file], capture_output=True, text=True, check=False)
    assert done.stdout == "NO_PERMISSION\n", done.stderr


def test_a_mark_before_the_text_and_line_ends_of_windows_are_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_bytes(b"\xef\xbb\xbf" + (GOOD_HALL + "[speach]\n").replace("\n", "\r\n").encode())
    with pytest.raises(HallFileError) as caught:
        read_hall_file(file)
    assert [(problem.line, problem.code) for problem in caught.value.problems] == [(14, "UNKNOWN_KEY")]


@given(st.text(max_size=200))
def test_any_text_is_a_hall_or_a_list_of_problems(text: str) -> None:
    with pytest.raises(HallFileError) as caught:
        check_hall_text(text)
    assert caught.value.problems
    assert all(1 <= problem.line <= text.count("\n") + 1 for problem in caught.value.problems)


@given(cut=st.integers(0, len(GOOD_HALL)), put=st.text(max_size=3))
def test_a_spoiled_hall_never_ends_in_another_error(cut: int, put: str) -> None:
    with contextlib.suppress(HallFileError):
        check_hall_text(GOOD_HALL[:cut] + put + GOOD_HALL[cut + len(put) :])


def test_every_problem_has_words_and_every_word_a_problem() -> None:
    folder = Path(load.__file__ or "").parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'(?:Problem|find)\(\s*"([A-Z_0-9]+)"', source))
    codes |= set(re.findall(r'find\("[A-Z_]+" if .* else "([A-Z_]+)"', source))
    codes |= set(load._CODES.values()) | {"WRONG_TYPE"}
    assert codes == {key.removeprefix("config.") for key in catalogue() if key.startswith("config.")}


SPEAKER = 'id = "voice"\ndriver = "speaker"\n'
BUTTON = 'id = "button"\ndriver = "gpio-button"\n'


@pytest.mark.parametrize(
    ("table", "port", "right"),
    [
        (READER, "/dev/serial/by-id/usb-FTDI_USB-RS485_Cable-if00-port0", True),
        (READER, "socket://192.0.2.10:4001", True),
        (READER, "socket://[2001:db8::1]:4001", True),
        (READER, "rfc2217://reader.example.org:4001", True),
        (READER, "tcp://192.0.2.10:502", False),  # Modbus TCP, which a card reader does not speak
        ('id = "relays"\ndriver = "waveshare-relay"\naddress = 1\n', "tcp://192.0.2.10:502", True),
        (READER, "pty:", True),
        (READER, "alsa:default", False),
        (READER, "ttyUSB0", False),
        (READER, "http://192.0.2.10:80", False),
        (READER, "socket://192.0.2.10:0", False),
        (READER, "/dev/tty USB0", False),
        (SPEAKER, "alsa:default", True),
        (SPEAKER, "file:/var/lib/legal-hall/sound", True),
        (SPEAKER, "socket://127.0.0.1:9000", True),
        (SPEAKER, "/dev/ttyS0", False),
        (SPEAKER, "alsa:", False),
        (BUTTON, "gpio:17", True),
        (BUTTON, "gpio:54", False),
        (BUTTON, "gpio:x", False),
        (BUTTON, "gpio:１７", False),
        (BUTTON, "/dev/gpiochip0", False),
    ],
)
def test_a_port_has_one_of_the_known_forms(table: str, port: str, right: bool) -> None:
    text = with_devices(f'{table}port = "{port}"')
    if right:
        assert check_hall_text(text, book=installed_book()).device[0].port == port
    else:
        assert {key for _, key, _, _ in problems_of(text)} == {"device[1].port"}


@pytest.mark.parametrize("line", ["id = “gate-1”", 'id ＝ "gate-1"', "【gate】", "id = ‘gate-1’"])
def test_full_width_signs_are_named_as_such(line: str) -> None:
    with pytest.raises(HallFileError) as wrong:
        check_hall_text(f"{GOOD_HALL}\n[[gate]]\n{line}\n")
    assert [problem.code for problem in wrong.value.problems] == ["WIDE_SIGNS"]
    assert "英文输入法" in wrong.value.problems[0].words("zh")


def test_full_width_signs_in_quotes_and_remarks_are_no_mistake() -> None:
    with pytest.raises(HallFileError) as wrong:
        check_hall_text(f'{GOOD_HALL}\nname_zh = "大厅，东区"  = 3  # 东区，一楼\n')
    assert [problem.code for problem in wrong.value.problems] == ["NOT_TOML"]


@pytest.mark.parametrize(
    ("text", "words"), [("[gate]\nid = 'a'", "[[gate]]"), ("[[amplifier]]\nwatts = 60", "[amplifier]")]
)
def test_a_part_begun_with_the_wrong_brackets_is_told_the_right_ones(text: str, words: str) -> None:
    with pytest.raises(HallFileError) as wrong:
        check_hall_text(f"{GOOD_HALL}\n{text}\n")
    assert f"请写成 {words} 这样" in wrong.value.problems[0].words("zh")
