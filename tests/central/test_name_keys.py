"""A name as it is looked up: every way of typing it is one, every other name is another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.lawyers.name_key import name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王䶮", "王龑"),
        ("李㑇", "李㑳"),
        ("𠮷田", "吉田"),
        ("陈晓", "陈曉"),
        ("张淼", "张水"),
        ("Anna", "An Na"),
        ("赵·云", "赵云"),
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
    ],
)
def test_every_dot_between_the_parts_of_a_name_is_one(typed: str) -> None:
    assert name_key(typed) == "阿依古丽·买买提"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("张\u3000三", "张三"),
        (" 张 三\t", "张三"),
        ("ＪＯＨＮ\u3000 Smith", "john smith"),
        ("Jose\u0301", "jos\u00e9"),
        ("葛\U000e0100", "葛"),
        ("王\ue863", "王䶮"),
        ("", ""),
    ],
)
def test_ways_of_typing_are_one(typed: str, key: str) -> None:
    assert name_key(typed) == key


@given(st.text(max_size=30))
def test_a_key_is_its_own_key(typed: str) -> None:
    assert name_key(name_key(typed)) == name_key(typed)
