"""A pass is believed only when all of it holds; what we lack ourselves is never the visitor's fault."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import cbor2
import pytest
import structlog

from edge.gate_code import CODE_LIMIT, MalformedPass, from_base45, read_pass
from edge.gate_lists import SignedFile, key_list, public_key, state_list
from edge.gate_pass import PassCheck, pass_check
from edge.gate_verdict import Checked, NoCheck
from hall.gate.words import Verdict
from hall.moment import Moment
from simulators.pass_office import KINDS, PassOffice, base45

HALL = "test-hall"
NOW_S = 1_795_395_600
WANTED = {
    "good": (Verdict.ALLOW, ""),
    "again": (Verdict.ALLOW, ""),  # that it is used is found by the rules
    "old": (Verdict.DENY, "old_code"),
    "ahead": (Verdict.DENY, "ahead"),
    "expired": (Verdict.DENY, "expired"),
    "not_yet": (Verdict.DENY, "not_yet"),
    "unknown_key": (Verdict.DENY, "unknown_key"),
    "false_signature": (Verdict.DENY, "signature"),
    "false_phone": (Verdict.DENY, "signature"),
    "other_hall": (Verdict.DENY, "other_hall"),
    "revoked": (Verdict.DENY, "revoked"),
    "suspended": (Verdict.DENY, "not_active"),
    "unknown_state": (Verdict.MANUAL, "state_unknown"),
}


class Bench:
    """Two clocks by hand: the office's and the hall's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now_s = self.office_s = NOW_S
        self.trusted, self.quality = True, "ntp"
        self.office = PassOffice(folder, HALL, lambda: self.office_s)
        self.check = self.fresh()

    def fresh(self, **changes: str) -> PassCheck:
        part = self.office.part() | changes
        return pass_check(HALL, part["anchor"], part["keys"], part["revoked"], self._now, lambda: self.quality)

    def _now(self) -> Moment:
        return Moment(self.now_s * 1000, self.now_s * 1000, self.trusted)

    def verdict(self, code: str | None = None, kind: str = "good") -> tuple[Verdict, str]:
        found = self.check.check(self.office.make(kind) if code is None else code)
        assert bool(found.mark) is (found.verdict is Verdict.ALLOW)
        return found.verdict, found.reason


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_pass_gets_its_verdict(bench: Bench, kind: str) -> None:
    assert bench.verdict(kind=kind) == WANTED[kind]
    assert set(WANTED) == set(KINDS)


def test_a_code_fits_the_square_and_each_showing_has_a_mark_of_its_own(bench: Bench) -> None:
    codes = [bench.office.make("good") for _ in range(20)]
    assert max(map(len, codes)) <= CODE_LIMIT
    assert len({bench.check.check(code).mark for code in codes}) == 20
    assert bench.check.check(codes[0]) == bench.check.check(codes[0])


@pytest.mark.parametrize(
    ("late_s", "wanted"), [(60, Verdict.ALLOW), (61, Verdict.DENY), (-30, Verdict.ALLOW), (-31, Verdict.DENY)]
)
def test_a_code_lives_from_half_a_minute_before_to_a_minute_after(bench: Bench, late_s: int, wanted: Verdict) -> None:
    code = bench.office.make("good")
    bench.now_s += late_s
    assert bench.verdict(code)[0] is wanted


def test_an_attestation_ends_to_the_second(bench: Bench) -> None:
    bench.office_s = NOW_S + 86_400 - 600 - 1
    bench.office.publish(as_of_s=NOW_S)
    shown = read_pass(bench.office.make("good"))
    assert shown.expires_s - shown.not_before_s == 86_400


def test_a_clock_that_cannot_be_believed_is_our_fault(bench: Bench) -> None:
    bench.quality = "none"
    assert bench.verdict() == (Verdict.MANUAL, "no_clock")
    assert bench.verdict(kind="expired") == (Verdict.MANUAL, "no_clock")
    bench.quality = "rtc"
    assert bench.verdict() == (Verdict.ALLOW, "")
    bench.trusted = False
    assert bench.verdict() == (Verdict.MANUAL, "no_clock")


