"""A hall file with thirty mistakes of every sort: one run names them all, each with its line and what was meant."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from hall_config.program import run

# Each mistake has its mark: the line number, the code, and the nearest valid name where there is one.
FILE = """\
[hall]
id = "Example Hall"                   #! WRONG_FORM
name_zh = ""                          #! EMPTY
name_en = 7                           #! WRONG_TYPE
nmae_zh = "x"                         #! UNKNOWN_KEY name_zh
[pages]
listen = "0.0.0.0:99999"              #! PORT_NUMBER
public_url = "hall.example.org"       #! URL_FORM
[speech]
repeat = 9                            #! TOO_LARGE
digit_one = "yii"                     #! NOT_ONE_OF yi
volumen = 80                          #! UNKNOWN_KEY volume
[rules]
elder_age = 5                         #! TOO_SMALL
[[service]]
letter = "A"
name_zh = "咨询"
name_en = "Advice"
hours = ["17:00-09:00"]               #! HOURS_END_FIRST
[[service]]
letter = "A"                          #! TWICE
name_zh = "援助"
name_en = "Aid"
[[window]]
number = 1
services = ["A", "Z"]                 #! UNKNOWN_SERVICE
[[window]]
number = 1                            #! TWICE
services = ["A"]
[[line]]
id = "bus"
port = "{one}"
[[device]]
id = "printer"
driver = "escpos-prnter"              #! UNKNOWN_DRIVER escpos-printer
port = "pty:"
[[device]]
id = "reader"
driver = "sam-id-card"
port = "{two}"                        #! PORT_TAKEN
[[device]]
id = "sign-1"
driver = "onbon-bx-sign"
line = "bsu"                          #! UNKNOWN_LINE bus
address = 1
window = 1
[[device]]
id = "sign-2"
driver = "onbon-bx-sign"
line = "bus"
address = 2
window = 8                            #! UNKNOWN_WINDOW
[device.options]
widht = 64                            #! WRONG_OPTION width
[[device]]
id = "sign-3"
driver = "onbon-bx-sign"
line = "bus"
address = 2                           #! ADDRESS_TAKEN
window = 1
baud = 9600                           #! BAUD_OF_LINE
[[device]]
id = "sign-4"
driver = "onbon-bx-sign"
line = "bus"
address = 3
window = 1
[device.options]
width = "wide"                        #! WRONG_OPTION
height = 16
charset = "gb9999"                    #! WRONG_OPTION
[[device]]                            #! NEEDS_WINDOW
id = "terminal-1"
driver = "ff68-terminal"
port = "pty:"
address = 200                         #! ADDRESS_RANGE
[[device]]
id = "terminal-1"                     #! TWICE
driver = "ff68-terminal"
port = "gpio:4"                       #! PORT_OF_ANOTHER_KIND
window = 1
[[device]]
id = "button"
driver = "gpio-button"
port = "gpio:99"                      #! PORT_FORM
[[device]]                            #! PORT_OR_LINE
id = "relay"
driver = "waveshare-relay"
[[devcie]]                            #! UNKNOWN_KEY device
id = "lost"
"""


def expected(text: str) -> set[tuple[int, str, str | None]]:
    found = set()
    for number, line in enumerate(text.splitlines(), start=1):
        _, mark, rest = line.partition("#! ")
        if mark:
            code, _, near = rest.partition(" ")
            found.add((number, code, near or None))
    return found


def test_thirty_mistakes_are_named_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours, theirs = os.openpty()
    links = [tmp_path / "by-id", tmp_path / "by-path"]
    for link in links:
        link.symlink_to(os.ttyname(theirs))
    text = FILE.replace("{one}", str(links[0])).replace("{two}", str(links[1]))
    file = tmp_path / "hall.toml"
    file.write_text(text, encoding="utf-8")
    assert run(["config", "check", str(file), "--json"]) == 2
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert len(expected(text)) >= 30
    assert {(one["line"], one["code"], one["nearest"]) for one in problems} == expected(text)
    assert all(one["message_zh"] and one["message"] for one in problems)
    assert run(["config", "check", str(file)]) == 2
    said = capsys.readouterr().err
    assert all(f"{file}:{line}: " in said for line, _, _ in expected(text))
    os.close(ours)
    os.close(theirs)
