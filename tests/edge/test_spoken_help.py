"""Spoken help: every sentence is recorded, what is heard is what was recorded, and only what may be said is said."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.speaker import Piece
from drivers.speaker.recorded import HELP, Recorded, pack, softer, unpacked, wav_of_codes
from drivers.speaker.sound import RATE, loudness_db
from edge.screens import build_app
from edge.spoken_help import SpokenHelp, help_pieces, sentence_names
from hall_config.models import SpeechPart
from hall_config.wording import LANGUAGES
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import hall_fixture, staff_file_fixture  # noqa: F401

SENTENCE = "/api/v1/spoken/kiosk_home.wav"
TICKET = "/api/v1/spoken/ticket.wav"


def test_every_sentence_of_the_catalogue_is_recorded_in_both_languages() -> None:
    """Where this fails the words have changed: `hall speech record --what help` makes new recordings."""
    recorded = Recorded(HELP)
    assert recorded.missing() is None
    assert [piece for piece in help_pieces(PLAN) if piece not in recorded] == []
    for language in LANGUAGES:
        assert SpokenHelp(PLAN).names(language) == list(sentence_names())


def test_nothing_else_is_recorded_and_all_of_it_is_speech_of_one_loudness() -> None:
    recorded, wanted = Recorded(HELP), help_pieces(PLAN)
    with zipfile.ZipFile(HELP) as archive:
        assert sorted(archive.namelist()) == sorted(f"{piece.language}/{piece.text}.wav" for piece in wanted)
    assert HELP.stat().st_size < 5_000_000
    for piece in wanted:
        samples = recorded.speak(piece.text, piece.language)
        assert 0.4 < len(samples) / RATE < 8.0, piece
        assert abs(loudness_db(samples) + 18) < 1.0, piece


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_heard_at_the_hall_s_volume_and_a_number_letter_by_letter(language) -> None:
    loud, soft = (SpokenHelp(PLAN, lambda volume=volume: SpeechPart(help_volume=volume)) for volume in (100, 50))
    full, half = (unpacked(one.wav("ticket", language, "A012") or b"") for one in (loud, soft))
    assert len(full) == len(half)
    assert loudness_db(half) == pytest.approx(loudness_db(full) - 12, abs=0.5)
    said = [loud.wav("ticket", language, number) for number in ("A012", "A021", "B012", "A777")]
    assert len(set(said)) == 4
    assert None not in said
    assert loud.mark("ticket", language, "A012") != loud.mark("ticket", language, "A777")
    assert loud.mark("ticket", language, "A012") != soft.mark("ticket", language, "A012")


def test_the_table_of_a_volume_is_as_near_as_the_standard_lets_it_be() -> None:
    assert softer(1.0)[0x80:] == bytes(range(0x80, 0x100))
    assert softer(0.25)[0xFF] == 0xFF  # silence stays silent
    assert unpacked(wav_of_codes(softer(0.5)[0x80:0x81]))[0] == pytest.approx(32_124 / 2, rel=0.02)


def test_a_one_is_said_as_the_hall_says_it() -> None:
    yi, yao = (SpokenHelp(PLAN, lambda one=one: SpeechPart(digit_one=one)) for one in ("yi", "yao"))
    assert yi.wav("ticket", "zh", "A001") != yao.wav("ticket", "zh", "A001")


@pytest.mark.parametrize("volume", [4, 101, -1, True, "loud", 50.5])
def test_a_volume_that_is_none_is_refused(volume) -> None:
    with pytest.raises(ValueError, match="help_volume"):
        SpeechPart(help_volume=volume)


def test_numbers_that_may_not_be_said_are_not() -> None:
    """Of private matters, and of classes that are not called aloud, not even the machine says the number."""
    hushed = replace(PLAN, services=(replace(PLAN.services[0], private=True), *PLAN.services[1:]))
    assert SpokenHelp(hushed).wav("ticket", "zh", "A001") is None
    assert SpokenHelp(PLAN).wav("ticket", "zh", "H001") is None
    assert SpokenHelp(PLAN).wav("ticket_quiet", "zh") is not None


def test_a_sentence_that_lacks_a_piece_or_is_switched_off_is_not_said(tmp_path: Path) -> None:
    some = tmp_path / "help.zip"
    pack(some, [(Piece("请按一下您需要的服务", "zh"), Recorded(HELP).speak("请按一下您需要的服务", "zh"))])
    sparse = SpokenHelp(PLAN, sentences=Recorded(some))
    assert (sparse.names("zh"), sparse.names("en")) == (["kiosk_home"], [])
    assert sparse.wav("take_number", "zh") is None
    some.write_bytes(b"torn")
    assert SpokenHelp(PLAN, sentences=Recorded(some)).names("zh") == []
    off = SpokenHelp(PLAN, lambda: SpeechPart(help=False))
    assert (off.names("zh"), off.wav("kiosk_home", "zh")) == ([], None)


def test_a_sentence_comes_over_http_and_is_not_sent_twice(hall) -> None:
    client = hall.client()
    first = client.get(SENTENCE)
    assert (first.status_code, first.headers["content-type"]) == (200, "audio/wav")
    assert first.headers["cache-control"] == "no-cache"
    assert len(unpacked(first.content)) > RATE // 2
    again = client.get(SENTENCE, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(SENTENCE, params={"lang": "en"}, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert other.content != first.content
    assert client.get(TICKET, params={"number": "A012"}).status_code == 200
    assert client.get(TICKET, params={"number": "A1000"}).status_code == 200  # the thousandth of a day


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/spoken/unknown.wav", 404),
        ("/api/v1/spoken/..%2f..%2fhall.wav", 404),
        ("/api/v1/spoken/%00.wav", 404),
        ("/api/v1/spoken/Kiosk_Home.wav", 404),
        (f"/api/v1/spoken/{'a' * 10_000}.wav", 404),
        ("/api/v1/spoken/请按.wav", 404),
        ("/api/v1/spoken/kiosk_home.mp3", 404),
        (f"{SENTENCE}?number=A001", 404),  # a sentence without a number
        (TICKET, 404),  # and one that lacks it
        (f"{TICKET}?number=H001", 404),  # not said aloud
        (f"{TICKET}?number=Z001", 404),  # no such class
        (f"{TICKET}?number=110101", 422),
        (f"{TICKET}?number=A0012", 422),
        (f"{TICKET}?number=%D9%A1", 422),
        (f"{SENTENCE}?lang=fr", 422),
    ],
)
def test_odd_wishes_are_refused_in_the_house_s_form(hall, path, status) -> None:
    answer = hall.client().get(path)
    assert answer.status_code == status
    assert answer.json()["error"]["message_zh"]
    assert "110101" not in answer.text


def test_a_changed_hall_file_is_heard_at_the_next_sentence(hall) -> None:
    speech = [SpeechPart()]
    hall.app = build_app(PlainDoor(), hall.staff, spoken=SpokenHelp(PLAN, lambda: speech[0]))
    client = hall.client()
    first = client.get(SENTENCE)
    speech[0] = SpeechPart(help_volume=20)
    softer_one = client.get(SENTENCE, headers={"If-None-Match": first.headers["etag"]})
    assert softer_one.status_code == 200
    speech[0] = SpeechPart(help=False)
    assert client.get(SENTENCE).status_code == 404
    assert '"names": {"en": [], "zh": []}' in client.get("/kiosk").text
