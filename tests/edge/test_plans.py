"""Plans from central on the controller: whose they are, when they come into force, and how they go again."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from central.line.authority import Authority
from central.plans.signing import PlanSigner
from edge.line_key import LineKey, new_key
from edge.plan_desk import TRIAL_S, PlanDesk
from edge.plan_in_force import InForce, read_in_force
from edge.plan_shelf import PlanShelf
from hall.plan_messages import PlanDesired, PlanReported
from hall.shape import ShapeError, dump
from hall_config.handed_plan import SIGNED

HALL = "hall-one"
OWN = f"""
[hall]
id = "{HALL}"
name_zh = "测试"
name_en = "Test"
[data]
folder = "FOLDER"
[[service]]
letter = "A"
name_zh = "咨询"
name_en = "Advice"
[[window]]
number = 1
services = ["A"]
"""
TWO_WINDOWS = {"window": [{"number": 1, "services": ["A"]}, {"number": 2, "services": ["A"]}]}


class Controller:
    """A hall's plans without the hall around them: time, line and visitors are the test's."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder / "data", folder / "hall.toml"
        self.file.write_text(OWN.replace("FOLDER", str(self.folder)))
        (folder / "central").mkdir()
        self.authority = Authority(folder / "central")
        self.signer = PlanSigner(self.authority)
        self.key, fresh = LineKey(self.folder), new_key(HALL)
        self.key.keep(fresh, self.authority.sign(fresh.request, HALL, datetime.now(UTC)).pem, self.authority.pem)
        self.said: list[PlanReported] = []
        self.now_ms, self.steady_s = 1_000_000, 0.0
        self.start()

    def start(self) -> None:
        """As after a restart."""
        self.running: InForce = read_in_force(self.file)
        self.desk = PlanDesk(self.running, PlanShelf(self.folder), self.key, lambda: self.now_ms, lambda: self.steady_s)
        self.desk.report = self.said.append

    def plan(self, revision: int, parts: dict[str, Any] | None = None, **change: Any) -> str:
        head = {"v": 1, "hall": HALL, "revision": revision, "issued": 1, "valid_from": 0}
        return json.dumps({**head, "parts": TWO_WINDOWS if parts is None else parts, **change})

    def hand(self, text: str) -> PlanReported | None:
        """Central's word; what the controller answers."""
        self.said.clear()
        self.desk.desired(json.dumps(dump(self.signer.sign(text))).encode())
        return self.said[-1] if self.said else None

    def turn(self, *, empty: bool = True, online: bool = True) -> bool:
        anew = self.desk.turn(empty=empty, online=online)
        if anew:
            self.start()
        return anew

    @property
    def windows(self) -> list[int]:
        return [window.number for window in self.running.file.window]


@pytest.fixture
def hall(tmp_path: Path) -> Controller:
    return Controller(tmp_path)


def test_a_plan_waits_for_an_empty_hall_is_tried_and_proved(hall: Controller) -> None:
    assert hall.desk.reported() == PlanReported(1, "in_force")
    assert hall.hand(hall.plan(2)) == PlanReported(1, "waiting", 2)
    assert not hall.turn(empty=False)
    assert not hall.turn(online=False)  # its return could prove nothing
    assert hall.windows == [1]
    assert hall.turn()
    assert (hall.windows, hall.running.revision) == ([1, 2], 2)
    assert hall.desk.reported() == PlanReported(2, "trial", 2)
    assert not hall.turn(empty=False)
    assert hall.said[-1] == PlanReported(2, "in_force", 2)
    hall.start()
    assert (hall.windows, hall.desk.reported()) == ([1, 2], PlanReported(2, "in_force", 2))


def test_a_plan_whose_first_day_is_to_come_waits_for_it(hall: Controller) -> None:
    hall.hand(hall.plan(2, valid_from=2_000_000))
    assert not hall.turn()
    hall.now_ms = 2_000_000
    assert hall.turn()
    assert hall.running.revision == 2


def test_a_plan_after_which_the_line_stays_away_is_taken_back_and_not_tried_again(hall: Controller) -> None:
    hall.hand(hall.plan(2))
    hall.turn()
    hall.turn()
    hall.hand(hall.plan(3, {"window": [{"number": 7, "services": ["A"]}]}))
    assert hall.turn()
    assert hall.windows == [7]
    hall.steady_s += TRIAL_S - 1
    assert not hall.turn(online=False)
    hall.steady_s += 1
    assert hall.turn(empty=False, online=False)  # also with people in the hall: there is no other way back
    assert (hall.windows, hall.running.revision) == ([1, 2], 2)
    told = hall.desk.reported()
    assert (told.revision, told.state, told.desired) == (2, "rolled_back", 3)
    assert told.error is not None
    assert told.error.code == "LINE_LOST"
    hall.steady_s += TRIAL_S - 1
    assert not hall.turn()  # the line is back within the minute: it was the plan
    hall.steady_s += 10 * TRIAL_S
    assert not hall.turn(online=False)
    assert not hall.turn()
    hall.hand(hall.plan(3, {"window": [{"number": 7, "services": ["A"]}]}))  # the broker has kept it
    assert not hall.turn()
    assert hall.hand(hall.plan(4)) == PlanReported(2, "waiting", 4)


