"""``hall config init``: the questions, the file, and that nothing is overwritten or half written."""

from __future__ import annotations

import io
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from hall_config import prober
from hall_config.driver_book import installed_book
from hall_config.load import read_hall_file
from hall_config.prober import Proposal
from hall_config.program import run

HEAD = ["test-hall", "测试大厅", "Test Hall", "2", "", "", "", "", "2", "", "ba", "", ""]
READER = Proposal("sam-id-card", "card-reader", "/dev/serial/by-path/x-1", None, None, "SAM 05.03", False)
SIGN = "onbon-bx-sign", "sign", "/dev/serial/by-id/x-2", None
SIGNS = [Proposal(*SIGN, address, "", True, (("width", 64),)) for address in (1, 2)]

Init = Callable[..., tuple[int, Path]]


@pytest.fixture(name="init")
def init_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Init:
    def go(*lines: str, found: Sequence[Proposal] = (), probe: bool = True) -> tuple[int, Path]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr(prober, "installed_prober", lambda: lambda folder: list(found))
        out = tmp_path / "hall.toml"
        return run(["config", "init", "--out", str(out), "--from-probe" if probe else "--no-probe"]), out

    return go


def test_the_answers_become_a_file_that_the_check_accepts(init: Init, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = init(*HEAD, probe=False)
    assert code == 0
    file = read_hall_file(out, installed_book())
    assert (file.hall.id, file.hall.name_zh, file.hall.name_en) == ("test-hall", "测试大厅", "Test Hall")
    assert [service.name_zh for service in file.service] == ["法律咨询", "法律援助申请"]
    assert [window.services for window in file.window] == [("A", "B"), ("B", "A")]
    assert file.uplink is None
    assert str(out) in capsys.readouterr().out
    assert run(["config", "check", str(out)]) == 0


def test_what_was_found_is_written_with_its_comments_and_a_bus_where_two_share_a_port(init: Init) -> None:
    code, out = init(*HEAD, "", "", "1", "y", "2", found=[READER, *SIGNS])
    assert code == 0
    file = read_hall_file(out, installed_book())
    assert [(one.id, one.line, one.address, one.window) for one in file.device] == [
        ("card-reader", None, None, None),
        ("sign-1", "bus-1", 1, 1),
        ("sign-2", "bus-1", 2, 2),
    ]
    text = out.read_text(encoding="utf-8")
    assert "# width = 64" in text
    assert "SAM 05.03" in text
    devices = text.partition("引脚")[0]
    tomllib.loads(devices.replace("# [device.options]", "[device.options]").replace("# width = 64", "width = 64"))


def test_a_device_that_is_refused_is_not_written(init: Init) -> None:
    code, out = init(*HEAD, "n", found=[READER])
    assert code == 0
    assert read_hall_file(out).device == ()


def test_a_wrong_answer_is_asked_again_in_words(init: Init, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = init("Bad Id!", "central", *HEAD, probe=False)
    assert code == 0
    assert read_hall_file(out).hall.id == "test-hall"
    said = capsys.readouterr().err
    assert "只能用小写字母" in said
    assert "Only small letters" in said


@pytest.mark.parametrize(
    "lines", [[], ["test-hall"], ["x"] * 20, [*HEAD[:3], "99"], ["\x00"] * 9, ["a" * 10_000] * 9, ['a"b'] * 9]
)
def test_answers_that_end_or_stay_wrong_write_nothing(
    init: Init, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = init(*lines, probe=False)
    assert code == 2
    assert not out.exists()
    assert list(out.parent.iterdir()) == []
    assert "没有写文件" in capsys.readouterr().err


def test_names_with_quotes_and_brackets_stay_text(init: Init) -> None:
    odd = 'a"b\\c]]#='
    code, out = init("test-hall", odd, odd, *HEAD[3:], probe=False)
    assert code == 0
    assert read_hall_file(out).hall.name_zh == odd


def test_an_old_file_is_kept_unless_somebody_says_yes(init: Init, capsys: pytest.CaptureFixture[str]) -> None:
    _, out = init(*HEAD, probe=False)
    out.write_text("mine", encoding="utf-8")
    assert init("n", *HEAD, probe=False)[0] == 2
    assert init(*HEAD, probe=False)[0] == 2  # the first answer is for the old file
    assert out.read_text(encoding="utf-8") == "mine"
    assert "没有" in capsys.readouterr().err
    assert init("y", *HEAD, probe=False)[0] == 0
    assert read_hall_file(out).hall.id == "test-hall"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in HEAD)))
    assert run(["config", "init", "--no-probe", "--out", str(tmp_path / "no" / "hall.toml")]) == 1


