"""A name as it is looked up: every way of typing it is one, every other name is another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.lawyers.name_key import name_key, tells


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王䶮", "王龑"),
        ("李㑇", "李㑳"),
        ("𠮷田", "吉田"),
        ("陈晓", "陈曉"),
        ("张淼", "张水"),
        ("Anna", "Anne"),
        ("买买提·阿依古丽", "阿依古丽·买买提"),
    ],
)
def test_one_character_makes_another_person(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    "typed",
    [
        "阿依古丽·买买提",
        "阿依古丽•买买提",
        "阿依古丽・买买提",
        "阿依古丽･买买提",
        "阿依古丽 · 买买提",
        "阿依古丽．买买提",
        "阿依古丽.买买提",
        "阿依古丽‧买买提\u3000",
        "\ufeff阿依古丽\u00b7\u200b买买提",
        "阿依古丽。买买提",
        "阿依古丽 买买提",
        "阿依古丽\u202f\u3164买买提",
        "阿依古丽-买买提",
        "阿依古丽－买买提",
        "阿依古丽——买买提",
        "阿依古丽\u2011买买提",
        "阿依古丽买买提",
    ],
)
def test_whatever_stands_between_the_parts_of_a_name_makes_no_other_name(typed: str) -> None:
    assert name_key(typed) == "阿依古丽买买提"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("张\u3000三", "张三"),
        (" 张 三\t", "张三"),
        ("ＪＯＨＮ\u3000 Smith", "johnsmith"),
        ("Jose\u0301", "jos\u00e9"),
        ("葛\U000e0100", "葛"),
        ("王\ue863", "王䶮"),
        ("O\u2019Neill-\u00c9va", "o\u2019neill\u00e9va"),
        ("", ""),
        (" · － ", ""),
    ],
)
def test_ways_of_typing_are_one(typed: str, key: str) -> None:
    assert name_key(typed) == key


@given(st.text(max_size=30))
def test_a_key_is_its_own_key(typed: str) -> None:
    assert name_key(name_key(typed)) == name_key(typed)


@pytest.mark.parametrize(
    "text",
    ["为张三核对", "为 张 三 核对", "张·三", "张。三", "张\u200b三", "(张)(三)", "张_三", "张\n三", "张\U000e0100三"],
)
def test_a_text_tells_a_name_however_it_is_typed(text: str) -> None:
    assert tells(text, "张三")
    assert not tells(text, "张叁")


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Ｌｉ asked", "li", True), ("the client asked", "Li", False), ("JOHN-SMITH called", "John Smith", True),
        ("来电询问进度", "来", False), ("来电", "", False), ("来电", "·", False), ("来电 a.*b", ".*", False),
    ],
)  # fmt: skip
def test_a_word_or_a_character_that_a_name_has_is_no_name(text: str, name: str, found: bool) -> None:
    assert tells(text, name) is found