def test_a_plan_is_not_to_blame_for_a_line_that_stays_away_without_it_too(hall: Controller) -> None:
    def cut_for_two_minutes() -> None:
        for _ in range(2):
            hall.steady_s += TRIAL_S
            hall.turn(online=False)

    hall.hand(hall.plan(2))
    assert hall.turn()
    cut_for_two_minutes()
    assert (hall.windows, hall.desk.reported()) == ([1], PlanReported(1, "waiting", 2))
    hall.start()  # also across a restart
    assert not hall.turn(online=False)
    assert not hall.turn(empty=False)
    assert hall.turn()
    hall.turn()
    assert (hall.windows, hall.desk.reported()) == ([1, 2], PlanReported(2, "in_force", 2))
    hall.hand(hall.plan(3, {}))
    for _ in range(3):
        assert hall.turn()
        cut_for_two_minutes()
    assert hall.desk.reported().state == "rolled_back"  # three times are no chance any more
    assert not hall.turn()


def test_a_newer_plan_takes_the_place_of_one_that_was_taken_back(hall: Controller) -> None:
    hall.hand(hall.plan(2))
    assert hall.turn()
    hall.steady_s += TRIAL_S
    assert hall.turn(online=False)
    hall.hand(hall.plan(3))
    hall.steady_s += TRIAL_S
    assert not hall.turn(online=False)
    assert hall.desk.reported() == PlanReported(1, "waiting", 3)
    assert hall.turn()
    assert hall.running.revision == 3


def test_a_power_cut_during_the_trial_begins_it_anew(hall: Controller) -> None:
    hall.hand(hall.plan(2))
    hall.turn()
    hall.steady_s += TRIAL_S - 1
    hall.start()
    hall.steady_s += TRIAL_S - 1
    assert not hall.turn(online=False)
    assert not hall.turn(online=True)
    assert hall.said[-1].state == "in_force"


def test_a_wrong_plan_is_refused_with_its_place_and_nothing_of_it_is_applied(hall: Controller) -> None:
    told = hall.hand(hall.plan(2, {"window": [{"number": 1, "services": ["A"]}, {"number": 1, "services": ["A"]}]}))
    assert told is not None
    assert (told.revision, told.state, told.desired) == (1, "refused", 2)
    assert told.error is not None
    assert (told.error.code, told.error.path) == ("TWICE", "window[2].number")
    assert told.error.message_zh
    assert not hall.turn()
    hall.start()
    assert hall.desk.reported() == told
    assert hall.windows == [1]


def test_an_older_plan_changes_nothing(hall: Controller) -> None:
    hall.hand(hall.plan(5))
    hall.turn()
    hall.turn()
    for number in (4, 5):
        hall.hand(hall.plan(number, {}))
        assert not hall.turn()
    assert hall.windows == [1, 2]


def _foreign(hall: Controller, folder: Path) -> PlanDesired:
    folder.mkdir()
    return PlanSigner(Authority(folder)).sign(hall.plan(2))


def _by_a_hall(hall: Controller, _: Path) -> PlanDesired:
    """Signed with the key of a controller, whose certificate is of the same root."""
    files = hall.key.files
    assert files is not None
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    text = hall.plan(2)
    signature = key.sign(SIGNED + text.encode(), ec.ECDSA(hashes.SHA256()))
    return PlanDesired(text, files.certificate.read_text(), base64.b64encode(signature).decode())