@pytest.mark.parametrize(
    ("age_s", "wanted"),
    [
        (24 * 3600, (Verdict.ALLOW, "")),
        (24 * 3600 + 1, (Verdict.MANUAL, "list_stale")),
        (-301, (Verdict.MANUAL, "list_stale")),
    ],
)
def test_a_list_older_than_a_day_is_our_fault(bench: Bench, age_s: int, wanted: tuple[Verdict, str]) -> None:
    bench.office._write("gate.revoked", {"as_of": NOW_S - age_s, "subjects": {}})
    assert bench.verdict() == wanted


def test_a_hall_without_lists_leaves_every_pass_to_the_staff(bench: Bench) -> None:
    part = bench.office.part()
    Path(part["revoked"]).unlink()
    assert bench.verdict() == (Verdict.MANUAL, "no_list")
    Path(part["keys"]).unlink()
    bench.check = bench.fresh()
    assert bench.verdict() == (Verdict.MANUAL, "no_keys")
    assert bench.verdict("rubbish") == (Verdict.DENY, "malformed")
    assert NoCheck().check("anything") == Checked(Verdict.MANUAL, "no_keys")


def test_a_list_signed_by_somebody_else_is_not_believed_and_said_once(bench: Bench, tmp_path: Path) -> None:
    other = PassOffice(tmp_path / "other", HALL, lambda: NOW_S)
    with structlog.testing.capture_logs() as logs:
        bench.check = bench.fresh(keys=other.part()["keys"])
        assert bench.verdict() == bench.verdict() == (Verdict.MANUAL, "no_keys")
    assert [line["problem"] for line in logs] == ["not signed by the anchor of the hall file"]


def test_a_list_cannot_be_put_back_nor_be_one_of_the_other_kind(bench: Bench) -> None:
    assert bench.verdict(kind="revoked") == (Verdict.DENY, "revoked")
    revoked = Path(bench.office.part()["revoked"])
    bench.office._write("gate.revoked", {"as_of": NOW_S - 3600, "subjects": {}})  # an older one, truly signed
    assert bench.verdict(kind="revoked") == (Verdict.DENY, "revoked")
    revoked.write_bytes(Path(bench.office.part()["keys"]).read_bytes())
    assert bench.verdict(kind="revoked") == (Verdict.DENY, "revoked")
    bench.office._write("gate.revoked", {"as_of": NOW_S + 1, "subjects": {}})
    assert bench.verdict(kind="revoked") == (Verdict.ALLOW, "")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00" * 100, b"[]", b"null", b"{}", b'{"signed": 1, "signature": 2}', b"{" * 5000, b"\xff\xfe",
        b'{"signed": "{}", "signature": "AA"}', b'{"signed": "{}", "signature": "!!"}', b"[" * 100_000,
    ],
    ids=range(11),
)  # fmt: skip
def test_a_file_that_is_no_list_changes_nothing(bench: Bench, raw: bytes) -> None:
    assert bench.verdict() == (Verdict.ALLOW, "")
    for name in ("keys", "revoked"):
        Path(bench.office.part()[name]).write_bytes(raw)
    assert bench.verdict() == (Verdict.ALLOW, "")


@pytest.mark.parametrize(
    "content",
    [
        {"as_of": NOW_S},
        {"as_of": "x", "keys": []},
        {"as_of": NOW_S, "keys": [{"kid": "a", "public": "short", "since": 0, "until": 1}]},
        {"as_of": NOW_S, "keys": [{"kid": 1, "public": "A" * 43, "since": 0, "until": 1}]},
        {"as_of": NOW_S, "keys": {}},
        [],
    ],
)
def test_a_signed_list_of_the_wrong_shape_is_not_used(bench: Bench, content: Any) -> None:
    bench.office._write("gate.keys", content)
    part = bench.office.part()
    with structlog.testing.capture_logs() as logs:
        found = SignedFile(Path(part["keys"]), "gate.keys", key_list, public_key(part["anchor"])).newest()
    assert found is None
    assert logs[0]["event"] == "gate.list_unusable"


def test_a_list_with_a_state_that_nobody_knows_is_not_used(bench: Bench) -> None:
    bench.office._write("gate.revoked", {"as_of": NOW_S, "subjects": {"00" * 16: "PERHAPS"}})
    part = bench.office.part()
    assert SignedFile(Path(part["revoked"]), "gate.revoked", state_list, public_key(part["anchor"])).newest() is None