TERMINALS = [
    Proposal("ff68-terminal", "call-terminal", "/dev/serial/by-path/x-3", 9600, address, "FF 68, key", True)
    for address in (2, 9, 1)
]
KEYPAD = Proposal("modbus-keypad", "call-terminal", "/dev/serial/by-path/x-4", None, 7, "inputs", True)
INPUTS = Proposal(
    "modbus-inputs", "inputs", "/dev/serial/by-path/x-4", None, 7, "inputs", False, (("board", None),), (KEYPAD,)
)
RELAYS = Proposal("waveshare-relay", "relays", "/dev/serial/by-path/x-4", None, 7, "relays, V2.00", False)
CARDS = [
    Proposal("speaker", "speaker", f"alsa:plughw:CARD={name}", None, None, name, False, sure=sure, only_one=True)
    for name, sure in (("Device", True), ("Other", True), ("vc4hdmi0", False))
]
SCREEN = Proposal("hdmi-display", "display", "drm:HDMI-A-1", None, None, "HDMI-A-1", False)


def test_terminals_that_were_heard_get_the_window_of_their_address_and_a_mark_to_check_it(init: Init) -> None:
    code, out = init(*HEAD, "", "", "", "", "", "1", found=TERMINALS)
    assert code == 0
    file = read_hall_file(out, installed_book())
    assert [(one.id, one.line, one.address, one.window) for one in file.device] == [
        ("call-terminal-2", "bus-1", 2, 2), ("call-terminal-1", "bus-1", 9, 1), ("call-terminal-1-2", "bus-1", 1, 1),
    ]  # fmt: skip
    assert (file.line[0].port, file.line[0].baud) == ("/dev/serial/by-path/x-3", 9600)
    text = out.read_text(encoding="utf-8")
    assert text.count("请核对") == 2, "the third window was typed"
    assert "FF 68、按了键 / FF 68, a key" in text


def test_a_board_that_may_be_a_keypad_is_written_as_inputs_with_words_that_say_so(init: Init) -> None:
    code, out = init(*HEAD, "", found=[INPUTS])
    assert code == 0
    assert [one.driver for one in read_hall_file(out, installed_book()).device] == ["modbus-inputs"]
    text = out.read_text(encoding="utf-8")
    assert 'driver 改成 "modbus-keypad"' in text
    assert 'write driver = "modbus-keypad"' in text
    out.write_text(text.replace('driver = "modbus-inputs"', 'driver = "modbus-keypad"\nwindow = 2'), encoding="utf-8")
    assert run(["config", "check", str(out)]) == 0, "what the words say is enough"


def test_one_board_with_relays_and_inputs_is_one_piece_of_hardware(init: Init) -> None:
    code, out = init(*HEAD, "", "", found=[RELAYS, INPUTS])
    assert code == 0
    relays, inputs = read_hall_file(out, installed_book()).device
    assert (relays.address, inputs.address, inputs.options) == (7, 7, {"board": relays.id})