FORGED: dict[str, Callable[[Controller, Path], PlanDesired]] = {
    "another root": _foreign,
    "a hall's own key": _by_a_hall,
    "changed on the way": lambda hall, _: replace(hall.signer.sign(hall.plan(2)), plan=hall.plan(3)),
    "no signature": lambda hall, _: replace(hall.signer.sign(hall.plan(2)), signature="x"),
    "no certificate": lambda hall, _: replace(hall.signer.sign(hall.plan(2)), certificate="x"),
    "a huge certificate": lambda hall, _: replace(hall.signer.sign(hall.plan(2)), certificate="x" * 100_000),
    "of another hall": lambda hall, _: hall.signer.sign(hall.plan(2, hall="hall-two")),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_plan_that_is_not_centrals_for_this_hall_is_not_even_kept(hall: Controller, tmp_path: Path, how: str) -> None:
    hall.desk.desired(json.dumps(dump(FORGED[how](hall, tmp_path / "other"))).encode())
    assert hall.said == []
    assert hall.desk.reported() == PlanReported(1, "in_force")
    assert not hall.turn()


@pytest.mark.parametrize("payload", [b"", b"{}", b"[]", b'{"plan": 1}', b"\xff\xfe", b"[" * 100_000])
def test_rubbish_on_the_plans_topic_is_named_as_that(hall: Controller, payload: bytes) -> None:
    with pytest.raises((ShapeError, ValueError, RecursionError)):
        hall.desk.desired(payload)
    assert not hall.turn()


def test_a_hall_that_is_not_enrolled_believes_no_plan(hall: Controller) -> None:
    (hall.folder / "line").unlink()
    assert hall.hand(hall.plan(2)) is None
    assert not hall.turn()


def test_a_changed_hall_file_that_a_plan_does_not_fit_puts_the_plan_out_of_force(hall: Controller) -> None:
    hall.hand(hall.plan(2))
    hall.turn()
    hall.turn()
    hall.file.write_text(hall.file.read_text().replace('"A"', '"B"'))
    hall.start()
    assert (hall.windows, hall.running.revision) == ([1], 1)
    told = hall.desk.reported()
    assert (told.revision, told.state, told.error and told.error.code) == (1, "refused", "UNKNOWN_SERVICE")


@pytest.mark.parametrize("what", ["standing", "plan", "both"])
@pytest.mark.parametrize("content", [b"", b"\0" * 300, b'{"in_force": "x"}'])
def test_files_that_a_dying_disk_has_spoilt_stop_no_hall(hall: Controller, what: str, content: bytes) -> None:
    hall.hand(hall.plan(2))
    hall.turn()
    for name in {"standing": ["standing"], "plan": ["2"], "both": ["standing", "2"]}[what]:
        (hall.folder / "plans" / f"{name}.json").write_bytes(content)
    hall.start()
    assert (hall.windows, hall.running.revision) == ([1], 1)
    hall.hand(hall.plan(3))
    assert hall.turn()
    assert hall.windows == [1, 2]


@pytest.mark.parametrize("step", range(1, 9))
def test_at_every_instant_of_a_power_cut_the_old_plan_or_the_new_one_stands(
    hall: Controller, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Cut before each of the steps by which a plan comes to stand; what was written so far is what the disk has."""
    hall.hand(hall.plan(2))
    hall.turn()
    hall.turn()
    _cut_before(monkeypatch, step)
    with suppress(PowerCut):
        hall.hand(hall.plan(3, {"window": [{"number": 9, "services": ["A"]}]}))
        hall.desk.turn(empty=True, online=True)
    monkeypatch.undo()
    hall.start()
    assert (hall.windows, hall.running.revision) in (([1, 2], 2), ([9], 3))
    hall.turn()
    hall.turn()
    hall.hand(hall.plan(4, {}))
    hall.turn()
    assert (hall.windows, hall.running.revision) == ([1], 4)


def test_a_disk_that_takes_nothing_stops_no_hall(hall: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
    hall.hand(hall.plan(2))
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(PlanShelf, "put", lambda *_: (_ for _ in ()).throw(full))
    assert not hall.turn()
    monkeypatch.undo()
    assert not hall.turn()  # not at once again
    hall.steady_s += 31
    assert hall.turn()
    assert hall.windows == [1, 2]
    hall.file.write_text(hall.file.read_text().replace('"A"', '"B"'))
    monkeypatch.setattr(PlanShelf, "put", lambda *_: (_ for _ in ()).throw(full))
    hall.start()
    assert (hall.windows, hall.running.revision) == ([1], 1)


class PowerCut(BaseException):
    pass


def _cut_before(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """The machine is gone at the step-th rename or removal of a file."""
    left = iter(range(step - 1, -1, -1))
    replace_file, unlink = Path.replace, Path.unlink

    def counted(action: Callable[..., Any]) -> Callable[..., Any]:
        def act(path: Path, *arguments: Any, **more: Any) -> Any:
            if next(left, 1) == 0:
                raise PowerCut
            return action(path, *arguments, **more)

        return act

    monkeypatch.setattr(Path, "replace", counted(replace_file))
    monkeypatch.setattr(Path, "unlink", counted(unlink))