def test_every_changed_sign_of_a_code_is_noticed(bench: Bench) -> None:
    code = bench.office.make("good")
    chance = random.Random(5)
    for place in range(len(code)):
        other = chance.choice([sign for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" if sign != code[place]])
        spoiled = code[:place] + other + code[place + 1 :]
        assert bench.check.check(spoiled).verdict is Verdict.DENY, place
    for cut in range(len(code)):
        assert bench.check.check(code[:cut]) == Checked(Verdict.DENY, "malformed")
    assert bench.check.check(code + "0").verdict is Verdict.DENY
    assert bench.check.check(code.lower()).verdict is Verdict.DENY


def test_parts_of_two_passes_do_not_make_a_third(bench: Bench) -> None:
    one, two = (cbor2.loads(from_base45(bench.office.make("good"))) for _ in range(2))
    other = PassOffice(bench.folder / "other", HALL, lambda: NOW_S)
    theirs = cbor2.loads(from_base45(other.make("good")))
    for mixed in ([*one[:2], *theirs[2:]], [*theirs[:2], *one[2:]], [*one[:3], two[3]], [one[0], two[3], *one[2:]]):
        assert bench.verdict(base45(cbor2.dumps(mixed)))[0] is Verdict.DENY


HOSTILE: list[Any] = [
    b"", b"\xf6", b"\x84", cbor2.dumps([]), cbor2.dumps([b"", b"", b"", b""]), cbor2.dumps([1, 2, 3, 4]),
    cbor2.dumps([[[[[]]]]]), b"\x9f\xff", b"\x84" * 200, b"\x9b" + b"\xff" * 8, b"\x5b\x7f" + b"\xff" * 7,
    cbor2.dumps({"a": 1}), cbor2.dumps([b"x" * 64] * 4), b"\xd8\x23\x69((((a*)*)", b"\x81\xc2\x49" + b"\xff" * 9,
    b"\xbf\xff", b"\xd8\x1c\xd8\x1d\x00", cbor2.dumps([cbor2.dumps([1, "k"]), b"s" * 64, b"\x80", b"s" * 64]),
]  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_cbor_is_malformed_and_nothing_worse(bench: Bench, raw: bytes) -> None:
    assert bench.verdict(base45(raw)) == (Verdict.DENY, "malformed")


@pytest.mark.parametrize("place", range(8))
@pytest.mark.parametrize("value", [None, -1, 2**64, 1.5, "x" * 300, b"x" * 300, [], True, "名", "a\x00b"])
def test_each_field_has_one_form_only(bench: Bench, place: int, value: Any) -> None:
    good = cbor2.loads(from_base45(bench.office.make("good")))
    fields = cbor2.loads(good[0])
    fields[place] = value
    code = base45(cbor2.dumps([cbor2.dumps(fields), *good[1:]]))
    verdict, reason = bench.verdict(code)
    assert verdict is Verdict.DENY
    assert reason in ("malformed", "signature", "unknown_key")


@pytest.mark.parametrize("text", ["", "A", "::::", ":::", "名", "A" * 401, "A" * 5000, "\x00\x00", "lower"])
def test_what_is_no_base45_is_malformed(text: str) -> None:
    with pytest.raises(MalformedPass):
        read_pass(text)


def test_base45_is_the_published_one() -> None:
    for data, text in (
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
    ):
        assert base45(data) == text
        assert from_base45(text) == data


def test_random_codes_are_refused_quickly(bench: Bench) -> None:
    chance = random.Random(45)
    for _ in range(2000):
        found = bench.check.check(base45(chance.randbytes(chance.randrange(1, 266))))
        assert found == Checked(Verdict.DENY, "malformed")


def test_nothing_of_a_pass_is_logged_or_shown(bench: Bench) -> None:
    code = bench.office.make("good")
    shown = read_pass(code)
    with structlog.testing.capture_logs() as logs:
        bench.check.check(code)
    said = json.dumps(logs, default=str) + repr(shown)
    assert code[:20] not in said
    assert shown.subject.hex() not in said
    assert repr(shown.subject) not in said