def test_one_sound_card_is_taken_and_the_others_stay_as_comments(
    init: Init, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = init(*HEAD, "n", "", "n", found=[*CARDS, SCREEN])
    assert code == 0
    assert [one.port for one in read_hall_file(out, installed_book()).device] == ["alsa:plughw:CARD=Other"]
    text = out.read_text(encoding="utf-8")
    for port in ("alsa:plughw:CARD=Device", "alsa:plughw:CARD=vc4hdmi0", "drm:HDMI-A-1"):
        assert f'# port = "{port}"' in text
    said = capsys.readouterr().err
    assert "装机用的显示器" in said
    assert "vc4hdmi0" not in said, "a hall has one speaker"


def test_enter_takes_no_sound_card_of_a_screen(init: Init) -> None:
    code, out = init(*HEAD, "", found=CARDS[2:])
    assert code == 0
    assert read_hall_file(out, installed_book()).device == ()


def test_the_pins_in_the_comments_are_right_once_the_marks_are_taken_away(init: Init) -> None:
    _, out = init(*HEAD, found=[])
    text = out.read_text(encoding="utf-8")
    head, mark, pins = text.partition("# [[device]]")
    lines = [line.removeprefix("# ") if "[" in line or " = " in line else line for line in (mark + pins).splitlines()]
    out.write_text(head + "\n".join(lines), encoding="utf-8")
    file = read_hall_file(out, installed_book())
    assert [(one.id, one.port, one.gives) for one in file.device] == [
        ("help-button", "gpio:17", None), ("ticket-button", "gpio:22", "A"), ("main-door", "gpio:27", None),
    ]  # fmt: skip


def test_a_file_that_comes_during_the_questions_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "hall.toml"

    def somebody_writes(_: object) -> list[Proposal]:
        out.write_text("theirs", encoding="utf-8")
        return []

    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in HEAD)))
    monkeypatch.setattr(prober, "installed_prober", lambda: somebody_writes)
    assert run(["config", "init", "--out", str(out)]) == 2
    assert out.read_text(encoding="utf-8") == "theirs"
    assert [one.name for one in tmp_path.iterdir()] == ["hall.toml"]
    assert "没有改动" in capsys.readouterr().err


def test_a_link_that_leads_nowhere_is_a_file_that_is_there(init: Init, tmp_path: Path) -> None:
    (tmp_path / "hall.toml").symlink_to(tmp_path / "elsewhere.toml")
    assert init("n", *HEAD, probe=False)[0] == 2
    assert not (tmp_path / "elsewhere.toml").exists()


def searched(monkeypatch: pytest.MonkeyPatch, out: Path, *options: str) -> tuple[int, list[prober.Search]]:
    asked: list[prober.Search] = []

    def look(search: prober.Search) -> list[Proposal]:
        asked.append(search)
        return []

    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in HEAD)))
    monkeypatch.setattr(prober, "installed_prober", lambda: look)
    return run(["config", "init", "--out", str(out), *options]), asked


@pytest.mark.parametrize(
    ("options", "seconds"), [([], 0.0), (["--listen"], 60.0), (["--listen", "30"], 30.0), (["30", "--listen"], 30.0)]
)
def test_it_listens_for_as_long_as_the_command_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: list[str], seconds: float
) -> None:
    code, (search,) = searched(monkeypatch, tmp_path / "hall.toml", *options)
    assert code == 0
    assert search.how_long(3) == seconds
    assert search.enough() is False, "nobody is at a terminal"


def test_a_projector_is_named_by_its_address_even_without_a_search(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named = ["--projector", "192.0.2.30", "--projector", "projector.example.org:4353", "--projector", "[2001:db8::1]"]
    code, (search,) = searched(monkeypatch, tmp_path / "hall.toml", "--no-probe", *named)
    assert (code, search.ports, search.machine) == (0, None, None)
    assert search.screens == (
        "socket://192.0.2.30:4352", "socket://projector.example.org:4353", "socket://[2001:db8::1]:4352",
    )  # fmt: skip


@pytest.mark.parametrize("options", [["30"], ["--listen", "0"], ["--listen", "601"], ["--listen", "soon"]])
def test_a_wrong_time_to_listen_is_said_before_any_question(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: list[str]
) -> None:
    assert searched(monkeypatch, tmp_path / "hall.toml", *options) == (2, [])


@pytest.mark.parametrize("host", ["", "a b", "a/b", "x:0", "x:99999", "tcp://x", "a\x1b[2J", "2001:db8::1"])
def test_a_wrong_address_of_a_projector_is_said_before_any_question(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    assert searched(monkeypatch, tmp_path / "hall.toml", "--projector", host) == (2, [])
    said = capsys.readouterr().err
    assert "192.0.2.30" in said
    assert "\x1b" not in said
