"""Another project's ESC/POS encoder (receiptline) gives the same slip the same text bytes and mode commands."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from drivers.kinds.slip import Text
from drivers.ticket_printer.codec import encode_slip
from drivers.ticket_printer.profile import Profile
from tests.witness.others import brought_by_make
from tests.witness.slips import slip

pytestmark = pytest.mark.witness

SCRIPT = """
const receiptline = require(process.argv[1]);
const doc = require('fs').readFileSync(0, 'utf8');
const printer = {cpl: 48, encoding: 'gb18030', command: 'escpos', spacing: false, cutting: true};
process.stdout.write(Buffer.from(receiptline.transform(doc, printer), 'latin1'));
"""
CHINESE_MODE = b"\x1c\x26"
INITIALISE = b"\x1b\x40"


def receiptline(document: str) -> bytes:
    package = brought_by_make("node_modules/receiptline")
    node = shutil.which("node")
    assert node is not None, "install the Debian package nodejs"
    done = subprocess.run([node, "-e", SCRIPT, package], input=document.encode(), capture_output=True, check=True)
    return done.stdout


WORDS = [part.words for part in slip() if isinstance(part, Text)]


@pytest.mark.parametrize("words", [*WORDS, "测试 䶮㑇𠮷", "楼爱蔼 A012"])
def test_each_line_of_the_slip_has_the_same_bytes(words: str) -> None:
    theirs = receiptline(words.replace("|", "\\|"))
    ours = encode_slip((Text(words),), Profile()).data
    coded = words.encode("gb18030")
    assert coded in ours
    assert coded.strip() in theirs


def test_both_initialise_and_switch_to_chinese_before_the_first_character() -> None:
    theirs = receiptline("公共法律服务中心")
    ours = encode_slip((Text("公共法律服务中心"),), Profile()).data
    coded = "公共法律服务中心".encode("gb18030")
    for stream in (theirs, ours):
        before = stream[: stream.index(coded)]
        assert before.startswith(INITIALISE)
        assert CHINESE_MODE in before
